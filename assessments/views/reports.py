"""Reports about a portfolio: looked at, asked for, watched while they are made, downloaded, withdrawn."""

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST, require_safe

from accounts.forms import bound
from assessments.forms_reports import WithdrawForm
from assessments.models import Report, ReportForm
from assessments.reports import access
from assessments.reports.document import document_html
from assessments.reports.gather import content_of
from assessments.services import reports as services
from portfolio.access import enrolment_for
from portfolio.parts import managed
from portfolio.refusals import Withdrawn

DESTROYED = gettext_lazy(
    "This pack held what was destroyed for privacy, so its file was destroyed as well. Make a new pack."
)


@require_POST
def report_new(request: HttpRequest, uid: UUID) -> HttpResponse:
    enrolment = enrolment_for(request.user, uid)
    kind, _mark, scope = request.POST.get("report", "completion").partition("?")
    report = services.ask_for_report(
        by=request.user, enrolment=enrolment, form=request.POST.get("form", ""), kind=kind, scope=scope
    )
    return redirect("report", report.uid)


@never_cache
@require_GET
def report_preview(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The document as it would be issued now, on screen."""
    enrolment = enrolment_for(request.user, uid)
    chosen = request.GET.get("report", "completion")
    kind, _mark, scope = chosen.partition("?")
    asked = services.new_report(
        by=request.user, enrolment=enrolment, form=preview_form(request), kind=kind, scope=scope
    )
    return preview(request, asked, reverse("portfolio", args=[uid]), urlencode({"report": chosen}))


def preview_form(request: HttpRequest) -> str:
    """The language of the page, or both."""
    both = request.GET.get("form") == ReportForm.BILINGUAL
    return ReportForm.BILINGUAL if both else get_language()


def preview(request: HttpRequest, asked: Report, back: str, choice: str) -> HttpResponse:
    """A report that was never stored; `choice` is what of the address says which one it is."""
    content = content_of(asked, timezone.now())
    return HttpResponse(document_html(content, asked.form, request, back=back, choice=choice))


@require_GET
def report(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The state of one report; htmx asks for the part again until it is there."""
    found = access.report_for(request.user, uid)
    manages = managed(request.user, found.of_programme)
    context = {
        "report": found,
        "manages": manages,
        "job": services.job_of(found.job_uid),
        "superseded": found.issued_at and access.is_superseded(found),
        "overtaken": found.issued_at and access.is_overtaken(found),
        "may_withdraw": found.issued_at and not found.withdrawn_at and manages,
    }
    template = "assessments/report_state.html" if request.htmx else "assessments/report.html"
    return render(request, template, context)


def report_withdraw(request: HttpRequest, uid: UUID) -> HttpResponse:
    """A manager says that an issued report no longer holds, and why."""
    found = access.report_for(request.user, uid)
    services.check_withdrawal(by=request.user, report=found)
    form, submitted = bound(WithdrawForm, request)
    if submitted and form.is_valid():
        services.withdraw_report(by=request.user, report=found, language=get_language(), **form.cleaned_data)
        messages.success(request, _("The report is withdrawn. Whoever checks it is told so."))
        return redirect("report", uid)
    status = 422 if form.errors else 200
    return render(request, "assessments/report_withdraw.html", {"form": form, "report": found}, status=status)


@require_safe
def report_file(request: HttpRequest, uid: UUID) -> FileResponse:
    found = access.report_for(request.user, uid)
    if not found.issued_at:
        raise Http404
    if found.destroyed_at:
        raise Withdrawn(DESTROYED)
    return download(found.file, found.file_name)


def download(file, name: str) -> FileResponse:
    """A stored file, saved by whoever asked for it."""
    return FileResponse(file.open("rb"), as_attachment=True, filename=name)
