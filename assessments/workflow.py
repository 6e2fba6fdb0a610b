"""How a standard moves from the last decision to its release, and a sample from its proposal to its close."""

from django.utils.translation import gettext_lazy as _

from accounts.workflow import Machine, Move
from assessments.models import AppealState, PlanState, SampleState
from portfolio.models import StandardState

STANDARD = Machine(
    name="standard",
    states=dict(StandardState.choices),
    initial="in_progress",
    moves=(
        Move("competent", _("declare competent"), ("in_progress",), "competent", frozenset({"assessor"})),
        # The manager stands in, with a reason, for a learner who has left.
        Move(
            "acknowledge", _("acknowledge"), ("competent",), "acknowledged", frozenset({"learner", "manager"})
        ),
        Move("release", _("release for claiming"), ("acknowledged",), "released", frozenset({"iqa"})),
        Move(
            "withdraw",
            _("withdraw the sign-off"),
            ("competent", "acknowledged", "released"),
            "in_progress",
            frozenset({"iqa"}),
            told="withdrawn",
        ),
        Move(
            "move",
            _("move to a later edition"),
            ("in_progress", "competent", "acknowledged"),
            "moved",
            frozenset({"manager"}),
        ),
    ),
)

# The assessor is whoever assesses this learner now; in an observation, whoever was observed.
SAMPLE = Machine(
    name="sample",
    states=dict(SampleState.choices),
    initial="proposed",
    moves=(
        Move("choose", _("choose"), ("proposed", "set_aside"), "chosen", frozenset({"iqa"})),
        Move("set-aside", _("set aside"), ("proposed", "chosen"), "set_aside", frozenset({"iqa"})),
        Move("agree", _("agree"), ("chosen",), "agreed", frozenset({"iqa"})),
        Move("return", _("return with an action"), ("chosen", "answered"), "returned", frozenset({"iqa"})),
        Move("answer", _("answer"), ("returned",), "answered", frozenset({"assessor"})),
        Move("close", _("close"), ("answered",), "closed", frozenset({"iqa"})),
    ),
    begins={"proposed": "proposed", "added": "chosen"},
)

# The other side is whichever of learner and assessor has not made the plan.
PLAN = Machine(
    name="plan",
    states=dict(PlanState.choices),
    initial="proposed",
    moves=(
        Move("agree", _("agree"), ("proposed",), "agreed", frozenset({"other side"})),
        Move(
            "review",
            _("review at a visit"),
            ("agreed",),
            "agreed",
            frozenset({"assessor"}),
            told="reviewed",
        ),
        Move("close", _("close"), ("proposed", "agreed"), "closed", frozenset({"assessor"})),
    ),
    begins={"made": "proposed"},
)

# Whom an appeal asks, one after the other, and who answers there; a manager records what the awarding body says.
LEVELS = {"assessor": "assessor", "iqa": "iqa", "provider": "manager", "body": "manager"}
_FURTHER = dict(zip(LEVELS, [*LEVELS][1:], strict=False))

APPEAL = Machine(
    name="appeal",
    states=dict(AppealState.choices),
    initial="assessor",
    moves=(
        *(
            Move(f"uphold-{level}", _("uphold"), (level,), "upheld", frozenset({who}))
            for level, who in LEVELS.items()
        ),
        *(
            Move(
                f"answer-{level}",
                _("not uphold"),
                (level,),
                f"{level}_answered",
                frozenset({LEVELS[level]}),
                told="not-upheld",
            )
            for level in _FURTHER
        ),
        Move(
            "answer-body",
            _("not uphold"),
            ("body",),
            "ended",
            frozenset({LEVELS["body"]}),
            told="not-upheld",
        ),
        *(
            Move(
                f"to-{above}",
                _("take further"),
                (f"{level}_answered",),
                above,
                frozenset({"learner"}),
                told="taken-further",
            )
            for level, above in _FURTHER.items()
        ),
        Move("drop", _("drop the appeal"), tuple(LEVELS), "ended", frozenset({"learner"})),
        # The manager ends it where the learner does not take it further.
        Move(
            "accept",
            _("end the appeal"),
            tuple(f"{level}_answered" for level in _FURTHER),
            "ended",
            frozenset({"learner", "manager"}),
        ),
    ),
    begins={"opened": "assessor"},
)
