"""Every address of the site."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from accounts.views import welcome
from assessments.views.verification import verification

urlpatterns = [
    path("", welcome, name="welcome"),
    # What the QR code on a report says.
    path("verify/<str:code>/", verification, name="verification"),
    # The bytes of files have one address, whatever the language.
    path("files/", include("portfolio.urls_files")),
    path("uploads/", include("portfolio.urls_uploads")),
    *i18n_patterns(
        path("", include("accounts.urls")),
        path("", include("standards.urls")),
        path("", include("portfolio.urls")),
        path("", include("assessments.urls")),
    ),
]
