"""Addresses of assessments."""

from django.urls import include, path

urlpatterns = [
    path("", include("assessments.urls_reports")),
]
