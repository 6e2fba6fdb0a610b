"""Every document as its reader gets it: on paper, on screen, by ear."""

import os
import re
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from datetime import date
from functools import cache

import page
import pikepdf
import pypdfium2
import pytest

from assessments.models import ReportKind
from assessments.reports.build import only_standard
from assessments.reports.content import Content, Reference
from assessments.reports.document import FORMS, document_html, document_pdf
from assessments.reports.pdf import printable, render
from assessments.reports.texts import Both, Written
from assessments.templatetags.reports import MARKS
from portfolio.models import EnrolmentState, StandardState
from portfolio.progress import CriterionState
from tests.reports import more_samples, samples
from tests.reports.reading import HtmlText, joined, read
from tests.reports.strained import strained

KINDS: dict[str, Content] = {
    "completion": samples.full(),
    "feedback": more_samples.feedback(),
    "matrix": more_samples.matrix(),
    "cohort": more_samples.cohort(),
    "quality": more_samples.quality(),
}
SHAPES: dict[str, Content] = {
    **KINDS,
    **{f"{kind}, strained": strained(content) for kind, content in KINDS.items()},
    "completion, empty": samples.EMPTY,
    "feedback, empty": replace(more_samples.feedback(), pieces=()),
    "matrix, empty": replace(more_samples.matrix(), tables=(), bare=()),
    "cohort, empty": replace(more_samples.cohort(), standards=(), lines=()),
    "quality, empty": replace(more_samples.quality(), lines=()),
    "progress": replace(only_standard(samples.full(), "INSCS016", "2021"), whole=False),
    "one standard": only_standard(samples.full(), "INSML052", "2021"),
    "one criterion": samples.report(samples.standard((samples.line(1),))),
    "no English": samples.report(
        samples.standard((samples.line(1, text=Both("dim ond Cymraeg")),), title=Both("Safon"))
    ),
}


TITLES = (samples.EMPTY.programme.cy, samples.EMPTY.programme.en)


@cache
def html_and_pdf(shape: str, form: str) -> tuple[str, bytes]:
    html = document_html(SHAPES[shape], form)
    return html, render(html, pictures={SHAPES[shape].issue.logo})


def pdf_of(shape: str, form: str) -> bytes:
    return html_and_pdf(shape, form)[1]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("shape", SHAPES)
def test_is_accessible_tells_every_language_and_stays_on_the_page(shape, form, tmp_path):
    html, data = html_and_pdf(shape, form)
    assert_valid(data, tmp_path)
    assert_nothing_runs_off(data)
    reading = read(data)
    assert reading.lost == []
    assert set(reading.by_language()) <= {"cy", "en"}
    assert letters(joined(HtmlText(html).runs)) == letters(reading.by_language())


def assert_valid(data: bytes, folder) -> None:
    path = folder / "report.pdf"
    path.write_bytes(data)
    result = page.validate_pdf(str(path), profile=page.ValidationProfile.PDF_UA_1)
    assert result.is_compliant, [(failure.rule_id, failure.message) for failure in result.failures]


def assert_nothing_runs_off(data: bytes) -> None:
    with pypdfium2.PdfDocument(data) as document:
        for sheet in document:
            text = sheet.get_textpage()
            width, height = sheet.get_size()
            for n in range(text.count_rects()):
                left, bottom, right, top = text.get_rect(n)
                assert left > 40
                assert right < width - 40
                assert bottom > 9
                assert top < height - 9


def letters(texts: dict[str, str]) -> dict[str, Counter]:
    """How often each letter stands in each language: right-to-left names are drawn back to front."""
    return {language: Counter(visible(text)) for language, text in texts.items()}


def visible(text: str) -> str:
    return re.sub(r"[\s…]", "", printable(text))


@pytest.mark.parametrize("form", FORMS)
def test_is_read_in_the_order_of_the_document(form):
    html, data = html_and_pdf("completion", form)
    assert joined(HtmlText(html).runs) == read(data).by_language()


