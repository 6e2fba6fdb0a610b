"""What a manager types about documents that are to become standards."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from standards.models import LANGUAGES, ImportDraft, TextStatus
from standards.nos.beside import beside
from standards.nos.corrections import KINDS, Correction, Fault, faults, still_true
from standards.nos.document import Document, Item, Line, Remark
from standards.nos.formats import FORMATS
from standards.nos.items import bare_number
from standards.nos.saved import from_json, lines_from_json

STATUSES = [(value, label) for value, label in TextStatus.choices if value != TextStatus.NONE]
SAY_STATUS = _("Choose what the texts are: official, or a working translation.")
CHOOSE_FIRST = _("Choose at least one document first.")


class DocumentsInput(forms.ClearableFileInput):
    """Several files at once."""

    allow_multiple_selected = True


class DocumentsField(forms.FileField):
    """Files as they come: reading them says what is wrong with each."""

    widget = DocumentsInput({"accept": ",".join(FORMATS), "data-missing": CHOOSE_FIRST})
    default_error_messages = {"required": CHOOSE_FIRST}

    def clean(self, data, initial=None) -> list[UploadedFile]:
        if not data:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        return data


class UploadForm(forms.Form):
    """Which documents, in which language, and what the text is."""

    documents = DocumentsField(label=_("Choose documents"))
    language = forms.ChoiceField(
        label=_("Language of the documents"),
        choices=[("", _("As each document tells")), *LANGUAGES],
        required=False,
    )
    status = forms.ChoiceField(
        label=_("What the texts are"),
        choices=STATUSES,
        widget=forms.RadioSelect({"data-missing": SAY_STATUS}),
        error_messages={"required": SAY_STATUS},
    )


class HeadForm(forms.Form):
    """What names a standard and its text. While it is corrected, anything may be missing."""

    urn = forms.CharField(label=_("URN"), max_length=40, required=False)
    title = forms.CharField(label=_("Title"), max_length=300, required=False)
    edition = forms.CharField(
        label=_("Edition"),
        max_length=40,
        required=False,
        help_text=_("The version number, or else the day of approval such as 2021-02-12. Empty: undated."),
    )
    language = forms.ChoiceField(label=_("Language of the text"), choices=LANGUAGES)
    status = forms.ChoiceField(label=_("What the text is"), choices=STATUSES)


class ItemForm(forms.Form):
    """One criterion or knowledge item."""

    number = forms.CharField(label=_("Number"), required=False)
    text = forms.CharField(label=_("Text"), required=False, widget=forms.Textarea({"rows": 2}))
    kind = forms.ChoiceField(
        label=_("What it is"),
        choices=[
            ("performance", _("performance criterion")),
            ("knowledge", _("knowledge item")),
            ("", _("neither: leave it out")),
        ],
        required=False,
    )
    is_part = forms.BooleanField(label=_("Part of the item above"), required=False)
    group = forms.CharField(label=_("Heading above it"), required=False)

    @property
    def moves(self) -> bool:
        """Whether what was typed makes more of it than the same item with other words."""
        lines = [line for line in self.cleaned_data["text"].splitlines() if line.strip()]
        return len(lines) > 1 or not {"kind", "is_part", "group"}.isdisjoint(self.changed_data)


class Entry(NamedTuple):
    """One item on the page."""

    kind: str
    place: int
    reference: str
    # Where the document prints another number.
    printed_label: str
    form: ItemForm
    faults: list[Fault]


class Beside(NamedTuple):
    """Some lines of the source, and beside them what was understood."""

    lines: list[Line]
    remarks: list[Remark]
    entries: list[Entry]


class DraftForm:
    """The whole page of a draft: its head, and a form for each item. `data` is what was typed."""

    def __init__(self, draft: ImportDraft, data: Mapping | None = None) -> None:
        self.draft = draft
        self.document = from_json(draft.document)
        document = self.document
        initial = {"urn": document.urn, "title": document.title, "language": document.language}
        # The page names an undated edition in its own language, or not at all.
        edition = "" if draft.edition == "undated" else draft.edition
        self.head = HeadForm(data, initial=initial | {"edition": edition, "status": draft.status})
        self.items = {kind: list(_item_forms(document, kind, data)) for kind in KINDS}
        self.faults = faults(document)

    def is_valid(self) -> bool:
        """Asks every form, because only one that was asked knows what it was told."""
        every = [self.head, *(form for kind in KINDS for form in self.items[kind])]
        return not [form for form in every if not form.is_valid()]

    def said(self) -> dict[str, list[Correction]]:
        """What was typed about each item."""
        return {kind: [Correction(**form.cleaned_data) for form in self.items[kind]] for kind in KINDS}

    def add_error(self, message: str) -> None:
        self.head.add_error(None, message)

    def general_faults(self) -> list[Fault]:
        """Those of the document as a whole."""
        return [fault for fault in self.faults if fault.place is None]

    def remarks(self, language: str) -> list[Remark]:
        """The warnings that still hold."""
        remarks = [Remark(**remark) for remark in self.draft.remarks[language]]
        understood = from_json(self.draft.understood)
        return [remark for remark in remarks if still_true(remark, self.document, understood)]

    def rows(self, language: str) -> Iterator[Beside]:
        """The source line by line with its items; warnings in the language of the page."""
        for row in beside(lines_from_json(self.draft.lines), self.document, self.remarks(language)):
            entries = [self._entry(kind, place, item) for kind, place, item in row.items]
            yield Beside(row.lines, row.remarks, entries)

    def _entry(self, kind: str, place: int, item: Item) -> Entry:
        found = [fault for fault in self.faults if (fault.kind, fault.place) == (kind, place)]
        reference = f"{kind[0].upper()}{item.number}"
        otherwise = bare_number(item.printed_label) not in ("", item.number)
        label = item.printed_label if otherwise else ""
        return Entry(kind, place, reference, label, self.items[kind][place], found)


def _item_forms(document: Document, kind: str, data: Mapping | None) -> Iterator[ItemForm]:
    for place, item in enumerate(getattr(document, kind)):
        initial = {"number": item.number, "text": item.text, "kind": kind, "group": item.group or ""}
        yield ItemForm(
            data,
            prefix=f"{kind}-{place}",
            initial=initial | {"is_part": bool(item.parent)},
            use_required_attribute=False,
        )
