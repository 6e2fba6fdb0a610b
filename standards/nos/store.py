"""A document → the database.

A new edition, the other language of a known one, or the official text in place of a working translation.
"""

import hashlib
import re
from enum import StrEnum
from pathlib import PurePath

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.models import User
from ledger.models import canonical
from ledger.services import record
from standards.models import STANDARD_TEXTS, Criterion, Kind, Standard, Suite, TextRevision, TextStatus
from standards.nos.document import Document, Refused
from standards.search import searchable
from standards.sorting import sort_key

_NEUTRAL = ["approved_on", "review_on", "version", "validity", "original_urns", "soc_codes"]
_CRITERION_TEXTS = ["text", "group", "printed_label"]
_MOST_DIFFERENCES = 5
# Both stand in the address of the page.
_FIT_FOR_ADDRESS = re.compile(r"[\w(][\w.&() -]{0,39}")


class Outcome(StrEnum):
    NEW = "new"
    EDITION = "edition"
    JOINED = "joined"
    REPLACED = "replaced"
    UNCHANGED = "unchanged"


@transaction.atomic
def store(
    *, document: Document, name: str, data: bytes, status: str, edition: str = "", by: User | None = None
) -> tuple[Standard, Outcome]:
    """Keep what was understood of the file `name`, or raise Refused."""
    if not document.urn:
        raise Refused(_("Without a URN the standard cannot be kept. Give its URN."))
    edition = edition or document.edition
    if not all(map(_FIT_FOR_ADDRESS.fullmatch, (document.urn, edition))):
        raise Refused(_("URN and edition can have letters, figures, spaces and . & - ( ) only, 40 at most."))
    known = Standard.objects.select_for_update().filter(urn__iexact=document.urn, edition=edition).first()
    outcome = _outcome(known, document, status)
    if known and outcome == Outcome.UNCHANGED:
        return known, outcome
    standard = known or _new(document, edition)
    if outcome == Outcome.REPLACED:
        _keep_revision(standard, document.language)
    source = {"source_name": PurePath(name).name, "source_hash": hashlib.sha256(data).hexdigest()}
    _write_texts(
        standard, document, source | {"status": status, "imported_by": by, "imported_at": timezone.now()}
    )
    _write_criteria(standard, document)
    _write_suites(standard, document)
    _write_keys(standard)
    record(
        chain="standards",
        kind="standard.imported",
        by=by.uid if by else None,
        subject=f"standard:{standard.urn}/{standard.edition}",
        data={
            "outcome": str(outcome),
            "language": document.language,
            "status": status,
            "source": source["source_hash"],
            "texts": texts_digest(standard, document.language),
        },
    )
    return standard, outcome


def _outcome(known: Standard | None, document: Document, status: str) -> Outcome:
    if known is None:
        is_known = Standard.objects.filter(urn__iexact=document.urn).exists()
        return Outcome.EDITION if is_known else Outcome.NEW
    old_status = known.status(document.language)
    improves = (old_status, status) == (TextStatus.WORKING, TextStatus.OFFICIAL)
    if old_status != TextStatus.NONE:
        if texts_of(known, document.language) == _texts(document) and not improves:
            return Outcome.UNCHANGED
        if not improves:
            raise Refused(
                _("This edition is known with another text: %(standard)s. If this is a new edition, name it.")
                % {"standard": known}
            )
    _check_shape(known, document)
    return Outcome.REPLACED if improves else Outcome.JOINED


def _check_shape(known: Standard, document: Document) -> None:
    """Both languages must have the same criteria, each with the same number and in the same place."""
    rows = known.criteria.select_related("parent")
    old = [(row.reference, row.parent.number if row.parent else None) for row in rows]
    new = [
        (reference_of(kind, item.number), item.parent.number if item.parent else None)
        for kind, _position, item in document.criteria()
    ]
    if old == new:
        return
    differences = list(dict.fromkeys(pair[0] for pair in old + new if (pair in old) != (pair in new)))
    more = ["…"] if len(differences) > _MOST_DIFFERENCES else []
    raise Refused(
        _(
            "The lists of the two texts differ, so they cannot be joined. %(standard)s has %(old)s items, this "
            "document %(new)s; not in both: %(differences)s. Correct the document, or name another edition."
        )
        % {
            "standard": known,
            "old": len(old),
            "new": len(new),
            "differences": ", ".join(differences[:_MOST_DIFFERENCES] + more) or "–",
        }
    )


def texts_of(standard: Standard, language: str) -> dict:
    """Everything a standard says in a language."""
    texts = {name: getattr(standard, f"{name}_{language}") for name in STANDARD_TEXTS}
    return texts | {
        "criteria": {
            row.reference: {name: getattr(row, f"{name}_{language}") for name in _CRITERION_TEXTS}
            for row in standard.criteria.all()
        }
    }


def texts_digest(standard: Standard, language: str) -> str:
    """SHA-256 of that: what the ledger holds of the texts that people are assessed against."""
    return hashlib.sha256(canonical(texts_of(standard, language))).hexdigest()


