"""Sections → fields and criteria → a document that was checked."""

import re
from collections.abc import Iterator
from pathlib import PurePath

from django.utils.translation import gettext as _

from standards.nos.document import Document, Line, Nature, Refused, Remark
from standards.nos.items import items_of
from standards.nos.numbering import number
from standards.nos.read import read
from standards.nos.sections import Sections, divide
from standards.nos.values import (
    first_urn,
    is_no_title,
    iso_date,
    listed,
    looks_like_urn,
    names,
    urn_beside_title,
    urns,
    without_repeats,
    words,
)
from standards.nos.vocabulary import NOTHING, breaks_off, straight

_WELSH_WORDS = re.compile(r"\b(?:yn|yr?|gan|sy'n|eich|chi|ar|neu|gyda|wrth|sut|o)\b", re.IGNORECASE)
_ENGLISH_WORDS = re.compile(r"\b(?:the|of|and|to|for|with|your|you|how|or|when|in)\b", re.IGNORECASE)
# Of how many words telling one language none may tell the other.
_FEW_WORDS, _CLEARLY_MORE = 8, 4
# So many lines above the first heading may be the title or the URN.
_NAMES = 20
_FINAL_L = re.compile(r"(?<=\d)\s?L$", re.IGNORECASE)


def parse(name: str, data: bytes, *, language: str = "", urn: str = "") -> Document:
    """Understand the file `name`, or raise Refused. `language` and `urn` go before what the document says."""
    return understand(read(name, data), name=name, language=language, urn=urn)


def understand(lines: list[Line], *, name: str = "", language: str = "", urn: str = "") -> Document:
    """Understand the lines of a document, or raise Refused."""
    sections = divide(lines)
    if not {"performance", "knowledge"} & sections.lines.keys():
        raise Refused(
            _(
                "This is no National Occupational Standard: it has neither the heading “Performance criteria” "
                "nor “Knowledge and understanding”. Give the document of one standard as it was published."
            )
        )
    document = Document(language=language or _language(sections))
    document.remarks += sections.remarks
    _read_tail(document, sections)
    _read_lists(document, sections)
    document.overview = list(_paragraphs(sections.of("overview")))
    _read_head(document, sections, PurePath(name), urn)
    _remark_stems(document, sections)
    _check(document)
    document.remarks.sort(key=lambda remark: remark.line or 0)
    return document


def _language(sections: Sections) -> str:
    """That of the headings, unless hardly a word is in it."""
    text = " ".join(line.text for lines in sections.lines.values() for line in lines)
    words = {"cy": len(_WELSH_WORDS.findall(text)), "en": len(_ENGLISH_WORDS.findall(text))}
    clear = min(words.values()) * _CLEARLY_MORE < max(words.values()) and max(words.values()) > _FEW_WORDS
    counts = words if clear or sections.languages["cy"] == sections.languages["en"] else sections.languages
    return "cy" if counts["cy"] > counts["en"] else "en"


def _read_tail(document: Document, sections: Sections) -> None:
    def texts(name: str) -> list[str]:
        return [text for text in sections.texts(name) if straight(text).strip(" .-–") not in NOTHING]

    def first(name: str) -> str:
        return next(iter(texts(name)), "")

    document.developer = first("developer")
    document.approved_on = iso_date(first("approved_on"))
    document.review_on = iso_date(first("review_on"))
    document.version = first("version")
    document.validity = (
        "legacy" if re.search("legacy|etifedd", first("validity"), re.IGNORECASE) else "current"
    )
    tailored = re.search("tailor|eilwr|addas", first("status"), re.IGNORECASE)
    document.status = "tailored" if tailored else "original"
    document.originating_organisation = first("originating_organisation")
    document.suites = listed(texts("suites"), apart=names)
    document.original_urns = urns(texts("original_urns"))
    document.occupations = listed(texts("occupations"), apart=names)
    document.soc_codes = without_repeats(re.findall(r"\d[\d./]*\d", " ".join(texts("soc_codes"))))
    document.keywords = listed(texts("keywords"), apart=words)


