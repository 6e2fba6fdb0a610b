"""Addresses of assessments: home, portfolios, evidence, decisions, reports."""

from django.urls import include, path

from assessments.views import editions, evidence, home, phrases, portfolio, review, sign_offs, standards

urlpatterns = [
    path("", home.home, name="home"),
    path("portfolios/<uuid:uid>/", portfolio.portfolio, name="portfolio"),
    path("evidence/<uuid:uid>/", evidence.evidence, name="evidence"),
    path("submissions/<uuid:uid>/", evidence.round, name="round"),
    path("queue/", review.queue, name="queue"),
    path("submissions/<uuid:uid>/review/", review.review, name="review"),
    path("submissions/<uuid:uid>/review/draft/", review.review_draft, name="review_draft"),
    path("phrases/", phrases.phrases, name="phrases"),
    path("phrases/<uuid:uid>/remove/", phrases.phrase_remove, name="phrase_remove"),
    path("countersigning/", review.countersigning, name="countersigning"),
    path("reviews/<uuid:uid>/countersign/", review.countersign, name="countersign"),
    path("enrolled-standards/<uuid:uid>/", standards.enrolled_standard, name="enrolled_standard"),
    path("enrolled-standards/<uuid:uid>/criteria/<str:reference>/", standards.criterion, name="criterion"),
    path("enrolled-standards/<uuid:uid>/acknowledge/", sign_offs.acknowledge, name="acknowledge"),
    path(
        "enrolled-standards/<uuid:uid>/declare-competent/",
        sign_offs.declare_competent,
        name="declare_competent",
    ),
    path("enrolled-standards/<uuid:uid>/move/", editions.standard_move, name="standard_move"),
    path("enrolled-standards/<uuid:uid>/confirm/", editions.confirm, name="confirm"),
    path("providers/<uuid:uid>/superseded/", editions.superseded, name="superseded"),
    path("", include("assessments.urls_appeals")),
    path("", include("assessments.urls_plans")),
    path("", include("assessments.urls_quality")),
    path("", include("assessments.urls_reports")),
]
