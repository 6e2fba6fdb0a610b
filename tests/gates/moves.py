"""For each workflow: how to come to each state, and which service makes which moves."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec

from django.apps import apps

from accounts.refusals import WrongState
from accounts.workflow import Machine
from assessments.sampling.access import parts_on_sample
from assessments.services import appeals, editions, plans, samples, sign_offs
from assessments.workflow import LEVELS
from portfolio.parts import parts_in, parts_on
from portfolio.services import enrolments, evidence, privacy
from standards.editions import latest_after
from tests import factories


def machines() -> dict[str, Machine]:
    """Every table of moves in some app's workflow.py."""
    modules = [
        import_module(f"{app.name}.workflow") for app in apps.get_app_configs() if _has_workflow(app.name)
    ]
    found = [thing for module in modules for thing in vars(module).values() if isinstance(thing, Machine)]
    return {machine.name: machine for machine in found}


def _has_workflow(app: str) -> bool:
    return find_spec(f"{app}.workflow") is not None


@dataclass(frozen=True)
class Service:
    """Something a person does; which move it is depends on the state."""

    moves: tuple[str, ...]
    do: Callable
    # Whoever has the part must besides be qualified for the standard.
    by_qualified: bool = False


@dataclass(frozen=True)
class Walk:
    """A workflow to be walked through."""

    # state → the thing in that state.
    arrive: dict[str, Callable]
    parts: Callable
    services: tuple[Service, ...]


def _moved(*moves: str) -> Callable:
    def arrive(cast):
        for move in moves:
            enrolments.move_enrolment(by=cast.manager, enrolment=cast.enrolment, move=move)
        return cast.enrolment

    return arrive


def _signed(*acts: Callable) -> Callable:
    """From the standard whose criteria are all met, so many acts on."""

    def arrive(cast):
        cast.complete.refresh_from_db()
        people = (cast.assessor, cast.learner, cast.iqa)
        for act, person in zip(acts, people, strict=False):
            act(by=person, enrolled_standard=cast.complete)
        return cast.complete

    return arrive


def _sign(act: Callable, **options: str) -> Callable:
    return lambda by, row: act(by=by, enrolled_standard=row, **options)


def _move_enrolment(move: str) -> Service:
    return Service(
        (move,), lambda by, enrolment: enrolments.move_enrolment(by=by, enrolment=enrolment, move=move)
    )


def _save(by, piece):
    evidence.save(by=by, evidence=piece, version=piece.version, title="Teitl arall")


def _submit(by, piece):
    evidence.submit(by=by, evidence=piece, version=piece.version, declared=True, language="cy")


def _record(by, piece):
    submission = piece.submissions.last()
    if submission is None:
        # What was never submitted cannot even be named.
        raise WrongState()
    factories.review(submission, by)


def _withdraw(by, piece):
    privacy.withdraw_content(by=by, evidence=piece, reason="Wyneb plentyn.", language="cy")


def _withdrawn(cast):
    _withdraw(cast.manager, cast.returned)
    cast.returned.refresh_from_db()
    return cast.returned


def _sampled(*steps: Callable) -> Callable:
    """From a proposal, so many steps on."""

    def arrive(cast):
        for step in steps:
            person = cast.trainee if step is _answer else cast.iqa
            step(person, cast.proposal)
        return cast.proposal

    return arrive


def _choose(by, sample):
    samples.choose(by=by, samples=[sample])


def _set_aside(by, sample):
    samples.set_aside(by=by, samples=[sample])


def _agree(by, sample):
    samples.agree(by=by, sample=sample, checks=factories.CHECKED, comment="", language="cy")


def _return(by, sample):
    factories.return_sample(sample, by)


def _answer(by, sample):
    samples.answer(by=by, sample=sample, text="Gwnaed.", language="cy")


def _close(by, sample):
    samples.close(by=by, sample=sample)


def _move_on(by, row):
    later = latest_after(row.standard)
    return editions.move(by=by, enrolled_standard=row, to=str(later), carried=[])


def _moved_on(cast):
    return _move_on(cast.manager, cast.complete).moved_from


def _appealed(*levels: str, last: Callable | None = None) -> Callable:
    """Opened, refused by each of these levels and taken further but for the last one, and one step more."""

    def arrive(cast):
        appeal = appeals.open_appeal(
            by=cast.learner, review=cast.review, text="Nid wyf yn cytuno.", language="cy"
        )
        for level, following in zip(levels, (*levels[1:], None), strict=False):
            _answer_appeal(_answerer(cast, level), appeal, upheld=False)
            if following:
                _take_further(cast.learner, appeal)
        if last:
            last(cast, appeal)
        return appeal

    return arrive


def _answerer(cast, level: str):
    return {"assessor": cast.assessor, "iqa": cast.iqa}.get(level, cast.manager)


def _answer_appeal(by, appeal, *, upheld: bool):
    appeals.answer(by=by, appeal=appeal, upheld=upheld, text="Dyma pam.", language="cy")


