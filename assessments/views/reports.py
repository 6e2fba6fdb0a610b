"""Reports: asked for on a portfolio's page, watched while they are made, downloaded."""

from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from assessments import access
from assessments.services import reports as services
from portfolio.access import enrolment_for


@require_POST
def report_new(request: HttpRequest, uid: UUID) -> HttpResponse:
    enrolment = enrolment_for(request.user, uid)
    report = services.ask_for_report(by=request.user, enrolment=enrolment, form=request.POST.get("form", ""))
    return redirect("report", report.uid)


@require_GET
def report(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The state of one report; htmx asks for the part again until it is there."""
    found = access.report_for(request.user, uid)
    context = {"report": found, "job": services.job_of(found)}
    template = "assessments/report_state.html" if request.htmx else "assessments/report.html"
    return render(request, template, context)


@require_GET
def report_file(request: HttpRequest, uid: UUID) -> FileResponse:
    found = access.report_for(request.user, uid)
    if not found.issued_at:
        raise Http404
    name = f"Tystio-{found.code}.{found.form}.pdf"
    return FileResponse(found.file.open("rb"), as_attachment=True, filename=name, content_type="application/pdf")
