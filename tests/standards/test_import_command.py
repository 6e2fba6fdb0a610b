"""`manage.py import_nos`, as a person or a program uses it."""

import json
import os

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError

from standards.models import Standard
from tests.standards.conftest import FIXTURES
from tests.standards.documents import text

pytestmark = pytest.mark.django_db


def test_json_tells_everything_that_was_understood(capsys):
    source = str(FIXTURES / "sources" / "SFJOD4.cy.txt")
    call_command("import_nos", source, json=True, dry_run=True)
    [result] = json.loads(capsys.readouterr().out)
    assert (result["file"], result["ok"], result["errors"]) == (source, True, [])
    assert [warning["code"] for warning in result["warnings"]] == ["stem-language"]
    standard = result["standard"]
    assert {name: standard[name] for name in ("urn", "language", "approved_on", "review_on", "validity")} == {
        "urn": "SFJOD4",
        "language": "cy",
        "approved_on": "2014-11-30",
        "review_on": "2019-11-30",
        "validity": "current",
    }
    assert (standard["overview_paragraphs"], len(standard["criteria"])) == (4, 18 + 29)
    assert standard["criteria"][12] == {
        "kind": "performance",
        "position": 13,
        "number": "12.1",
        "printed_label": "12.1",
        "parent": "12",
        "group": None,
        "text": "cyfeirio cwsmeriaid at wasanaethau eraill",
    }
    assert not Standard.objects.exists()


def test_a_file_that_is_refused_does_not_hold_up_the_others(tmp_path, capsys):
    good, bad = tmp_path / "good.txt", tmp_path / "bad.txt"
    good.write_bytes(text("en"))
    bad.write_bytes(b"no standard")
    with pytest.raises(CommandError) as refusal:
        call_command("import_nos", str(bad), str(good), str(tmp_path / "missing.txt"), json=True)
    assert refusal.value.returncode == 1
    results = json.loads(capsys.readouterr().out)
    assert [result["ok"] for result in results] == [False, True, False]
    assert results[0]["standard"] is None
    assert Standard.objects.get().urn == "SIOP12"


def test_what_is_no_file_is_not_waited_for(tmp_path, capsys):
    pipe = tmp_path / "page.txt"
    os.mkfifo(pipe)
    with pytest.raises(CommandError):
        call_command("import_nos", str(pipe), str(tmp_path), json=True)
    results = json.loads(capsys.readouterr().out)
    assert ["cannot be opened" in result["errors"][0] for result in results] == [True, True]


def test_people_are_told_in_lines(tmp_path, capsys):
    path = tmp_path / "page.txt"
    path.write_bytes(text("cy"))
    call_command("import_nos", str(path))
    assert "SIOP12 (cy) 3 + 2, new" in capsys.readouterr().out


def test_a_database_that_is_not_ready_is_said_in_a_sentence(tmp_path, capsys, monkeypatch):
    def fail(**_kept):
        raise OperationalError("no such table")

    monkeypatch.setattr("standards.management.commands.import_nos.store", fail)
    path = tmp_path / "page.txt"
    path.write_bytes(text("cy"))
    with pytest.raises(CommandError):
        call_command("import_nos", str(path), json=True)
    [result] = json.loads(capsys.readouterr().out)
    assert (result["ok"], "migrate" in result["errors"][0]) == (False, True)
