"""The declarations under which evidence is submitted."""

from collections.abc import Iterable

from django import forms
from django.utils.translation import gettext_lazy as _

from portfolio.models import Evidence


class DeclarationForm(forms.Form):
    """The declaration under which a piece is submitted."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    declared = forms.BooleanField(
        label=_("This evidence is genuine and shows what I did myself."),
        error_messages={"required": _("Confirm that the evidence is genuine before you submit it.")},
    )


class ObservationDeclarationForm(DeclarationForm):
    """The same for an assessor's own record."""

    declared = forms.BooleanField(
        label=_("This is a true record of what I saw."),
        error_messages={"required": _("Confirm that the record is true before you submit it.")},
    )


class ManyForm(forms.Form):
    """Several pieces under one declaration. Each is chosen as it was when the page was opened: `<uid>:<version>`."""

    piece = forms.MultipleChoiceField(
        label=_("Ready to be submitted"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Choose at least one piece."),
            "invalid_choice": _("One of the pieces was changed meanwhile. Look at the list again."),
        },
    )

    def __init__(self, *args, pieces: Iterable[Evidence], own: bool, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.pieces = {f"{piece.uid}:{piece.version}": piece for piece in pieces}
        self.fields["piece"].choices = [(key, str(piece)) for key, piece in self.pieces.items()]
        self.fields["piece"].initial = list(self.pieces)
        declaration = DeclarationForm if own else ObservationDeclarationForm
        self.fields["declared"] = declaration.base_fields["declared"]

    @property
    def chosen(self) -> list[Evidence]:
        """The pieces to submit."""
        return [self.pieces[key] for key in self.cleaned_data["piece"]]
