"""The demo: invented people do the main job on real files, through the services that the pages use."""

import json
import uuid
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management.base import CommandError
from django.utils import timezone

from accounts.models import Competence, Membership, Provider, User
from assessments import demo_quality
from assessments.models import Report, ReportForm
from assessments.services import plans, reports, sign_offs
from assessments.services.reviews import Decision, record_review
from jobs.runner import run_waiting
from portfolio import rounds
from portfolio.models import Enrolment, Evidence
from portfolio.services import enrolments
from portfolio.services import evidence as evidence_services
from portfolio.uploads.receive import receive
from standards.models import Criterion, Standard

SOURCES = settings.BASE / "fixtures" / "demo"


def _read(name: str):
    return json.loads((SOURCES / name).read_text("utf-8"))


@dataclass
class House:
    """A provider with its people by key and its learners' portfolios by the learner's key."""

    provider: Provider
    people: dict[str, User] = field(default_factory=dict)
    portfolios: dict[str, Enrolment] = field(default_factory=dict)


def exists() -> bool:
    return User.objects.filter(email="learner@tystio.example").exists()


def build() -> House:
    """Make both providers and everything in them; returns the first."""
    people = _read("people.json")
    houses = [_furnish(entry, people["password"]) for entry in people["providers"]]
    for plan in _read("plans.json"):
        _plan(houses[0], plan)
    for piece in _read("evidence.json"):
        _play(houses[0], piece)
    _finish(houses[0])
    _assure_quality(houses[0])
    return houses[0]


def _furnish(entry: dict, password: str) -> House:
    house = House(Provider.objects.create(name_cy=entry["name_cy"], name_en=entry["name_en"]))
    for person in entry["people"]:
        house.people[person["key"]] = _member(house.provider, person, password)
    offer = dict(entry["programme"])
    urns = offer.pop("standards")
    manager = house.people["manager"]
    programme = enrolments.create_programme(
        by=manager, provider=house.provider, standards=Standard.objects.filter(urn__in=urns), **offer
    )
    for n, person in enumerate((p for p in entry["people"] if p["role"] == "learner"), start=1):
        house.portfolios[person["key"]] = _enrol(house, programme, person, n)
    return house


def _member(provider: Provider, person: dict, password: str) -> User:
    user = User.objects.create_user(
        person["email"], password, name=person["name"], language=person["language"]
    )
    began = timezone.now() - timedelta(days=400)
    Membership.objects.create(provider=provider, user=user, role=person["role"], from_at=began)
    if person["role"] in ("assessor", "iqa"):
        held = {"provider": provider, "user": user, "from_at": began}
        if "qualification" in person:
            Competence.objects.create(kind=person["role"], qualification=person["qualification"], **held)
        if person["language"] == "cy":
            Competence.objects.create(kind="welsh", **held)
    return user


def _enrol(house: House, programme, person: dict, n: int) -> Enrolment:
    manager, today = house.people["manager"], timezone.localdate()
    enrolment = enrolments.enrol(
        by=manager,
        programme=programme,
        learner=house.people[person["key"]],
        language=person["language"],
        standards=programme.standards.all(),
        registration_number=f"TY-26-{1040 + n}",
        registered_on=today - timedelta(days=84),
        started_on=today - timedelta(days=90),
        cohort=f"{today - timedelta(days=90):%Y-%m}",
    )
    allocated = {"assessor": "assessor", "iqa": "iqa"}
    if person["key"] == "countersigned":
        allocated = {"trainee": "assessor", "assessor": "countersigner", "iqa": "iqa"}
    for key, role in allocated.items():
        enrolments.allocate(by=manager, enrolment=enrolment, user=house.people[key], role=role)
    return enrolment


def _plan(house: House, plan: dict) -> None:
    """The assessor plans an activity, and the learner agrees."""
    made = plans.make_plan(
        by=house.people["assessor"],
        enrolment=house.portfolios[plan["learner"]],
        planned_on=timezone.localdate() + timedelta(days=plan["in_days"]),
        criteria=list(_locators(plan["map"])),
        **{name: plan[name] for name in ("activity", "place", "language", "method")},
    )
    plans.agree(by=house.people[plan["learner"]], plan=made)


def _play(house: House, piece: dict) -> None:
    """Keep, map, submit and judge one piece, as far as its story goes."""
    enrolment = house.portfolios[piece["learner"]]
    author = house.people[piece.get("by", piece["learner"])]
    done = timezone.localdate() - timedelta(days=piece["days_ago"])
    evidence = evidence_services.keep(
        by=author,
        enrolment=enrolment,
        uid=uuid.uuid4(),
        files=[receive(_upload(name)) for name in piece["files"]],
        happened_on=done if piece["title"] else None,
        shows_others=False if piece["place"] else None,
        **{name: piece[name] for name in ("title", "kind", "language", "place", "text")},
    )
    if piece["map"]:
        evidence = evidence_services.map_criteria(
            by=author, evidence=evidence, version=evidence.version, locators=_locators(piece["map"])
        )
    for act in piece["rounds"]:
        submission = evidence_services.submit(
            by=author,
            evidence=evidence,
            version=evidence.version,
            declared=True,
            language=piece["language"],
        )
        if act["by"] != "submit":
            _judge(house.people[act["by"]], submission, act, piece["language"])


