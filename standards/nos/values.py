"""From the words of a field to its value: dates, URNs, lists."""

import re
from collections.abc import Callable
from datetime import date
from functools import reduce
from itertools import permutations, takewhile

from standards.nos.document import joined
from standards.nos.labels import is_bullet, split_label
from standards.nos.vocabulary import BANNERS, LINKS, MONTHS, breaks_off, straight

_ISO = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?$")
_NUMBERS = re.compile(r"(?:(\d{1,2})[./-])?(\d{1,2})[./-](\d{4})$")
_DAY = r"(\d{1,2})(?:st|nd|rd|th|af|il|ydd|ed|fed|eg|ain)?"
_WORDS = re.compile(rf"(?:{_DAY}[\s-]+(?:o\s+|of\s+)?)?([^\W\d_]{{3,}})\.?,?[\s-]+(\d{{4}})$")
_MONTH_FIRST = re.compile(rf"([^\W\d_]{{3,}})\.?\s+{_DAY},?\s+(\d{{4}})$")
_URN_WORD = re.compile(r"[A-Za-z][A-Za-z&]+[\w&./-]*\d[\w.]*$")
_URN_OF_WORDS = re.compile(r"(?=.*\d)[A-Z][A-Z&]+(?: [A-Z\d&./-]+[a-z]?){1,2}")
_PAGE_NUMBER = re.compile(r"\W+\d{1,2}$")
_BRACKETED = re.compile(r"\S \((\w+)\)$")
# Commas belong to names of suites and occupations; between two of them a capital follows, and no bracket is open.
_BEFORE_A_CAPITAL = re.compile(r",\s*(?=[A-ZÀ-ÞŴŶ])(?![^(]*\))")
_LAST_OF_SEVERAL = re.compile(r" (?:and|a|ac|&) (?:the |yr? )?[A-ZÀ-ÞŴŶ]")
_BETWEEN_URNS = re.compile(r"\s*[,;\n]\s*|(?:(?<=\d)|(?<=\dL))\s+(?:and|a|ac|&|/)\s+|(?<=\d)/(?=[A-Z]{2})")


def iso_date(text: str) -> str:
    """As precise as printed: 2021, 2023-08, 2014-11-30; "" if it is no date."""
    plain = straight(text.strip().rstrip("."))
    if found := _ISO.match(plain):
        year, month, day = found.groups()
    elif found := _NUMBERS.match(plain):
        day, month, year = found.groups()
    elif found := _MONTH_FIRST.match(plain):
        name, day, year = found.groups()
        month = MONTHS.get(name[:3], "none")
    elif found := _WORDS.match(plain):
        day, name, year = found.groups()
        month = MONTHS.get(name[:3], "none")
    else:
        return ""
    return _iso(year, month, day)


def _iso(*texts: str | None) -> str:
    try:
        parts = [int(text) for text in texts if text]
        date(*(parts + [1, 1])[:3])
    except ValueError:
        return ""
    return "-".join(f"{part:04}" if place == 0 else f"{part:02}" for place, part in enumerate(parts))


def urns(lines: list[str]) -> list[str]:
    """The URNs of a cell, however they are kept apart; spaces and "&" may belong to them."""
    found: list[str] = []
    # A line may have ended at the hyphen of one.
    for part in _BETWEEN_URNS.split(re.sub(r"(?<=\w-)\s(?=\d)", "", "\n".join(lines))):
        words = part.split()
        found += words if len(words) > 1 and all(map(_URN_WORD.match, words)) else [part.strip(" .")]
    return without_repeats(found)


def looks_like_urn(text: str) -> bool:
    """Capitals with a number, of some with a small letter: "SfHGEN63", "LANEnC15", "COSVR09v2", "SEMETS2-06"."""
    return bool(re.fullmatch(r"[A-Z][a-z]?[A-Z&][A-Z0-9&.]*[a-z]?[A-Z]*\d[A-Z0-9.]*(?:v\d+|-\d+)?", text))


def may_be_urn(text: str) -> bool:
    """Two or three words of capitals and numbers: "GS CC DB2.1"; "LEVEL 3" is none."""
    return bool(_URN_OF_WORDS.fullmatch(text)) and bool(re.search(r"[A-Z]\d|&|\d.*[A-Z]", text))


def urn_beside_title(texts: list[str]) -> str:
    """What stands before or behind the title, or above or below it, and has spaces: "SFJ CB1 Lead a team"."""
    for text, title in permutations(texts, 2):
        numbered = _PAGE_NUMBER.sub("", text)
        for urn in (
            text.removesuffix(f" {title}"),
            numbered.removesuffix(f" {title}"),
            text.removeprefix(f"{title} "),
        ):
            if urn not in (text, numbered) and _URN_OF_WORDS.fullmatch(urn):
                return urn
    return next(filter(may_be_urn, texts), "")


def is_no_title(text: str) -> bool:
    """Nothing but a URN, and what stands before it at the head of a page: "NOS INSCS016"; or a link."""
    return straight(text) in LINKS or all(
        looks_like_urn(word) or straight(word) in BANNERS for word in text.split()
    )


def first_urn(text: str) -> str:
    """The URN with which a line begins that may go on with a title, or behind one in brackets; "CO2" is none."""
    if (behind := _BRACKETED.search(text)) and looks_like_urn(behind[1]):
        return behind[1]
    word, *others = text.split()
    word = word.rstrip(":") if others else word
    return word if looks_like_urn(word) and (not others or re.match("[A-Z][a-z]?[A-Z&]{2}", word)) else ""


def listed(lines: list[str], *, apart: Callable[[str], list[str]]) -> list[str]:
    """A list kept apart by bullets, else by semicolons, by commas (`apart` knows which) or by lines."""
    whole = reduce(joined, lines, "").strip()
    if bulleted := _bulleted(lines):
        parts = [part.rstrip("; ") for part in bulleted]
    elif ";" in whole:
        parts = whole.split(";")
    elif len(lines) > 1 and not any(map(breaks_off, lines)):
        parts = [part for line in lines for part in apart(line)]
    else:
        parts = apart(whole)
    return without_repeats([part.strip(" ,") for part in parts])


def _bulleted(lines: list[str]) -> list[str]:
    """What stands behind each bullet; []: not all of it does."""
    parts: list[str] = []
    for line in lines:
        label, text = split_label(line)
        if is_bullet(label):
            parts.append(text)
        elif parts:
            parts[-1] = joined(parts[-1], line)
        else:
            return []
    return parts


def words(text: str) -> list[str]:
    """Keywords between commas."""
    return text.split(",")


def names(text: str) -> list[str]:
    """Suites or occupations between commas; those of single words may belong to one: "Arts, Media and Publishing"."""
    found: list[str] = []
    for part in _BEFORE_A_CAPITAL.split(text):
        if _LAST_OF_SEVERAL.search(part):
            single = list(takewhile(lambda name: " " not in name, reversed(found)))[::-1]
            found[len(found) - len(single) :] = [", ".join([*single, part])]
        else:
            found.append(part)
    return found


def without_repeats(texts: list[str]) -> list[str]:
    """Without empty ones; the first of equals stays in its place."""
    first: dict[str, str] = {}
    for text in filter(None, texts):
        first.setdefault(text.casefold(), text)
    return list(first.values())
