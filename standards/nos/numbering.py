"""The numbers of a list's items, unique within it."""

from collections import Counter

from standards.nos.document import Item
from standards.nos.labels import bare_number


def number(items: list[Item]) -> bool:
    """Give every item its number: the printed ones where all are there and unique, else by position.

    True if a printed number had to change.
    """
    printed = [bare_number(item.printed_label) for item in items]
    usable = all(printed) and len(set(printed)) == len(printed)
    numbers = printed if usable else by_position(items)
    for item, given in zip(items, numbers, strict=True):
        item.number = given
    return any(old and old != new for old, new in zip(printed, numbers, strict=True))


def by_position(items: list[Item]) -> list[str]:
    """1 to n; the sub-items of n are n.1, n.2 and so on."""
    counts: Counter[str] = Counter()
    numbers: dict[int, str] = {}
    for item in items:
        above = f"{numbers[id(item.parent)]}." if item.parent else ""
        counts[above] += 1
        numbers[id(item)] = f"{above}{counts[above]}"
    return list(numbers.values())
