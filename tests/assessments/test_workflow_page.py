"""docs/workflow.md says what the tables say."""

import pytest
from django.core.management import CommandError, call_command

from assessments.management.commands import draw_workflows


def test_the_page_is_drawn_from_the_tables(tmp_path, monkeypatch):
    call_command("draw_workflows", "--check")
    stale = tmp_path / "workflow.md"
    stale.write_text("# Workflows\n", "utf-8")
    monkeypatch.setattr(draw_workflows, "PAGE", stale)
    with pytest.raises(CommandError):
        call_command("draw_workflows", "--check")
