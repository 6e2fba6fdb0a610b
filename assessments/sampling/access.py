"""The only door to sampling plans and samples."""

from collections.abc import Collection, Iterable
from uuid import UUID

from django.db.models import Case, Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery, When
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access import visible_to
from accounts.models import Competence, Membership, Provider, User
from accounts.refusals import NotYours
from assessments.deciders import decided_by
from assessments.models import Sample, SampleAct, SampleState, SamplingPlan
from assessments.models.sampling import LOOKED_AT
from portfolio.access import let_in, visits_by
from portfolio.among import Among
from portfolio.models import Allocation, EnrolledStandard, Enrolment, Programme, Visit
from portfolio.parts import examined_by, examined_in, parts_in
from portfolio.refusals import Ended


def _providers(user: User, *roles: str) -> QuerySet[Membership]:
    return Membership.objects.current().filter(user=user, role__in=roles).values("provider")


def plans_visible_to(user: User) -> QuerySet[SamplingPlan]:
    """Those of a provider at which one is IQA or manager, and those of a programme that a visit opens."""
    return SamplingPlan.objects.filter(
        Q(programme__provider__in=_providers(user, "iqa", "manager"))
        | Q(programme__in=visits_by(user).values("programme"))
    ).select_related("programme__provider", "made_by")


def plan_for(user: User, uid: UUID) -> SamplingPlan:
    """A plan, for those who assure quality; others of the provider, and those whose visit is over, are told so."""
    plan = plans_visible_to(user).filter(uid=uid).first()
    if plan is None:
        visited = Visit.objects.filter(user=user, programme__sampling_plans__uid=uid)
        if visited.filter(to_at__lte=timezone.now()).exists():
            raise Ended()
        get_object_or_404(SamplingPlan, programme__provider__in=visible_to(user), uid=uid)
        raise NotYours(_("Sampling plans are for those who assure quality."))
    return plan


def own_plan_for(user: User, uid: UUID) -> SamplingPlan:
    """A plan, for an IQA of its provider, who may change it; other people are told so."""
    own = SamplingPlan.objects.filter(programme__provider__in=_providers(user, "iqa"), uid=uid)
    if plan := own.select_related("programme__provider", "made_by").first():
        return plan
    plan_for(user, uid)
    raise NotYours()


def sampled_programmes(user: User) -> QuerySet[Programme]:
    """The programmes in which this person plans the sampling, each with its plans, the latest first."""
    programmes = Programme.objects.filter(provider__in=_providers(user, "iqa")).select_related("provider")
    return programmes.prefetch_related(Prefetch("sampling_plans", SamplingPlan.objects.order_by("-pk")))


def sampled_programme_for(user: User, uid: UUID) -> Programme:
    """A programme, for an IQA of its provider."""
    here = Programme.objects.filter(provider__in=visible_to(user)).select_related("provider")
    programme = get_object_or_404(here, uid=uid)
    if not plans_for(user, programme):
        raise NotYours(_("Sampling plans are for those who assure quality."))
    return programme


def plans_for(user: User, programme: Programme) -> bool:
    """Whether this person plans the sampling of a programme."""
    return _providers(user, "iqa").filter(provider=programme.provider_id).exists()


def plans_of(programme: Programme) -> QuerySet[SamplingPlan]:
    """The plans of a programme that came through the door, the latest first."""
    return programme.sampling_plans.order_by("-pk")


def latest_plan(programme: Programme) -> SamplingPlan | None:
    return plans_of(programme).first()


def samples_visible_to(user: User, held: dict[str, set[int]]) -> QuerySet[Sample]:
    """What one oversees; and, once somebody has looked, what is about one's own learners or oneself.

    `held` says where one is allocated (see `allocated`).
    """
    enrolment = "enrolled_standard__enrolment__in"
    managed = Enrolment.objects.filter(programme__provider__in=_providers(user, "manager"))
    overseen = (
        Q(**{enrolment: Among(held["iqa"])})
        | Q(**{enrolment: managed.exclude(learner=user)})
        | Q(**{enrolment: examined_by(user)})
        | Q(kind="observation", plan__in=plans_visible_to(user))
    )
    about = Q(**{enrolment: Among(held["assessor"])}) | _observed(user)
    return Sample.objects.filter(overseen | about & Q(state__in=LOOKED_AT))


