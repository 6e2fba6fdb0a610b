"""The shared vocabulary of workflows: states, the moves between them, and who may make each."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from django.utils.functional import Promise

from accounts.refusals import NotYours, WrongState


@dataclass(frozen=True)
class Move:
    """A step from some states to another. `who` names parts (learner, assessor…), not people."""

    name: str
    label: str | Promise
    sources: tuple[str, ...]
    target: str
    who: frozenset[str]
    # What the ledger calls it once it is made, where that is not the name of its target.
    told: str = ""


@dataclass(frozen=True)
class Machine:
    """One table: the states of a thing and every move there is. Gates, pages and the diagram read it."""

    name: str
    states: Mapping[str, str | Promise]
    initial: str
    moves: tuple[Move, ...]
    # How the ledger tells that there is one, and the state it begins in; nothing where no event says so.
    begins: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        named = {self.initial, *(state for move in self.moves for state in (*move.sources, move.target))}
        if unknown := named - set(self.states):
            raise ValueError(f"{self.name}: no such state: {', '.join(sorted(unknown))}")

    def move(self, name: str) -> Move:
        """The move of that name; KeyError when there is none."""
        for move in self.moves:
            if move.name == name:
                return move
        raise KeyError(f"{self.name} has no move {name}")

    def check(self, name: str, *, state: str, parts: Collection[str]) -> Move:
        """The move, if somebody with these parts may make it now. Who comes before when: 403, then 409."""
        move = self.move(name)
        if move.who.isdisjoint(parts):
            raise NotYours()
        if state not in move.sources:
            raise WrongState()
        return move

    def open_to(self, *, state: str, parts: Collection[str]) -> list[Move]:
        """The moves somebody with these parts may make now."""
        return [move for move in self.moves if state in move.sources and not move.who.isdisjoint(parts)]
