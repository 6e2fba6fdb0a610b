"""Addresses of standards."""

from django.urls import path

from standards import views

urlpatterns = [
    path("standards/", views.standards, name="standards"),
    path("standards/<str:urn>/<str:edition>/", views.standard, name="standard"),
]
