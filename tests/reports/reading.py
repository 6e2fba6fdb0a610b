"""Reads a tagged PDF as a screen reader does: along its structure, each run of text with its language."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from io import BytesIO

import pikepdf

VOID = {"meta", "br", "link", "path", "img"}
UNSEEN = {"title", "svg"}


@dataclass
class Reading:
    """What the structure says: runs of text, and the elements they stand in."""

    pdf: pikepdf.Pdf
    runs: list[tuple[str, str]] = field(default_factory=list)
    elements: list[pikepdf.Dictionary] = field(default_factory=list)
    # Text on the pages that is neither in the structure nor an artifact.
    lost: list[str] = field(default_factory=list)
    artifacts: list[str] = field(default_factory=list)

    def by_language(self) -> dict[str, str]:
        """All text of each language in reading order, without white space (which lines eat and make)."""
        return joined(self.runs)

    def roles(self, role: str) -> list[pikepdf.Dictionary]:
        return [element for element in self.elements if str(element.S) == f"/{role}"]


def joined(runs: list[tuple[str, str]]) -> dict[str, str]:
    texts: dict[str, str] = {}
    for language, text in runs:
        if text := re.sub(r"\s", "", text):
            texts[language] = texts.get(language, "") + text
    return texts


def read(data: bytes) -> Reading:
    pdf = pikepdf.open(BytesIO(data))
    reading = Reading(pdf)
    marked: dict[tuple, str] = {}
    for page in pdf.pages:
        for owner, text in _texts(page):
            if isinstance(owner, int):
                key = (page.obj.objgen, owner)
                marked[key] = marked.get(key, "") + text
            else:
                (reading.artifacts if owner == "artifact" else reading.lost).append(text)
    _follow(pdf.Root.StructTreeRoot.K[0], str(pdf.Root.Lang), None, marked, reading)
    reading.lost += marked.values()
    return reading


def _follow(element: pikepdf.Dictionary, language: str, page: object, marked: dict, reading: Reading) -> None:
    reading.elements.append(element)
    language = str(element.get("/Lang", language))
    page = element.get("/Pg", page)
    for kid in element.get("/K", []):
        if isinstance(kid, int):
            reading.runs.append((language, marked.pop((page.objgen, kid), "")))
        elif kid.get("/Type") == "/MCR":
            reading.runs.append((language, marked.pop((kid.Pg.objgen, int(kid.MCID)), "")))
        elif kid.get("/Type") != "/OBJR":
            _follow(kid, language, page, marked, reading)


def _texts(page: pikepdf.Page) -> Iterator[tuple[int | str | None, str]]:
    """Each piece of text with the number of its mark, "artifact", or None."""
    fonts = {name: _characters(font) for name, font in page.Resources.get("/Font", {}).items()}
    owners: list[int | str | None] = []
    font: dict[int, str] = {}
    for operands, operator in pikepdf.parse_content_stream(page, "BDC BMC EMC Tf Tj TJ"):
        match str(operator):
            case "BDC" | "BMC":
                number = operands[1].get("/MCID") if len(operands) > 1 else None
                owners.append("artifact" if operands[0] == "/Artifact" else number)
            case "EMC":
                owners.pop()
            case "Tf":
                font = fonts[str(operands[0])]
            case "Tj" | "TJ":
                pieces = operands[0] if str(operator) == "TJ" else operands
                codes = b"".join(bytes(piece) for piece in pieces if isinstance(piece, pikepdf.String))
                text = "".join(font[int.from_bytes(codes[i : i + 2])] for i in range(0, len(codes), 2))
                yield next((owner for owner in reversed(owners) if owner is not None), None), text


def _characters(font: pikepdf.Dictionary) -> dict[int, str]:
    """Which character each code of the font stands for."""
    table = font.ToUnicode.read_bytes().decode()
    pairs = re.findall(r"^<([0-9a-fA-F]+)> <([0-9a-fA-F]+)>$", table, re.MULTILINE)
    return {int(code, 16): bytes.fromhex(text).decode("utf-16-be") for code, text in pairs}


class HtmlText(HTMLParser):
    """The text of an HTML document, each piece with the language it is in."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[tuple[str, str]] = [("", "")]
        self.runs: list[tuple[str, str]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list) -> None:
        if tag not in VOID:
            self.open.append((tag, dict(attrs).get("lang") or self.open[-1][1]))

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop()[0] == tag, f"</{tag}> closes something else"

    def handle_data(self, data: str) -> None:
        if not any(tag in UNSEEN for tag, language in self.open):
            self.runs.append((self.open[-1][1], data))
