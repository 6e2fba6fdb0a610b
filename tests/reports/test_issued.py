"""From asking to holding: issue, withdrawal, verification."""

import csv
import hashlib
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO, StringIO
from zipfile import ZipFile

import pytest
from bs4 import BeautifulSoup
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.http import Http404
from django.test import Client
from django.utils import translation
from PIL import Image

from accounts.refusals import Invalid, NotYours, WrongState
from assessments.models import Report
from assessments.reports import access, document
from assessments.reports.tables import CSV_COLUMNS, cohort_csv, cohort_xlsx, harmless
from assessments.services import logos, reports, sign_offs
from ledger.models import Event
from portfolio.parts import parts_in
from tests import factories
from tests.reports import more_samples
from tests.reports.issuing import bytes_of, issue, text_of


def test_each_kind_of_report_is_made_and_may_be_asked_for_by_those_it_is_for(cast):
    factories.review(cast.submission, cast.assessor)
    scope = reports.scope_of(standard=f"{cast.standard.urn}/{cast.standard.edition}")
    single = text_of(bytes_of(issue(cast, "standard", scope=scope)))
    assert cast.standard.urn in single
    assert cast.second.urn not in single
    assert "Da iawn." in text_of(bytes_of(issue(cast, "feedback")))
    assert "E2" in text_of(bytes_of(issue(cast, "matrix")))
    with pytest.raises(NotYours):
        reports.ask_for_report(by=cast.manager, enrolment=cast.enrolment, form="cy", kind="feedback")
    with pytest.raises(NotYours):
        reports.ask_for_report(by=cast.assessor, enrolment=cast.enrolment, form="cy", kind="pack")
    cast.enrolment.enrolled_standards.filter(standard=cast.second).update(state="moved")
    for other in ("X/1", f"{cast.second.urn}/{cast.second.edition}"):
        with pytest.raises(Invalid):
            reports.ask_for_report(
                by=cast.learner,
                enrolment=cast.enrolment,
                form="cy",
                kind="standard",
                scope=f"standard={other}",
            )


def test_feedback_is_seen_by_learner_and_assessor_alone(cast):
    report = issue(cast, "feedback")
    for person in (cast.learner, cast.assessor):
        assert access.report_for(person, report.uid) == report
        assert report in access.reports_in(cast.enrolment, parts_in(person, cast.enrolment))
    for person in (cast.manager, cast.iqa, cast.eqa):
        with pytest.raises(Http404):
            access.report_for(person, report.uid)
        assert report not in access.reports_in(cast.enrolment, parts_in(person, cast.enrolment))


def test_anybody_can_check_a_report_by_code_or_file_and_never_learns_a_name(cast, client, language):
    first = issue(cast)
    page = client.get(f"/{language}/verify/{first.code.lower()}/")
    assert page.status_code == 200
    assert cast.provider.name in page.content.decode()
    assert cast.learner.name not in page.content.decode()
    assert "success" in page.content.decode()

    for typed in (
        first.code.lower().replace("-", " "),
        first.code.replace("-", "–"),
        first.file_name,
        first.file_name.replace(".pdf", " (1).pdf"),
    ):
        there = client.post(f"/{language}/verify/", {"code": typed})
        assert there.url == f"/{language}/verify/{first.code}/"
    assert client.post(f"/{language}/verify/", {"code": " - "}).status_code == 422
    short = client.post(f"/{language}/verify/", {"code": first.code[:4]})
    assert (short.status_code, f'value="{first.code[:4]}"' in short.text) == (422, True)
    unknown = client.get(f"/{language}/verify/AAAA-AAAA-AAAA-AAAA/")
    again = BeautifulSoup(unknown.content, "html.parser").select_one("main a.button")["href"]
    assert 'value="AAAA-AAAA-AAAA-AAAA"' in client.get(again).text

    held = SimpleUploadedFile("report.pdf", bytes_of(first))
    there = client.post(f"/{language}/verify/", {"file": held})
    # The answer is at an address, and so in both languages.
    for either in ("cy", "en"):
        by_file = client.get(there.url.replace(f"/{language}/", f"/{either}/")).content.decode()
        assert first.code in by_file
        assert "success" in by_file
        assert cast.learner.name not in by_file
    assert client.get(f"/{language}/verify/file/{first.sha256}/").status_code == 200
    # PostgreSQL takes no such character.
    assert client.get(f"/{language}/verify/file/%00/").status_code == 404
    altered = SimpleUploadedFile("report.pdf", b"%PDF-1.7 something else")
    assert client.post(f"/{language}/verify/", {"file": altered}, follow=True).status_code == 404
    assert unknown.status_code == 404


