"""Why a door stays shut: to whoever had a part once, to what was destroyed, to a link that leads nowhere."""

from django.utils.translation import gettext_lazy as _

from accounts.refusals import Refusal


class Ended(Refusal):
    """They had a part in it once, so they are told, as strangers are not."""

    status = 403
    title = _("Your part in this has ended")
    default = _(
        "Your part in this has ended, so it is closed to you. Nothing was changed; what you recorded before stays."
    )


class Withdrawn(Refusal):
    """A manager has destroyed it."""

    status = 410
    title = _("The content was withdrawn for privacy")
    default = _("The file was destroyed. Its SHA-256 and the reason are on the page of the evidence.")


class NoTestimony(Refusal):
    """The link of a letter to a witness leads nowhere."""

    status = 410
    title = _("This link does not work")
    default = _("The link is wrong or too old. Ask the learner to send you the letter again.")
