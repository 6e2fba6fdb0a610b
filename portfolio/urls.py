"""Addresses of portfolio."""

from django.urls import include, path

urlpatterns = [
    path("", include("portfolio.urls_evidence")),
    path("", include("portfolio.urls_programmes")),
    path("", include("portfolio.urls_strategy")),
]
