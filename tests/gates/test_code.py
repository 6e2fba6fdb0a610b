"""What the code keeps to, so that pages stay thin, safe and readable."""

import ast
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

# A module longer than this is split.
LONGEST = 400
# Ways past the escaping of templates and the protection of forms: each one says why, in a comment beside it.
DANGEROUS = re.compile(r"\b(mark_safe|csrf_exempt|SafeString)\b|\|\s*safe\b|autoescape off")
MANAGERS = {"objects", "_default_manager", "_base_manager"}
# Whatever the policy for content would not let run.
INLINE = re.compile(r"<style|<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=|javascript:", re.IGNORECASE)

APPS = sorted(Path(app.path) for app in apps.get_app_configs() if Path(app.path).parent == settings.BASE)
MODULES = [path for app in APPS for path in sorted(app.rglob("*.py")) if "migrations" not in path.parts]
TESTS = sorted((settings.BASE / "tests").rglob("*.py"))
VIEWS = [path for path in MODULES if path.stem == "views" or "views" in path.parts]
# Letters are plain text: nothing to escape there.
TEMPLATES = sorted((settings.BASE / "templates").rglob("*.html"))


def place(path: Path) -> str:
    return str(path.relative_to(settings.BASE))


@pytest.mark.parametrize("path", VIEWS, ids=place)
def test_views_go_through_the_doors(path):
    """A view gets objects from access.py and changes them through services.py; it asks no table itself."""
    nodes = ast.walk(ast.parse(path.read_text()))
    found = [node.lineno for node in nodes if isinstance(node, ast.Attribute) and node.attr in MANAGERS]
    assert not found, f"touches a manager in line {found}"


@pytest.mark.parametrize("path", [*MODULES, *TEMPLATES], ids=place)
def test_dangerous_things_say_why(path):
    lines = path.read_text().splitlines()
    found = [
        line
        for before, line in zip(["", *lines], lines, strict=False)
        if DANGEROUS.search(line)
        and not line.lstrip().startswith(("import", "from"))
        and "#" not in before + line
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("path", TEMPLATES, ids=place)
def test_templates_have_no_inline_style_or_script(path):
    found = [line.strip() for line in path.read_text().splitlines() if INLINE.search(line)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("path", [*MODULES, *TESTS], ids=place)
def test_modules_are_short(path):
    assert len(path.read_text().splitlines()) <= LONGEST