@pytest.mark.parametrize(("language", "said"), [("cy", "ffeil lai"), ("en", "a smaller file")])
def test_a_file_that_is_too_large_is_refused_before_it_is_read(db, settings, language, said):
    """The check of the token comes after that, for it reads everything."""
    settings.UPLOAD_LIMIT, settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 800, 200
    client, address = Client(enforce_csrf_checks=True), f"/{language}/verify/"
    large = client.post(address, {"file": SimpleUploadedFile("report.pdf", b"x" * 1000)})
    assert (large.status_code, said in large.text) == (413, True)
    assert "_post" not in vars(large.wsgi_request)
    small = client.post(address, {"file": SimpleUploadedFile("report.pdf", b"x")})
    assert small.status_code == 403


@pytest.mark.parametrize("language", ["cy", "en"])
def test_a_code_and_a_file_are_checked_against_each_other(cast, client, language):
    report, other = issue(cast), issue(cast, form="cy")

    def ask(content, code):
        file = SimpleUploadedFile("report.pdf", content)
        page = client.post(f"/{language}/verify/", {"file": file, "code": code}, follow=True)
        notices = [
            notice["class"][-1]
            for notice in BeautifulSoup(page.content, "html.parser").select("main .notice")
        ]
        assert cast.learner.name not in page.text
        return page.status_code, notices, page.text

    right, altered, unknown = bytes_of(report), bytes_of(report) + b" ", "AAAA-AAAA-AAAA-AAAA"
    assert ask(right, report.code)[:2] == (200, ["success"])
    assert ask(right, report.code.lower())[:2] == (200, ["success"])
    for code in (other.code, unknown):
        status, notices, said = ask(right, code)
        assert (status, notices, report.code in said) == (404, ["error", "success"], True)
    status, notices, said = ask(altered, report.code)
    assert (status, notices, report.sha256 in said) == (404, ["error"], True)
    assert hashlib.sha256(altered).hexdigest() in said
    assert ask(altered, unknown)[:2] == (404, ["error"])
    assert ask(right, report.code[:4])[0] == 422


def test_a_newer_report_supersedes_an_older_one_of_the_same_kind_and_form(cast, sign_in):
    first, other = issue(cast), issue(cast, form="cy")
    assert not access.is_superseded(first)
    second = issue(cast)
    assert access.is_superseded(first)
    assert not access.is_superseded(other)
    listed = access.reports_in(cast.enrolment, {"learner"})
    assert {report.pk for report in listed if report.superseded} == {first.pk}
    page = sign_in(cast.learner).get(f"/en/portfolios/{cast.enrolment.uid}/").content.decode()
    assert page.count("superseded by a newer report") == 1
    reports.withdraw_report(by=cast.manager, report=second, reason="Wrong edition", language="en")
    assert not access.is_superseded(first)


def test_a_report_is_no_longer_current_once_what_it_says_was_taken_back(cast, client, sign_in):
    """One about a single standard is told of that one only."""
    factories.everything_met(cast.enrolment, cast.assessor)
    row = cast.enrolled_standard
    sign_offs.declare_competent(by=cast.assessor, enrolled_standard=row)
    whole, first, second = (
        issue(cast, **about)
        for about in (
            {"kind": "completion"},
            {"kind": "standard", "scope": f"standard={row.standard.urn}/{row.standard.edition}"},
            {"kind": "standard", "scope": f"standard={cast.second.urn}/{cast.second.edition}"},
        )
    )

    def current() -> set[str]:
        return {report.code for report in (whole, first, second) if not access.is_overtaken(report)}

    assert current() == {whole.code, first.code, second.code}
    sign_offs.withdraw(by=cast.iqa, enrolled_standard=row, reason="A record was wrong.", language="en")
    assert current() == {second.code}
    assert "Genuine and current" in client.get(f"/en/verify/{second.code}/").text
    told = client.get(f"/cy/verify/{whole.code}/")
    assert (told.status_code, "nid yw bellach yn gyfredol" in told.text) == (200, True)
    assert "A record was wrong" not in told.text
    assert "No longer current" in sign_in(cast.learner).get(f"/en/reports/{whole.uid}/").text
    listed = sign_in(cast.learner).get(f"/en/portfolios/{cast.enrolment.uid}/").text
    assert listed.count('<span class="tag">no longer current</span>') == 2

    again = issue(cast, kind="completion", form="cy")
    assert not access.is_overtaken(again)
    factories.supersede(cast.second.criteria.first().judgements.get().review, cast.assessor)
    assert access.is_overtaken(again)
    assert current() == set()


