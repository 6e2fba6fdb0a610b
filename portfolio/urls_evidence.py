"""Addresses of portfolios and evidence, for whoever works on them."""

from django.urls import path

from portfolio.views import evidence, map, mapping

urlpatterns = [
    path("portfolios/<uuid:uid>/evidence/new/", evidence.evidence_new, name="evidence_new"),
    path("portfolios/<uuid:uid>/map/", map.map, name="map"),
    path("portfolios/<uuid:uid>/to-finish/", map.to_finish, name="to_finish"),
    path("evidence/<uuid:uid>/edit/", evidence.evidence_edit, name="evidence_edit"),
    path("evidence/<uuid:uid>/mapping/", mapping.evidence_mapping, name="evidence_mapping"),
    path("evidence/<uuid:uid>/submit/", evidence.evidence_submit, name="evidence_submit"),
    path("evidence/<uuid:uid>/discard/", evidence.evidence_discard, name="evidence_discard"),
]
