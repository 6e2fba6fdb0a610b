"""What a manager asks for beyond the assessment strategy."""

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from portfolio.models import EvidenceKind


class RuleForm(forms.Form):
    """How many pieces, which kinds, whether simulation counts. What the service refuses is shown on top."""

    pieces = forms.IntegerField(
        label=_("How many accepted pieces of evidence"), min_value=1, max_value=20, initial=1
    )
    methods = forms.MultipleChoiceField(
        label=_("At least one of them is"),
        choices=[(value, capfirst(label)) for value, label in EvidenceKind.choices],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Choose none if every kind of evidence will do."),
    )
    simulation = forms.BooleanField(label=_("Simulation counts"), required=False)

    def __init__(self, *args, simulation: bool, **kwargs) -> None:
        """Without simulation where it does not count in any case."""
        super().__init__(*args, **kwargs)
        if not simulation:
            del self.fields["simulation"]
            self.fields["methods"].choices = [
                choice for choice in self.fields["methods"].choices if choice[0] != EvidenceKind.SIMULATION
            ]
