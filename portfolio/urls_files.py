"""Addresses of the bytes of files: one for both languages."""

from django.urls import path

from portfolio.views import files

urlpatterns = [
    path("<uuid:uid>/", files.file, name="file"),
    path("<uuid:uid>/previews/<int:page>/", files.preview, name="preview"),
]
