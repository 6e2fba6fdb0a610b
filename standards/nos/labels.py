"""The labels before items, and where on a line the next one stands."""

import re
from collections.abc import Iterator

from standards.nos.vocabulary import breaks_off

# "0.1 mm" is a quantity.
_DIGITS = r"(?!0\.)\d{1,3}(?:\.\d{1,3}){0,2}"
_NUMBER = rf"(?:(?:[PK]|PC|KU)[.\s]?|\s?){_DIGITS}"
_ROMAN = ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii"]
# These touch their texts; any other sign is a bullet only with a space behind it.
_BULLETS = "•●▪◦·‣∙\uf0b7\uf0a7"
_DASHES = "-‐–—−*"
_SIGN = r"[^\w\s\"'“”‘’«»()\[\]{}<>£€$%&@#/\\.,;:!?…+=~|^`©®™°§†‡]"
_LABEL = re.compile(
    rf"(?P<label>{_NUMBER}[.):]?(?=\s|$)|{_NUMBER}[.)](?=[^\W\d])|\([PK]?{_DIGITS}\)(?=\s|$)|\[[PK]?{_DIGITS}\](?=\s|$)"
    rf"|(?:[PK]|PC|KU){_DIGITS}(?=(?-i:[a-zà-ÿŵŷ]{{2}}|[aoy]\s))"
    rf"|[{_BULLETS}]+|{_SIGN}(?=\s|$)|\(?[a-z][.)](?=\s|$)|\(?[ivx]{{1,4}}[.)](?=\s|$))(?P<text>.*)",
    re.IGNORECASE,
)
_DASH_BEHIND = re.compile(r"\A\s*[-–—]\s+(?=\S)")
_PARTS = re.compile(
    r"(?P<prefix>[(\[]?[A-Z]*[.\s]?)(?P<number>\d+(?:\.\d+)*)(?P<end>[.):\]]?)$",
    re.IGNORECASE,
)
_LETTER = re.compile(r"(?P<open>\(?)(?P<letter>[a-z]{1,4})(?P<end>[.)])$", re.IGNORECASE)
# Words on both sides of a bare number that make it a label rather than a quantity.
_WORDS_BEFORE, _WORDS_AFTER = 3, 2


def split_label(text: str) -> tuple[str, str]:
    """(label, what stands behind it); no label: ("", text)."""
    found = _LABEL.match(text)
    if found is None:
        return "", text
    label, rest = found["label"], found["text"].strip()
    if bare_number(label):
        return label, _DASH_BEHIND.sub("", found["text"], count=1).strip()
    # "• P1 text" has a number as well, "• 1.5 mm" none.
    inner = _LABEL.match(rest) if is_bullet(label) else None
    if inner and bare_number(inner["label"]) not in ("", inner["label"]):
        return inner["label"], inner["text"].strip()
    return label, rest


def label_of(text: str) -> str:
    """The printed label at the beginning of a line with a text, or ""."""
    label, rest = split_label(text)
    return label if rest else ""


def bare_number(label: str) -> str:
    """The number of a printed label, without P or K and full stop; "" for bullets, letters and nothing."""
    found = _PARTS.match(label)
    return found["number"] if found else ""


def is_letter(label: str) -> bool:
    """The label is a letter or a Roman number."""
    return bool(_LETTER.match(label))


def is_bullet(label: str) -> bool:
    """The label is a sign, neither a number nor a letter."""
    return bool(label) and not bare_number(label) and not is_letter(label)


def number_after(label: str) -> str:
    """The whole number that follows: "5" after "P4." and after "4.2"."""
    whole = bare_number(label).partition(".")[0]
    return str(int(whole) + 1) if whole else ""


def numbers_after(label: str) -> list[str]:
    """The numbers that may stand next in the list: "4.2.1", "5" and "4.3" after "P4.2"."""
    number = bare_number(label)
    parts = [int(part) for part in number.split(".")] if number else []
    after = [[*parts[:end], part + 1] for end, part in enumerate(parts)]
    return [".".join(map(str, numbers)) for numbers in ([[*parts, 1], *after] if parts else [])]


