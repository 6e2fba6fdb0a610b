"""Every state × move × person: the services let through what the tables of moves say, and nothing else."""

import pytest
from django.db import transaction
from django.http import Http404

from accounts.refusals import NotYours, WrongState
from assessments.replay import Replay
from ledger.models import Event
from tests.gates.moves import WALKS, machines
from tests.gates.table import everybody

MACHINES = machines()
STATES = [(machine, state) for machine in MACHINES.values() for state in machine.states]


@pytest.mark.parametrize("name", MACHINES)
def test_every_state_and_move_is_walked(name):
    machine, walk = MACHINES[name], WALKS[name]
    assert set(walk.arrive) == set(machine.states)
    assert {move for service in walk.services for move in service.moves} == {
        move.name for move in machine.moves
    }


@pytest.mark.parametrize(("machine", "state"), STATES, ids=[f"{m.name}-{s}" for m, s in STATES])
def test_moves_are_open_to_those_whom_the_table_names(machine, state, cast):
    walk = WALKS[machine.name]
    thing = walk.arrive[state](cast)
    thing.refresh_from_db()
    assert thing.state == state
    persons = [person for _name, person in everybody(cast) if person]
    wrong, done = [], set()
    for person in persons:
        for service in walk.services:
            wanted = expected(machine, state, walk, service, person, thing, cast)
            got = attempt(service, person, thing, replay=service not in done)
            if got in machine.states:
                done.add(service)
            if got not in wanted:
                wrong.append(f"{person}, {'/'.join(service.moves)}: {got} instead of {sorted(wanted)}")
    assert not wrong, "\n".join(wrong)


def expected(machine, state, walk, service, person, thing, cast) -> set[str]:
    """The states the thing may be in afterwards, or the refusals that are right."""
    moves = [move for move in machine.moves if move.name in service.moves]
    parts = walk.parts(person, thing)
    open_moves = [move for move in moves if state in move.sources]
    if all(move.who.isdisjoint(parts) for move in open_moves or moves):
        return {"not theirs"} if open_moves else {"not theirs", "not now"}
    if service.by_qualified and person == cast.trainee:
        return {"not theirs"} if open_moves else {"not theirs", "not now"}
    # Where nothing is open, whoever did it already is told so again, and nothing changes.
    return {open_moves[0].target} if open_moves else {"not now", state}


def attempt(service, person, thing, *, replay: bool) -> str:
    """What came of it, as the ledger tells it too; nothing of it stays."""
    fresh = type(thing).objects.get(pk=thing.pk)
    with transaction.atomic():
        try:
            service.do(person, fresh)
            assert not replay or not list(_replayed().faults())
            return type(thing).objects.get(pk=thing.pk).state
        except (NotYours, Http404):
            return "not theirs"
        except WrongState:
            return "not now"
        finally:
            transaction.set_rollback(True)


def _replayed() -> Replay:
    replay = Replay()
    for event in Event.objects.order_by("chain", "position").values_list("kind", "subject", "data"):
        replay.follow(*event)
    return replay
