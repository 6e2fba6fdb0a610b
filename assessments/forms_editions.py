"""What people say about editions: whether a changed criterion is still the same, which decisions still hold."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django import forms
from django.utils.translation import gettext_lazy as _

from standards.editions import Pair


@dataclass(frozen=True)
class Doubt:
    """A pair that a person must look at: its words by language, which of them are gone and new; the question."""

    pair: Pair
    told: list[tuple[str, list[tuple[str, str]]]]
    question: forms.BoundField


class MoveForm(forms.Form):
    """One question for each pair whose text was changed; `to` is the edition that the dry run was about."""

    to = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args, pairs: Sequence[Pair], language: str, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.language = language
        self.doubtful = [pair for pair in pairs if pair.is_whole and not pair.is_same]
        for pair in self.doubtful:
            self.fields[f"pair-{pair.key}"] = forms.ChoiceField(
                label=_("Is it the same criterion?"),
                choices=[
                    ("yes", _("Yes: carry its evidence over")),
                    ("no", _("No: one is gone, the other new")),
                ],
                widget=forms.RadioSelect,
            )

    @property
    def doubts(self) -> Iterator[Doubt]:
        """Each told in the language of the page, and in the other one too if its words changed there."""
        for pair in self.doubtful:
            yield Doubt(pair, pair.told(self.language), self[f"pair-{pair.key}"])

    @property
    def carried(self) -> set[str]:
        """The pairs that a person takes for one criterion."""
        return {pair.key for pair in self.doubtful if self.cleaned_data[f"pair-{pair.key}"] == "yes"}


class ConfirmForm(forms.Form):
    """The mappings whose earlier judgement still holds."""

    mapping = forms.TypedMultipleChoiceField(coerce=int, required=False)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        # Which of them wait here is for the service to say.
        self.fields["mapping"].valid_value = _may_be_an_id


def _may_be_an_id(value: str) -> bool:
    return value.isdecimal() and len(value) < 19
