"""The numbers of a list's items, unique within it."""

from collections import Counter

from standards.nos.document import Item
from standards.nos.labels import bare_number


def number(items: list[Item]) -> bool:
    """Give every item its number: the printed or counted ones where all are there and unique, else by position.

    True if a printed number had to change.
    """
    printed = [bare_number(item.printed_label) for item in items]
    counted = {id(item): item.count for item in items if item.parent is None}
    if _usable(printed):
        numbers = printed
    elif not any(item.printed_label for item in items) and _usable(list(counted.values())):
        numbers = by_position(items, counted)
    else:
        numbers = by_position(items)
    for item, given in zip(items, numbers, strict=True):
        item.number = given
    return any(old and old != new for old, new in zip(printed, numbers, strict=True))


def _usable(numbers: list[str]) -> bool:
    return all(numbers) and len(set(numbers)) == len(numbers)


def by_position(items: list[Item], counted: dict[int, str] | None = None) -> list[str]:
    """1 to n, or as items were counted; the sub-items of n are n.1, n.2 and so on."""
    counts: Counter[str] = Counter()
    numbers: dict[int, str] = {}
    for item in items:
        above = f"{numbers[id(item.parent)]}." if item.parent else ""
        counts[above] += 1
        numbers[id(item)] = (counted or {}).get(id(item), f"{above}{counts[above]}")
    return list(numbers.values())
