"""Who may sign in."""

from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings

from accounts.models import User


def exists_here(user: User) -> bool:
    """Addresses under .example belong to the demo's people, who exist nowhere else."""
    return settings.DEMO or not user.email.endswith(".example")


class EmailBackend(AuthenticationBackend):
    """Email and password; ends the session of whoever may no longer be here."""

    def user_can_authenticate(self, user: User) -> bool:
        return exists_here(user) and super().user_can_authenticate(user)