def test_tables_stay_whole_over_pages_and_their_heads_say_what_they_head(tmp_path):
    short = {"text": Both("gwrando", "listen"), "methods": (), "assessor": "Siân", "countersigner": ""}
    lines = tuple(samples.line(number, **short) for number in range(1, 401))
    many = samples.report(samples.standard(lines))
    data = document_pdf(many, "en")
    assert_valid(data, tmp_path)
    reading = read(data)
    criteria = [table for table in reading.roles("Table") if len(rows(table)) > 100]
    assert len(criteria) == 1
    assert len(rows(criteria[0])) == 1 + 400
    assert {str(cell.A.Scope) for cell in reading.roles("TH")} == {"/Row", "/Column"}
    # Running heads, page numbers and repeated heads are there for the eye only.
    assert "Completion report" in reading.artifacts
    assert reading.by_language()["en"].count("Stateandmethods") == 1


def rows(table: pikepdf.Dictionary) -> list[pikepdf.Dictionary]:
    return [row for group in table.K for row in group.K]


def test_what_is_not_complete_says_so_on_the_cover_and_on_every_page():
    reading = read(pdf_of("completion", "bilingual"))
    assert "Hebeigwblhau" in reading.by_language()["cy"]
    assert "Notcomplete" in reading.by_language()["en"]
    assert {"Adroddiad cwblhau: heb ei gwblhau", "Completion report: not complete"} <= set(reading.artifacts)
    complete = samples.report(samples.standard((samples.line(1),)))
    reading = read(document_pdf(complete, "en"))
    assert "Complete:all" in reading.by_language()["en"]
    assert "Completion report" in reading.artifacts


@pytest.mark.parametrize(
    ("form", "met"), [("cy", "Wedi’i fodloni"), ("en", "Met"), ("bilingual", "Wedi’i fodloni")]
)
def test_a_mark_of_the_matrix_is_read_as_what_it_means(form, met):
    html, data = html_and_pdf("matrix", form)
    reading = read(data)
    read_as = Counter(str(span.ActualText) for span in reading.roles("Span") if "/ActualText" in span)
    table = more_samples.matrix().tables[0]
    states = [state for line in table.lines for state in (line.state, *line.marks)]
    assert read_as[met] == states.count(CriterionState.MET)
    assert sum(read_as.values()) == sum(state in MARKS for state in states)
    assert f'<abbr title="{met}">•</abbr>' in html


def test_what_is_open_is_told_in_few_words():
    met = {1, 2, 6, 9}
    states = [CriterionState.MET if n in met else CriterionState.SUBMITTED for n in range(1, 11)]
    part = samples.standard(
        tuple(samples.line(n, state=state) for n, state in enumerate(states, 1)),
        tuple(samples.line(n, "K", state=CriterionState.AWAITING) for n in (1, 2)),
    )
    assert part.open == ("P3–P5", "P7", "P8", "P10", "K1", "K2")


def test_sub_items_and_groups_are_told_in_the_structure():
    reading = read(pdf_of("completion", "en"))
    groups = [cell for cell in reading.roles("TH") if cell.A.get("/ColSpan") == 5]
    assert len(groups) == 2
    assert "K2.1" in reading.by_language()["en"]


def test_links_lead_to_the_evidence_and_say_so(tmp_path):
    path = tmp_path / "report.pdf"
    path.write_bytes(document_pdf(samples.report(samples.standard((samples.line(7),))), "cy"))
    with pikepdf.open(path) as pdf:
        links = {str(a.A.URI): a for p in pdf.pages for a in p.get("/Annots", []) if "/A" in a}
    link = links["https://tystio.example/cy/evidence/7/"]
    assert str(link.Contents).endswith("E7")
    assert str(link.Lang) == "cy"


@pytest.mark.parametrize(("form", "expected"), [("cy", ["cy"]), ("en", ["en"]), ("bilingual", ["cy", "en"])])
def test_there_is_a_bookmark_for_each_standard(form, expected, tmp_path):
    path = tmp_path / "report.pdf"
    path.write_bytes(pdf_of("completion", form))
    with pikepdf.open(path) as pdf, pdf.open_outline() as outline:
        titles = [item.title for item in outline.root]
        assert str(pdf.docinfo.Title).endswith("Gŵenllian Tŷ-Dŵr")
    for standard in samples.full().standards:
        for language in expected:
            assert f"{standard.urn} {getattr(standard.title, language)}" in titles