def _observed(user: User) -> Q:
    """The observations of somebody at work, as long as they work there."""
    theirs = _providers(user, "assessor")
    return Q(kind="observation", assessor=user, plan__programme__provider__in=theirs)


def _in_full(samples: QuerySet[Sample]) -> QuerySet[Sample]:
    """With all that lists and pages show of a sample."""
    return samples.select_related(
        "plan__programme__provider",
        "assessor",
        "sampled_by",
        "enrolled_standard__standard",
        "enrolled_standard__enrolment__learner",
        "enrolled_standard__enrolment__programme",
        "review__submission__evidence",
    )


def sample_for(user: User, uid: UUID, held: dict[str, set[int]]) -> Sample:
    """A sample; whoever had a part in its portfolio once is told that it has ended."""
    if sample := _in_full(samples_visible_to(user, held)).filter(uid=uid).first():
        return sample
    hidden = get_object_or_404(_in_full(Sample.objects.all()), uid=uid)
    if hidden.enrolled_standard:
        let_in(user, hidden.enrolled_standard.enrolment)
    elif user.pk == hidden.assessor_id and hidden.state in LOOKED_AT:
        raise Ended()
    raise Http404


def parts_on_sample(user: User, sample: Sample) -> frozenset[str]:
    """The parts in the portfolio it is about; in an observation the assessor is whoever was observed."""
    if sample.enrolled_standard:
        return parts_in(user, sample.enrolled_standard.enrolment)
    provider = sample.plan.programme.provider_id
    roles = Membership.objects.current().filter(user=user, provider=provider)
    theirs = {"assessor"} if user.pk == sample.assessor_id else {"iqa", "manager"}
    return frozenset(roles.values_list("role", flat=True)) & theirs


def samples_of(user: User, plan: SamplingPlan, held: dict[str, set[int]]) -> QuerySet[Sample, int]:
    """The ids of what one may see of a plan that came through the door: in the order of the workflow, by date."""
    step = Case(*(When(state=state, then=n) for n, state in enumerate(SampleState.values)))
    seen = samples_visible_to(user, held).filter(plan=plan)
    return seen.order_by(step, "due_on", "pk").values_list("pk", flat=True)


def own(user: User) -> Q:
    """The samples of this person's own decisions, of standards in which they decided, and of how they assess."""
    return Q(assessor=user) | Q(Exists(decided_by(user).filter(pk=OuterRef("enrolled_standard"))))


def samples_theirs(user: User, sampled: Collection[int]) -> QuerySet[Sample]:
    """The samples in which this person, the IQA of these portfolios, has a say."""
    theirs = Q(enrolled_standard__enrolment__in=Among(sampled))
    plans = SamplingPlan.objects.filter(programme__provider__in=_providers(user, "iqa"))
    return Sample.objects.filter(theirs | Q(kind="observation", plan__in=plans)).exclude(own(user))


def unfinished(samples: QuerySet[Sample]) -> QuerySet[Sample]:
    """Of these, what somebody still has something to do with: by their ids, as several lists choose among them."""
    rows = samples.filter(Q(state__in=["chosen", "returned", "answered"]) | Q(provisional=True))
    return Sample.objects.filter(pk__in=Among(rows.order_by().values_list("pk", flat=True)))


def in_order(ids: Iterable[int], user: User, sampled: Collection[int]) -> list[Sample]:
    """The samples of a page of `samples_of`, in full; `theirs` says in which this person has a say."""
    theirs = samples_theirs(user, sampled).filter(pk=OuterRef("pk"))
    found = _in_full(Sample.objects.filter(pk__in=Among(ids))).annotate(theirs=Exists(theirs)).in_bulk()
    return [found[pk] for pk in ids if pk in found]


