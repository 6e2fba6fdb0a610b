"""A manager's reports: about a programme, of many learners at once, and the logo that stands on them."""

from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST, require_safe

from accounts.forms import bound
from accounts.refusals import Invalid
from assessments.forms_reports import CohortReportForm, CohortScope, ExportForm, LogoForm
from assessments.models import ReportForm
from assessments.reports import access
from assessments.reports.cohort import chosen
from assessments.sampling.access import plan_for
from assessments.services import exports, logos
from assessments.services import reports as services
from assessments.views.reports import preview, preview_form
from portfolio.access import programme_for
from portfolio.models import Programme


@never_cache
@require_safe
def programme_reports(request: HttpRequest, uid: UUID) -> HttpResponse:
    """What can be ordered about a programme, and what was."""
    return _programme_reports(request, programme_for(request.user, uid))


def _programme_reports(request: HttpRequest, programme: Programme, **typed: Form) -> HttpResponse:
    """The page, with a form as it was typed if there is one."""
    context = {
        "programme": programme,
        "cohort_form": CohortReportForm(programme=programme, initial=request.GET.dict()),
        "export_form": ExportForm(programme=programme, prefix="many"),
        "reports": access.reports_about(programme)[:50],
        "exports": access.exports_of(programme)[:50],
        **typed,
    }
    status = 422 if any(form.errors for form in typed.values()) else 200
    return render(request, "assessments/programme_reports.html", context, status=status)


@require_POST
def cohort_report_new(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Orders the report, or leads on to what it would show."""
    programme = programme_for(request.user, uid)
    form, submitted = bound(CohortReportForm, request, programme=programme)
    if not submitted or not form.is_valid():
        return _programme_reports(request, programme, cohort_form=form)
    if "preview" in request.POST:
        both = "&form=bilingual" if form.cleaned_data["form"] == ReportForm.BILINGUAL else ""
        return redirect(f"{reverse('cohort_preview', args=[uid])}?{form.query}{both}")
    report = services.ask_for_cohort_report(
        by=request.user,
        programme=programme,
        form=form.cleaned_data["form"],
        format=form.cleaned_data["format"],
        **form.about,
    )
    return redirect("report", report.uid)


@never_cache
@require_GET
def cohort_preview(request: HttpRequest, uid: UUID) -> HttpResponse:
    programme = programme_for(request.user, uid)
    scope = CohortScope(request.GET, programme=programme)
    if not scope.is_valid():
        raise Invalid()
    asked = services.new_cohort_report(
        by=request.user, programme=programme, form=preview_form(request), **scope.about
    )
    back = f"{reverse('programme_reports', args=[uid])}?{scope.query}"
    return preview(request, asked, back, scope.query)


@require_POST
def quality_report_new(request: HttpRequest, uid: UUID) -> HttpResponse:
    plan = plan_for(request.user, uid)
    form = request.POST.get("form", "")
    report = services.ask_for_quality_report(by=request.user, plan=plan, form=form)
    return redirect("report", report.uid)


@never_cache
@require_GET
def quality_preview(request: HttpRequest, uid: UUID) -> HttpResponse:
    plan = plan_for(request.user, uid)
    asked = services.new_quality_report(by=request.user, plan=plan, form=preview_form(request))
    return preview(request, asked, reverse("sampling_plan", args=[uid]), "")


@require_POST
def export_new(request: HttpRequest, uid: UUID) -> HttpResponse:
    programme = programme_for(request.user, uid)
    form, submitted = bound(ExportForm, request, programme=programme, prefix="many")
    if submitted and form.is_valid():
        enrolments = chosen(programme, form.cleaned_data["cohort"])
        if state := form.cleaned_data["state"]:
            enrolments = enrolments.filter(state=state)
        try:
            export = exports.ask_for_export(
                by=request.user,
                programme=programme,
                kind=form.cleaned_data["kind"],
                form=form.cleaned_data["form"],
                enrolments=enrolments,
            )
        except Invalid as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("export", export.uid)
    return _programme_reports(request, programme, export_form=form)


@never_cache
@require_GET
def export(request: HttpRequest, uid: UUID) -> HttpResponse:
    """How far an export is; htmx asks for the part again until it is over."""
    found = access.export_for(request.user, uid)
    issued, failed, total = exports.counts(found)
    over = exports.is_over(found)
    withdrawn, superseded = access.lapsed_in(found)
    context = {"export": found, "issued": issued, "failed": failed, "total": total, "over": over}
    context |= {"withdrawn": withdrawn, "superseded": superseded, "held": issued - withdrawn}
    template = "assessments/export_state.html" if request.htmx else "assessments/export.html"
    return render(request, template, context)


@require_POST
def export_pause(request: HttpRequest, uid: UUID) -> HttpResponse:
    exports.pause(by=request.user, export=access.export_for(request.user, uid))
    return redirect("export", uid)


@require_POST
def export_go_on(request: HttpRequest, uid: UUID) -> HttpResponse:
    exports.go_on(by=request.user, export=access.export_for(request.user, uid))
    return redirect("export", uid)


@require_POST
def export_cancel(request: HttpRequest, uid: UUID) -> HttpResponse:
    exports.cancel(by=request.user, export=access.export_for(request.user, uid))
    messages.success(request, _("The export was called off. Reports that were made already stay issued."))
    return redirect("export", uid)


@require_safe
def export_file(request: HttpRequest, uid: UUID) -> StreamingHttpResponse:
    """What is issued by now, in a ZIP that is put together while it is sent."""
    found = access.export_for(request.user, uid)
    if exports.counts(found)[0] == access.lapsed_in(found)[0]:
        raise Http404
    name = f"Tystio-{slugify(found.programme.title)[:60]}-{timezone.localdate(found.asked_at)}.zip"
    headers = {"Content-Disposition": content_disposition_header(True, name)}
    return StreamingHttpResponse(exports.zip_of(found), content_type="application/zip", headers=headers)


def logo(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The picture at the head of a provider's reports: shown, replaced."""
    provider, found = access.logo_for(request.user, uid)
    form, submitted = bound(LogoForm, request)
    if submitted and form.is_valid():
        try:
            logos.set_logo(by=request.user, provider=provider, upload=form.cleaned_data["image"])
        except Invalid as refusal:
            form.add_error("image", str(refusal))
        else:
            messages.success(request, _("Reports show this picture from now on."))
            return redirect("logo", uid)
    context = {"provider": provider, "logo": found, "form": form}
    return render(request, "assessments/logo.html", context, status=422 if form.errors else 200)


@require_POST
def logo_remove(request: HttpRequest, uid: UUID) -> HttpResponse:
    provider, _found = access.logo_for(request.user, uid)
    logos.remove_logo(by=request.user, provider=provider)
    messages.success(request, _("Reports show no picture from now on."))
    return redirect("logo", uid)


@require_safe
def logo_image(request: HttpRequest, uid: UUID) -> FileResponse:
    _provider, found = access.logo_for(request.user, uid)
    if found is None:
        raise Http404
    return FileResponse(found.image.open("rb"), content_type="image/png")
