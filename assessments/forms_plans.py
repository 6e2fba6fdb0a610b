"""What learner and assessor plan, and what an assessor records during a visit."""

from collections.abc import Collection, Iterator
from datetime import timedelta
from itertools import groupby
from operator import attrgetter

from django import forms
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from accounts.forms import DayField, PastDayField
from accounts.models import LANGUAGES
from portfolio.forms.evidence import shows_others_field
from portfolio.models import EvidenceKind
from standards.models import Criterion, Standard

RECORDS = ("observation", "discussion", "questioning")
QUESTIONS = 8


def _language(label) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=LANGUAGES, widget=forms.RadioSelect({"class": "keys"}))


def _said(text: str | Promise, language: str) -> str:
    with override(language):
        return str(text)


def in_four_weeks():
    return timezone.localdate() + timedelta(days=28)


def all_of(standard: Standard) -> str:
    """The box for every gap of a standard."""
    return f"all-{standard.pk}"


class GapsInput(forms.CheckboxSelectMultiple):
    """Standard by standard: all that is open in it with one box, or some of it."""

    template_name = "assessments/gaps_input.html"

    def get_context(self, name, value, attrs) -> dict:
        context = super().get_context(name, value, attrs)
        context["standards"] = [
            {
                "name": standard,
                "whole": [(None, options[:1], 0)],
                "each": [(None, options[1:], 0)],
                "some": any(option["selected"] for option in options[1:]),
            }
            for standard, options, _index in context["widget"]["optgroups"]
        ]
        return context


class PlanForm(forms.Form):
    """What, how, where, when, and which criteria it aims at."""

    activity = forms.CharField(
        label=_("What is to be done"),
        max_length=2000,
        widget=forms.Textarea({"rows": 2}),
    )
    method = forms.ChoiceField(
        label=_("Method"),
        choices=[(value, capfirst(label)) for value, label in EvidenceKind.choices],
        initial="observation",
    )
    place = forms.CharField(label=_("Where"), max_length=300, required=False)
    planned_on = DayField(label=_("When"), initial=in_four_weeks)
    language = _language(_("Language of the plan"))
    criteria = forms.MultipleChoiceField(
        label=_("Criteria aimed at"),
        widget=GapsInput,
        error_messages={"required": _("Choose at least one criterion.")},
    )

    def __init__(self, *args, gaps: Collection[Criterion], language: str, **kwargs) -> None:
        """`language` is the page's; what is written follows the language of assessment, which is among `initial`."""
        super().__init__(*args, **kwargs)
        self.fields["activity"].initial = _said(_("Observation at work"), self.initial["language"])
        written_in = self.data.get("language", "") if self.is_bound else self.initial["language"]
        for name in ("activity", "place"):
            self.fields[name].widget.attrs["lang"] = written_in
        other = "cy" if language == "en" else "en"
        self.gaps = {standard: list(some) for standard, some in groupby(gaps, attrgetter("standard"))}
        texts = attrgetter(f"text_{language}", f"text_{other}")
        self.fields["criteria"].choices = [
            (
                standard.named_in(language),
                [
                    (all_of(standard), _("All that is open: %(number)s") % {"number": len(some)}),
                    *((c.pk, f"{c} {next(filter(None, texts(c)), '')}") for c in some),
                ],
            )
            for standard, some in self.gaps.items()
        ]

    def clean_criteria(self) -> list[int]:
        """Those that were chosen one by one or with all of their standard."""
        chosen = self.cleaned_data["criteria"]
        return [
            c.pk
            for standard, some in self.gaps.items()
            for c in some
            if {str(c.pk), all_of(standard)} & set(chosen)
        ]


class PlanReviewForm(forms.Form):
    """What was said of a plan during a visit, and when the next one is."""

    note = forms.CharField(
        label=_("What was looked at, and what comes next"),
        max_length=5000,
        error_messages={"required": _("Say what was looked at during the visit, and what comes next.")},
        widget=forms.Textarea({"rows": 3}),
    )
    next_visit_on = DayField(label=_("Next visit"), initial=in_four_weeks)
    language = _language(_("Language of the note"))


