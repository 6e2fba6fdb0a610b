"""Addresses of reports."""

from django.urls import path

from assessments.views import reports, verification

urlpatterns = [
    path("portfolios/<uuid:uid>/reports/", reports.report_new, name="report_new"),
    path("reports/<uuid:uid>/", reports.report, name="report"),
    path("reports/<uuid:uid>/file/", reports.report_file, name="report_file"),
    path("verify/<str:code>/", verification.verification_page, name="verification_page"),
]
