"""`manage.py draw_workflows`: writes docs/workflow.md from the workflow tables (`--check` only compares)."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from accounts.workflow import Machine
from assessments.workflow import APPEAL, PLAN, SAMPLE, STANDARD
from portfolio.workflow import ALLOWED, ENROLMENT, EVIDENCE

MACHINES = (PLAN, EVIDENCE, STANDARD, SAMPLE, APPEAL, ENROLMENT)
PAGE = settings.BASE / "docs" / "workflow.md"


class Command(BaseCommand):
    help = "Draw the workflow tables into docs/workflow.md."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="fail when the page is not what it should be"
        )

    def handle(self, *args: object, check: bool, **options: object) -> None:
        with translation.override("en"):
            text = page()
        if check:
            if PAGE.read_text("utf-8") != text:
                raise CommandError("docs/workflow.md is out of date: run manage.py draw_workflows.")
        else:
            PAGE.write_text(text, "utf-8")


def page() -> str:
    parts = [
        "# Workflows\n",
        "Drawn by `manage.py draw_workflows` from `portfolio/workflow.py` and `assessments/workflow.py`; a test keeps "
        "it true. *Author* is whoever started a piece of evidence: the learner, or an assessor for their own record.\n",
        *(_section(machine) for machine in MACHINES),
        _allowed(),
    ]
    return "\n".join(parts)


def _section(machine: Machine) -> str:
    lines = [f"## {machine.name.capitalize()}\n", "```mermaid", "stateDiagram-v2"]
    lines += [f"    {state}: {label}" for state, label in machine.states.items()]
    lines.append(f"    [*] --> {machine.initial}")
    for move in machine.moves:
        who = ", ".join(sorted(move.who))
        lines += [f"    {source} --> {move.target}: {move.label} ({who})" for source in move.sources]
    return "\n".join([*lines, "```\n"])


def _allowed() -> str:
    acts = sorted(set().union(*ALLOWED.values()))
    lines = [
        "## What an enrolment's state still allows\n",
        "In every state one may read, issue reports, acknowledge, release and withdraw sign-offs, sample, appeal and "
        "destroy content for privacy. *Decide* is to judge, countersign and declare competent, and as an assessor to "
        "have seen what stays at the workplace; *write* is to work on evidence, plans and replies.\n",
        f"| state | {' | '.join(acts)} |",
        f"|---|{'---|' * len(acts)}",
    ]
    for state, allowed in ALLOWED.items():
        lines.append(f"| {state} | {' | '.join('yes' if act in allowed else 'no' for act in acts)} |")
    return "\n".join(lines) + "\n"
