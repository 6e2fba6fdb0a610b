"""The ledger of a portfolio, told in sentences in the reader's language."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from assessments.models import AppealStep, Outcome, PlanStep, Review, Step
from assessments.models.plans import told_of
from ledger.models import Event
from portfolio.models import AllocationRole, Enrolment, EnrolmentState, EvidenceFile, Submission
from portfolio.parts import parts_in
from standards.printed import edition_name

# What happened, by the kind of the event. `of` is what it happened to, `more` what else there is to say.
SENTENCES: dict[str, str | Promise] = {
    "enrolment.opened": _("The portfolio was opened. %(more)s"),
    "enrolment.changed": _("The details of the enrolment were changed. %(more)s"),
    "enrolment.moved": _("The enrolment is now: %(more)s"),
    "allocation.made": _("Allocated: %(of)s, %(more)s"),
    "allocation.ended": _("Allocation ended: %(of)s, %(more)s"),
    "evidence.submitted": _("Submitted for assessment: %(of)s"),
    "evidence.judged": _("Decisions recorded: %(of)s. %(more)s"),
    "review.superseded": _("Decided again, in the place of earlier decisions: %(of)s. %(more)s"),
    "review.countersigned": _("Decisions countersigned: %(of)s"),
    "judgement.confirmed": _("A decision on an earlier edition was confirmed: %(of)s. %(more)s"),
    "evidence.seen": _("Seen at the workplace: %(of)s"),
    "evidence.content-withdrawn": _("The content was destroyed for privacy: %(of)s"),
    "words.erased": _("Words were erased; their hash remains."),
    "record": _("The learner's answer to a record: %(of)s. %(more)s"),
    "file.opened": _("An external quality assurer opened a file: %(of)s"),
    "file.infected": _("A virus was found in a file, and the file was deleted: %(of)s"),
    "standard.competent": _("Declared competent: %(of)s"),
    "standard.acknowledged": _("Acknowledged: %(of)s"),
    "standard.released": _("Released for claiming: %(of)s"),
    "standard.withdrawn": _("Sign-off withdrawn: %(of)s"),
    "standard.moved": _("Moved to a later edition: %(of)s"),
    "report.issued": _("Report issued: %(more)s"),
    "report.withdrawn": _("Report withdrawn: %(more)s"),
    "testimony.asked": _("A witness was asked for a testimony."),
    "testimony.asked-again": _("A witness was asked again for a testimony."),
    "testimony.withdrawn": _("A witness is no longer asked for a testimony."),
    "testimony.given": _("A witness gave a testimony: %(of)s"),
    "sample": _("Sample: %(of)s. %(more)s"),
    "appeal": _("Appeal: %(more)s"),
    "plan": _("Assessment plan: %(more)s"),
}
# Learners and assessors read of samples on the pages of the samples, once somebody has looked.
OVERSEERS = frozenset({"iqa", "eqa", "manager"})


@dataclass(frozen=True)
class Entry:
    """One event as a reader is told of it."""

    at: datetime
    by: str
    text: str


def events_in(user: User, enrolment: Enrolment) -> QuerySet[Event]:
    """What happened in a portfolio that came through the door, the latest first."""
    events = Event.objects.filter(chain__key=enrolment.chain).order_by("-position")
    if parts_in(user, enrolment).isdisjoint(OVERSEERS):
        events = events.exclude(kind__startswith="sample.")
    return events


def told(enrolment: Enrolment, events: Iterable[Event]) -> list[Entry]:
    """Each event in words; as many queries for many as for one."""
    events = list(events)
    names = Names(enrolment, events)
    return [Entry(event.at, _by(event, names), _text(event, names)) for event in events]


def _by(event: Event, names: "Names") -> str:
    """Who did it; where the system did it, who asked for it."""
    name = names.people.get(str(event.by_uid), "")
    return _("Asked for by: %(name)s") % {"name": name} if name and event.kind == "sample.proposed" else name


def _text(event: Event, names: "Names") -> str:
    family = event.kind.split(".")[0]
    sentence = SENTENCES.get(event.kind) or SENTENCES.get(family)
    if sentence is None:
        return event.kind
    return (str(sentence) % {"of": names.of(event), "more": _more(event)}).strip(" .") + "."


def _more(event: Event) -> str:
    """What else an event says, in words."""
    data, step = event.data, event.kind.rpartition(".")[2].replace("-", "_")
    match event.kind.split("."):
        case ["enrolment", "moved"]:
            return str(EnrolmentState(data["state"]).label)
        case ["enrolment", _]:
            return ", ".join(_standard(*key.split("/")) for key in data.get("standards", []))
        case ["allocation", _]:
            return str(AllocationRole(data["role"]).label)
        case ["evidence", "judged"] | ["review", "superseded"]:
            return _outcomes(data)
        case ["judgement", "confirmed"]:
            return data["criterion"]
        case ["report", _]:
            return data.get("code", "")
        case ["sample", _]:
            return str(capfirst(Step(step).label))
        case ["appeal", _]:
            return str(AppealStep(step).label)
        case ["record", said]:
            return str(_("confirmed") if said == "confirmed" else _("something was different"))
        case ["plan", _]:
            return told_of(step, data["part"]) if step in PlanStep.values else ""
    return ""


def _standard(urn: str, edition: str) -> str:
    return f"{urn} ({edition_name(edition)})"


def _outcomes(data: dict) -> str:
    """How many of each outcome: "Met: 2. Not accepted: 1"."""
    counted = Counter(judgement["outcome"] for judgement in data["judgements"])
    return ". ".join(f"{capfirst(o.label)}: {counted[o.value]}" for o in Outcome if counted[o.value])


class Names:
    """What the ids in events stand for: looked up all at once."""

    def __init__(self, enrolment: Enrolment, events: Iterable[Event]) -> None:
        self.people = _people(events)
        self.things: dict[str, str] = {}
        for uid, number in enrolment.evidence.values_list("uid", "number"):
            self.things[str(uid)] = f"E{number}"
        own = Q(evidence__enrolment=enrolment)
        rounds = Submission.objects.filter(own).values_list("uid", "evidence__number", "round")
        reviews = Review.objects.filter(submission__evidence__enrolment=enrolment)
        reviewed = reviews.values_list("uid", "submission__evidence__number", "submission__round")
        for uid, number, position in [*rounds, *reviewed]:
            self.things[str(uid)] = str(
                _("E%(number)s, round %(round)s") % {"number": number, "round": position}
            )
        files = EvidenceFile.objects.filter(own).values_list("uid", "evidence__number")
        self.things |= {str(uid): f"E{number}" for uid, number in files}
        rows = enrolment.enrolled_standards.values_list(
            "uid", "standard__urn", "standard__edition", "samples__uid", "samples__review__uid"
        )
        for uid, urn, edition, sample, review in rows:
            self.things[str(uid)] = _standard(urn, edition)
            round_of_it = [self.things[str(review)]] if review else []
            self.things[str(sample)] = ", ".join([self.things[str(uid)], *round_of_it])

    def of(self, event: Event) -> str:
        """What an event happened to."""
        if event.kind.startswith("allocation."):
            return self.people.get(event.data["user"], "–")
        subject = event.subject.partition(":")[2]
        named = ("submission", "review", "evidence", "enrolled_standard", "sample")
        uids = [subject, *(event.data[name] for name in named if name in event.data)]
        return next((self.things[uid] for uid in uids if uid in self.things), "–")


def _people(events: Iterable[Event]) -> dict[str, str]:
    uids = {event.by_uid for event in events} | {event.data.get("user") for event in events}
    rows = User.objects.filter(uid__in=uids - {None}).values_list("uid", "name")
    return {str(uid): name for uid, name in rows}
