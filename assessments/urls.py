"""Addresses of assessments: home, portfolios, evidence, decisions, reports."""

from django.urls import include, path

from assessments.views import evidence, home, portfolio, review, standards

urlpatterns = [
    path("", home.home, name="home"),
    path("portfolios/<uuid:uid>/", portfolio.portfolio, name="portfolio"),
    path("evidence/<uuid:uid>/", evidence.evidence, name="evidence"),
    path("submissions/<uuid:uid>/", evidence.round, name="round"),
    path("queue/", review.queue, name="queue"),
    path("submissions/<uuid:uid>/review/", review.review, name="review"),
    path("countersigning/", review.countersigning, name="countersigning"),
    path("reviews/<uuid:uid>/countersign/", review.countersign, name="countersign"),
    path("enrolled-standards/<uuid:uid>/", standards.enrolled_standard, name="enrolled_standard"),
    path("enrolled-standards/<uuid:uid>/acknowledge/", standards.acknowledge, name="acknowledge"),
    path(
        "enrolled-standards/<uuid:uid>/declare-competent/",
        standards.declare_competent,
        name="declare_competent",
    ),
    path("", include("assessments.urls_quality")),
    path("", include("assessments.urls_reports")),
]
