"""What is typed when somebody decides again, appeals, or answers an appeal. A form never saves."""

from collections.abc import Iterator

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.forms import DayField
from accounts.models import LANGUAGES
from assessments.desk import Line, Told
from assessments.forms import ask_for_shown, ask_for_sound
from assessments.models import Outcome
from assessments.services.reviews import LONGEST, SOUND, Decision

OUTCOMES = [(o.value, capfirst(o.label)) for o in Outcome]


def _text(label, rows: int = 5, **options) -> forms.CharField:
    widget = forms.Textarea({"rows": rows})
    return forms.CharField(label=label, max_length=LONGEST, widget=widget, **options)


def _language() -> forms.ChoiceField:
    return forms.ChoiceField(
        label=_("Language in which you write"),
        choices=LANGUAGES,
        widget=forms.RadioSelect({"class": "keys"}),
    )


class SupersedeForm(forms.Form):
    """Every decision of an earlier review once more: `outcome-<criterion>`, `words-<criterion>`."""

    reason = _text(
        _("Why you decide again"),
        rows=3,
        help_text=_("The learner and the internal quality assurer read it."),
    )
    valid = forms.BooleanField(label=_("Valid: it shows what the criteria ask for"), required=False)
    authentic = forms.BooleanField(label=_("Authentic: it is the learner's own work"), required=False)
    current = forms.BooleanField(label=_("Current: it shows what the learner can do today"), required=False)
    shown = _text(
        _("How the work shows the knowledge"),
        rows=2,
        required=False,
        help_text=_("Nothing is written here. If you find knowledge in it, say what shows it."),
    )
    feedback = _text(_("Feedback on the whole"), help_text=_("What the evidence shows, and what comes next."))
    language = _language()

    def __init__(self, *args, told: Told, wants_reason: bool, initial: dict, **kwargs) -> None:
        super().__init__(*args, initial=initial | _as_decided(told), **kwargs)
        self.told = told
        if not wants_reason:
            del self.fields["shown"]
        asked: dict[str, forms.Field] = {}
        for line in told.lines:
            criterion = line.judgement.criterion
            asked[f"outcome-{criterion.pk}"] = forms.ChoiceField(
                label=str(criterion),
                choices=OUTCOMES,
                widget=forms.RadioSelect({"class": "keys"}),
                error_messages={"required": _("Choose one of the three.")},
            )
            asked[f"words-{criterion.pk}"] = _text(_("Feedback on this criterion"), rows=2, required=False)
        self.fields = asked | self.fields
        written_in = self.data.get("language", "") if self.is_bound else self.initial["language"]
        for field in self.fields.values():
            if isinstance(field.widget, forms.Textarea):
                field.widget.attrs["lang"] = written_in

    def clean(self) -> dict:
        if self.errors:
            return self.cleaned_data
        ask_for_sound(self, self.said["decisions"])
        if "shown" in self.cleaned_data:
            criteria = {line.judgement.criterion_id: line.judgement.criterion for line in self.told.lines}
            ask_for_shown(self, self.told.review.submission, self.said["decisions"], criteria)
        return self.cleaned_data

    def asked(self) -> Iterator[tuple[Line, forms.BoundField, forms.BoundField]]:
        """What was decided, with its new choice and feedback."""
        for line in self.told.lines:
            pk = line.judgement.criterion_id
            yield line, self[f"outcome-{pk}"], self[f"words-{pk}"]

    def sound(self) -> list[forms.BoundField]:
        return [self[name] for name in SOUND]

    def rest(self) -> list[forms.BoundField]:
        """What is said of the whole."""
        return [self[name] for name in ("shown", "feedback", "reason", "language") if name in self.fields]

    @property
    def said(self) -> dict:
        """What the service takes."""
        typed = self.cleaned_data
        pks = [line.judgement.criterion_id for line in self.told.lines]
        decisions = [Decision(pk, typed[f"outcome-{pk}"], typed[f"words-{pk}"]) for pk in pks]
        return {name: typed[name] for name in SupersedeForm.base_fields if name in typed} | {
            "decisions": decisions
        }


def _as_decided(told: Told) -> dict:
    """What was decided and said before, so that only what is to be different is typed; of erased words nothing.

    What is confirmed, valid, authentic and current, is confirmed anew.
    """
    said = {name: told.review.words.get(name) for name in ("shown", "feedback", "language")}
    lines = {f"outcome-{line.judgement.criterion_id}": line.judgement.outcome for line in told.lines}
    lines |= {f"words-{line.judgement.criterion_id}": line.feedback for line in told.lines}
    return {name: value for name, value in said.items() if value} | lines


class AppealForm(forms.Form):
    """Why a learner asks for something to be looked at again."""

    text = _text(
        _("Why you appeal"),
        help_text=_("What you do not agree with, and what you ask for. Whoever answers reads it."),
        error_messages={"required": _("Say what you do not agree with, and what you ask for.")},
    )
    language = _language()


class AppealEndForm(forms.Form):
    """Why an appeal ends: a manager has to say it, a learner may."""

    text = _text(_("Why the appeal ends"), help_text=_("It stays to be read with the appeal."))
    language = _language()

    def __init__(self, *args, wants_reason: bool, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if wants_reason:
            self.fields["text"].help_text = _("The learner reads it.")
        else:
            self.fields["text"].required = self.fields["language"].required = False


class AppealAnswerForm(forms.Form):
    """What one level says of an appeal."""

    upheld = forms.TypedChoiceField(
        label=_("Outcome"),
        choices=[("yes", _("Upheld")), ("no", _("Not upheld"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect({"class": "keys"}),
        error_messages={"required": _("Say whether the appeal is upheld.")},
    )
    answered_on = DayField(
        label=_("Day of the answer"),
        required=False,
        help_text=_("Today, unless the awarding body answered on an earlier day."),
    )
    text = _text(
        _("Reasons"),
        help_text=_("The learner reads them."),
        error_messages={"required": _("Give the reasons for the outcome. The learner reads them.")},
    )
    language = _language()