def test_the_same_report_gives_the_same_bytes_also_in_another_process_that_remembers_nothing():
    here = pdf_of("completion", "bilingual")
    assert document_pdf(samples.full(), "bilingual") == here
    script = (
        "import sys, django; django.setup()\n"
        "from assessments.reports import pdf\n"
        "from assessments.reports.document import document_pdf\n"
        "from tests.reports import samples\n"
        "pdf.memory.uninstall()\n"
        "sys.stdout.buffer.write(document_pdf(samples.full(), 'bilingual'))"
    )
    environment = os.environ | {"PYTHONHASHSEED": "7", "DJANGO_SETTINGS_MODULE": "config.settings_test"}
    there = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, check=True)
    assert there.stdout == here


def test_changed_content_gives_other_bytes():
    changed = replace(samples.EMPTY, learner="Somebody Else")
    assert document_pdf(changed, "en") != document_pdf(samples.EMPTY, "en")


def test_what_people_wrote_is_text_and_nothing_else():
    learner = "<img src='file:///etc/passwd'><script>alert(1)</script> {{ x }} {% y %}"
    assert (
        learner.replace(" ", "")
        in read(document_pdf(replace(samples.EMPTY, learner=learner), "en")).by_language()["en"]
    )


def test_a_text_that_is_missing_is_shown_as_missing_beside_the_other():
    texts = read(pdf_of("no English", "en")).by_language()
    assert "[noEnglishtext]" in texts["en"]
    assert "dimondCymraeg" in texts["cy"]
    assert "dimondCymraeg" not in texts["en"]


def test_what_the_fonts_lack_is_printed_as_its_code_point():
    odd = samples.report(samples.standard((samples.line(1, assessor="Siân 😀\u202egnorw\x01"),)))
    assert "Siân[U+1F600][U+202E]gnorw[U+0001]" in read(document_pdf(odd, "en")).by_language()["en"]


def test_a_name_in_two_scripts_is_whole_wherever_it_stands():
    lines = tuple(samples.line(number, assessor="Siân שרה") for number in (1, 2, 3))
    names = read(document_pdf(samples.report(samples.standard(lines)), "cy")).by_language()["cy"]
    assert (names.count("Siân"), names.count("הרש") + names.count("שרה")) == (3, 3)


@pytest.mark.parametrize("form", FORMS)
def test_the_cover_holds_its_code_also_under_a_logo_and_of_who_has_finished(form):
    issue, programme = more_samples.issue(ReportKind.COMPLETION), Both(*(f"{title} " * 2 for title in TITLES))
    ended = {"ended_on": date(2026, 10, 1), "state": EnrolmentState.WITHDRAWN}
    finished = replace(samples.EMPTY, issue=issue, programme=programme, **ended)
    with pypdfium2.PdfDocument(document_pdf(finished, form)) as document:
        cover = document[0].get_textpage().get_text_range()
    assert issue.code in cover
    assert ("1 October 2026 · Withdrawn" in cover) == (form != "cy")


def test_a_sample_names_the_edition_of_its_standard():
    assert "Edition:2021" in read(pdf_of("quality", "en")).by_language()["en"]


def test_the_date_beside_an_acknowledgement_says_that_it_is_of_the_declaration():
    cohort = more_samples.cohort()
    [line] = [line for line in cohort.lines if line.cells[0] and line.cells[0].state == "competent"][:1]
    cell = replace(line.cells[0], state=StandardState.ACKNOWLEDGED)
    told = replace(cohort, standards=cohort.standards[:1], lines=(replace(line, cells=(cell,)),))
    assert '<p class="quiet">Competent: 1 September 2026</p>' in document_html(told, "en")


