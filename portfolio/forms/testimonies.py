"""What a learner types about a witness, and what the witness types."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.forms import PastDayField
from accounts.models import LANGUAGES
from portfolio.forms.evidence import yes_no_field


class WitnessForm(forms.Form):
    """Whom to ask."""

    name = forms.CharField(label=_("Name of the witness"), max_length=200)
    email = forms.EmailField(
        label=_("Email of the witness"), help_text=_("Their work address, if they have one.")
    )


class CodeForm(forms.Form):
    """The code of the letter."""

    code = forms.RegexField(
        r"^\s*\d{3}\s?\d{3}\s*$",
        label=_("Code"),
        help_text=_("Six digits. They are in the letter."),
        error_messages={"invalid": _("The code has six digits.")},
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "one-time-code", "size": 8}),
    )

    def clean_code(self) -> str:
        return "".join(self.cleaned_data["code"].split())


class AccountForm(forms.Form):
    """What the witness saw, in their own words, before they read any criterion."""

    text = forms.CharField(
        label=_("What did you see the learner do?"),
        max_length=100_000,
        help_text=_("In your own words: what they did, how, and how it went."),
        widget=forms.Textarea({"rows": 10}),
    )
    happened_on = PastDayField(
        label=_("When was it?"),
        help_text=_("If it was over some time, the last day."),
    )
    place = forms.CharField(label=_("Where was it?"), max_length=300)
    language = forms.ChoiceField(
        label=_("Which language have you written in?"), choices=LANGUAGES, widget=forms.RadioSelect
    )

    def clean_happened_on(self) -> str:
        return self.cleaned_data["happened_on"].isoformat()


class AboutForm(forms.Form):
    """Who the witness is."""

    witness_name = forms.CharField(label=_("Your name"), max_length=200)
    witness_role = forms.CharField(label=_("Your job or role"), max_length=200)
    witness_relationship = forms.CharField(
        label=_("How do you know the learner?"),
        max_length=200,
        help_text=_("For example: line manager, colleague, customer."),
    )
    witness_contact = forms.CharField(
        label=_("How can the assessor reach you?"),
        max_length=200,
        help_text=_(
            "A phone number or an address. Only those who assess, or check that it is done well, see it."
        ),
    )
    witness_expert = forms.TypedChoiceField(
        label=_("Are you qualified in this work, and do you know its standards?"),
        choices=[
            ("yes", pgettext_lazy("I am qualified", "Yes")),
            ("no", pgettext_lazy("I am qualified", "No")),
        ],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        help_text=_("Then you are an expert witness. The testimony of others counts as well."),
    )
    shows_others = yes_no_field(label=_("Does it name anybody but the learner and you?"))
    true = forms.BooleanField(
        label=_("This is a true account of what I saw."),
        error_messages={"required": _("Confirm that it is true before you send it.")},
    )

    @property
    def about(self) -> dict:
        """What is to be kept."""
        return {name: value for name, value in self.cleaned_data.items() if name != "true"}
