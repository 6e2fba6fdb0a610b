"""A document as JSON and back, so that it can wait for a person to look at it."""

from dataclasses import asdict

from standards.nos.document import Document, Item, Line, Nature, Remark

_LISTS = ("performance", "knowledge")


def to_json(document: Document) -> dict:
    """Everything about it; a parent is the place of its item in the list."""
    data = vars(document) | {"remarks": [asdict(remark) for remark in document.remarks]}
    return data | {kind: _rows(getattr(document, kind)) for kind in _LISTS}


def from_json(data: dict) -> Document:
    """The document that `to_json` was given."""
    lists = {kind: _items(data[kind]) for kind in _LISTS}
    return Document(**data | lists | {"remarks": [Remark(**remark) for remark in data["remarks"]]})


def _rows(items: list[Item]) -> list[dict]:
    places = {id(item): place for place, item in enumerate(items)}
    return [vars(item) | {"parent": places.get(id(item.parent))} for item in items]


def _items(rows: list[dict]) -> list[Item]:
    items = [Item(**row | {"parent": None}) for row in rows]
    for item, row in zip(items, rows, strict=True):
        item.parent = None if row["parent"] is None else items[row["parent"]]
    return items


def lines_to_json(lines: list[Line]) -> list[list]:
    """The lines of a source, short enough to keep with a draft."""
    return [[line.text, line.number, line.nature, line.depth, line.strong, line.count] for line in lines]


def lines_from_json(rows: list[list]) -> list[Line]:
    """The lines that `lines_to_json` was given."""
    return [Line(text, number, Nature(nature), *rest) for text, number, nature, *rest in rows]
