"""Addresses of reports."""

from django.urls import path

from assessments.views import exports, reports, verification

urlpatterns = [
    path("portfolios/<uuid:uid>/reports/", reports.report_new, name="report_new"),
    path("portfolios/<uuid:uid>/reports/preview/", reports.report_preview, name="report_preview"),
    path("reports/<uuid:uid>/", reports.report, name="report"),
    path("reports/<uuid:uid>/file/", reports.report_file, name="report_file"),
    path("reports/<uuid:uid>/withdraw/", reports.report_withdraw, name="report_withdraw"),
    path("programmes/<uuid:uid>/reports/", exports.programme_reports, name="programme_reports"),
    path("programmes/<uuid:uid>/reports/new/", exports.cohort_report_new, name="cohort_report_new"),
    path("programmes/<uuid:uid>/reports/preview/", exports.cohort_preview, name="cohort_preview"),
    path("programmes/<uuid:uid>/exports/", exports.export_new, name="export_new"),
    path("sampling-plans/<uuid:uid>/reports/", exports.quality_report_new, name="quality_report_new"),
    path("sampling-plans/<uuid:uid>/reports/preview/", exports.quality_preview, name="quality_preview"),
    path("exports/<uuid:uid>/", exports.export, name="export"),
    path("exports/<uuid:uid>/file/", exports.export_file, name="export_file"),
    path("exports/<uuid:uid>/pause/", exports.export_pause, name="export_pause"),
    path("exports/<uuid:uid>/go-on/", exports.export_go_on, name="export_go_on"),
    path("exports/<uuid:uid>/cancel/", exports.export_cancel, name="export_cancel"),
    path("providers/<uuid:uid>/logo/", exports.logo, name="logo"),
    path("providers/<uuid:uid>/logo/image/", exports.logo_image, name="logo_image"),
    path("providers/<uuid:uid>/logo/remove/", exports.logo_remove, name="logo_remove"),
    path("verify/", verification.verify, name="verify"),
    path("verify/file/<str:digest>/", verification.verification_file, name="verification_file"),
    path("verify/<str:code>/", verification.verification_page, name="verification_page"),
]
