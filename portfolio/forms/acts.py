"""What people type when they saw something at the workplace, or destroy what somebody else should not see."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms import DayInput, PastDayField


class SeenForm(forms.Form):
    """The day on which an assessor or a quality assurer went and saw it."""

    seen_on = PastDayField(
        label=_("When you saw it"),
        widget=DayInput(today=True),
        error_messages={"to_come": _("This day is still to come. Enter the day on which you saw it.")},
    )


class WithdrawalForm(forms.Form):
    """Why the content of a piece has to go."""

    reason = forms.CharField(
        label=_("Why the content has to go"),
        max_length=2000,
        help_text=_("The reason is kept. Do not repeat in it what has to be private."),
        widget=forms.Textarea({"rows": 4}),
    )
    sure = forms.BooleanField(
        label=_("I know that the files and words are destroyed and cannot be brought back."),
        error_messages={"required": _("Confirm that you know it before you go on.")},
    )
