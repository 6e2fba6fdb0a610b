"""Who may sign in."""

from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings


class EmailBackend(AuthenticationBackend):
    """E-mail and password. Addresses under .example belong to the demo's people, who exist nowhere else."""

    def user_can_authenticate(self, user) -> bool:
        if user.email.endswith(".example") and not settings.DEMO:
            return False
        return super().user_can_authenticate(user)
