"""Earlier and later editions: which supersedes which, and what became of each criterion."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.refusals import Invalid
from ledger.services import record
from standards.access import check_may_import
from standards.models import Criterion, Kind, Standard, TextStatus

# Texts with fewer words in common than this are two criteria, not one that was changed.
_ALIKE = 0.5
LANGUAGES = ("cy", "en")


@transaction.atomic
def supersede(*, by: User, standard: Standard, successor: Standard | None) -> Standard:
    """Say which standard comes after this one, under the same URN or another; None: it is the latest after all."""
    check_may_import(by)
    # First of all, because the chain is locked until the end: two people who write at once cannot make a circle.
    record(
        chain="standards",
        kind="standard.superseded",
        by=by.uid,
        subject=f"standard:{standard.urn}/{standard.edition}",
        data={"by": f"{successor.urn}/{successor.edition}" if successor else ""},
    )
    if successor and standard in (successor, *later_than(successor)):
        raise Invalid(_("That standard comes before this one, so it cannot come after it too."))
    standard.superseded_by = successor
    standard.save(update_fields=["superseded_by"])
    return standard


def later_than(standard: Standard) -> Iterator[Standard]:
    """The editions that came after a standard, one after the other; the last one is today's."""
    row = Standard.objects.filter(supersedes=standard).first()
    while row:
        yield row
        row = Standard.objects.filter(supersedes=row).first()


def latest_after(standard: Standard) -> Standard | None:
    """Today's edition of a standard that was superseded."""
    return next(reversed(list(later_than(standard))), None)


@dataclass(frozen=True)
class Pair:
    """A criterion before and after; one of them is missing where it is gone or new."""

    old: Criterion | None = None
    new: Criterion | None = None

    @property
    def key(self) -> str:
        """How a form names it."""
        return f"{self.old.pk if self.old else ''}-{self.new.pk if self.new else ''}"

    @property
    def is_whole(self) -> bool:
        return self.old is not None and self.new is not None

    @property
    def is_same(self) -> bool:
        """Word for word in each language that counts, so that nobody need look at it."""
        return self.old is not None and self.new is not None and _same(self.old, self.new)

    def told(self, here: str) -> list[tuple[str, list[tuple[str, str]]]]:
        """Its words (see `difference`) in the language `here`; where they are the same there, in the other one too."""
        if self.old is None or self.new is None:
            return []
        texts = _texts_of_both(self.old, self.new)
        if not texts:
            return [_alone(self.old, "gone"), _alone(self.new, "new")]
        told = [(name, difference(*texts[name])) for name in sorted(texts, key=lambda name: name != here)]
        return told[:1] if _differs(told[0][1]) else told


def _differs(parts: list[tuple[str, str]]) -> bool:
    return any(what != "same" for what, _words in parts)


def _alone(criterion: Criterion, what: str) -> tuple[str, list[tuple[str, str]]]:
    """Without a shared language there is nothing to compare word by word."""
    return ("cy", [(what, criterion.text_cy)]) if criterion.text_cy else ("en", [(what, criterion.text_en)])


def _texts_of_both(old: Criterion, new: Criterion) -> dict[str, tuple[str, str]]:
    """The text before and after, in each language that both have."""
    texts = {name: (getattr(old, f"text_{name}"), getattr(new, f"text_{name}")) for name in LANGUAGES}
    return {language: both for language, both in texts.items() if all(both)}


def _binding(old: Criterion, new: Criterion) -> list[tuple[str, str]]:
    """Those that tell whether it is the same: a working translation does not, where both have an official text."""
    shared = _texts_of_both(old, new)
    official = [
        texts
        for language, texts in shared.items()
        if {row.standard.status(language) for row in (old, new)} == {TextStatus.OFFICIAL}
    ]
    return official or list(shared.values())


def _same(old: Criterion, new: Criterion) -> bool:
    binding = _binding(old, new)
    return bool(binding) and all(before.split() == after.split() for before, after in binding)


def _likeness(old: Criterion, new: Criterion) -> float:
    """From 0 to 1, by their words; 2: the very same. Without a shared language there is only the number to go by."""
    shared = _texts_of_both(old, new).values()
    if _same(old, new):
        return 2
    if not shared:
        return float(old.number == new.number)
    return max(_ratio(before.casefold().split(), after.casefold().split()) for before, after in shared)


def _ratio(before: list[str], after: list[str]) -> float:
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    # Cheap bounds first: most pairs are far apart.
    return matcher.ratio() if min(matcher.real_quick_ratio(), matcher.quick_ratio()) >= _ALIKE else 0


def compare(old: Standard, new: Standard) -> list[Pair]:
    """What became of each criterion, in the order of the new edition, then what is gone."""
    pairs = []
    criteria = list(Criterion.objects.filter(standard__in=[old, new]).select_related("standard"))
    for kind in Kind.values:
        before, after = (
            [c for c in criteria if c.standard_id == standard.pk and c.kind == kind]
            for standard in (old, new)
        )
        pairs += _pairs(before, after)
    return pairs


def _pairs(before: list[Criterion], after: list[Criterion]) -> list[Pair]:
    """The most alike find each other first; of equals, those with the same number, then the earlier ones."""
    found = [(_likeness(old, new), old.number == new.number, old, new) for new in after for old in before]
    alike = sorted((row for row in found if row[0] >= _ALIKE), key=lambda row: row[:2], reverse=True)
    partner: dict[Criterion, Criterion] = {}
    for _likeness_of_both, _same_number, old, new in alike:
        if new not in partner and old not in partner.values():
            partner[new] = old
    gone = [old for old in before if old not in partner.values()]
    return [Pair(partner.get(new), new) for new in after] + [Pair(old) for old in gone]


def difference(before: str, after: str) -> list[tuple[str, str]]:
    """Word by word: ("same" | "gone" | "new", words)."""
    old, new = before.split(), after.split()
    parts = []
    for step, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if step == "equal":
            parts.append(("same", " ".join(old[a:b])))
            continue
        parts += [(what, " ".join(words)) for what, words in (("gone", old[a:b]), ("new", new[c:d])) if words]
    return parts
