"""Letters by email: plain text, in the reader's language, in both where it is not known."""

import logging

from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from accounts.refusals import Refusal

log = logging.getLogger(__name__)


class Unsent(Refusal):
    """The mail server did not take the letter."""

    status = 503
    title = _("The email could not be sent")
    default = _("The email could not be sent. Everything else is kept. Send it again in a few minutes.")


def send(name: str, *, to: str, language: str, **context: object) -> None:
    """Send templates/accounts/letters/<name>.txt, whose first line is the subject."""
    subjects, bodies = [], []
    for code in [language] if language else ["cy", "en"]:
        with translation.override(code):
            text = render_to_string(f"accounts/letters/{name}.txt", context).strip()
        subject, _newline, body = text.partition("\n")
        subjects.append(subject)
        bodies.append(body.strip())
    try:
        send_mail(" / ".join(subjects), "\n\n* * *\n\n".join(bodies) + "\n", None, [to])
    except OSError as error:
        log.exception("letter %s not sent", name)
        raise Unsent() from error
