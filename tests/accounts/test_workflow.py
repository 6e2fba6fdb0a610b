"""Who may make which move, and when."""

import pytest

from accounts.refusals import NotYours, WrongState
from accounts.workflow import Machine, Move

DOOR = Machine(
    name="door",
    states={"open": "open", "closed": "closed"},
    initial="closed",
    moves=(
        Move("open", "Open", ("closed",), "open", frozenset({"learner", "assessor"})),
        Move("close", "Close", ("open",), "closed", frozenset({"assessor"})),
    ),
)


def test_a_move_is_open_to_its_people_in_its_states():
    assert DOOR.check("open", state="closed", parts={"learner"}).target == "open"
    with pytest.raises(WrongState) as refused:
        DOOR.check("open", state="open", parts={"learner"})
    assert refused.value.status == 409


def test_somebody_else_is_refused_before_the_state_is_looked_at():
    with pytest.raises(NotYours) as refused:
        DOOR.check("close", state="closed", parts={"learner"})
    assert refused.value.status == 403
    assert "Nothing was changed" in str(refused.value)


def test_the_moves_open_to_somebody_now():
    assert [move.name for move in DOOR.open_to(state="open", parts={"assessor", "learner"})] == ["close"]
    assert DOOR.open_to(state="open", parts={"learner"}) == []


def test_a_table_with_an_unknown_state_is_no_table():
    with pytest.raises(ValueError, match="ajar"):
        Machine("door", {"open": "open"}, "open", (Move("push", "Push", ("open",), "ajar", frozenset()),))
