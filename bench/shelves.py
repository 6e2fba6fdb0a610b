"""Makes up as many standards as were ever published."""

import random
from collections.abc import Iterator
from itertools import islice

from django.db import connection

from standards import search
from standards.models import Criterion, Kind, Standard, Suite
from standards.search import searchable
from standards.sorting import sort_key

STANDARDS, CRITERIA, SUITES = 22_000, 800_000, 300
BATCH = 500
_SYLLABLES = {
    "cy": "gwas an aeth cws mer iaid rhe oli dys gu llwy dd iad ŵr tŷ cyn nal ar fer ion mes ur diog el",
    "en": "ser vice cus tom er man age learn ing deliv er y prac tice mea sure safe ty pro cess re view",
}
# Words that stand in most standards, and one that stands in few.
COMMON = {"cy": ["cwsmeriaid", "sicrhau", "gweithio"], "en": ["customers", "ensure", "working"]}
RARE = {"cy": "gwenynfa", "en": "apiary"}


class Author:
    """Writes the same texts every time."""

    def __init__(self) -> None:
        self.chance = random.Random(2)
        self.words = {
            language: [
                "".join(self.chance.choices(syllables.split(), k=self.chance.randint(1, 4)))
                for _ in range(6000)
            ]
            for language, syllables in _SYLLABLES.items()
        }

    def text(self, language: str, length: int) -> str:
        """A few words very often, most of them seldom, as people write."""
        words = [self._word(language) for _ in range(length)]
        if self.chance.random() < 0.2:
            words.insert(0, self.chance.choice(COMMON[language]))
        if self.chance.random() < 0.0001:
            words.append(RARE[language])
        return " ".join(words)

    def _word(self, language: str) -> str:
        return self.words[language][int(6000 * self.chance.random() ** 3)]

    def standard(self, number: int) -> tuple[Standard, list[Criterion]]:
        titles = {language: self.text(language, 6).capitalize() for language in ("cy", "en")}
        standard = Standard(
            urn=f"BENCH{number:05}",
            edition="2021",
            **{f"title_{language}": title for language, title in titles.items()},
            **{f"sort_key_{language}": sort_key(title, language) for language, title in titles.items()},
            **{f"overview_{language}": self.text(language, 120) for language in titles},
            **dict.fromkeys(["status_cy", "status_en"], "official"),
            search_urn=searchable(f"BENCH{number:05}"),
            search_title=searchable(*titles.values()),
        )
        # 36 or 37 each, 800,000 of all.
        total = CRITERIA * (number + 1) // STANDARDS - CRITERIA * number // STANDARDS
        criteria = [self._criterion(standard, n, total) for n in range(total)]
        for kind in Kind.values:
            texts = (text for row in criteria if row.kind == kind for text in (row.text_cy, row.text_en))
            setattr(standard, f"search_{kind}", searchable(*texts))
        return standard, criteria

    def _criterion(self, standard: Standard, n: int, total: int) -> Criterion:
        kind, position = ("performance", n + 1) if n < total // 2 else ("knowledge", n - total // 2 + 1)
        texts = {f"text_{language}": self.text(language, 14) for language in ("cy", "en")}
        return Criterion(standard=standard, kind=kind, number=str(position), position=position, **texts)


def fill() -> None:
    """22,000 standards with 800,000 criteria in 300 suites."""
    if connection.vendor == "postgresql":
        _drop_indexes()
    author = Author()
    names = [f"suite-{n:03}" for n in range(SUITES)]
    suites = Suite.objects.bulk_create(Suite(slug=name, name_cy=name, name_en=name) for name in names)
    for batch in _batches(author.standard(number) for number in range(STANDARDS)):
        standards = [standard for standard, _criteria in batch]
        Standard.objects.bulk_create(standards)
        Criterion.objects.bulk_create(row for _standard, criteria in batch for row in criteria)
        link = Standard.suites.through
        link.objects.bulk_create(link(standard=s, suite=author.chance.choice(suites)) for s in standards)
    search.install(connection)


def _drop_indexes() -> None:
    """Made once at the end, they cost a fraction."""
    with connection.cursor() as cursor:
        for name in (*search.COLUMNS, "search_anywhere"):
            cursor.execute(f"DROP INDEX standards_{name}")


def _batches(rows: Iterator) -> Iterator[list]:
    while batch := list(islice(rows, BATCH)):
        yield batch
