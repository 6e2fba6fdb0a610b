"""What a manager says about editions."""

from collections.abc import Iterable

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from standards.models import Standard


class SuccessorSearch(forms.Form):
    """Where to look: a revised standard may have a new URN."""

    q = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=200,
        help_text=_("URN, title, keyword or words of a criterion, in Welsh or English"),
        widget=forms.TextInput({"type": "search"}),
    )


class SuccessorForm(forms.Form):
    """One of what was found, or none."""

    successor = forms.ChoiceField(
        label=_("What comes after this edition"), required=False, widget=forms.RadioSelect
    )

    def __init__(self, *args, found: Iterable[Standard], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.found = {str(row.pk): row for row in found}
        named = [(pk, row.named_in(get_language())) for pk, row in self.found.items()]
        self.fields["successor"].choices = [("", _("Nothing: it is the latest edition")), *named]

    def clean_successor(self) -> Standard | None:
        return self.found.get(self.cleaned_data["successor"])
