"""What those who assure quality type. A form never saves."""

from datetime import date, timedelta

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.forms import DayField
from accounts.models import LANGUAGES, User
from assessments.models import Check, Sample, SamplingPlan

LIMIT = 20_000
IN_ORDER = [("yes", _("In order")), ("no", _("Not in order"))]


def _text(label, **options) -> forms.CharField:
    return forms.CharField(label=label, max_length=LIMIT, widget=forms.Textarea({"rows": 3}), **options)


def _language(label) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=LANGUAGES, widget=forms.RadioSelect({"class": "keys"}))


def _in_a_year() -> date:
    return timezone.localdate() + timedelta(days=364)


def _in_four_weeks() -> date:
    return timezone.localdate() + timedelta(days=28)


class PlanForm(forms.Form):
    """When a plan runs, and how much of whose decisions it draws."""

    from_on = DayField(label=_("From"), initial=timezone.localdate)
    to_on = DayField(
        label=_("Until"),
        initial=_in_a_year,
        help_text=_(
            "Twelve months at most. By then every assessor, standard, method and language is sampled."
        ),
    )
    share = forms.IntegerField(
        label=_("Share of each assessor's decisions, in per cent"), min_value=1, max_value=100, initial=15
    )
    higher_share = forms.IntegerField(
        label=_("Share for new assessors and those not yet qualified, in per cent"),
        min_value=1,
        max_value=100,
        initial=50,
        help_text=_("An assessor is new for six months."),
    )


class DecideForm(forms.Form):
    """Which proposals to choose or to set aside."""

    sample = forms.MultipleChoiceField(
        label=_("Samples"), error_messages={"required": _("Tick at least one sample first.")}
    )
    move = forms.ChoiceField(
        label=_("Choose or set aside"), choices=[("choose", _("Choose")), ("set-aside", _("Set aside"))]
    )

    def __init__(self, *args, samples: list[Sample], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.samples = {str(sample.uid): sample for sample in samples}
        self.fields["sample"].choices = [(uid, uid) for uid in self.samples]

    @property
    def chosen(self) -> list[Sample]:
        return [self.samples[uid] for uid in self.cleaned_data["sample"]]


class AddForm(forms.Form):
    """Which decisions to sample besides what was proposed."""

    decided = forms.MultipleChoiceField(
        label=_("Decisions"), error_messages={"required": _("Tick at least one decision first.")}
    )
    due_on = DayField(label=_("To be sampled by"), initial=_in_four_weeks)

    def __init__(self, *args, keys: list[str], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["decided"].choices = [(key, key) for key in keys]


class ObservationForm(forms.Form):
    """Whom to observe at work, and by when."""

    assessor = forms.ModelChoiceField(
        label=_("Assessor"), queryset=User.objects.none(), empty_label=_("Choose an assessor")
    )
    due_on = DayField(label=_("To be observed by"), initial=_in_four_weeks)

    def __init__(self, *args, assessors: QuerySet[User], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["assessor"].queryset = assessors


class SampleForm(forms.Form):
    """The check list and what follows from it. The button that was pressed says which outcome it is."""

    comment = _text(_("Comment"), required=False)
    action = _text(
        _("Action"),
        required=False,
        help_text=_("Only when you return it: what the assessor is to do."),
    )
    due_on = DayField(label=_("To be done by"), required=False)
    language = _language(_("Language in which you write"))

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        checks = {
            name: forms.ChoiceField(
                label=label,
                choices=IN_ORDER,
                widget=forms.RadioSelect({"class": "keys"}),
                error_messages={"required": _("Choose one of the two.")},
            )
            for name, label in Check.choices
        }
        self.fields = checks | self.fields

    @property
    def returns(self) -> bool:
        return self.data.get("outcome") == "return"

    @property
    def checks(self) -> dict[str, bool]:
        return {name: self.cleaned_data[name] == "yes" for name in Check.values}

    def clean(self) -> dict:
        typed = self.cleaned_data
        if self.returns:
            if not typed.get("action"):
                self.add_error("action", _("Say what the assessor is to do."))
            if "due_on" in typed and (typed["due_on"] is None or typed["due_on"] < timezone.localdate()):
                self.add_error("due_on", _("Say until when: today or a later day."))
        elif "no" in {typed.get(name) for name in Check.values}:
            self.add_error("action", _("Something is not in order: return it with an action."))
        return typed


class AnswerForm(forms.Form):
    """What the assessor did about an action."""

    text = _text(_("What was done"), error_messages={"required": _("Say what was done.")})
    language = _language(_("Language of the answer"))


class WithdrawForm(forms.Form):
    """Why a sign-off is withdrawn."""

    reason = _text(
        _("Why it is withdrawn"),
        help_text=_("The assessor and the learner read it."),
        error_messages={
            "required": _("Say why the sign-off is withdrawn. The assessor and the learner read it.")
        },
    )
    language = _language(_("Language of the reason"))


class ReleaseForm(forms.Form):
    """Which standards to release."""

    standard = forms.MultipleChoiceField(
        label=_("Standards"), error_messages={"required": _("Tick at least one standard first.")}
    )
    # They were read once more, on a list of their own.
    confirmed = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, rows: list, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.rows = {str(row.uid): row for row in rows}
        self.fields["standard"].choices = [(uid, uid) for uid in self.rows]

    @property
    def chosen(self) -> list:
        return [self.rows[uid] for uid in self.cleaned_data["standard"]]


class VisitForm(forms.Form):
    """Who may read which portfolios until when."""

    user = forms.ModelChoiceField(
        label=_("External quality assurer"), queryset=User.objects.none(), empty_label=_("Choose somebody")
    )
    period_from = DayField(
        label=_("Learners enrolled from"),
        help_text=_("Everybody who was enrolled at some time in this period."),
    )
    period_to = DayField(label=_("until"), initial=timezone.localdate)
    last_day = DayField(
        label=_("They can read until the end of"), initial=_in_four_weeks, help_text=_("It ends by itself.")
    )

    def __init__(self, *args, people: QuerySet[User], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = people


def plan_initial(plan: SamplingPlan | None) -> dict:
    """A new plan begins with the shares of the one before it."""
    return {"share": plan.share, "higher_share": plan.higher_share} if plan else {}