def may_follow(label: str, before: str) -> bool:
    """A bare number counts on: "7" after "6." and after a bullet, not after "5" or "P6"."""
    return not bare_number(before) or (label == number_after(before) and not before[0].isalpha())


def unglued(label: str, text: str, *, above: str, following: str) -> Iterator[tuple[str, str]]:
    """Several items on one line, cut before each label that continues the list.

    `above` is the last numbered label before this line, `following` the number on the next line.
    """
    number = label if bare_number(label) else above
    while cut := _next_label(number, label, text, following):
        yield label, text[: cut.start()].strip()
        label, text = cut["label"], text[cut.end() :].strip()
        number = label if bare_number(label) else number
    yield label, text


def _next_label(number: str, label: str, text: str, following: str) -> re.Match[str] | None:
    """Where the next label stands within the text behind `label`."""
    patterns = [*_numbers_after(number, label, following), *_signs_after(label)]
    if label:
        patterns.append(rf"\s+(?<=:\s)(?P<label>\(?[ai][.)]|[{_BULLETS}])\s+(?=\S)")
    cuts = filter(None, (_first_cut(pattern, text, following) for pattern in patterns))
    return min(cuts, key=lambda cut: cut.start("label"), default=None)


def _first_cut(pattern: str, text: str, following: str) -> re.Match[str] | None:
    cuts = (cut for cut in re.finditer(pattern, text) if text[: cut.start()].strip())
    return next((cut for cut in cuts if _is_label(cut, following)), None)


def _is_label(cut: re.Match[str], following: str) -> bool:
    """A number printed as the others are stands on the next line again only by mistake, or is spoken of here."""
    if cut["label"].isdecimal():
        return _is_no_quantity(cut, following)
    return bare_number(cut["label"]) != following or not breaks_off(cut.string[: cut.start()])


def _numbers_after(number: str, label: str, following: str) -> Iterator[str]:
    """Patterns of the next numbers, printed like the one before; bare, not of that which stands on the next line."""
    parts = _PARTS.match(number)
    if parts is None:
        return
    prefix, sub_items = re.escape(parts["prefix"]), "." in parts["number"]
    for after in numbers_after(number):
        is_bare = not (parts["prefix"] or parts["end"])
        if is_bare and (not label or after == following):
            continue
        # Sub-items are often printed without the full stop of their parents: "12." but "12.1".
        end = r"[.):]?" if "." in after or sub_items else re.escape(parts["end"])
        start = r"(?:\s|(?<=[.;:,]))" if end in ("", r"[.):]?") else r"(?:\s|(?<=[^\W\d_A-Z])|(?<=[.;:,)]))"
        space = r"\s+" if end in ("", r"[.):]?") else r"\s*"
        yield rf"{start}(?P<label>{prefix}{re.escape(after)}{end}){space}(?=[^\W\d])"


def _signs_after(label: str) -> Iterator[str]:
    """Patterns of the same bullet or the next letter."""
    if label and label in _DASHES:
        yield rf"(?<=[;.,:])\s+(?P<label>{re.escape(label)})\s+(?=\S)"
    elif label and not label[0].isalnum() and len(label) == 1:
        yield rf"\s+(?P<label>{re.escape(label)})\s*(?=\S)"
    elif found := _LETTER.match(label):
        letter = found["letter"]
        after = [chr(ord(letter) + 1)] if len(letter) == 1 else []
        after += [_ROMAN[_ROMAN.index(letter) + 1]] if letter in _ROMAN[:-1] else []
        opening, end = re.escape(found["open"]), re.escape(found["end"])
        yield rf"\s(?P<label>{opening}(?:{'|'.join(after)}){end})\s+(?=\S)" if after else r"(?!)(?P<label>)"


def _is_no_quantity(cut: re.Match[str], following: str) -> bool:
    """A bare number is a label if the list goes on after it, or if it stands between enough words."""
    before, after = cut.string[: cut.start()], cut.string[cut.end() :]
    if following or re.search(rf"\s{int(cut['label']) + 1}\s+[^\W\d]", after):
        return not breaks_off(before)
    enough = len(before.split()) >= _WORDS_BEFORE and len(after.split()) >= _WORDS_AFTER
    return enough and not breaks_off(before)
