"""A dictionary of words in the format of Hunspell: as much of the format as the Welsh one uses.

A word of the list carries flags, and each flag names rules that put something before it (mutations) or after it
(endings). Whether a word is known is found backwards: every rule that can have made it is undone, until a word
of the list is left that carries the flags of all of them.
"""

import re
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

# A form with this flag is no word before another rule has been applied to it.
UNFINISHED = "X"
# What may hang on any word that ends in a vowel: mae’r, penderfyniadau’n, â’i.
HANGING = re.compile(r"(.*[aeiouwyâêîôûŵŷ])'(?:r|n|i|u|w|m|th|ch)", re.IGNORECASE)


class Rule(NamedTuple):
    flag: str
    takes: str
    puts: str
    fits: re.Pattern[str]
    # The flags that what it makes carries.
    gives: frozenset[str]


class Dictionary:
    def __init__(self, folder: Path) -> None:
        self.words: dict[str, list[frozenset[str]]] = defaultdict(list)
        self.prefixes: list[Rule] = []
        self.suffixes: list[Rule] = []
        for line in (folder / "cy.dic").read_text().splitlines()[1:]:
            word, _, flags = line.partition("/")
            self.words[word].append(frozenset(flags))
        for line in (folder / "cy.aff").read_text().splitlines():
            match line.split():
                case ["PFX", flag, takes, puts, start]:
                    self.prefixes.append(_rule(flag, takes, puts, f"^{start}"))
                case ["SFX", flag, takes, puts, *end]:
                    self.suffixes.append(_rule(flag, takes, puts, f"{''.join(end)}$"))

    def knows(self, word: str) -> bool:
        word = word.replace("’", "'")
        if self._has(word) or self._has(word.lower()):
            return True
        found = HANGING.fullmatch(word)
        return bool(found) and self.knows(found[1])

    def _has(self, form: str) -> bool:
        if self._ended(form, frozenset(), ""):
            return True
        mutated = (rule for rule in self.prefixes if form.startswith(rule.puts))
        return any(
            rule.fits.search(base) and self._ended(base, frozenset(rule.flag), "")
            for rule in mutated
            for base in [rule.takes + form[len(rule.puts) :]]
        )

    def _ended(self, form: str, mutation: frozenset[str], ending: str) -> bool:
        """Whether the form is a word with these flags, or one with an ending that gives them."""
        if any(mutation.union(ending) <= flags for flags in self.words.get(form, ())):
            return True
        for rule in self.suffixes:
            may_follow = ending in rule.gives if ending else UNFINISHED not in rule.gives
            if may_follow and form.endswith(rule.puts):
                base = form[: len(form) - len(rule.puts)] + rule.takes
                if rule.fits.search(base) and self._ended(base, mutation - rule.gives, rule.flag):
                    return True
        return False


def _rule(flag: str, takes: str, puts: str, fits: str) -> Rule:
    puts, _, gives = puts.partition("/")
    return Rule(flag, takes.strip("0"), puts.strip("0"), re.compile(fits), frozenset(gives))
