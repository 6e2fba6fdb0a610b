"""Why a door stays shut: to whoever had a part once, to a file that cannot be shown, to a link that leads nowhere."""

from django.utils.translation import gettext_lazy as _

from accounts.refusals import Refusal


class Ended(Refusal):
    """They had a part in it once, so they are told, as strangers are not."""

    status = 403
    reopens = False
    title = _("Your part in this has ended")
    default = _(
        "Your part in this has ended, so it is closed to you. Nothing was changed; what you recorded before stays."
    )


class Withdrawn(Refusal):
    """A manager has destroyed it."""

    status = 410
    title = _("The content was withdrawn for privacy")
    default = _("The file was destroyed. Its SHA-256 and the reason are on the page of the evidence.")


class Damaged(Refusal):
    """The storage no longer has what was stored."""

    status = 410
    title = _("This file is damaged")
    default = _(
        "The file is missing from the storage or was cut short. Its name, size and SHA-256 are kept. "
        "Tell the manager of your training provider."
    )


class Quarantined(Refusal):
    """The virus scanner has not let it through."""

    status = 409
    title = _("This file is not open yet")
    default = _("The file waits for the virus scanner. It opens once no virus was found in it.")


class Infected(Refusal):
    """The virus scanner found something."""

    status = 410
    title = _("This file was deleted")
    default = _("A virus was found in the file, so it was deleted. Upload a clean copy.")


class NoTestimony(Refusal):
    """The link of a letter to a witness leads nowhere."""

    status = 410
    title = _("This link does not work")
    default = _("The link is wrong or too old. Ask the learner to send you the letter again.")
