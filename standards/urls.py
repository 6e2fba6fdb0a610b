"""Addresses of standards."""

from django.urls import path

from standards.views import editions, imports, standards

urlpatterns = [
    path("standards/", standards.standards, name="standards"),
    path("standards/imports/", imports.imports, name="imports"),
    path("standards/imports/<uuid:uid>/", imports.import_draft, name="import_draft"),
    path("standards/imports/<uuid:uid>/discard/", imports.import_discard, name="import_discard"),
    path("standards/<str:urn>/<str:edition>/", standards.standard, name="standard"),
    path("standards/<str:urn>/<str:edition>/successor/", editions.successor, name="successor"),
]
