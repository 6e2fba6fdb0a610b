"""What people type about evidence. Hardly anything is required: what is missing is asked for later."""

from collections.abc import Collection, Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.core.validators import URLValidator
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.forms import DayInput, PastDayField
from accounts.models import LANGUAGES
from accounts.refusals import Invalid
from portfolio.models import EvidenceKind
from portfolio.uploads.receive import Received, receive_all
from standards.models import Criterion, Standard

LOCATOR_LENGTH = 200
# What is written in the language of the evidence.
WRITTEN = (
    *("title", "place", "text", "kept_by", "awarded_by"),
    *("witness_role", "witness_relationship", "witness_contact"),
)


YES_NO = [
    ("yes", pgettext_lazy("it shows or names somebody", "Yes")),
    ("no", pgettext_lazy("it shows or names somebody", "No")),
]


def yes_no_field(**options: Any) -> forms.TypedChoiceField:
    """True, False, or None as long as nobody has answered."""
    return forms.TypedChoiceField(
        choices=YES_NO,
        coerce=lambda value: value == "yes",
        empty_value=None,
        widget=forms.RadioSelect,
        **options,
    )


def shows_others_field(*, required: bool) -> forms.TypedChoiceField:
    """Asked of every piece; a draft may leave it open."""
    return yes_no_field(
        label=_("Does it show or name anybody else?"),
        required=required,
        help_text=_(
            "Customers, colleagues, children. Ask them first, or leave out faces, names, addresses and numbers "
            "that are not needed."
        ),
    )


class FilesInput(forms.ClearableFileInput):
    """Several files at once."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Files that may be kept. Those that may not are in `refusals`: one bad file loses nobody the good ones."""

    widget = FilesInput

    def clean(self, data, initial=None) -> list[Received]:
        received, self.refusals = receive_all(data or [])
        return received


class WebAddressField(forms.URLField):
    """A page that a browser opens, and nothing that runs in it."""

    default_validators = [URLValidator(schemes=["http", "https"])]
    default_error_messages = {
        "invalid": _("This is not the address of a web page. Copy the whole address from your browser.")
    }


class WithFiles(forms.Form):
    """A form to which files can be added."""

    files = FilesField(label=_("Choose files"), required=False)  # type: ignore[assignment]
    camera = FilesField(
        label=_("Take a photo or a video"),
        required=False,
        widget=FilesInput({"accept": "image/*,video/*", "capture": "environment"}),
    )

    @property
    def limit(self) -> int:
        """The largest file that the form itself takes, in bytes."""
        return settings.UPLOAD_LIMIT

    @property
    def received(self) -> list[Received]:
        """The files that may be kept."""
        return [*self.cleaned_data.get("files", []), *self.cleaned_data.get("camera", [])]

    @property
    def refusals(self) -> list[Invalid]:
        """Why the others may not."""
        return [refusal for name in ("files", "camera") for refusal in self.fields[name].refusals]


class KeepForm(WithFiles):
    """A new piece: a file or a few words are enough."""

    uid = forms.UUIDField(widget=forms.HiddenInput)
    # The one that it saved by itself, if it did.
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    text = forms.CharField(
        label=_("Or write what happened"),
        required=False,
        max_length=100_000,
        widget=forms.Textarea({"rows": 5}),
    )
    title = forms.CharField(
        label=_("Title"), required=False, max_length=300, help_text=_("Can wait until later.")
    )

    @property
    def fields_of_evidence(self) -> dict:
        """What is to be kept."""
        return {name: self.cleaned_data[name] for name in ("uid", "version", "title", "text")}


