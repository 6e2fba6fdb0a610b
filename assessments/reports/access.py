"""The only door to reports, exports and logos."""

import re
from collections.abc import Callable, Collection, Iterable
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet, Value
from django.http import Http404
from django.shortcuts import get_object_or_404

from accounts.access import managed_provider_for
from accounts.models import Provider, User
from assessments.models import BulkExport, Logo, Report, ReportKind
from assessments.sampling.access import plans_visible_to
from ledger.models import Event
from portfolio.access import programme_for
from portfolio.models import Enrolment, Programme
from portfolio.parts import managed, parts_in

# Which parts in a portfolio these kinds of report are for; the others are for everybody in it.
FOR_FEWER = {
    ReportKind.FEEDBACK: frozenset({"learner", "assessor"}),
    ReportKind.PACK: frozenset({"learner", "manager"}),
}


def reports_in(enrolment: Enrolment, parts: Collection[str]) -> list[Report]:
    """Those about a portfolio, for somebody with these parts in it; each knows whether it is `overtaken`, too."""
    hidden = [kind for kind, whose in FOR_FEWER.items() if whose.isdisjoint(parts)]
    reports: list[Any] = list(_listed(Report.objects.filter(enrolment=enrolment).exclude(kind__in=hidden)))
    taken_back = _taken_back(enrolment) if reports else []
    for report in reports:
        report.overtaken = _is_among(report, taken_back)
    return reports


def reports_about(programme: Programme) -> QuerySet[Report]:
    """Those about a programme that came through the manager's door."""
    return _listed(Report.objects.filter(programme=programme))


def _listed(reports: QuerySet[Report]) -> QuerySet[Report]:
    """Reports about one thing; each knows whether it is `superseded`. What it tells of is not `overtaken`, so far."""
    newer = Exists(_newer(reports, OuterRef))
    return reports.annotate(superseded=newer, overtaken=Value(False)).select_related("asked_by")


def _newer(about: QuerySet[Report], field: Callable[[str], Any]) -> QuerySet[Report]:
    """Of the reports about one thing: what says the same kind of thing in the same form as one with these fields."""
    same = {name: field(name) for name in ("kind", "scope", "form", "format")}
    return about.filter(issued_at__gt=field("issued_at"), withdrawn_at=None, **same)


def report_for(user: User, uid: UUID) -> Report:
    """A report, for whoever may see what it is about."""
    rows = Report.objects.select_related(
        "enrolment__programme__provider", "enrolment__learner", "programme__provider", "asked_by"
    )
    report = get_object_or_404(rows, uid=uid)
    if not _may_see(user, report):
        raise Http404()
    return report


def _may_see(user: User, report: Report) -> bool:
    if report.enrolment:
        parts = parts_in(user, report.enrolment)
        return not FOR_FEWER.get(ReportKind(report.kind), parts).isdisjoint(parts)
    if managed(user, report.of_programme):
        return True
    plans = plans_visible_to(user).filter(programme=report.programme)
    return report.kind == ReportKind.IQA and plans.exists()


def printed_code(typed: str) -> str:
    """A code as reports print it, in groups of four, however somebody typed it (or the name of the file with it)."""
    signs = re.sub(r"[^0-9A-Z]", "", typed.upper())
    signs = re.sub(r"^TYSTIO(.{16}).*", r"\1", signs)
    return "-".join(signs[n : n + 4] for n in range(0, len(signs), 4))


def issued_report(code: str) -> Report | None:
    """The issued report with this code, for anybody who holds it."""
    return _issued().filter(code=printed_code(code)).first()


def issued_file(sha256: str) -> Report | None:
    """The issued report whose file has this hash, for anybody who holds it; what no hash can be is of none."""
    return _issued().filter(sha256=sha256).first() if sha256.isalnum() else None


def _issued() -> QuerySet[Report]:
    issued = Report.objects.filter(issued_at__isnull=False)
    return issued.select_related("enrolment__programme__provider", "programme__provider")


def lapsed_in(export: BulkExport) -> tuple[int, int]:
    """How many of the reports that an export made were withdrawn, and of how many others there is a newer one."""
    made = Report.objects.filter(export=export, issued_at__isnull=False)
    newer = _newer(Report.objects.filter(enrolment=OuterRef("enrolment")), OuterRef)
    held = made.filter(withdrawn_at=None)
    return made.count() - held.count(), held.filter(Exists(newer)).count()


def is_superseded(report: Report) -> bool:
    """Whether a newer report says the same kind of thing about the same, in the same form."""
    about = Report.objects.filter(enrolment=report.enrolment_id, programme=report.programme_id)
    return _newer(about, partial(getattr, report)).exists()


def is_overtaken(report: Report) -> bool:
    """Whether something it may tell of was taken back after it was made: the sign-off of a standard, or decisions."""
    return report.enrolment is not None and _is_among(report, _taken_back(report.enrolment))


def _taken_back(enrolment: Enrolment) -> list[tuple[int, set[str]]]:
    """Where in its chain something was taken back, and in which standards (URN/edition)."""
    events = Event.objects.filter(chain__key=enrolment.chain)
    found = list(
        events.filter(kind__in=["standard.withdrawn", "review.superseded"]).values_list("position", "data")
    )
    rows = enrolment.enrolled_standards.select_related("standard") if found else []
    named = {str(row.uid): f"{row.standard.urn}/{row.standard.edition}" for row in rows}
    return [
        (
            position,
            {named[data["enrolled_standard"]]}
            if "enrolled_standard" in data
            else {judged["criterion"].rpartition("/")[0] for judged in data["judgements"]},
        )
        for position, data in found
    ]


def _is_among(report: Report, taken_back: Iterable[tuple[int, set[str]]]) -> bool:
    """Whether any of it came after this report, and is within what the report is about."""
    made_at, only = report.ledger_position, report.about.get("standard")
    return made_at is not None and any(
        position > made_at and (only is None or only in standards) for position, standards in taken_back
    )


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
