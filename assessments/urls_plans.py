"""Addresses of plans of assessment and of the assessor's own records."""

from django.urls import path

from assessments.views import plans, records

urlpatterns = [
    path("portfolios/<uuid:uid>/plans/", plans.plans, name="plans"),
    path("portfolios/<uuid:uid>/plans/new/", plans.plan_new, name="plan_new"),
    path("plans/<uuid:uid>/", plans.plan, name="plan"),
    path("plans/<uuid:uid>/agree/", plans.plan_agree, name="plan_agree"),
    path("plans/<uuid:uid>/close/", plans.plan_close, name="plan_close"),
    path("portfolios/<uuid:uid>/records/<str:kind>/new/", records.record_new, name="record_new"),
    path("submissions/<uuid:uid>/reply/", records.record_reply, name="record_reply"),
]
