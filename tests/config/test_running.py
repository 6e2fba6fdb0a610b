"""What whoever runs the site notices."""

import json
import logging
import os
import re
import subprocess
import sys
from importlib.metadata import metadata

import pytest
from django.conf import settings
from packaging.specifiers import SpecifierSet

from config.logs import JsonLines

# The oldest Python that this is for, which is Debian 12's.
OLDEST = "3.11.2"


def checked(**environment: str) -> subprocess.CompletedProcess:
    """`manage.py check` as production would run it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TYSTIO_", "DJANGO_"))}
    return subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=settings.BASE,
        env=kept
        | {"DJANGO_SETTINGS_MODULE": "config.settings", "TYSTIO_DATA": str(settings.DATA)}
        | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_without_the_key_that_signs_sessions_nothing_starts():
    refused = checked()
    assert refused.returncode != 0
    assert "TYSTIO_SECRET_KEY" in refused.stderr
    assert checked(TYSTIO_SECRET_KEY="a secret").returncode == 0


def test_what_goes_wrong_is_one_line_with_its_trace(caplog):
    try:
        raise ValueError("Tŷ Dŵr")
    except ValueError:
        logging.getLogger("django.request").exception("no page for %s", "Siân")
    lines = JsonLines().format(caplog.records[-1])
    told = json.loads(lines)
    assert "\n" not in lines
    assert (told["level"], told["logger"], told["says"]) == ("ERROR", "django.request", "no page for Siân")
    assert told["trace"].endswith("ValueError: Tŷ Dŵr")


@pytest.mark.parametrize("name", ["django.request", "jobs.runner", "portfolio"])
def test_every_part_of_the_site_is_heard(name):
    logger = logging.getLogger(name)
    assert logger.isEnabledFor(logging.ERROR)
    while logger.propagate and logger.parent:
        logger = logger.parent
    assert logger is logging.root


@pytest.mark.parametrize("use", ["runtime", "dev"])
def test_whatever_is_installed_runs_on_the_python_of_debian(use):
    pinned = (settings.BASE / "config" / "requirements" / f"{use}.txt").read_text()
    names = re.findall(r"^([\w.-]+)(?:\[.*\])?==", pinned, re.MULTILINE)
    wanted = {name: metadata(name)["Requires-Python"] or "" for name in names}
    assert "django" in wanted
    assert not {name: which for name, which in wanted.items() if OLDEST not in SpecifierSet(which)}
