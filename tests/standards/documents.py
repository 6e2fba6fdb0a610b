"""Documents as they are published, faults included, written for the tests."""

import io

from docx import Document

_TAIL = "{}\n\n{}\n\n{}\n\n{}\n\n1\n\n{}\n\n{}\n\n{}\n\n{}\n"
TAIL = {
    "cy": _TAIL.format(
        "Cwmpas/ystod",
        "Gwerthoedd",
        "Sgiliau",
        "Fersiwn rhif",
        "Dilysrwydd",
        "Ar hyn o bryd",
        "Statws",
        "Gwreiddiol",
    ),
    "en": _TAIL.format(
        "Scope/range", "Values", "Skills", "Version number", "Validity", "Current", "Status", "Original"
    ),
}
HEAD = {
    "cy": "Gofalu am y siop\n\nURN: SIOP12\nDatblygwyd gan: Y Cyngor\n\nTrosolwg\n\nMae'r safon hon ar gyfer staff.\n",
    "en": "Look after the shop\n\nURN: SIOP12\nDeveloped by: The Council\n\nOverview\n\nThis standard is for staff.\n",
}
PERFORMANCE = {
    "cy": "Meini prawf perfformiad\n\nMae'n rhaid eich bod chi'n gallu:\n",
    "en": "Performance criteria\n\nYou must be able to:\n",
}
KNOWLEDGE = {
    "cy": "Gwybodaeth a Dealltwriaeth\n\nMae angen i chi wybod a deall:\n",
    "en": "Knowledge and Understanding\n\nYou need to know and understand:\n",
}
ITEMS = {
    "cy": ["croesawu cwsmeriaid", "cadw'r silffoedd yn daclus", "cau'r siop yn ddiogel"],
    "en": ["welcome customers", "keep the shelves tidy", "close the shop safely"],
}
FACTS = {
    "cy": ["sut i groesawu cwsmeriaid", "pwysigrwydd glendid"],
    "en": ["how to welcome customers", "the importance of cleanliness"],
}


def numbered(items: list[str]) -> str:
    return "\n".join(f"{number}. {text}" for number, text in enumerate(items, 1))


def text(
    language: str,
    *,
    performance: str | None = None,
    knowledge: str | None = None,
    head: str | None = None,
    tail: str | None = None,
) -> bytes:
    """A whole document; what is not given is in order."""
    parts = [
        HEAD[language] if head is None else head,
        PERFORMANCE[language],
        numbered(ITEMS[language]) if performance is None else performance,
        KNOWLEDGE[language],
        numbered(FACTS[language]) if knowledge is None else knowledge,
        TAIL[language] if tail is None else tail,
    ]
    return "\n".join(parts).encode()


def html(language: str) -> bytes:
    """The same as a web page: tables for the facts, lists that number themselves."""
    title, *_rest = HEAD[language].splitlines()
    overview = "Trosolwg" if language == "cy" else "Overview"
    performance, knowledge = PERFORMANCE[language].split("\n")[0], KNOWLEDGE[language].split("\n")[0]
    stem = PERFORMANCE[language].split("\n")[2]
    sub_items = "<ul><li>a<b>b</b>c</li><li>def</li></ul>"
    return f"""<!doctype html><html lang="{language}"><head><title>x</title><style>p {{}}</style></head><body>
<nav><ul><li>Home</li></ul></nav><h1>{title}</h1>
<table><tr><td>URN</td><td>SIOP\u200b12</td></tr></table>
<h2>{overview}</h2><p>One.<p>Two.
<h2>{performance}</h2><p>{stem}</p>
<ol>{"".join(f"<li>{item}" for item in ITEMS[language])}{sub_items}</ol>
<h2>{knowledge}</h2><h3>Group one</h3><ol><li><p>{FACTS[language][0]}</p></li></ol>
<h3>Group two</h3><ol start=2><li>{FACTS[language][1]}</li></ol>
<script>alert("1. no item")</script></body></html>""".encode()


def docx(language: str) -> bytes:
    """The same as a Word document: styles, automatic numbers, a table."""
    document = Document()
    lines = HEAD[language].splitlines()
    document.add_heading(lines[0], 0)
    table = document.add_table(rows=1, cols=2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "URN", "SIOP12"
    document.add_heading("Trosolwg" if language == "cy" else "Overview", 1)
    document.add_paragraph("One.")
    document.add_heading(PERFORMANCE[language].split("\n")[0], 1)
    document.add_paragraph(PERFORMANCE[language].split("\n")[2])
    for item in ITEMS[language]:
        document.add_paragraph(item, "List Number")
    document.add_paragraph("abc", "List Number 2")
    document.add_paragraph("def", "List Number 2")
    document.add_heading(KNOWLEDGE[language].split("\n")[0], 1)
    for group, fact in zip(["Group one", "Group two"], FACTS[language], strict=True):
        document.add_heading(group, 2)
        document.add_paragraph(fact, "List Number")
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()
