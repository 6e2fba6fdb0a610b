"""Addresses of portfolios and evidence, for whoever works on them."""

from django.urls import path

from portfolio.views import acts, evidence, map, mapping, submitting, testimonies

urlpatterns = [
    path("portfolios/<uuid:uid>/evidence/new/", evidence.evidence_new, name="evidence_new"),
    path("portfolios/<uuid:uid>/map/", map.map, name="map"),
    path("portfolios/<uuid:uid>/gaps/", map.gaps, name="gaps"),
    path("portfolios/<uuid:uid>/submit/", submitting.submit_many, name="submit_many"),
    path("portfolios/<uuid:uid>/to-finish/", map.to_finish, name="to_finish"),
    path("evidence/<uuid:uid>/edit/", evidence.evidence_edit, name="evidence_edit"),
    path("evidence/<uuid:uid>/mapping/", mapping.evidence_mapping, name="evidence_mapping"),
    path("evidence/<uuid:uid>/submit/", submitting.evidence_submit, name="evidence_submit"),
    path("evidence/<uuid:uid>/discard/", evidence.evidence_discard, name="evidence_discard"),
    path("evidence/<uuid:uid>/seen/", acts.evidence_seen, name="evidence_seen"),
    path("evidence/<uuid:uid>/withdraw/", acts.evidence_withdraw, name="evidence_withdraw"),
    path("portfolios/<uuid:uid>/witnesses/", testimonies.witnesses, name="witnesses"),
    path("portfolios/<uuid:uid>/witnesses/ask/", testimonies.witness_ask, name="witness_ask"),
    path("testimonies/<uuid:uid>/resend/", testimonies.testimony_resend, name="testimony_resend"),
    path("testimonies/<uuid:uid>/withdraw/", testimonies.testimony_withdraw, name="testimony_withdraw"),
    path("testimony/<str:token>/", testimonies.testimony, name="testimony"),
    path("testimony/<str:token>/account/", testimonies.testimony_account, name="testimony_account"),
    path("testimony/<str:token>/about/", testimonies.testimony_about, name="testimony_about"),
]
