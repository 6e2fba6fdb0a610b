"""What a tagged PDF says of its own structure: which letters belong to one paragraph, item, heading or cell."""

import ctypes
from collections.abc import Iterator

import pypdfium2
import pypdfium2.raw as pdfium

_BLOCKS = {"P", "H", *(f"H{n}" for n in range(1, 7)), "LI", "LBody", "Lbl", "TD", "TH", "Caption", "Div"}
_DEEPEST, _MOST = 60, 20_000


def blocks_of(page: pypdfium2.PdfPage) -> dict[int, int]:
    """Marked content → its block, by the numbers that each has within the page; {}: the page is not tagged."""
    tree = pdfium.FPDF_StructTree_GetForPage(page.raw)
    if not tree:
        return {}
    try:
        children = (
            pdfium.FPDF_StructTree_GetChildAtIndex(tree, n)
            for n in range(pdfium.FPDF_StructTree_CountChildren(tree))
        )
        return dict(_contents(list(children)))
    finally:
        pdfium.FPDF_StructTree_Close(tree)


def _contents(roots: list) -> Iterator[tuple[int, int]]:
    """(marked content, block) of everything below `roots`; trees may be damaged, so neither deep nor endless."""
    waiting = [(root, 0, 0) for root in reversed(roots) if root]
    for visited in range(1, _MOST):
        if not waiting:
            return
        element, block, depth = waiting.pop()
        block = visited if _type(element) in _BLOCKS else block
        for n in range(pdfium.FPDF_StructElement_CountChildren(element)):
            if (content := pdfium.FPDF_StructElement_GetChildMarkedContentID(element, n)) >= 0:
                yield content, block
            child = pdfium.FPDF_StructElement_GetChildAtIndex(element, n)
            if child and depth < _DEEPEST:
                waiting.append((child, block, depth + 1))


def _type(element) -> str:
    name = ctypes.create_string_buffer(64)
    pdfium.FPDF_StructElement_GetType(element, name, len(name))
    return name.raw.decode("utf-16-le", "replace").partition("\0")[0]