@pytest.mark.parametrize("count", [7, 8, 9])
def test_that_nothing_is_signed_is_no_page_s_only_sentence(count):
    one = samples.report(samples.standard((samples.line(1),)), evidence=samples.evidence(count))
    with pypdfium2.PdfDocument(document_pdf(one, "bilingual")) as document:
        last = document[len(document) - 1].get_textpage().get_text_range()
    assert "Nothing has been signed off yet." in last
    assert "No witness is named." in last


@pytest.mark.parametrize("count", [8, 20])
def test_a_row_of_many_references_goes_on_over_the_page_under_its_head(count, tmp_path):
    references = tuple(
        Reference(f"E{n}", samples.page_of(n), "tudalen 3, paragraff 2", "cy") for n in range(1, count + 1)
    )
    lines = tuple(samples.line(n, evidence=references) for n in range(1, 6))
    data = document_pdf(samples.report(samples.standard(lines)), "bilingual")
    assert_valid(data, tmp_path)
    assert heads_of_pages(data, "paragraff 2", "State and methods") == {True}


def test_a_row_of_much_feedback_goes_on_over_the_page_under_its_head(tmp_path):
    report = more_samples.feedback()
    lines = tuple(
        replace(line, feedback=Written("Dangoswch y llythyr hefyd. " * 150, "cy"))
        for line in report.pieces[0].rounds[0].lines
    )
    piece = replace(report.pieces[0], rounds=(replace(report.pieces[0].rounds[0], lines=lines),))
    data = document_pdf(replace(report, pieces=(piece,)), "bilingual")
    assert_valid(data, tmp_path)
    assert heads_of_pages(data, "Dangoswch", "Decision") == {True}


def test_a_sample_of_many_reasons_goes_on_over_the_page_under_its_head(tmp_path):
    report = more_samples.quality()
    lines = tuple(replace(line, reasons=("Method not sampled yet: record",) * 14) for line in report.lines)
    data = document_pdf(replace(report, lines=lines), "bilingual")
    assert_valid(data, tmp_path)
    assert heads_of_pages(data, "Method", "What and why") == {True}


def test_samples_of_several_reasons_fill_the_page():
    """None of them is as tall as a page: the last three together, as in other tables, would leave it half empty."""
    report = more_samples.quality()
    reasons = tuple(f"{what} not sampled yet: something" for what in ("Standard", "Method", "Language"))
    reasons = ("First sample of this assessor", *reasons)
    lines = tuple(replace(line, reasons=reasons) for line in report.lines[:5])
    with pypdfium2.PdfDocument(document_pdf(replace(report, lines=lines), "bilingual")) as document:
        pages = [sheet.get_textpage().get_text_range() for sheet in document]
    assert [len(re.findall(r"Cati \d", text)) for text in pages if "Cati" in text] == [4, 1]


def heads_of_pages(data: bytes, row: str, head: str) -> set[bool]:
    """Whether the head of a table stands on the pages with something of its rows."""
    with pypdfium2.PdfDocument(data) as document:
        pages = [sheet.get_textpage().get_text_range() for sheet in document]
    return {head in text for text in pages if row in text}


@pytest.mark.parametrize(("before", "after"), [*((n, 5) for n in range(3, 12)), (7, 1)])
def test_no_row_and_no_heading_stands_alone_on_a_page(before, after):
    """So many criteria, then a group of some: the page ends in another place of it each time."""
    lines = tuple(
        samples.line(n, group=Both("Cyn", "Cyn") if n <= before else Both("Wedyn", "Wedyn"))
        for n in range(1, before + after + 1)
    )
    with pypdfium2.PdfDocument(document_pdf(samples.report(samples.standard(lines)), "cy")) as document:
        pages = [sheet.get_textpage().get_text_range() for sheet in document]
    rows = [[int(n) for n in re.findall(r"^P(\d+)", text, re.MULTILINE)] for text in pages]
    assert sum(rows, []) == list(range(1, before + after + 1))
    assert {len(found) for found in rows} & {1} == set()
    # The heading is a row, too.
    assert len([found for found in rows if found][-1]) >= min(3, after + 1)
    [heading] = [found for text, found in zip(pages, rows, strict=True) if "Wedyn" in text]
    assert {before + 1, min(before + 2, before + after)} <= set(heading)
