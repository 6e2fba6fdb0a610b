"""What a document and the edition that is known do not agree on, for whoever was refused."""

from dataclasses import dataclass

from standards.models import Standard
from standards.nos.document import Document
from standards.nos.store import reference_of


@dataclass(frozen=True)
class Difference:
    """The two texts of a title or criterion; an empty one: it is not there."""

    reference: str
    known: str
    given: str


@dataclass(frozen=True)
class Comparison:
    """The known edition, the language in which its texts are shown, and where it differs."""

    standard: Standard
    language: str
    differences: list[Difference]


def compare(document: Document, edition: str) -> Comparison | None:
    """With the edition of that name; nothing where it is not known, or does not differ.

    A text in the same language may differ in every word, the other language only in which criteria there are.
    """
    edition = edition or document.edition
    standard = Standard.objects.filter(urn__iexact=document.urn, edition=edition).first()
    if standard is None:
        return None
    same = standard.status(document.language) != "none"
    language = document.language if same else {"cy": "en", "en": "cy"}[document.language]
    known = {row.reference: getattr(row, f"text_{language}") for row in standard.criteria.all()}
    given = {reference_of(kind, item.number): item.text for kind, _place, item in document.criteria()}
    differences = [
        Difference(reference, known.get(reference, ""), given.get(reference, ""))
        # Performance before knowledge, those that are new at their end.
        for reference in sorted(known | given, key=lambda reference: reference[0], reverse=True)
        if (reference in known) != (reference in given) or (same and known[reference] != given[reference])
    ]
    title = getattr(standard, f"title_{language}")
    if same and title != document.title:
        differences.insert(0, Difference("", title, document.title))
    return Comparison(standard, language, differences) if differences else None