def _uphold(by, appeal):
    _answer_appeal(by, appeal, upheld=True)


def _refuse(by, appeal):
    _answer_appeal(by, appeal, upheld=False)


def _take_further(by, appeal):
    appeals.take_further(by=by, appeal=appeal, text="Gofynnaf eto.", language="cy")


def _end_appeal(by, appeal):
    appeals.end(by=by, appeal=appeal, text="Dyna ddiwedd arni.", language="cy")


def _asked_further(cast, appeal):
    _take_further(cast.learner, appeal)


_ACTS = (sign_offs.declare_competent, sign_offs.acknowledge, sign_offs.release)


def _review_plan(by, plan):
    plans.review_plan(by=by, plan=plan, note="Da.", language="cy", next_visit_on=plan.next_visit_on)


WALKS = {
    "evidence": Walk(
        arrive={
            "draft": lambda cast: cast.draft,
            "submitted": lambda cast: cast.evidence,
            "judged": lambda cast: cast.returned,
            "withdrawn": _withdrawn,
        },
        parts=parts_on,
        services=(
            Service(("edit", "revise"), _save),
            Service(("submit", "resubmit"), _submit),
            Service(("record",), _record),
            Service(("withdraw",), _withdraw),
        ),
    ),
    "plan": Walk(
        arrive={
            "proposed": lambda cast: cast.assessment_plan,
            "agreed": lambda cast: plans.agree(by=cast.learner, plan=cast.assessment_plan).plan,
            "closed": lambda cast: plans.close_plan(by=cast.assessor, plan=cast.assessment_plan).plan,
        },
        parts=plans.parts_on_plan,
        services=(
            Service(("agree",), lambda by, plan: plans.agree(by=by, plan=plan)),
            Service(("review",), _review_plan),
            Service(("close",), lambda by, plan: plans.close_plan(by=by, plan=plan)),
        ),
    ),
    "enrolment": Walk(
        arrive={
            "active": _moved(),
            "suspended": _moved("suspend"),
            "withdrawn": _moved("withdraw"),
            "completed": _moved("complete"),
        },
        parts=parts_in,
        services=tuple(map(_move_enrolment, ("suspend", "resume", "withdraw", "complete", "reopen"))),
    ),
    "standard": Walk(
        arrive={
            "in_progress": _signed(),
            "competent": _signed(*_ACTS[:1]),
            "acknowledged": _signed(*_ACTS[:2]),
            "released": _signed(*_ACTS),
            "moved": _moved_on,
        },
        parts=lambda person, row: parts_in(person, row.enrolment),
        services=(
            Service(("move",), _move_on),
            Service(("competent",), _sign(sign_offs.declare_competent), by_qualified=True),
            Service(("acknowledge",), _sign(sign_offs.acknowledge, reason="Gadawodd.", language="cy")),
            Service(("release",), _sign(sign_offs.release), by_qualified=True),
            Service(
                ("withdraw",),
                _sign(sign_offs.withdraw, reason="Camgymeriad.", language="cy"),
                by_qualified=True,
            ),
        ),
    ),
    "sample": Walk(
        arrive={
            "proposed": _sampled(),
            "set_aside": _sampled(_set_aside),
            "chosen": _sampled(_choose),
            "agreed": _sampled(_choose, _agree),
            "returned": _sampled(_choose, _return),
            "answered": _sampled(_choose, _return, _answer),
            "closed": _sampled(_choose, _return, _answer, _close),
        },
        parts=lambda person, sample: parts_on_sample(person, sample),
        services=(
            Service(("choose",), _choose),
            Service(("set-aside",), _set_aside),
            Service(("agree",), _agree),
            Service(("return",), _return),
            Service(("answer",), _answer),
            Service(("close",), _close),
        ),
    ),
    "appeal": Walk(
        arrive={
            "assessor": _appealed(),
            "assessor_answered": _appealed("assessor"),
            "iqa": _appealed("assessor", last=_asked_further),
            "iqa_answered": _appealed("assessor", "iqa"),
            "provider": _appealed("assessor", "iqa", last=_asked_further),
            "provider_answered": _appealed("assessor", "iqa", "provider"),
            "body": _appealed("assessor", "iqa", "provider", last=_asked_further),
            "upheld": _appealed(last=lambda cast, appeal: _uphold(cast.assessor, appeal)),
            "ended": _appealed(last=lambda cast, appeal: _end_appeal(cast.learner, appeal)),
        },
        parts=lambda person, appeal: parts_in(person, appeal.enrolment),
        services=(
            Service(tuple(f"uphold-{level}" for level in LEVELS), _uphold),
            Service(tuple(f"answer-{level}" for level in LEVELS), _refuse),
            Service(("to-iqa", "to-provider", "to-body"), _take_further),
            Service(("drop", "accept"), _end_appeal),
        ),
    ),
}