def _read_lists(document: Document, sections: Sections) -> None:
    document.skills = [item.text for item in items_of(sections.of("skills"))]
    for kind in ("performance", "knowledge"):
        items = items_of(sections.of(kind))
        setattr(document, kind, items)
        if items and number(items):
            message = {
                "performance": _(
                    "Performance criteria were numbered by position: the printed numbers have faults."
                ),
                "knowledge": _("Knowledge items were numbered by position: the printed numbers have faults."),
            }[kind]
            document.remarks.append(Remark("renumbered", message, items[0].line))


def _paragraphs(lines: list[Line]) -> Iterator[str]:
    """Paragraphs, put together again where a line broke within a sentence."""
    text = ""
    for line in lines:
        whole = not text or text[-1] in ".!?:;" or not line.text[0].islower()
        if line.nature == Nature.PARAGRAPH and (not whole or (text and breaks_off(text))):
            text += f" {line.text}"
            continue
        if text:
            yield text
        text = line.text
    if text:
        yield text


def _read_head(document: Document, sections: Sections, path: PurePath, urn: str) -> None:
    head = sections.of("title") + sorted(sections.of("head"), key=lambda line: line.nature != Nature.HEADING)
    head = head[:_NAMES] or sections.of("edges")
    texts = [line.text for line in head + sections.of("edges")]
    first = next(filter(None, map(first_urn, texts)), "") or urn_beside_title(texts)
    document.urn = next(iter(sections.texts("urn")), first).strip(" .")
    document.title = _title(head, document.urn)
    if _FINAL_L.search(document.urn) and (document.validity == "legacy" or not sections.of("validity")):
        document.urn, document.validity = _FINAL_L.sub("", document.urn), "legacy"
    if not document.urn:
        _missing_urn(document, path, urn)
    document.urn = urn or document.urn


def _title(head: list[Line], urn: str) -> str:
    titles = [line for line in head if line.text != urn and not is_no_title(line.text)]
    if not titles:
        return ""
    title = _without_urn(titles[0].text, urn)
    # A running head may have had no room for all of it.
    whole = next((line.text for line in titles[1:] if line.text.startswith(f"{title} ")), "")
    if not whole and len(titles) > 1 and _is_rest(titles[0], titles[1]):
        whole = f"{title} {titles[1].text}"
    return _without_urn(whole or title, urn)


def _is_rest(title: Line, below: Line) -> bool:
    """The title broke, where no title ends or in the midst of a sentence."""
    next_line = below.number == title.number + 1 and below.nature == title.nature
    return breaks_off(title.text) or (next_line and below.text[0].islower())


def _without_urn(title: str, urn: str) -> str:
    return title.removeprefix(urn).removesuffix(f"({urn})").strip(" :–-") if urn else title


def _missing_urn(document: Document, path: PurePath, urn: str) -> None:
    stem = path.name.partition(".")[0]
    if not urn and looks_like_urn(stem):
        document.urn = stem
        message = _("The document prints no URN. It was taken from the file's name: %(urn)s") % {"urn": stem}
    else:
        message = _("The document prints no URN.")
    document.remarks.append(Remark("missing-urn", message))


def _remark_stems(document: Document, sections: Sections) -> None:
    for language, line in sections.stems:
        if (language, document.language) == ("en", "cy"):
            message = _("The sentence above the list is in English on a Welsh page.")
            document.remarks.append(Remark("stem-language", message, line.number))


def _check(document: Document) -> None:
    if not document.performance and not document.knowledge:
        raise Refused(
            _(
                "The document has the headings of a standard, but neither performance criteria nor knowledge "
                "items under them. Give the whole document as it was published."
            )
        )
    if not document.title:
        raise Refused(_("The document has no title. Write the title of the standard above everything else."))
    if not document.performance:
        message = _("The document has no performance criteria.")
        document.remarks.append(Remark("empty-section", message))
    if not document.knowledge:
        message = _("The document has no knowledge items.")
        document.remarks.append(Remark("empty-section", message))
