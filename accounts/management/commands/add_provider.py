"""`manage.py add_provider`: a training provider and its first manager, who invites everybody else."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.forms import ValidationError
from django.urls import reverse
from django.utils import translation

from accounts.models import LANGUAGES
from accounts.services import found_provider


class Command(BaseCommand):
    help = "Adds a training provider and its first manager, who sets a password by email and then invites the others."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name_cy", help="The provider's name in Welsh.")
        parser.add_argument("name_en", help="The provider's name in English.")
        parser.add_argument("--manager", required=True, metavar="EMAIL", help="The manager's email address.")
        parser.add_argument("--name", required=True, help="The manager's name.")
        parser.add_argument("--language", default="cy", choices=[code for code, _name in LANGUAGES])

    def handle(
        self, *, name_cy: str, name_en: str, manager: str, name: str, language: str, **_: object
    ) -> None:
        try:
            validate_email(manager)
        except ValidationError as error:
            raise CommandError(f"{manager} is no email address.") from error
        found_provider(name_cy=name_cy, name_en=name_en, email=manager, name=name, language=language)
        with translation.override(language):
            page = settings.ADDRESS + reverse("account_reset_password")
        self.stdout.write(f"{name_en} is there. Its manager, {manager}, sets a password at {page}")
