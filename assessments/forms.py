"""What assessors decide and write, and why a manager stands in. A form never saves."""

from collections.abc import Iterator, Mapping, Sequence
from copy import copy

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.models import LANGUAGES
from accounts.refusals import Invalid
from assessments.desk import Asked, Creditable, Desk
from assessments.models import Outcome, Review
from assessments.services.reviews import SOUND, Decision, check_reasons
from portfolio.models import Submission
from standards.models import Criterion

OUTCOMES = [(o.value, capfirst(o.label)) for o in Outcome]
CREDITS = [("", _("Not credited")), *OUTCOMES[:2]]
LIMIT = 20_000


class ReviewForm(forms.Form):
    """The decisions on a round: `outcome-<id>` for each criterion asked for, `credit-<id>` for the others."""

    outcomes = OUTCOMES
    # Of the draft that it goes on from.
    version = forms.CharField(required=False, widget=forms.HiddenInput)
    valid = forms.BooleanField(label=_("Valid: it shows what the criteria ask for"), required=False)
    authentic = forms.BooleanField(label=_("Authentic: it is the learner's own work"), required=False)
    current = forms.BooleanField(label=_("Current: it shows what the learner can do today"), required=False)
    shown = forms.CharField(
        label=_("How the work shows the knowledge"),
        required=False,
        max_length=LIMIT,
        help_text=_("Nothing is written here. If you find knowledge in it, say what shows it."),
        widget=forms.Textarea({"rows": 2}),
    )
    feedback = forms.CharField(
        label=_("Feedback on the whole"),
        max_length=LIMIT,
        help_text=_("What the evidence shows, and what comes next."),
        widget=forms.Textarea({"rows": 5}),
        error_messages={
            "required": _("Write feedback on the whole: what the evidence shows, and what comes next.")
        },
    )
    language = forms.ChoiceField(
        label=_("Language of the feedback"), choices=LANGUAGES, widget=forms.RadioSelect({"class": "keys"})
    )

    def __init__(self, *args, desk: Desk, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.desk = desk
        if not desk.wants_reason:
            del self.fields["shown"]
        # The summary of errors names the fields in the order of the page.
        fields: dict[str, forms.Field] = {}
        for row in desk.asked:
            field = fields[f"outcome-{row.criterion.pk}"] = copy(OUTCOME)
            field.label = str(row.criterion)
            fields[f"words-{row.criterion.pk}"] = WORDS
        for other in desk.creditable:
            fields[f"credit-{other.criterion.pk}"] = CREDIT
        self.fields = fields | self.fields

    def asked(self) -> Iterator[tuple[Asked, forms.BoundField, forms.BoundField]]:
        """Each criterion that wants a decision, with its choice and its feedback."""
        for row in self.desk.asked:
            yield row, self[f"outcome-{row.criterion.pk}"], self[f"words-{row.criterion.pk}"]

    def sound(self) -> list[forms.BoundField]:
        """What has to be true of evidence that is accepted."""
        return [self[name] for name in SOUND]

    def creditable(self) -> Iterator[tuple[Creditable, str, str]]:
        """Each with the name of its choice and what is chosen: bound fields would take longer than all the rest."""
        chosen = self.data if self.is_bound else self.initial
        for row in self.desk.creditable:
            name = f"credit-{row.criterion.pk}"
            yield row, name, chosen.get(name, "")

    def credited(self) -> bool:
        """Whether anything is credited, as far as it was typed."""
        return any(chosen for _row, _name, chosen in self.creditable())

    def clean(self) -> dict:
        if any(name.startswith(("outcome-", "credit-")) and name not in self.fields for name in self.data):
            raise forms.ValidationError(
                _(
                    "One of the criteria is not open for a decision here. Open the page again to see which are."
                )
            )
        ask_for_sound(self, self.decisions)
        if "shown" in self.cleaned_data:
            criteria = {row.criterion.pk: row.criterion for row in (*self.desk.asked, *self.desk.creditable)}
            ask_for_shown(self, self.desk.submission, self.decisions, criteria)
        return self.cleaned_data

    @property
    def decisions(self) -> list[Decision]:
        """What was decided, so far as it is valid."""
        asked = [
            Decision(
                row.criterion.pk,
                self.cleaned_data[f"outcome-{row.criterion.pk}"],
                self.cleaned_data.get(f"words-{row.criterion.pk}", ""),
            )
            for row in self.desk.asked
            if f"outcome-{row.criterion.pk}" in self.cleaned_data
        ]
        credited = [
            Decision(row.criterion.pk, outcome)
            for row in self.desk.creditable
            if (outcome := self.cleaned_data.get(f"credit-{row.criterion.pk}"))
        ]
        return asked + credited


def ask_for_sound(form: forms.Form, decisions: Sequence[Decision]) -> None:
    """Where something is accepted, what was not confirmed of it is in error."""
    accepted = any(d.outcome != Outcome.NOT_ACCEPTED for d in decisions)
    for name in SOUND:
        if accepted and not form.cleaned_data.get(name):
            form.add_error(name, _("Confirm this, or accept nothing: choose “not accepted” for each."))


def ask_for_shown(
    form: forms.Form, submission: Submission, decisions: Sequence[Decision], criteria: Mapping[int, Criterion]
) -> None:
    """Where it is not said how work alone shows knowledge, the field for that is in error."""
    try:
        check_reasons(submission, decisions, criteria, form.cleaned_data["shown"])
    except Invalid as refusal:
        form.add_error("shown", str(refusal))


# Of each criterion; made once, because a desk has a hundred.
OUTCOME = forms.ChoiceField(
    choices=OUTCOMES,
    widget=forms.RadioSelect({"class": "keys"}),
    error_messages={"required": _("Choose one of the three.")},
)
WORDS = forms.CharField(
    label=_("Feedback on this criterion"),
    required=False,
    max_length=LIMIT,
    widget=forms.Textarea({"rows": 2}),
)
CREDIT = forms.ChoiceField(label=_("Credit further criteria"), choices=CREDITS, required=False)


class CountersignForm(forms.Form):
    """Which reviews to stand by."""

    review = forms.MultipleChoiceField(
        label=_("Decisions"),
        error_messages={"required": _("Choose the decisions that you stand by.")},
    )

    def __init__(self, *args, reviews: list[Review], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["review"].choices = [(str(review.uid), str(review.uid)) for review in reviews]


class AcknowledgeForm(forms.Form):
    """Why a manager acknowledges a standard in the learner's place."""

    reason = forms.CharField(
        label=_("Why the learner cannot acknowledge it"),
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("For instance: the learner left on which date, and how they were told."),
        error_messages={"required": _("Say why the learner cannot acknowledge it themselves.")},
    )
    language = forms.ChoiceField(
        label=_("Language of the reason"), choices=LANGUAGES, widget=forms.RadioSelect({"class": "keys"})
    )


class PhraseForm(forms.Form):
    """A sentence to use again."""

    text = forms.CharField(label=_("Phrase"), max_length=2000, widget=forms.Textarea({"rows": 2}))
    language = forms.ChoiceField(
        label=_("Language"), choices=LANGUAGES, widget=forms.RadioSelect({"class": "keys"})
    )