def test_a_withdrawn_report_says_so_and_not_why(cast, client):
    report = issue(cast)
    with pytest.raises(NotYours):
        reports.withdraw_report(by=cast.learner, report=report, reason="x", language="en")
    reports.withdraw_report(by=cast.manager, report=report, reason="A secret reason", language="en")
    page = client.get(f"/en/verify/{report.code}/").content.decode()
    assert "Withdrawn" in page
    assert "secret" not in page
    with pytest.raises(WrongState):
        reports.withdraw_report(by=cast.manager, report=report, reason="again", language="en")


def test_who_asks_without_end_is_told_to_wait(db, client):
    answers = {client.get("/en/verify/AAAA-AAAA-AAAA-AAAA/").status_code for _ in range(61)}
    assert answers == {404, 429}


def test_behind_a_proxy_each_address_has_its_own_limit(db, client, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1

    def ask(address):
        headers = {"X-Forwarded-For": f"203.0.113.9, {address}"}
        return client.get("/en/verify/AAAA-AAAA-AAAA-AAAA/", headers=headers).status_code

    assert {ask("198.51.100.1") for _ in range(61)} == {404, 429}
    assert ask("198.51.100.2") == 404


def test_preview_shows_the_document_and_stores_nothing(cast, sign_in):
    page = sign_in(cast.learner).get(f"/cy/portfolios/{cast.enrolment.uid}/reports/preview/?form=bilingual")
    html = page.content.decode()
    assert cast.standard.title_cy in html
    assert cast.standard.title_en in html
    assert " style=" not in html
    # A wide table scrolls in its own box, which the keyboard reaches.
    assert 'aria-label="Tabl" tabindex="0"><table class="criteria">' in html
    assert not Report.objects.exists()


def test_of_a_long_document_a_preview_shows_the_beginning_and_says_so(cast, sign_in, monkeypatch):
    browser, address = sign_in(cast.learner), f"/en/portfolios/{cast.enrolment.uid}/reports/preview/"
    whole = browser.get(address).content.decode()
    monkeypatch.setattr(document, "CRITERIA_SHOWN", 1)
    cut = browser.get(address).content.decode()
    # Performance and knowledge of two standards, and of the first alone; the summary has both.
    assert [page.count('<table class="criteria">') for page in (whole, cut)] == [4, 2]
    assert cast.second.title_en in cut
    said = "only the beginning of each list is here"
    assert (said in whole, said in cut) == (False, True)


def test_a_cohort_report_can_be_looked_at_for_the_period_that_was_chosen(cast, sign_in, monkeypatch):
    browser = sign_in(cast.manager)
    started = cast.enrolment.started_on
    asked = {"cohort": "", "form": "bilingual", "format": "pdf", "preview": "1"}
    order = f"/en/programmes/{cast.programme.uid}/reports/new/"
    there = browser.post(order, asked | {"from_on": started, "to_on": started + timedelta(days=9)}).url
    shown = browser.get(there).content.decode()
    assert "Everybody who was enrolled at some time in this period" in shown
    assert "Released for claiming in the period" in shown
    row = f"<p>{cast.learner.name}</p>"
    assert row in shown
    monkeypatch.setattr(document, "SHOWN", 0)
    cut = browser.get(there).content.decode()
    assert "only the beginning of each list is here" in cut
    assert row not in cut
    nobody = browser.post(order, asked | {"to_on": started - timedelta(days=1)})
    assert nobody.status_code == 422
    assert "Nobody fits this choice." in nobody.content.decode()
    turned = browser.post(order, asked | {"from_on": started, "to_on": started - timedelta(days=1)})
    assert turned.status_code == 422
    assert f'value="{started}"' in turned.content.decode()
    assert browser.get(f"/en/programmes/{cast.programme.uid}/reports/preview/?to_on=x").status_code == 422
    assert not Report.objects.exists()
    ordered = browser.post(order, {name: value for name, value in asked.items() if name != "preview"})
    assert f'href="/en/programmes/{cast.programme.uid}/reports/"' in browser.get(ordered.url).text


def test_an_export_for_nobody_keeps_what_was_chosen(cast, sign_in):
    chosen = {"many-cohort": "", "many-state": "withdrawn", "many-kind": "matrix", "many-form": "en"}
    page = sign_in(cast.manager).post(f"/en/programmes/{cast.programme.uid}/exports/", chosen)
    assert page.status_code == 422
    assert "Nobody fits this choice." in page.content.decode()
    assert '<option value="matrix" selected>' in page.content.decode()


def test_a_logo_is_judged_by_its_content_and_made_anew(cast):
    picture = BytesIO()
    Image.new("RGBA", (3000, 1000), (0, 0, 0, 0)).save(picture, "PNG", pnginfo=None)
    logo = logos.set_logo(by=cast.manager, provider=cast.provider, upload=ContentFile(picture.getvalue()))
    with logo.image.open("rb") as file, Image.open(file) as kept:
        assert (kept.format, kept.mode, kept.width) == ("PNG", "RGB", 1200)
    with pytest.raises(Invalid):
        logos.set_logo(by=cast.manager, provider=cast.provider, upload=ContentFile(b"<svg/>", name="a.png"))
    with pytest.raises(NotYours):
        logos.set_logo(by=cast.iqa, provider=cast.provider, upload=ContentFile(picture.getvalue()))
    assert issue(cast).sha256


def test_csv_has_documented_columns_and_runs_nothing():
    rows = list(csv.DictReader(StringIO(cohort_csv(more_samples.cohort()).decode("utf-8-sig"))))
    assert list(rows[0]) == CSV_COLUMNS
    assert rows[0]["learner"] == """'=HYPERLINK("x")"""
    assert rows[0]["registration_number"] == "'+44"
    assert [harmless(f"{sign}1") for sign in "=+-@\t\r\n "] == [*(f"'{sign}1" for sign in "=+-@\t\r\n"), " 1"]
    assert {row["language"] for row in rows} == {"cy", "en"}
    assert "Safon ŵ 10" in {row["title_cy"] for row in rows}
    assert {(row["status_cy"], row["status_en"]) for row in rows} == {("official", "working")}


def test_the_totals_of_a_period_count_what_was_achieved_in_it_beside_what_was_achieved_at_all():
    """Every standard of those that are competent was declared on 1 September, every release was on 2 October."""
    later = replace(more_samples.cohort(), from_on=date(2026, 9, 2), to_on=date(2026, 10, 2)).in_all
    assert (later.competent, later.competent_within) == (28, 0)
    assert (later.released, later.released_within) == (14, 14)
    assert replace(more_samples.cohort(), to_on=date(2026, 10, 1)).in_all.released_within == 0


def test_xlsx_has_typed_cells_in_both_languages():
    made = more_samples.cohort()
    undated = replace(made.standards[0], edition="undated")
    made = replace(made, standards=(undated, *made.standards[1:]))
    data = cohort_xlsx(made)
    assert cohort_xlsx(made) == data
    with ZipFile(BytesIO(data)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        names = book.read("xl/workbook.xml").decode()
        words = book.read("xl/sharedStrings.xml").decode()
    with translation.override("cy"):
        assert translation.gettext("Learners") in names
    assert 'name="Learners"' in names
    assert "<t>heb ddyddiad</t>" in words
    assert "<t>undated</t>" in words
    assert "<t>Working translation</t>" in words
    assert "<f>" not in sheet
    assert "autoFilter" in sheet
    assert 'state="frozen"' in sheet
    # A sheet of paper can be checked as well.
    assert f"&amp;L{made.issue.code}&amp;C{made.issue.provider.cy}" in sheet


def test_commands_issue_and_write(cast, tmp_path, capsys):
    out = tmp_path / "report.pdf"
    call_command(
        *f"export_report --enrolment {cast.enrolment.uid} --kind progress --language en".split(),
        *("--by", cast.manager.email, "--output", str(out)),
    )
    report = Report.objects.get()
    assert report.sha256 == hashlib.sha256(out.read_bytes()).hexdigest()
    assert report.asked_by == cast.manager
    table = tmp_path / "cohort.csv"
    call_command(
        *f"export_cohort --programme {cast.programme.uid} --format csv --output {table}".split(),
        *("--by", cast.manager.email),
    )
    assert cast.learner.name in table.read_text("utf-8-sig")
    with pytest.raises(CommandError, match="Nobody fits this choice"):
        call_command(
            *f"export_cohort --programme {cast.programme.uid} --cohort 1999 --output {table}".split()
        )
    with pytest.raises(CommandError, match="is issued, but could not be written"):
        call_command(
            *f"export_cohort --programme {cast.programme.uid} --format csv --output {tmp_path}".split()
        )
    with pytest.raises(CommandError):
        call_command(
            *f"export_cohort --programme {cast.programme.uid} --format csv --output {table}".split(),
            *("--by", cast.learner.email),
        )


def test_a_command_without_a_person_issues_in_the_name_of_whoever_runs_the_installation(
    cast, tmp_path, capsys, sign_in
):
    out = tmp_path / "report.pdf"
    call_command(
        *f"export_report --enrolment {cast.enrolment.uid} --kind completion --language bilingual".split(),
        *("--output", str(out)),
    )
    report = Report.objects.get()
    assert report.asked_by is None
    assert Event.objects.get(kind="report.issued").by_uid is None
    assert (
        "whoever runs this installation"
        in sign_in(cast.manager).get(f"/en/reports/{report.uid}/").content.decode()
    )
