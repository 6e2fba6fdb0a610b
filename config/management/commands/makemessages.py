"""`manage.py makemessages` as this project wants it: Welsh, one line a message, nothing guessed."""

from django.core.management.base import CommandParser
from django.core.management.commands import makemessages


class Command(makemessages.Command):
    # A guessed translation looks like a finished one.
    msgmerge_options = [*makemessages.Command.msgmerge_options, "--no-fuzzy-matching"]

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.set_defaults(
            locale=["cy"],
            no_obsolete=True,
            no_location=True,
            no_wrap=True,
            # config/locale: all files belong to the one catalogue, wherever LOCALE_PATHS puts it.
            ignore_patterns=[".venv", "var", "out", "tests", "bench", "config/locale"],
        )
