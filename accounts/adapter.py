"""What allauth asks the project."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest, HttpResponse
from django.urls import translate_url
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts import letters
from accounts.backends import exists_here
from accounts.middleware import remember
from accounts.models import User
from accounts.services import choose_language


class AccountAdapter(DefaultAccountAdapter):
    # Only what our own forms can run into.
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _("Email address and password do not match. Check both."),
        "enter_current_password": _("This is not your current password."),
        "too_many_login_attempts": _("Too many attempts. Wait five minutes, or ask for a new password."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are made by accepting an invitation."""
        return False

    def authenticate(self, request: HttpRequest, **credentials) -> User | None:
        """allauth also answers for accounts that may not sign in, to say that they are closed."""
        user = super().authenticate(request, **credentials)
        return user if user and exists_here(user) else None

    def send_password_reset_mail(self, user: User, email: str, context: dict) -> None:
        letters.send(
            "password_reset",
            to=email,
            language=user.language,
            uid=context["uid"],
            key=context["key"],
            origin=self.request.build_absolute_uri("/").rstrip("/"),
        )

    def post_login(self, request: HttpRequest, user: User, **kwargs) -> HttpResponse:
        """The account's own language wins; the first sign-in settles it."""
        response = super().post_login(request, user, **kwargs)
        if not user.language:
            choose_language(by=user, language=get_language())
        remember(request, user.language)
        response["Location"] = translate_url(response["Location"], user.language)
        return response

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return self.get_login_redirect_url(request)
