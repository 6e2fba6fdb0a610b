"""The Welsh is spelt as the dictionary has it, with the apostrophes and mutations of print."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from tests.gates.dictionary import Dictionary
from tests.gates.test_catalogues import WELSH, texts_of

HERE = Path(__file__).parent
KEPT = HERE / "welsh_words.txt"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[%ds]|\{\w+\}|\\[\"n]")
WORD = re.compile(r"[^\W\d_]+(?:[’'][^\W\d_]+)*")
# A word that should have been mutated: `i tudalen` for `i dudalen`. Not the letters whose mutation looks like a word
# of its own, and not what begins with a capital: names stay as they are.
UNMUTATED = re.compile(
    r"(?<![’\w])(?i:o|i|am|ar|at|dan|dros|drwy|heb|hyd|wrth|gan) (?:c(?!h)|p(?!h)|t(?!h)|ll|rh)\w+"
    r"|\b(?i:gyda|â) (?:c(?!h)|p(?!h)|t(?!h))\w+"
)


def catalogue() -> list[str]:
    """What the catalogue says in Welsh, without what is put in later."""
    said = [
        re.findall(r'"((?:[^"\\]|\\.)*)"', form)
        for entry in texts_of(WELSH)
        for form in re.split(r"^msgstr", entry, flags=re.MULTILINE)[1:]
    ]
    return [PLACEHOLDER.sub("…", "".join(lines)) for lines in said]


def demo() -> Iterator[str]:
    """What the invented people write in Welsh."""
    for piece in json.loads((settings.BASE / "fixtures/demo/evidence.json").read_text()):
        if piece["language"] == "cy":
            yield from (piece["title"], piece["text"], *(r.get("feedback", "") for r in piece["rounds"]))


def kept() -> set[str]:
    """Words that the dictionary lacks; the file says why they are right."""
    lines = KEPT.read_text().splitlines()
    return {word.lower() for line in lines if not line.startswith("#") for word in line.split()}


def test_every_welsh_word_is_known():
    dictionary = Dictionary(HERE.parent / "vendor/welsh")
    words = {word.replace("'", "’") for text in (*catalogue(), *demo()) for word in WORD.findall(text)}
    unknown = {word.lower() for word in words if not dictionary.knows(word)}
    assert not unknown - kept(), "wrongly spelt, or right and to be kept in welsh_words.txt"
    assert not kept() - unknown, "kept in welsh_words.txt for nothing"


def test_the_dictionary_knows_mutations_and_endings_and_finds_mistakes():
    dictionary = Dictionary(HERE.parent / "vendor/welsh")
    right = {"tystiolaeth", "dystiolaeth", "thystiolaeth", "Aseswr", "penderfyniadau’n", "cyflwynwyd", "o’i"}
    wrong = {"tysiolaeth", "asesiydd", "penderfyniadua", "cyflwnwyd", "aseswr’n"}
    assert {word for word in right | wrong if dictionary.knows(word)} == right


def test_apostrophes_are_those_of_print():
    assert not [text for text in catalogue() if "'" in text]


def test_prepositions_mutate_what_follows():
    assert UNMUTATED.search("Yn ôl i portffolio")
    assert UNMUTATED.search("gyda cwsmeriaid")
    assert not [found[0] for text in catalogue() if (found := UNMUTATED.search(text))]
