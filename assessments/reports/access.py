"""The only door to reports, exports and logos."""

import re
from uuid import UUID

from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404

from accounts.access import managed_provider_for
from accounts.models import Membership, Provider, User
from assessments.models import BulkExport, Logo, Report
from assessments.sampling.access import plans_visible_to
from portfolio.access import enrolments_as, enrolments_visible_to, programme_for
from portfolio.models import Programme


def reports_visible_to(user: User) -> QuerySet[Report]:
    """Those about a portfolio one sees; feedback and packs are for fewer, programmes for those who run them."""
    managed = Membership.objects.current().filter(user=user, role="manager").values("provider")
    about_portfolio = Q(enrolment__in=enrolments_visible_to(user))
    learner = Q(enrolment__learner=user)
    open_to_all = ~Q(kind__in=["feedback", "pack"])
    feedback = Q(kind="feedback") & (learner | Q(enrolment__in=enrolments_as(user, "assessor")))
    pack = Q(kind="pack") & (learner | Q(enrolment__programme__provider__in=managed))
    cohort = Q(kind="cohort", programme__provider__in=managed)
    quality = Q(kind="iqa", programme__in=plans_visible_to(user).values("programme"))
    return Report.objects.filter(
        about_portfolio & (open_to_all | feedback | pack) | cohort | quality
    ).select_related(
        "enrolment__programme__provider", "enrolment__learner", "programme__provider", "asked_by"
    )


def report_for(user: User, uid: UUID) -> Report:
    return get_object_or_404(reports_visible_to(user), uid=uid)


def printed_code(typed: str) -> str:
    """A code as reports print it, in groups of four, however somebody typed it (or the name of the file with it)."""
    signs = re.sub(r"[^0-9A-Z]", "", typed.upper()).removeprefix("TYSTIO")
    return "-".join(signs[n : n + 4] for n in range(0, len(signs), 4))


def issued_report(code: str) -> Report | None:
    """The issued report with this code, for anybody who holds it."""
    return _issued().filter(code=printed_code(code)).first()


def issued_file(sha256: str) -> Report | None:
    """The issued report whose file has this hash, for anybody who holds it."""
    return _issued().filter(sha256=sha256).first()


def _issued() -> QuerySet[Report]:
    issued = Report.objects.filter(issued_at__isnull=False)
    return issued.select_related("enrolment__programme__provider", "programme__provider")


def is_superseded(report: Report) -> bool:
    """Whether a newer report says the same kind of thing about the same, in the same form."""
    same = {
        name: getattr(report, name) for name in ("kind", "enrolment", "programme", "scope", "form", "format")
    }
    return Report.objects.filter(issued_at__gt=report.issued_at, withdrawn_at=None, **same).exists()


def exports_of(programme: Programme) -> QuerySet[BulkExport]:
    """The bulk exports of a programme that came through the manager's door."""
    return BulkExport.objects.filter(programme=programme).select_related("asked_by")


def export_for(user: User, uid: UUID) -> BulkExport:
    """A bulk export, for a manager of the provider."""
    found = get_object_or_404(BulkExport.objects.select_related("programme__provider", "asked_by"), uid=uid)
    programme_for(user, found.programme.uid)
    return found


def logo_for(user: User, provider_uid: UUID) -> tuple[Provider, Logo | None]:
    """A provider and its logo, for a manager."""
    provider = managed_provider_for(user, provider_uid)
    return provider, Logo.objects.filter(provider=provider).first()
