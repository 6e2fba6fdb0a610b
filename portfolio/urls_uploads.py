"""Addresses of uploads on their way: one for both languages."""

from django.urls import path

from portfolio.views import uploads

urlpatterns = [
    path("", uploads.uploads, name="uploads"),
    path("<uuid:uid>/", uploads.upload, name="upload"),
]
