"""What the house says when it does not do what was asked: raised by services, shown as a page."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Refusal(Exception):
    """Nothing was done. The message says what happened, what is kept, and what to do.

    `words` fill its placeholders when it is told, so that it is told in the language of whoever reads it.
    """

    status = 400
    # Whether the page on which it was tried can be opened again.
    reopens = True
    title: str | Promise = _("This could not be done")
    default: str | Promise = _("Nothing was changed. Go back and try again.")

    def __init__(self, message: str | Promise | None = None, **words: object) -> None:
        self.template = message or self.default
        self.words = words
        super().__init__(self.template)

    @property
    def message(self) -> str:
        return str(self.template) % self.words if self.words else str(self.template)

    def __str__(self) -> str:
        return self.message


class NotYours(Refusal):
    """They may see it, but this step belongs to somebody else."""

    status = 403
    title = _("This step is for somebody else")
    default = _("Your part in this does not include that step. Nothing was changed.")


class WrongState(Refusal):
    """Things have moved on since the page was shown."""

    status = 409
    title = _("This has changed in the meantime")
    default = _(
        "That step is no longer open. Nothing was changed. Open the page again to see how things stand now."
    )


class Stale(WrongState):
    """Somebody else wrote to the same thing first."""

    default = _(
        "Somebody changed this after you opened it. Nothing was overwritten. Open the page again to see how."
    )


class Invalid(Refusal):
    """What was sent cannot be accepted as it is."""

    status = 422
    title = _("Something here cannot be accepted")
    default = _("What you sent cannot be accepted as it is. Nothing was changed. Go back and correct it.")
