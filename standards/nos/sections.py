"""Lines → sections: which lines stand under which heading."""

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from itertools import chain, islice

from django.utils.translation import gettext as _

from standards.nos.document import Line, Nature, Remark
from standards.nos.items import is_group
from standards.nos.labels import is_bullet, label_of, split_label
from standards.nos.values import is_no_title, iso_date, looks_like_urn, may_be_urn
from standards.nos.vocabulary import (
    BANNERS,
    HEADINGS,
    LISTS,
    METADATA,
    NUMBER_COLUMNS,
    STEMS,
    TEXT_COLUMNS,
    breaks_off,
    heading_key,
    straight,
    words_of,
)

_SINGLE = METADATA - {"suites", "original_urns", "occupations", "soc_codes", "keywords"}
_CRITERIA = LISTS - {"skills"}
_BODY = _CRITERIA | {"overview"}
# So many lines above the first heading may be the title or the URN.
_NAMES = 5
# Values that tell a heading of one word from the beginning of a sentence.
_SHAPES = {
    "urn": re.compile(r"^(?=.{3,25}$)(?=.*\d)[A-Za-z][\w&./-]*(?: [\w&./-]+){0,2}$"),
    "version": re.compile(r"^\d+(?:\.\d+)*$"),
    "validity": re.compile(r"^(?:current|legacy|ar hyn o bryd|cyfredol|etifedd\w*)$", re.IGNORECASE),
    "status": re.compile(r"^(?:original|tailored|gwreiddiol)$", re.IGNORECASE),
    "keywords": re.compile(";"),
}
_RULE = re.compile(r"[\W_]{3,}$")
_PAGE = re.compile(r"(?:page|tudalen|tud\.?)\s*\d+(?:\s*(?:of|o|/)\s*\d+)?$", re.IGNORECASE)
_WORDY_METADATA = sorted((h for h, (name, _l) in HEADINGS.items() if name in METADATA), key=len, reverse=True)


@dataclass
class Sections:
    """Lines by field ("head": before the first heading), and what else the headings told."""

    lines: dict[str, list[Line]] = field(default_factory=lambda: {"head": []})
    languages: Counter[str] = field(default_factory=Counter)
    stems: list[tuple[str, Line]] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)

    def of(self, name: str) -> list[Line]:
        return self.lines.get(name, [])

    def texts(self, name: str) -> list[str]:
        return [line.text for line in self.of(name)]


def divide(lines: list[Line]) -> Sections:
    """Every line goes to one field, or is a heading or stem; edges of pages may name the standard."""
    text = [line for line in lines if line.nature != Nature.EDGE]
    divider = _Divider(text)
    for line, following in zip(text, [*text[1:], None], strict=False):
        divider.take(line, following)
    sections = divider.sections
    sections.lines["edges"] = [line for line in lines if line.nature == Nature.EDGE]
    for line in sections.of("edges"):
        name, _language, rest = heading_of(line, "head", among_facts=True) or ("", "", "")
        if name == "urn" and rest:
            sections.lines.setdefault("urn", [replace(line, text=rest)])
    return sections


