"""Every address of the site."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from accounts.views import welcome

urlpatterns = [
    path("", welcome, name="welcome"),
    # The bytes of files have one address, whatever the language.
    path("files/", include("portfolio.urls_files")),
    *i18n_patterns(
        path("", include("accounts.urls")),
        path("", include("standards.urls")),
        path("", include("portfolio.urls")),
        path("", include("assessments.urls")),
    ),
]
