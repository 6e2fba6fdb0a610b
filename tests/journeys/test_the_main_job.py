"""The whole main job in a browser: evidence for five standards, decisions, release, the report. In each language."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pypdf
import pytest
from django.core.management import call_command
from django.utils.translation import gettext, pgettext
from playwright.sync_api import Page, expect

from accounts.models import User
from standards.models import Criterion, Standard
from tests import factories
from tests.portfolio import samples

WHOLE, OTHERS = "INSCS015", ("INSCS016", "INSCS033", "INSML052", "SFJOD4")

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def people(settings, language) -> SimpleNamespace:
    """A provider that offers the five standards, and one learner who has nothing yet."""
    settings.JOBS_IMMEDIATELY = True
    call_command("loaddata", *sorted((settings.BASE / "fixtures" / "standards").glob("*.json")), verbosity=0)
    provider = factories.make_provider()
    cast = {role: factories.make_member(provider, role) for role in ("manager", "assessor", "iqa", "learner")}
    User.objects.update(language=language)
    programme = factories.make_programme(provider, cast["manager"], list(Standard.objects.all()))
    enrolment = factories.make_enrolment(
        programme, cast["manager"], cast["learner"], assessor=cast["assessor"], iqa=cast["iqa"]
    )
    return SimpleNamespace(enrolment=enrolment, **cast)


@pytest.fixture
def arrive(new_page, language) -> Callable[..., Page]:
    """`arrive(person, width)`: a browser of their own, in which they signed in through the form."""

    def sign_in(person, width: int = 1280) -> Page:
        page = new_page(language=language, width=width)
        page.goto(f"/{language}/sign-in/")
        page.get_by_label(gettext("Email")).fill(person.email)
        page.get_by_label(gettext("Password")).fill(factories.PASSWORD)
        press(page, "Sign in")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        return page

    return sign_in


def press(page: Page, name: str, role: str = "button") -> None:
    page.get_by_role("main").get_by_role(role, name=gettext(name), exact=True).first.click()
    page.wait_for_load_state()


def test_from_the_first_photo_to_the_report(people, arrive, accessible, language, tmp_path):
    learner = arrive(people.learner, width=360)
    accessible(learner)
    keep_a_photo(learner, accessible, tmp_path)
    finish_it(learner, accessible)
    map_it(learner, accessible)
    submit_it(learner, accessible)

    assessor = arrive(people.assessor)
    accessible(assessor)
    judge_it(assessor, accessible)
    row = people.enrolment.enrolled_standards.get(standard__urn=WHOLE)
    sign(assessor, accessible, row, "Declare competent")
    sign(learner, accessible, row, "Acknowledge")
    sign(arrive(people.iqa), accessible, row, "Release for claiming")
    row.refresh_from_db()
    assert row.state == "released"

    manager = arrive(people.manager)
    report = take_the_report(manager, accessible, people.enrolment, tmp_path, language)
    said = "\n".join(page.extract_text() for page in pypdf.PdfReader(report).pages)
    for text in (people.learner.name, row.standard.title_cy, row.standard.title_en):
        assert text.split()[0] in said


def keep_a_photo(page: Page, accessible, folder: Path) -> None:
    photo = folder / "desg.jpg"
    photo.write_bytes(samples.photo())
    press(page, "Add evidence", role="link")
    accessible(page)
    page.get_by_label(gettext("Choose files")).set_input_files(photo)
    expect(page.locator(".upload")).to_contain_text("SHA-256")
    page.get_by_label(gettext("Or write what happened")).fill("Delio â chwyn wrth y ddesg.")
    press(page, "Keep")


def finish_it(page: Page, accessible) -> None:
    accessible(page)
    page.get_by_label(gettext("Title")).fill("Cwyn wrth y ddesg")
    page.get_by_label(gettext("Kind of evidence")).select_option("product")
    page.get_by_label(gettext("When it happened")).fill("2026-10-05")
    page.get_by_label(gettext("Where it happened")).fill("Siop Caernarfon")
    question = page.get_by_role("group", name=gettext("Does it show or name anybody else?"))
    question.get_by_label(pgettext("it shows or names somebody", "No"), exact=True).check()
    press(page, "Save")


def map_it(page: Page, accessible) -> None:
    """Everything of one standard, and the first criterion of each of the others."""
    page.goto(page.url.replace("/edit/", "/mapping/"))
    accessible(page)
    wanted = Criterion.objects.filter(standard__urn=WHOLE) | Criterion.objects.filter(
        standard__urn__in=OTHERS, kind="performance", position=1
    )
    for criterion in wanted:
        page.locator(f"input[type=checkbox][value='{criterion.pk}']").check()
    press(page, "Save")


def submit_it(page: Page, accessible) -> None:
    page.goto(page.url.split("?")[0].replace("/mapping/", "/submit/").replace("/edit/", "/submit/"))
    accessible(page)
    page.get_by_label(gettext("This evidence is genuine and shows what I did myself.")).check()
    press(page, "Submit for assessment")
    accessible(page)


def judge_it(page: Page, accessible) -> None:
    language = page.url.split("/")[3]
    page.goto(f"/{language}/queue/")
    accessible(page)
    page.get_by_role("main").get_by_role("link", name="Cwyn wrth y ddesg").click()
    page.wait_for_load_state()
    accessible(page)
    for choice in page.get_by_role("radio", name=gettext("Met").capitalize(), exact=True).all():
        choice.check()
    for label in (
        "Valid: it shows what the criteria ask for",
        "Authentic: it is the learner's own work",
        "Current: it shows what the learner can do today",
    ):
        page.get_by_label(gettext(label)).check()
    page.get_by_label(gettext("Feedback on the whole")).fill("Da iawn. Nesaf: y safonau eraill.")
    press(page, "Record the decisions")
    accessible(page)


def sign(page: Page, accessible, row, step: str) -> None:
    language = page.url.split("/")[3]
    page.goto(f"/{language}/enrolled-standards/{row.uid}/")
    accessible(page)
    press(page, step, "link")
    accessible(page)
    press(page, step)
    accessible(page)


def take_the_report(page: Page, accessible, enrolment, folder: Path, language: str) -> Path:
    page.goto(f"/{language}/portfolios/{enrolment.uid}/")
    accessible(page)
    page.locator("select[name=report]").select_option("completion")
    page.locator("select[name=form]").select_option("bilingual")
    # Here it is made while the page waits, which takes a busy machine a while.
    page.set_default_timeout(60_000)
    press(page, "Make the report")
    expect(page.locator("a[download]")).to_be_visible()
    accessible(page)
    with page.expect_download() as download:
        page.locator("a[download]").click()
    path = folder / "report.pdf"
    download.value.save_as(path)
    return path