class _Divider:
    def __init__(self, lines: list[Line]) -> None:
        # Of headings that are single words too: elsewhere "skills" among items is one of them.
        self.in_small_letters = any(map(_is_list_in_small_letters, lines))
        # What has a heading of its own does not begin with a stem in the overview, where outcomes may stand.
        self.headed = {HEADINGS.get(heading_key(line.text), ("",))[0] for line in lines}
        self.sections = Sections()
        self.current = "head"
        self.level = 0
        # Of the headings of groups that stand no lower than that of their list; 0: there are none.
        self.group_level = 0
        # The value stood on the heading's own line.
        self.inline = False
        # Something else stood just above: it parts what may not be joined. What is said again overleaf does not.
        self.begins = False
        # The line before named a column of a table; it was a head or foot of a page.
        self.in_head = self.was_running = False

    def take(self, line: Line, following: Line | None) -> None:
        if (
            straight(line.text) in BANNERS
            or self._is_running(line, following)
            or self._names_column(line, following)
        ):
            return
        if not line.is_item and (stem := stem_of(line.text)) and not self._is_of_overview(stem[1]):
            self._stem(line, *stem)
        elif heading := self._heading(line):
            self._open(line, *heading)
        elif line.nature == Nature.HEADING:
            self._unknown(line, following)
        else:
            self._add(line)

    def _is_of_overview(self, kind: str) -> bool:
        return self.current == "overview" and kind in self.headed - self.sections.lines.keys()

    def _heading(self, line: Line) -> tuple[str, str, str] | None:
        found = HEADINGS.get(heading_key(line.text)) if self.in_small_letters and not line.is_item else None
        return (*found, "") if found else heading_of(line, self.current, among_facts=self._is_among_facts())

    def _is_among_facts(self) -> bool:
        """Facts stand together, the first of them below the title."""
        titles = (line for line in self.sections.of("head") if not is_no_title(line.text))
        return self.current in METADATA or (self.current == "head" and any(titles))

    def _is_running(self, line: Line, following: Line | None) -> bool:
        """A head or foot of a page that was copied along: URN and title, with the number of the page or without."""
        before, self.was_running = self.was_running, False
        if self.current == "head" or line.is_item:
            return False
        names = islice(chain(self.sections.of("title"), self.sections.of("head")), _NAMES)
        known = [name.text for name in names]
        head = [words_of(name) for name in known]
        urns = [words for name, words in zip(known, head, strict=True) if len(words) == 1 or may_be_urn(name)]
        urns += map(words_of, self.sections.texts("urn"))
        said = words_of(line.text)
        self.was_running = any(
            said in (urn + title, title + urn) for urn in urns for title in head if title not in (urn, ())
        )
        is_value = self.current in METADATA and not (before and self.sections.of(self.current))
        if is_value and _is_below_page(line.text, self.sections.texts(self.current)):
            self.current = "unknown"
            self.sections.lines.setdefault("unknown", [])
        elif not is_value and not self.was_running:
            # Titles alone may be those of groups.
            beside = before or (following is not None and _is_edge(following.text, urns))
            self.was_running = _is_edge(line.text, urns) or (beside and len(said) > 1 and said in head)
        return self.was_running

    def _names_column(self, line: Line, following: Line | None) -> bool:
        """The head of a table ("Number | Criterion") is no item and no group; it may be the only heading of a list."""
        words = heading_key(line.text)
        first, _space, others = words.partition(" ")
        named = HEADINGS.get(words)
        is_number = first.rstrip(".") in NUMBER_COLUMNS
        was_in_head, self.in_head = self.in_head, False
        if named and named[0] not in self.sections.lines:
            return False
        if is_number and others in TEXT_COLUMNS:
            if (heading := HEADINGS.get(others)) and heading[0] not in self.sections.lines:
                self._open(line, *heading, "")
            return True
        after = following and not others and is_number and heading_key(following.text) in TEXT_COLUMNS
        self.in_head = bool(after) or (was_in_head and words in TEXT_COLUMNS)
        return self.in_head or (line.nature == Nature.COLUMN and self.current in LISTS)

    def _stem(self, line: Line, language: str, kind: str, rest: str) -> None:
        lines = self.sections.lines
        self.sections.stems.append((language, line))
        self.begins = kind != self.current
        in_empty_list = self.current in _CRITERIA and not lines[self.current]
        if kind not in lines and not in_empty_list:
            self.current, lines[kind] = kind, []
        if rest:
            self._add(replace(line, text=rest, nature=Nature.PARAGRAPH))

    def _open(self, line: Line, name: str, language: str, rest: str) -> None:
        if name in self.sections.lines:
            message = _("The heading “%(heading)s” stands here again; what follows was joined to the first.")
            self._remark("duplicate-heading", message, line)
        self.sections.lines.setdefault(name, [])
        self.sections.languages[language] += 1
        self.begins = name != self.current
        self.current, self.inline = name, bool(rest)
        self.level = line.depth if line.nature == Nature.HEADING else 0
        self.group_level = 0
        if not rest:
            return
        line = replace(line, text=rest, nature=Nature.PARAGRAPH)
        if stem := stem_of(rest):
            self._stem(line, *stem)
        else:
            self.sections.lines[name].append(line)

    def _unknown(self, line: Line, following: Line | None) -> None:
        """A heading that no published list of headings has: a group, a title, or something unknown."""
        here = self.sections.of(self.current)
        if self.current in _CRITERIA and not here and following and _is_labelled(following):
            self.group_level = line.depth
        under = line.depth > self.level or line.depth == self.group_level
        is_group_heading = self.current in LISTS and (under or is_group(line.text))
        is_value = self.current in METADATA and under and not here
        if is_group_heading or is_value:
            self._add(line)
        elif self._is_title(line):
            self.current = "head"
            self._add(line)
        else:
            message = _("The heading “%(heading)s” is not known; what stands under it was left out.")
            self._remark("unknown-heading", message, line)
            self.current = "unknown"
            self.sections.lines.setdefault("unknown", [])

    def _is_title(self, line: Line) -> bool:
        """The first heading above the sections, also below the facts; or what was the title in other places."""
        known = [line for line in self.sections.of("head") if not is_no_title(line.text)]
        if _BODY & self.sections.lines.keys():
            return False
        is_first = self.current == "head" or not known or line.depth == 1
        has_heading = any(title.nature == Nature.HEADING for title in known)
        return (is_first and not has_heading) or line.text in [title.text for title in known]

    def _add(self, line: Line) -> None:
        lines = self.sections.lines
        in_head = not _BODY & lines.keys()
        full = self.current in _SINGLE and lines[self.current]
        if full or (self.inline and in_head and self.current in METADATA):
            self.current = "head" if in_head else "unknown"
        if self.current in LISTS and iso_date(line.text) and not iso_date(line.text).isdecimal():
            self.begins = True
            return
        lines.setdefault(self.current, []).append(replace(line, begins=self.begins))
        self.begins = False

    def _remark(self, code: str, message: str, line: Line) -> None:
        self.sections.remarks.append(Remark(code, message % {"heading": line.text}, line.number))


