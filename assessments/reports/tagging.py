"""Corrections to the tagged PDF that WeasyPrint 70.0 writes.

As it comes, no structure element says its language, header cells have no scope, running heads hang in the air instead
of being artifacts, a table over three pages is three tables whose head is read three times, and a link describes
itself by its address. Validators notice little of that; people with a screen reader all of it.

Two names of WeasyPrint are replaced, by `install()`: the function that writes the structure tree, and the method that
marks content on the page. Both are private, so a system check refuses any other version (see checks.py).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pydyf
import weasyprint.pdf
from weasyprint.document import Document
from weasyprint.formatting_structure import boxes
from weasyprint.pdf.stream import Stream

SVG = "{http://www.w3.org/2000/svg}svg"
# The elements that our templates are made of; every other one passes its content on to its parent.
ROLES = {
    "section": "Sect",
    "div": "Div",
    "h1": "H1",
    "h2": "H2",
    "h3": "H3",
    "p": "P",
    "table": "Table",
    "thead": "THead",
    "tbody": "TBody",
    "tr": "TR",
    "th": "TH",
    "td": "TD",
    "a": "Link",
    "abbr": "Span",
    "img": "Figure",
    SVG: "Figure",
}
# Text directly inside one of these gets a paragraph of its own.
CONTAINERS = {"Document", "Sect", "Div"}
# One structure element for each box; all others go on over lines and pages.
NEVER_CONTINUED = {"Link", "Figure", "Span"}
PRINTED = 4
POINTS_PER_PIXEL = 0.75

_marked_by_weasyprint = Stream.marked


def install() -> None:
    """Put the corrections in place for this process."""
    weasyprint.pdf.add_tags = add_tags
    Stream.marked = _marked


def set_artifacts_apart(document: Document) -> None:
    """Note which boxes are for the eye only: running heads and feet, and the repeated heads of tables."""
    heads = set()
    for page in document.pages:
        for box in _descendants(page._page_box):
            if isinstance(box, boxes.MarginBox):
                _make_artifact(box)
            elif isinstance(box, boxes.TableRowGroupBox) and box.element_tag == "thead":
                if box.element in heads:
                    _make_artifact(box)
                heads.add(box.element)
        # A link in a repeated head would hang in the air: the first head has it.
        page.links = [link for link in page.links if not getattr(link[-1], "is_artifact", False)]


def _descendants(box: boxes.Box) -> Iterator[boxes.Box]:
    for child in getattr(box, "children", ()):
        yield child
        yield from _descendants(child)


def _make_artifact(box: boxes.Box) -> None:
    box.is_artifact = True
    for child in _descendants(box):
        child.is_artifact = True


@contextmanager
def _marked(stream: Stream, box: boxes.Box, tag: str) -> Iterator[None]:
    if getattr(box, "is_artifact", False):
        with stream.artifact():
            yield
        return
    if _goes_on(stream, box):
        stream.stream.pop()
        yield
        stream.end_marked_content()
    else:
        with _marked_by_weasyprint(stream, box, tag):
            yield
    stream.left_off = box.element, len(stream.stream)


def _goes_on(stream: Stream, box: boxes.Box) -> bool:
    """Whether the last thing drawn was text of the same element: its lines are one piece of content, not many."""
    continued = ROLES.get(box.element_tag) not in {None, *NEVER_CONTINUED}
    last = getattr(stream, "left_off", None)
    return continued and stream._tags is not None and last == (box.element, len(stream.stream))


@dataclass
class Node:
    """A structure element, and what its content inherits."""

    element: pydyf.Dictionary
    role: str
    language: str | None
    html: object = None


def add_tags(pdf: pydyf.PDF, document: Document, pdf_version: str, page_streams: list[Stream]) -> None:
    """Write the structure tree. Takes the place of the function of this name in WeasyPrint."""
    tree = StructureTree(pdf, document.metadata.lang)
    for number, (page, stream) in enumerate(zip(document.pages, page_streams, strict=True)):
        tree.add_page(number, page, stream._tags)
    tree.finish()
    pdf.catalog["ViewerPreferences"] = pydyf.Dictionary({"DisplayDocTitle": "true"})
    pdf.catalog["MarkInfo"] = pydyf.Dictionary({"Marked": "true"})


class StructureTree:
    """Follows the boxes of every page in reading order; one structure element for one HTML element."""

    def __init__(self, pdf: pydyf.PDF, language: str) -> None:
        self.pdf = pdf
        self.pages = pdf.page_references
        self.nodes: dict[object, Node] = {}
        self.owners_by_page: list[dict[int, bytes]] = []
        self.annotations: list[tuple[bytes, pydyf.Dictionary]] = []
        self.parents = self._object()
        self.root = self._object(Type="/StructTreeRoot", ParentTree=self.parents.reference)
        top = self._object(S="/Document", P=self.root.reference, K=pydyf.Array())
        self.root["K"] = pydyf.Array([top.reference])
        self.document = Node(top, "Document", language)
        pdf.catalog["StructTreeRoot"] = self.root.reference

    def add_page(self, number: int, page: weasyprint.document.Page, marks: dict) -> None:
        self.page, self.page_height, self.marks = self.pages[number], page.height, marks
        self.owners_by_page.append({})
        self._visit(page._page_box, self.document)
        if marks:
            raise AssertionError(f"text without a place in the structure: {[str(box) for box in marks]}")

    def finish(self) -> None:
        """Tell for every piece of content and every link which structure element it belongs to."""
        numbers = pydyf.Array()
        for page, owners in enumerate(self.owners_by_page):
            numbers.extend((page, pydyf.Array(owners[mark] for mark in sorted(owners))))
        for key, (owner, annotation) in enumerate(self.annotations, start=len(self.owners_by_page)):
            annotation["StructParent"] = key
            numbers.extend((key, owner))
        self.parents["Nums"] = numbers
        self.root["ParentTreeNextKey"] = len(self.owners_by_page) + len(self.annotations)

    def _object(self, **entries: object) -> pydyf.Dictionary:
        made = pydyf.Dictionary(entries)
        self.pdf.add_object(made)
        return made

    def _visit(self, box: boxes.Box, node: Node) -> None:
        box = getattr(box, "_box", box)  # an absolutely placed box hides behind a placeholder
        if getattr(box, "is_artifact", False):
            return
        if isinstance(box, boxes.TextBox):
            self._add_content(box, node)
            return
        node = self._node_for(box, node)
        if getattr(box, "link_annotation", None):
            self._add_link(box, node)
        if isinstance(box, boxes.ReplacedBox):
            self._add_content(box, node)
        for child in getattr(box, "children", ()):
            self._visit(child, node)

    def _node_for(self, box: boxes.Box, parent: Node) -> Node:
        """The node whose content this box is: its own, one begun on an earlier line or page, or its parent's."""
        language = box.style["lang"] or parent.language
        role = ROLES.get(box.element_tag)
        if role is None and language != parent.language:
            role = "Span"
        if role is None or box.element is None or box.element is parent.html:
            return parent
        if role not in NEVER_CONTINUED and box.element in self.nodes:
            return self.nodes[box.element]
        if role == "Span" and parent.role in CONTAINERS:
            parent = self._new_node("P", parent)
        node = self._new_node(role, parent, language, box.element)
        self.nodes[box.element] = node
        if role == "TH":
            node.element["A"] = _header_cell(box)
        elif role == "TD":
            _add_spans(node.element, box)
        elif role == "Figure":
            self._describe_figure(node.element, box)
        elif role == "Span" and box.element.get("title"):
            # A sign such as "?", which screen readers pass over, is read as what it means.
            node.element["ActualText"] = pydyf.String(box.element.get("title"))
        return node

    def _new_node(self, role: str, parent: Node, language: str | None = None, html: object = None) -> Node:
        element = self._object(S=f"/{role}", P=parent.element.reference, K=pydyf.Array())
        parent.element["K"].append(element.reference)
        language = language or parent.language
        if language != parent.language:
            element["Lang"] = pydyf.String(language)
        return Node(element, role, language, html)

    def _add_content(self, box: boxes.Box, node: Node) -> None:
        mark = self.marks.pop(box, None)
        if mark is None:  # nothing was drawn
            return
        if node.role in CONTAINERS:
            node = self._new_node("P", node)
        element, number = node.element, mark["mcid"]
        if element.setdefault("Pg", self.page) == self.page:
            element["K"].append(number)
        else:
            element["K"].append(pydyf.Dictionary({"Type": "/MCR", "Pg": self.page, "MCID": number}))
        self.owners_by_page[-1][number] = element.reference

    def _add_link(self, box: boxes.Box, node: Node) -> None:
        annotation = box.link_annotation
        annotation["F"] = PRINTED
        annotation["Contents"] = pydyf.String(box.element.get("title") or "".join(box.element.itertext()))
        if node.language:
            annotation["Lang"] = pydyf.String(node.language)
        reference = pydyf.Dictionary({"Type": "/OBJR", "Obj": annotation.reference, "Pg": self.page})
        node.element["K"].append(reference)
        self.annotations.append((node.element.reference, annotation))

    def _describe_figure(self, element: pydyf.Dictionary, box: boxes.Box) -> None:
        left, top = box.content_box_x(), box.content_box_y()
        edges = (left, self.page_height - top - box.height, left + box.width, self.page_height - top)
        element["A"] = pydyf.Dictionary(
            {"O": "/Layout", "BBox": pydyf.Array(edge * POINTS_PER_PIXEL for edge in edges)}
        )
        element["Alt"] = pydyf.String(
            box.element.get("alt") or box.element.findtext("{http://www.w3.org/2000/svg}title")
        )


def _header_cell(box: boxes.TableCellBox) -> pydyf.Dictionary:
    scope = "/Row" if box.element.get("scope", "").startswith("row") else "/Column"
    return pydyf.Dictionary({"O": "/Table", "Scope": scope, **_spans(box)})


def _add_spans(element: pydyf.Dictionary, box: boxes.TableCellBox) -> None:
    if spans := _spans(box):
        element["A"] = pydyf.Dictionary({"O": "/Table", **spans})


def _spans(box: boxes.TableCellBox) -> dict[str, int]:
    spans = {"ColSpan": box.colspan, "RowSpan": box.rowspan}
    return {name: span for name, span in spans.items() if span != 1}
