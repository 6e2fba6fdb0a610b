"""A manager brings a faulty document into the standards, in either language, on a phone or a desk."""

import pytest
from django.conf import settings as site
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from playwright.sync_api import expect

from jobs.runner import run_waiting
from standards.models import Standard
from tests import factories
from tests.standards.documents import text

FAULTY = "1. croesawu cwsmeriaid a'u helpu cadw trefn\n2. cau'r siop yn\n3. ddiogel"


@pytest.mark.parametrize(("language", "width"), [("cy", 360), ("en", 1280)])
def test_a_document_is_uploaded_corrected_and_confirmed(
    live_server, db, new_page, sign_in, accessible, language, width
):
    manager = factories.make_member(factories.make_provider(), "manager")
    page = new_page(language=language, width=width)
    cookie = sign_in(manager).cookies[site.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    with translation.override(language):
        page.goto(reverse("standards"))
        page.get_by_role("link", name=_("Import standards")).first.click()
        data = text("cy", performance=FAULTY)
        files = [
            {"name": name, "mimeType": "text/plain", "buffer": content}
            for name, content in (("siop.txt", data), ("llythyr.txt", b"Annwyl fodryb"))
        ]
        page.locator("[name=documents]").set_input_files(files)
        page.get_by_role("button", name=_("Upload")).click()
        say = _("Choose what the texts are: official, or a working translation.")
        assert page.locator("[name=status]").first.evaluate("field => field.validationMessage") == say
        assert page.locator("[name=documents]").evaluate("field => field.files.length") == 2
        page.locator("[name=status][value=official]").check()
        page.get_by_role("button", name=_("Upload")).click()
        expect(page.locator("#documents progress")).to_have_attribute("max", "2")
        accessible(page)
        run_waiting()
        expect(page.locator("#documents progress")).to_have_count(0)
        expect(page.get_by_text(_("refused"))).to_be_visible()
        page.get_by_role("link", name="siop.txt").click()
        accessible(page)

        first = page.locator("#performance-0 textarea")
        first.fill("croesawu cwsmeriaid a'u helpu\ncadw trefn")
        last = page.locator("#performance-2")
        last.get_by_text(_("More corrections")).click()
        accessible(page)
        last.get_by_role("button", name=_("Join with the item before")).click()
        expect(page.get_by_role("status")).to_contain_text(
            _("Your corrections are saved. The standards are unchanged until you confirm.")
        )
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert not Standard.objects.exists()
        page.get_by_role("button", name=_("Confirm and add")).click()
        expect(page.get_by_role("status")).to_contain_text(_("The new standard is now there."))
        accessible(page)
    rows = Standard.objects.get().criteria.filter(kind="performance")
    assert [(row.number, row.text_cy) for row in rows] == [
        ("1", "croesawu cwsmeriaid a'u helpu"),
        ("2", "cadw trefn"),
        ("3", "cau'r siop yn ddiogel"),
    ]
