"""What people choose about reports. A form never saves."""

from datetime import date
from urllib.parse import urlencode

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.forms import DayField
from accounts.refusals import Invalid
from assessments.models import Report, ReportForm, ReportFormat
from assessments.reports.access import printed_code
from assessments.services.exports import KINDS
from assessments.services.reports import check_choice, check_period
from portfolio.models import EnrolmentState, Programme


class CohortFields(forms.Form):
    """Of which learners of a programme."""

    cohort = forms.ChoiceField(label=_("Cohort"), required=False)

    def __init__(self, *args, programme: Programme, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.programme = programme
        names = programme.enrolments.exclude(cohort="").order_by("cohort").values_list("cohort", flat=True)
        self.fields["cohort"].choices = [
            ("", _("every cohort")),
            *((name, name) for name in names.distinct()),
        ]


class CohortScope(CohortFields):
    """Of which learners, and in which period."""

    from_on = DayField(label=_("From"), required=False)
    to_on = DayField(
        label=_("Until"),
        required=False,
        help_text=_(
            "Whoever was enrolled at some time in this period is in the report. The totals also count what was"
            " declared and released in it."
        ),
    )

    def clean_to_on(self) -> date | None:
        last = self.cleaned_data["to_on"]
        try:
            check_period(self.cleaned_data.get("from_on"), last)
        except Invalid as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        return last

    def clean(self) -> dict:
        if not self.errors:
            try:
                check_choice(self.programme, self.about)
            except Invalid as refusal:
                raise forms.ValidationError(str(refusal)) from refusal
        return self.cleaned_data

    @property
    def about(self) -> dict[str, object]:
        """The cleaned choice as the scope of a report names it."""
        chosen = self.cleaned_data
        return {"cohort": chosen["cohort"], "from": chosen["from_on"], "to": chosen["to_on"]}

    @property
    def query(self) -> str:
        """What was chosen, as the address of the preview has it."""
        return urlencode({name: self.data.get(name, "") for name in CohortScope.base_fields})


class CohortReportForm(CohortScope):
    """A report about a programme."""

    form = forms.ChoiceField(label=_("Language"), choices=ReportForm.choices, initial=get_language)
    format = forms.ChoiceField(
        label=_("Format"),
        choices=[choice for choice in ReportFormat.choices if choice[0] != ReportFormat.ZIP],
        help_text=_(
            "XLSX holds both languages. CSV is for other programs: it has the titles of the standards in both, but "
            "names columns and states by fixed English words."
        ),
    )


class ExportForm(CohortFields):
    """The same report for many learners."""

    state = forms.ChoiceField(
        label=_("State of the enrolment"),
        required=False,
        choices=[("", _("every state")), *EnrolmentState.choices],
    )
    kind = forms.ChoiceField(label=_("Report"), choices=[(kind, kind.label) for kind in KINDS])
    form = forms.ChoiceField(label=_("Language"), choices=ReportForm.choices, initial=get_language)


class WithdrawForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("Strangers never see it."),
    )


class LogoForm(forms.Form):
    image = forms.FileField(
        label=_("Choose a picture"),
        help_text=_("PNG, JPEG or WebP, at most 4 MB. A small copy is kept."),
        widget=forms.FileInput({"accept": "image/png,image/jpeg,image/webp"}),
    )


class VerifyForm(forms.Form):
    """What somebody holds who asks whether it is genuine: a code, or the file itself."""

    code = forms.CharField(label=_("Verification code"), max_length=60, required=False)
    file = forms.FileField(
        label=_("Or choose the file itself"),
        required=False,
        help_text=_("It is compared and not kept."),
    )

    def clean_code(self) -> str:
        return printed_code(self.cleaned_data["code"])

    def clean(self) -> dict:
        cleaned = self.cleaned_data
        if self.errors or (cleaned["file"] and not cleaned["code"]):
            return cleaned
        if not cleaned["code"]:
            raise forms.ValidationError(_("Enter a code, or choose a file."))
        if len(cleaned["code"]) != Report.CODE_LENGTH:
            self.add_error(
                "code", _("A code has four groups of four letters and digits. Compare it with the cover.")
            )
        return cleaned
