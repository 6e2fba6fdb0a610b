"""How far things are by the ledger: its events, led through the tables of moves."""

from collections.abc import Iterator

from django.db.models import Exists, F, Model, OuterRef

from accounts.workflow import Machine
from assessments.models import Appeal, AssessmentPlan, Sample
from assessments.workflow import APPEAL, PLAN, SAMPLE, STANDARD
from ledger.services import BATCH
from portfolio.models import EnrolledStandard, Enrolment, Evidence
from portfolio.workflow import ENROLMENT, EVIDENCE

# Whose states a machine describes, and what an event calls the one it is about.
THINGS: tuple[tuple[Machine, type[Model], str], ...] = (
    (PLAN, AssessmentPlan, "plan"),
    (EVIDENCE, Evidence, "evidence"),
    (STANDARD, EnrolledStandard, "enrolled_standard"),
    (SAMPLE, Sample, "sample"),
    (APPEAL, Appeal, "appeal"),
    (ENROLMENT, Enrolment, "enrolment"),
)


def _before(machine: Machine) -> str | None:
    """The state of what no event tells of."""
    return None if machine.begins else machine.initial


def _leads() -> dict[str, tuple[str, str | None, dict[str | None, str]]]:
    """Kind of event → what it calls its thing, how that begins, and the state it leads to from each."""
    found: dict[str, tuple[str, str | None, dict[str | None, str]]] = {}
    for machine, _model, called in THINGS:
        begun = [(word, (None,), state) for word, state in machine.begins.items()]
        moved = [(move.told or move.target, move.sources, move.target) for move in machine.moves]
        for word, sources, target in [*begun, *moved]:
            kind = found.setdefault(
                f"{machine.name}.{word.replace('_', '-')}", (called, _before(machine), {})
            )
            kind[2].update(dict.fromkeys(sources, target))
    return found


LEADS = _leads()


class Replay:
    """Follows the events of every chain in their order, then names what is stored as if something else had happened."""

    def __init__(self) -> None:
        self.states: dict[str, dict[str, str | None]] = {called: {} for _machine, _model, called in THINGS}
        # The piece of each round: decisions name only the round.
        self.pieces: dict[str, str] = {}

    def follow(self, kind: str, subject: str, data: dict) -> None:
        if kind == "enrolment.moved":
            # One kind of event for all moves; it says where they led.
            kind = f"enrolment.{data['state']}"
        if kind not in LEADS:
            return
        called, before, leads = LEADS[kind]
        own = subject.partition(":")[2]
        uid = data.get(called) or self.pieces.get(data.get("submission", ""), own)
        if kind == "evidence.submitted":
            self.pieces[own] = uid
        states = self.states[called]
        states[uid] = leads.get(states.get(uid, before), "nowhere")

    def faults(self) -> Iterator[str]:
        for machine, model, called in THINGS:
            name, told = model._meta.model_name, self.states[called]
            rows = model._default_manager.order_by("pk").values_list("uid", "state")
            for uid, state in rows.iterator(chunk_size=BATCH):
                if state != (led := told.pop(str(uid), _before(machine))):
                    yield f"{name}:{uid}: it is {state}, and what was done led to {led or 'nothing'}"
            for uid in told:
                yield f"{name}:{uid}: events tell of it, but it is gone"
        appeals = Appeal.objects.open().filter(enrolment=OuterRef("pk"))
        rows = Enrolment.objects.annotate(appealed=Exists(appeals)).exclude(under_appeal=F("appealed"))
        for enrolment in rows.order_by("pk").iterator():
            said = "under appeal" if enrolment.under_appeal else "not under appeal"
            yield f"enrolment:{enrolment.uid}: it is {said}, and its appeals say otherwise"
