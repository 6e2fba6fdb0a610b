"""Addresses of quality assurance: sampling, releases, visits."""

from django.urls import path

from assessments.views import releases, sampling, sign_offs, visits

urlpatterns = [
    path("sampling/", sampling.sampling, name="sampling"),
    path("programmes/<uuid:uid>/sampling-plans/new/", sampling.sampling_plan_new, name="sampling_plan_new"),
    path("sampling-plans/<uuid:uid>/", sampling.sampling_plan, name="sampling_plan"),
    path("sampling-plans/<uuid:uid>/add/", sampling.sampling_add, name="sampling_add"),
    path("sampling-plans/<uuid:uid>/observe/", sampling.sampling_observe, name="sampling_observe"),
    path("sampling-plans/<uuid:uid>/propose/", sampling.sampling_propose, name="sampling_propose"),
    path(
        "sampling-plans/<uuid:uid>/propose/<uuid:job>/",
        sampling.sampling_proposing,
        name="sampling_proposing",
    ),
    path("samples/<uuid:uid>/", sampling.sample, name="sample"),
    path("samples/<uuid:uid>/close/", sampling.sample_close, name="sample_close"),
    path("samples/<uuid:uid>/countersign/", sampling.sample_countersign, name="sample_countersign"),
    path("releases/", releases.releases, name="releases"),
    path("enrolled-standards/<uuid:uid>/release/", sign_offs.release, name="release"),
    path("enrolled-standards/<uuid:uid>/withdraw/", sign_offs.sign_off_withdraw, name="sign_off_withdraw"),
    path("programmes/<uuid:uid>/visits/", visits.visits, name="visits"),
    path("visits/<uuid:uid>/", visits.visit, name="visit"),
    path("visits/<uuid:uid>/end/", visits.visit_end, name="visit_end"),
]
