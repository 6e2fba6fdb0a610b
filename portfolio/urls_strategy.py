"""Addresses of the rules of the assessment strategy."""

from django.urls import path

from portfolio.views import strategy as views

urlpatterns = [
    path("programmes/<uuid:uid>/strategy/", views.strategy, name="strategy"),
    path(
        "programmes/<uuid:uid>/strategy/<str:urn>/<str:edition>/<str:subject>/",
        views.strategy_rule,
        name="strategy_rule",
    ),
]
