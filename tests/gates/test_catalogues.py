"""The Welsh catalogue holds every text of the code, in Welsh, and no other."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

CATALOGUE = Path("cy/LC_MESSAGES/django.po")
WELSH = settings.LOCALE_PATHS[0] / CATALOGUE


def texts_of(catalogue: Path) -> list[str]:
    """Its entries without the head."""
    return [entry.strip() for entry in catalogue.read_text().split("\n\n")[1:]]


def selected(option: str) -> str:
    command = ["msgattrib", option, "--no-wrap", str(WELSH)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def test_catalogue_is_well_formed():
    """Also: no text twice, placeholders agree, as many plural forms as the head says."""
    command = ["msgfmt", "--check", "--output-file=/dev/null", str(WELSH)]
    result = subprocess.run(command, check=False, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr


def test_welsh_has_six_plural_forms():
    assert re.search(r"Plural-Forms: nplurals=6;", WELSH.read_text())


@pytest.mark.parametrize("option", ["--untranslated", "--only-fuzzy", "--only-obsolete"])
def test_every_text_has_its_welsh(option):
    assert not selected(option)


def test_catalogue_has_the_texts_of_the_code(tmp_path, settings, monkeypatch):
    """What `make messages` would write is what is there."""
    copy = tmp_path / CATALOGUE
    copy.parent.mkdir(parents=True)
    shutil.copy(WELSH, copy)
    settings.LOCALE_PATHS = [tmp_path]
    monkeypatch.chdir(settings.BASE)
    call_command("makemessages", verbosity=0)
    now, then = set(texts_of(copy)), set(texts_of(WELSH))
    assert not now - then, "run `make messages` and translate:\n" + "\n\n".join(sorted(now - then))
    assert not then - now, "no longer in the code:\n" + "\n\n".join(sorted(then - now))
