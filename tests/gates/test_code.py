"""What the code keeps to, so that pages stay thin, safe and readable."""

import ast
import re
from collections.abc import Iterable, Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

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


def place(path: Path, line: int, text: str) -> str:
    return f"{path.relative_to(settings.BASE)}:{line}: {text.strip()}"


def lines_with(pattern: re.Pattern[str], paths: Iterable[Path]) -> Iterator[tuple[Path, int, str, str]]:
    """(path, number, line, line before) of each line that the pattern finds."""
    for path in paths:
        lines = path.read_text().splitlines()
        for number, (before, line) in enumerate(zip(["", *lines], lines, strict=False), 1):
            if pattern.search(line):
                yield path, number, line, before


def touching(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Attribute) and node.attr in MANAGERS:
            yield place(path, node.lineno, f".{node.attr}")


def test_views_go_through_the_doors():
    """A view gets objects from access.py and changes them through services.py; it asks no table itself."""
    assert not [found for path in VIEWS for found in touching(path)]


def test_benchmarks_find_what_they_borrow_from_the_tests():
    """They import it inside their functions, because settings are read once, and are run once in a while."""
    borrowed = [
        (node.module, name.name)
        for path in sorted((settings.BASE / "bench").glob("*.py"))
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("tests")
        for name in node.names
    ]
    assert borrowed
    assert not [
        (module, name)
        for module, name in borrowed
        if not hasattr(import_module(module), name) and not find_spec(f"{module}.{name}")
    ]


def test_dangerous_things_say_why():
    found = [
        place(path, number, line)
        for path, number, line, before in lines_with(DANGEROUS, [*MODULES, *TEMPLATES])
        if not line.lstrip().startswith(("import", "from")) and "#" not in before + line
    ]
    assert not found, "\n".join(found)


def test_templates_have_no_inline_style_or_script():
    found = [place(path, number, line) for path, number, line, _before in lines_with(INLINE, TEMPLATES)]
    assert not found, "\n".join(found)


def test_modules_are_short():
    lengths = {path: len(path.read_text().splitlines()) for path in [*MODULES, *TESTS]}
    assert not {path: length for path, length in lengths.items() if length > LONGEST}