def _texts(document: Document) -> dict:
    return {name: getattr(document, name) for name in STANDARD_TEXTS} | {
        "overview": "\n\n".join(document.overview),
        "criteria": {
            reference_of(kind, item.number): {name: getattr(item, name) or "" for name in _CRITERION_TEXTS}
            for kind, _position, item in document.criteria()
        },
    }


def reference_of(kind: str, number: str) -> str:
    """P4, K2.1: what the criterion will be called."""
    return Criterion(kind=kind, number=number).reference


def _new(document: Document, edition: str) -> Standard:
    return Standard(urn=document.urn, edition=edition, origin=document.status)


def _keep_revision(standard: Standard, language: str) -> None:
    TextRevision.objects.create(
        standard=standard,
        language=language,
        status=standard.status(language),
        source_name=getattr(standard, f"source_name_{language}"),
        source_hash=getattr(standard, f"source_hash_{language}"),
        texts=texts_of(standard, language),
    )


def _write_texts(standard: Standard, document: Document, source: dict) -> None:
    language = document.language
    texts = {field: value for field, value in _texts(document).items() if field != "criteria"}
    for field, value in (texts | source).items():
        setattr(standard, f"{field}_{language}", value)
    for field in _NEUTRAL:
        if not standard.pk or not getattr(standard, field):
            setattr(standard, field, getattr(document, field))
    _check_lengths(standard)
    standard.save()


def _check_lengths(row: Standard | Criterion) -> None:
    try:
        row.clean_fields(exclude=["standard", "parent", "superseded_by"])
    except ValidationError as error:
        raise Refused(" ".join(error.messages))


def _write_criteria(standard: Standard, document: Document) -> None:
    texts = _texts(document)["criteria"]
    rows = {row.reference: row for row in standard.criteria.all()}
    is_new = not rows
    for kind, position, item in document.criteria():
        reference = reference_of(kind, item.number)
        row = rows.setdefault(
            reference, Criterion(standard=standard, kind=kind, number=item.number, position=position)
        )
        for name, value in texts[reference].items():
            setattr(row, f"{name}_{document.language}", value)
        if is_new and item.parent:
            row.parent = rows[reference_of(kind, item.parent.number)]
        _check_lengths(row)
    if not is_new:
        Criterion.objects.bulk_update(
            rows.values(), [f"{name}_{document.language}" for name in _CRITERION_TEXTS]
        )
    for level in _levels(list(rows.values())) if is_new else []:
        Criterion.objects.bulk_create(level)


def _levels(rows: list[Criterion]) -> list[list[Criterion]]:
    """Parents before their sub-items, because a sub-item refers to a row that must exist."""
    levels: list[list[Criterion]] = []
    while rows:
        above = levels[-1] if levels else [None]
        levels.append([row for row in rows if row.parent in above])
        rows = [row for row in rows if row not in levels[-1]]
    return levels


def _write_suites(standard: Standard, document: Document) -> None:
    """The suites named in one language are those named in the other, in the same order."""
    language, other = document.language, "en" if document.language == "cy" else "cy"
    links = Standard.suites.through.objects.filter(standard=standard).order_by("id").select_related("suite")
    before = [link.suite for link in links]
    for place, name in enumerate(document.suites):
        partner = before[place] if len(before) == len(document.suites) else None
        suite = Suite.objects.filter(**{f"name_{language}": name}).first()
        if suite is None and partner and not getattr(partner, f"name_{language}"):
            setattr(partner, f"name_{language}", name)
            partner.save()
            continue
        suite = suite or Suite.objects.create(slug=_free_slug(name), **{f"name_{language}": name})
        standard.suites.add(suite)
        if partner and not getattr(suite, f"name_{other}") and not getattr(partner, f"name_{language}"):
            _merge(partner, suite, other)


def _merge(partner: Suite, suite: Suite, other: str) -> None:
    """Two suites turn out to be one, known so far by one name each."""
    setattr(suite, f"name_{other}", getattr(partner, f"name_{other}"))
    suite.standards.add(*partner.standards.all())
    partner.delete()
    suite.save()


def _free_slug(name: str) -> str:
    slug = slugify(name)[:90] or "suite"
    taken = set(Suite.objects.filter(slug__startswith=slug).values_list("slug", flat=True))
    return next(s for s in [slug, *(f"{slug}-{n}" for n in range(2, len(taken) + 3))] if s not in taken)


def _write_keys(standard: Standard) -> None:
    rows = list(standard.criteria.all())
    for language in ("cy", "en"):
        setattr(standard, f"sort_key_{language}", sort_key(getattr(standard, f"title_{language}"), language))
    for kind in Kind.values:
        texts = [text for row in rows if row.kind == kind for text in (row.text_cy, row.text_en)]
        setattr(standard, f"search_{kind}", searchable(*texts))
    standard.search_urn = searchable(standard.urn)
    standard.search_title = searchable(
        standard.title_cy, standard.title_en, *standard.keywords_cy, *standard.keywords_en
    )
    standard.save()
