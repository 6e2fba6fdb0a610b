"""Addresses of a manager's pages."""

from django.urls import path

from accounts.views import providers
from portfolio.views import programmes as views

urlpatterns = [
    path("programmes/", providers, {"to": "programmes"}, name="all_programmes"),
    path("providers/<uuid:uid>/programmes/", views.programmes, name="programmes"),
    path("providers/<uuid:uid>/programmes/new/", views.programme_new, name="programme_new"),
    path("programmes/<uuid:uid>/", views.programme, name="programme"),
    path("programmes/<uuid:uid>/edit/", views.programme_edit, name="programme_edit"),
    path("programmes/<uuid:uid>/enrol/", views.enrol, name="enrol"),
    path("enrolments/<uuid:uid>/", views.enrolment, name="enrolment"),
    path("enrolments/<uuid:uid>/allocate/", views.allocate, name="allocate"),
    path("enrolments/<uuid:uid>/move/", views.enrolment_move, name="enrolment_move"),
    path("people/<uuid:uid>/hand-over/", views.hand_over, name="hand_over"),
    path("allocations/<uuid:uid>/end/", views.allocation_end, name="allocation_end"),
]