def waiting_for(user: User, sampled: Collection[int]) -> QuerySet[Sample]:
    """Of those, what is to be looked at, to be closed, or to be countersigned after somebody else looked."""
    to_sign = to_countersign(user, Sample.objects.all()).values("pk")
    return samples_theirs(user, sampled).filter(Q(state__in=["chosen", "answered"]) | Q(pk__in=to_sign))


def to_countersign(user: User, samples: QuerySet[Sample]) -> QuerySet[Sample]:
    """Of these, what waits for a countersignature, and not because of this person."""
    return samples.filter(provisional=True).annotate(left_by=_left_by()).exclude(left_by=user.pk)


def left_waiting_by(user: User, sample: Sample) -> bool:
    """Whether a sample waits for a countersignature because of this person."""
    return Sample.objects.annotate(left_by=_left_by()).filter(pk=sample.pk, left_by=user.pk).exists()


def _left_by() -> Subquery:
    """Who was not yet qualified: whoever looked last or, where they were, whoever closed it then."""
    acts = SampleAct.objects.filter(
        sample=OuterRef("pk"), signed_at__gte=OuterRef("sampled_at"), details__provisional=True
    )
    return Subquery(acts.order_by("pk").values("signed_by")[:1])


def actions_of(user: User, assessed: Collection[int]) -> QuerySet[Sample]:
    """What an IQA returned and the assessor of these portfolios has to answer, the most urgent first."""
    theirs = Q(enrolled_standard__enrolment__in=Among(assessed))
    return Sample.objects.filter(theirs | _observed(user), state="returned").order_by("action_due_on", "pk")


def in_lists(**lists: QuerySet[Sample]) -> dict[str, list[dict]]:
    """What is shown of these samples, list by list: values, asked for at once, because there may be hundreds."""
    found = {name: list(samples.values_list("pk", flat=True)) for name, samples in lists.items()}
    rows = Sample.objects.filter(pk__in=Among(set().union(*found.values()))).values(
        *("pk", "uid", "due_on", "action_due_on"),
        whose=F("assessor__name"),
        learner=F("enrolled_standard__enrolment__learner__name"),
        urn=F("enrolled_standard__standard__urn"),
        piece=F("review__submission__evidence__number"),
        round=F("review__submission__round"),
    )
    shown = {row["pk"]: row for row in rows}
    return {name: [shown[pk] for pk in pks if pk in shown] for name, pks in found.items()}


def acts_of(sample: Sample) -> QuerySet[SampleAct]:
    """The steps of a sample that came through the door."""
    return sample.acts.select_related("signed_by", "words").order_by("pk")


def examined_portfolios(visit: Visit) -> QuerySet[Enrolment]:
    """The portfolios of a visit with everybody who is or was allocated, by the learner's name."""
    allocations = Allocation.objects.annotate(name=F("user__name")).order_by("role", "from_at", "pk")
    standards = EnrolledStandard.objects.annotate(urn=F("standard__urn"))
    return (
        examined_in(visit)
        .annotate(name=F("learner__name"))
        .prefetch_related(
            Prefetch("enrolled_standards", standards, to_attr="standards"),
            Prefetch("allocations", allocations, to_attr="people"),
        )
        .order_by("name", "pk")
    )


def staff_of(provider: Provider) -> QuerySet[User]:
    """Assessors and IQAs, those of the past too, with what they are and were qualified for."""
    held = Membership.objects.filter(provider=provider, role__in=["assessor", "iqa"])
    competences = Competence.objects.filter(provider=provider).order_by("kind", "urn", "from_at")
    qualifying = competences.filter(user=OuterRef("pk")).exclude(kind="welsh")
    return (
        User.objects.filter(pk__in=held.values("user"))
        .annotate(qualified=Exists(qualifying))
        .prefetch_related(
            Prefetch("memberships", held.order_by("from_at"), to_attr="held"),
            Prefetch("competences", competences, to_attr="shown"),
        )
        .order_by("name", "pk")
    )


def assessors_of(programme: Programme) -> QuerySet[User]:
    """Whoever assesses in a programme today."""
    allocated = Allocation.objects.current().filter(enrolment__programme=programme, role="assessor")
    return User.objects.filter(pk__in=allocated.values("user")).order_by("name", "pk")