class EvidenceForm(WithFiles):
    """Everything about a piece but its mappings. A draft may be saved with gaps."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    # Which file is to be taken out: the value of its button.
    remove = forms.UUIDField(required=False, widget=forms.HiddenInput)
    title = forms.CharField(
        label=_("Title"), required=False, max_length=300, help_text=_("What it is, in a few words.")
    )
    kind = forms.ChoiceField(
        label=_("Kind of evidence"),
        required=False,
        choices=[
            ("", _("Choose a kind")),
            *((value, capfirst(label)) for value, label in EvidenceKind.choices),
        ],
    )
    happened_on = PastDayField(
        label=_("When it happened"),
        required=False,
        widget=DayInput(today=True),
    )
    place = forms.CharField(
        label=_("Where it happened"),
        required=False,
        max_length=300,
        # Of earlier pieces, so that it is chosen rather than typed again.
        widget=forms.TextInput({"list": "places"}),
        help_text=_("The workplace, the shop, the ward, the site."),
    )
    language = forms.ChoiceField(
        label=_("Language of the evidence"), choices=LANGUAGES, widget=forms.RadioSelect
    )
    text = forms.CharField(
        label=_("Text"),
        required=False,
        max_length=100_000,
        help_text=_("What happened, what you did, and why you did it that way."),
        widget=forms.Textarea({"rows": 8}),
    )
    translation = forms.CharField(
        label=_("Translation into the other language"),
        required=False,
        max_length=100_000,
        help_text=_("It stands beside the text. What is judged is the original."),
        widget=forms.Textarea({"rows": 5}),
    )
    translator = forms.CharField(label=_("Translated by"), required=False, max_length=200)
    link = WebAddressField(
        label=_("Link to a page elsewhere"),
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text=_("A page can change or vanish. A screenshot or a PDF of it is safer: add one as well."),
    )
    link_seen_on = PastDayField(
        label=_("When you saw that page"),
        required=False,
        widget=DayInput(today=True),
        error_messages={"to_come": _("This day is still to come. Enter the day on which you saw the page.")},
    )
    kept_by = forms.CharField(
        label=_("Who keeps it"),
        required=False,
        max_length=300,
        help_text=_("Whom the assessor asks to see it: a name, a job, a department."),
    )
    awarded_by = forms.CharField(
        label=_("Who gave the certificate"),
        required=False,
        max_length=300,
        help_text=_("The awarding body, and the number on the certificate. Add the certificate as a file."),
    )
    witness_name = forms.CharField(label=_("Name of the witness"), required=False, max_length=200)
    witness_role = forms.CharField(label=_("Their job or role"), required=False, max_length=200)
    witness_relationship = forms.CharField(
        label=_("How they know the learner"),
        required=False,
        max_length=200,
        help_text=_("For example: line manager, colleague, customer."),
    )
    witness_contact = forms.CharField(
        label=_("How the assessor can reach them"), required=False, max_length=200
    )
    witness_expert = yes_no_field(
        label=_("Are they qualified in this work, and do they know its standards?"),
        required=False,
    )
    shows_others = shows_others_field(required=False)

    def __init__(self, *args, own: bool, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if not own:
            self.fields["text"].help_text = _("Write what happened, in order, without names of customers.")
        # Not `self["language"]`: a field that was looked at keeps its value, whatever is typed into the form later.
        language = (self.data if self.is_bound else self.initial).get("language", "")
        for name in WRITTEN:
            self.fields[name].widget.attrs["lang"] = language
        self.fields["translation"].widget.attrs["lang"] = {"cy": "en", "en": "cy"}.get(language, "")

    @property
    def fields_of_evidence(self) -> dict:
        """What is to be saved, by the names of the model; of a form with errors, what is right."""
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if name not in ("version", "files", "camera", "remove")
        }


class MappingForm(forms.Form):
    """Which criteria a piece shows, and for each of them where in it to look (fields `where-<id>`)."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    criterion = forms.TypedMultipleChoiceField(
        coerce=int,
        required=False,
        error_messages={
            "invalid_choice": _(
                "One of the criteria belongs to a standard that this learner is not enrolled on."
            )
        },
    )

    def __init__(self, *args, criteria: Iterable[int], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["criterion"].choices = [(pk, pk) for pk in criteria]
        self.too_long: set[int] = set()

    def where(self, pk: int) -> str:
        """The place in the evidence, as it was typed."""
        return self.data.get(f"where-{pk}", "").strip()

    def ticked(self, pk: int) -> bool:
        return str(pk) in self.data.getlist("criterion")

    def clean_criterion(self) -> Collection[int]:
        chosen = self.cleaned_data["criterion"]
        self.too_long = {pk for pk in chosen if len(self.where(pk)) > LOCATOR_LENGTH}
        if self.too_long:
            raise forms.ValidationError(
                _("A place in the evidence is too long. The limit in characters: %(limit)s."),
                params={"limit": LOCATOR_LENGTH},
            )
        return chosen

    @property
    def wanted(self) -> dict:
        """What is to be saved: the version it was typed over, and criterion id → where in the evidence."""
        locators = {pk: self.where(pk) for pk in self.cleaned_data["criterion"]}
        return {"version": self.cleaned_data["version"], "locators": locators}


class MapFilter(forms.Form):
    """What the evidence map shows."""

    standard = forms.ChoiceField(label=_("Standard"), required=False)
    show = forms.ChoiceField(
        label=_("Criteria"),
        required=False,
        choices=[("", _("All")), ("not-met", _("Not yet met")), ("gaps", _("No evidence yet"))],
    )

    def __init__(self, *args, standards: Iterable[Standard], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["standard"].choices = [("", _("All")), *((s.urn, s.urn) for s in standards)]

    def wants(self, criterion: Criterion, state: str) -> bool:
        """Whether a criterion in this state is to be shown; an unknown filter hides nothing."""
        chosen = self.cleaned_data if self.is_valid() else {}
        if chosen.get("standard") and chosen["standard"] != criterion.standard.urn:
            return False
        return {"not-met": state != "met", "gaps": state == "not_started"}.get(chosen.get("show", ""), True)
