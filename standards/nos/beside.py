"""The lines of a document, and beside each what was understood of it."""

from collections import defaultdict
from dataclasses import dataclass, field

from standards.nos.document import Document, Item, Line, Remark
from standards.nos.labels import label_of


@dataclass
class Row:
    """Lines that belong together, the items made of them (kind, place in its list, item), the warnings there."""

    lines: list[Line] = field(default_factory=list)
    items: list[tuple[str, int, Item]] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)


def beside(lines: list[Line], document: Document, remarks: list[Remark]) -> list[Row]:
    """Every line and every item once, in the order of the source."""
    waiting: dict[int, list[tuple[str, int, Item]]] = defaultdict(list)
    for kind, position, item in document.criteria():
        waiting[item.line].append((kind, position - 1, item))
    rows: list[Row] = []
    for line in lines:
        items = waiting.pop(line.number, [])
        if items or not rows or not _belongs(rows[-1], line):
            rows.append(Row(items=items))
        rows[-1].lines.append(line)
        rows[-1].remarks += [remark for remark in remarks if remark.line == line.number]
    return rows


def _belongs(row: Row, line: Line) -> bool:
    """The line is a further part of the row's last item; without items, lines follow one another."""
    text = line.text.removeprefix(label_of(line.text)).strip()
    return not row.items or text in row.items[-1][2].text
