"""How evidence and enrolments move, and what an enrolment's state still allows."""

from django.utils.translation import gettext_lazy as _

from accounts.refusals import WrongState
from accounts.workflow import Machine, Move
from portfolio.models import EnrolmentState, EvidenceState

# The author is whoever started the piece: the learner, or the assessor for their own records.
EVIDENCE = Machine(
    name="evidence",
    states=dict(EvidenceState.choices),
    initial="draft",
    moves=(
        Move("edit", _("edit"), ("draft",), "draft", frozenset({"author"})),
        Move("submit", _("submit for assessment"), ("draft",), "submitted", frozenset({"author"})),
        Move("record", _("record the decisions"), ("submitted",), "judged", frozenset({"assessor"})),
        Move("revise", _("work on it again"), ("judged",), "judged", frozenset({"author"})),
        Move("resubmit", _("resubmit"), ("judged",), "submitted", frozenset({"author"})),
        Move(
            "withdraw",
            _("destroy the content"),
            ("submitted", "judged"),
            "withdrawn",
            frozenset({"manager"}),
            told="content-withdrawn",
        ),
    ),
)

ENROLMENT = Machine(
    name="enrolment",
    states=dict(EnrolmentState.choices),
    initial="active",
    moves=(
        Move("suspend", _("suspend"), ("active",), "suspended", frozenset({"manager"})),
        Move("resume", _("resume"), ("suspended",), "active", frozenset({"manager"})),
        Move("withdraw", _("withdraw"), ("active", "suspended"), "withdrawn", frozenset({"manager"})),
        Move("complete", _("complete"), ("active",), "completed", frozenset({"manager"})),
        Move("reopen", _("reopen"), ("withdrawn", "completed"), "active", frozenset({"manager"})),
    ),
    begins={"opened": "active"},
)

# What may still happen in a portfolio, by the state of its enrolment. Reading and reports are always possible.
ALLOWED = {
    "active": frozenset({"write", "submit", "decide"}),
    "suspended": frozenset({"write", "decide"}),
    "withdrawn": frozenset(),
    "completed": frozenset(),
}

REFUSED = {
    "suspended": _(
        "This enrolment is suspended. What you have kept is safe; it can be submitted once it is resumed."
    ),
    "withdrawn": _("This enrolment was withdrawn. Its portfolio can be read, but no longer changed."),
    "completed": _("This enrolment is completed. Its portfolio can be read, but no longer changed."),
}


def allowing(what: str) -> list[str]:
    """The states of an enrolment that still allow something: what else waits in a portfolio waits for nobody."""
    return [state for state, allowed in ALLOWED.items() if what in allowed]


def check_allowed(enrolment, what: str) -> None:
    """Refuse (409) what the state of the enrolment no longer allows: "write", "submit" or "decide"."""
    if what not in ALLOWED[enrolment.state]:
        raise WrongState(REFUSED[enrolment.state])