def _is_list_in_small_letters(line: Line) -> bool:
    name, _language = HEADINGS.get(heading_key(line.text), ("", ""))
    return name in _CRITERIA and line.text.islower()


def _is_labelled(line: Line) -> bool:
    return line.is_item or bool(label_of(line.text))


def _is_below_page(text: str, values: list[str]) -> bool:
    """Whose the page is, or a sentence below the last of its lists of words."""
    if text.startswith("©") or straight(text).startswith(("copyright ", "hawlfraint ")):
        return True
    is_sentence = text[0].isupper() and text.endswith(".") and " " in text and ";" not in text
    return is_sentence and any(";" in value for value in values) and not breaks_off(values[-1])


def _is_edge(text: str, urns: list[tuple[str, ...]]) -> bool:
    """What stands alone at the edges of pages only: a rule, whose it is, which page it is, the URN."""
    if _RULE.match(text) or text.startswith("©") or _PAGE.match(text):
        return True
    return (may_be_urn(text) or any(map(looks_like_urn, text.split()))) and words_of(text) in urns


def stem_of(text: str) -> tuple[str, str, str] | None:
    """(language, kind, what follows on the same line) if the line is the sentence above a list."""
    for language, kind, pattern in STEMS:
        if found := pattern.match(straight(text)):
            return language, kind, text[found.end() :]
    return None


def heading_of(line: Line, current: str, *, among_facts: bool) -> tuple[str, str, str] | None:
    """(field, language, value on the same line) if the line is a heading where it stands."""
    if line.is_item and current in LISTS and ":" not in line.text:
        return None
    text = _behind_bullet(line.text, current)
    found = HEADINGS.get(heading_key(text)) or _numbered(line)
    # "skills" among sub-items is none.
    if found and (text[:1].isupper() or " " in text):
        return *found, ""
    before, colon, rest = text.partition(":")
    found = HEADINGS.get(heading_key(before)) if colon else None
    if found and (
        found[0] in METADATA | {"overview"} or stem_of(rest.strip()) or _is_aside(found[0], before)
    ):
        return *found, rest.strip()
    return _without_colon(line.text, current, among_facts)


def _behind_bullet(text: str, current: str) -> str:
    """Facts and sections may be a list: "• Developed by: Skills CFA"; among criteria "• Values" is an item."""
    label, rest = split_label(text)
    clear = current not in _CRITERIA or re.search("[ /]", rest.partition(":")[0])
    return rest if is_bullet(label) and rest[:1].isupper() and clear else text


def _numbered(line: Line) -> tuple[str, str] | None:
    """ "3. Performance criteria" is one; others may be items, unless the format marks them."""
    label, rest = split_label(line.text)
    found = HEADINGS.get(heading_key(rest)) if label and rest[:1].isupper() else None
    return found if found and (found[0] in _BODY or line.nature == Nature.HEADING) else None


def _is_aside(name: str, heading: str) -> bool:
    """No list of criteria stands under the heading, and it is no word that sentences begin with."""
    return name not in LISTS and bool(re.search("[ /]", heading))


def _without_colon(text: str, current: str, among_facts: bool) -> tuple[str, str, str] | None:
    """A heading and its value in one line, as tables come out of PDF: "Developed by Skills CFA"."""
    if not text[:1].isupper() or label_of(text):
        return None
    plain = straight(text)
    for heading, (name, language) in HEADINGS.items():
        rest = text[len(heading) :].strip(" -–—")
        if name in _CRITERIA and plain.startswith(f"{heading} ") and stem_of(rest):
            return name, language, rest
    if current == "overview":
        return None
    heading = next((h for h in _WORDY_METADATA if plain.startswith(f"{h} ")), "")
    if not heading:
        return None
    rest = text[len(heading) :].strip()
    name, language = HEADINGS[heading]
    shape = _SHAPES.get(name)
    if " " in heading or among_facts or (shape and shape.search(rest)):
        return name, language, rest
    return None