def _upload(name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, (SOURCES / "files" / name).read_bytes())


def _locators(mapped: dict[str, dict[str, str]]) -> dict[int, str]:
    """{"INSCS015": {"P1": "t. 1", "K*": ""}} by the criteria's ids."""
    locators = {}
    for urn, entries in mapped.items():
        for criterion in Criterion.objects.filter(standard__urn=urn):
            for reference in (criterion.reference, f"{criterion.reference[0]}*"):
                if reference in entries:
                    locators[criterion.pk] = entries[reference]
    return locators


def _judge(assessor: User, submission, act: dict, language: str) -> None:
    other = {name: outcome for outcome in ("more_needed", "not_accepted") for name in act.get(outcome, [])}
    decisions = []
    for mapping in rounds.asked_for(submission):
        criterion = mapping.criterion
        name = f"{criterion.standard.urn} {criterion.reference}"
        decisions.append(Decision(criterion.pk, other.get(name, act["outcome"])))
    for name in act.get("credit", []):
        urn, reference = name.split()
        (pk,) = _locators({urn: {reference: ""}})
        decisions.append(Decision(pk, "met"))
    record_review(
        by=assessor,
        submission=submission,
        decisions=decisions,
        valid=True,
        authentic=True,
        current=True,
        feedback=act["feedback"],
        language=language,
    )


def _finish(house: House) -> None:
    """One learner's standards wait at every step to a release; another enrolment is suspended."""
    steps = [
        (sign_offs.declare_competent, "assessor", ["INSCS015", "SFJOD4", "INSML052"]),
        (sign_offs.acknowledge, "finished", ["INSCS015", "SFJOD4"]),
        (sign_offs.release, "iqa", ["INSCS015"]),
    ]
    rows = house.portfolios["finished"].enrolled_standards
    for step, person, urns in steps:
        for row in rows.filter(standard__urn__in=urns).order_by("standard__urn"):
            step(by=house.people[person], enrolled_standard=row)
    enrolments.move_enrolment(
        by=house.people["manager"], enrolment=house.portfolios["suspended"], move="suspend"
    )


def _assure_quality(house: House) -> None:
    programme = house.portfolios["finished"].programme
    people = {part: house.people[part] for part in ("manager", "iqa", "eqa")}
    demo_quality.play(programme, **people)


def write_reports(out: Path) -> list[Path]:
    """The report of the learner who finished a standard, in its three forms, issued once and written to `out`."""
    enrolment = Enrolment.objects.get(learner__email="finished@tystio.example")
    manager = User.objects.get(email="manager@tystio.example")
    for form in ReportForm.values:
        if not enrolment.reports.filter(form=form, issued_at__isnull=False).exists():
            reports.ask_for_report(by=manager, enrolment=enrolment, form=form)
    # What a worker does: the reports, and the previews of the files.
    run_waiting()
    issued = enrolment.reports.filter(asked_by=manager, issued_at__isnull=False).order_by("pk")[:3]
    if len(issued) < len(ReportForm.values):
        raise CommandError("A report could not be made: see the jobs that failed (jobs_job.error).")
    out.mkdir(parents=True, exist_ok=True)
    paths = []
    for report in issued:
        path = out / f"{enrolment.registration_number}.{report.form}.pdf"
        with report.file.open("rb") as content:
            path.write_bytes(content.read())
        paths.append(path)
    return paths


def summary() -> list[str]:
    """What there is now, in a few lines."""
    judged = Evidence.objects.filter(state="judged").count()
    released = Enrolment.objects.filter(enrolled_standards__state="released").count()
    return [
        f"{Standard.objects.count()} standards, {Criterion.objects.count()} criteria",
        f"{User.objects.count()} people at {Provider.objects.count()} training providers, "
        f"{Enrolment.objects.count()} portfolios",
        f"{Evidence.objects.count()} pieces of evidence, {judged} judged, {released} standard released, "
        f"{Report.objects.filter(issued_at__isnull=False).count()} reports issued",
    ]


def sign_ins() -> str:
    """Who can sign in, and how."""
    people = _read("people.json")
    addresses = [f"  {p['email']:32}{p['role']}" for entry in people["providers"] for p in entry["people"]]
    return "\n".join([f"Sign in with the password {people['password']} as", *addresses])
