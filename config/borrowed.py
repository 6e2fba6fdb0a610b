"""What Django says to readers and says badly, or not at all, in its own Welsh catalogue.

Naming it here makes `makemessages` collect it, so that our catalogue supplies the Welsh, and Django takes ours
first. Only what a reader of our pages can meet is here. allauth, which has no Welsh, gets our own words instead:
accounts/forms.py, accounts/adapter.py and templates/account.
"""

from django.utils.translation import gettext_noop, ngettext_lazy

SAID = [
    gettext_noop("Enter a valid date."),
    gettext_noop("Enter a whole number."),
    gettext_noop("Enter a valid email address."),
    gettext_noop("The submitted file is empty."),
    gettext_noop("Null characters are not allowed."),
    gettext_noop("“%(pk)s” is not a valid value."),
    gettext_noop("The password is too similar to the %(verbose_name)s."),
    gettext_noop("This password is too common."),
]

COUNTED = [
    ngettext_lazy(
        "Ensure this value has at most %(limit_value)d character (it has %(show_value)d).",
        "Ensure this value has at most %(limit_value)d characters (it has %(show_value)d).",
        "limit_value",
    ),
    ngettext_lazy(
        "Ensure this filename has at most %(max)d character (it has %(length)d).",
        "Ensure this filename has at most %(max)d characters (it has %(length)d).",
        "max",
    ),
    ngettext_lazy(
        "This password is too short. It must contain at least %d character.",
        "This password is too short. It must contain at least %d characters.",
    ),
]
