"""How a standard moves from the last decision to its release."""

from django.utils.translation import gettext_lazy as _

from accounts.workflow import Machine, Move
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
    ),
)