class RecordForm(forms.Form):
    """What an assessor saw, talked over or asked. It becomes a piece of evidence in the assessor's name."""

    title = forms.CharField(label=_("Title"), max_length=300)
    happened_on = PastDayField(label=_("When it happened"), initial=timezone.localdate)
    place = forms.CharField(label=_("Where it happened"), max_length=300)
    shows_others = shows_others_field(required=True)
    language = _language(_("Language of the record"))

    def text(self) -> str:
        """The record as one text, in its own language."""
        return self.cleaned_data["account"]


class ObservationForm(RecordForm):
    account = forms.CharField(
        label=_("What you saw the learner do"),
        max_length=50_000,
        widget=forms.Textarea({"rows": 10}),
        help_text=_("Write what happened, in order, without names of customers."),
    )
    field_order = ["happened_on", "place", "account", "shows_others", "title", "language"]


class DiscussionForm(RecordForm):
    account = forms.CharField(
        label=_("What was talked about"),
        max_length=50_000,
        widget=forms.Textarea({"rows": 10}),
        help_text=_("Begin each subject on a new line; with a recording, put its time first: 2:15."),
    )
    field_order = ["happened_on", "place", "account", "shows_others", "title", "language"]


class QuestioningForm(RecordForm):
    """Questions with the answers that the learner gave by word of mouth."""

    field_order = ["happened_on", "place"]

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        for n in range(1, QUESTIONS + 1):
            self.fields[f"question-{n}"] = forms.CharField(
                label=_("Question %(n)s") % {"n": n}, max_length=2000, required=n == 1
            )
            self.fields[f"answer-{n}"] = forms.CharField(
                label=_("Answer %(n)s") % {"n": n},
                max_length=5000,
                required=n == 1,
                widget=forms.Textarea({"rows": 2}),
            )
        self.order_fields(["happened_on", "place", *self._pairs(), "shows_others", "title", "language"])

    @staticmethod
    def _pairs() -> Iterator[str]:
        for n in range(1, QUESTIONS + 1):
            yield from (f"question-{n}", f"answer-{n}")

    def clean(self) -> dict:
        for n in range(2, QUESTIONS + 1):
            question, answer = (self.cleaned_data.get(f"{part}-{n}") for part in ("question", "answer"))
            if bool(question) != bool(answer):
                missing = "answer" if question else "question"
                self.add_error(
                    f"{missing}-{n}", _("A question goes with its answer. Write both, or neither.")
                )
        return self.cleaned_data

    def text(self) -> str:
        with override(self.cleaned_data["language"]):
            labels = str(_("Question:")), str(_("Answer:"))
        said = [self.cleaned_data.get(name) for name in self._pairs()]
        pairs = [
            (question, answer) for question, answer in zip(said[::2], said[1::2], strict=True) if question
        ]
        return "\n\n".join(f"{labels[0]} {question}\n{labels[1]} {answer}" for question, answer in pairs)


RECORD_FORMS = {"observation": ObservationForm, "discussion": DiscussionForm, "questioning": QuestioningForm}


class ReplyForm(forms.Form):
    """What the learner says of a record."""

    # The language comes first: on a phone, the bar with the button would lie half over its choices.
    field_order = ["agreed", "language", "comment"]

    agreed = forms.TypedChoiceField(
        label=_("Does it tell what happened?"),
        choices=[("yes", _("Yes, that is how it was")), ("no", _("Something was different"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    comment = forms.CharField(
        label=_("Your comment"), required=False, max_length=5000, widget=forms.Textarea({"rows": 3})
    )
    language = _language(_("Language of the comment"))


class CaseloadFilter(forms.Form):
    """Which of an assessor's learners to look at."""

    learner = forms.ChoiceField(label=_("Learner"), required=False)
    standard = forms.ChoiceField(label=_("Standard"), required=False)
    language = forms.ChoiceField(
        label=_("Language"), choices=[("", _("every language")), *LANGUAGES], required=False
    )

    def __init__(
        self, *args, learners: Collection[tuple[str, str]], standards: Collection[str], **kwargs
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["learner"].choices = [("", _("every learner")), *learners]
        self.fields["standard"].choices = [("", _("every standard")), *((urn, urn) for urn in standards)]
