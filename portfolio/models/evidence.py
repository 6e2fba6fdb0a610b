"""The evidence that learners gather, what it is mapped to, and its rounds."""

import hashlib
import uuid
from collections.abc import Iterable
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import LANGUAGES, User
from ledger.models import Words, canonical, stamp
from portfolio.models.enrolments import Enrolment
from standards.models import Criterion


class EvidenceKind(models.TextChoices):
    OBSERVATION = "observation", _("observation record")
    PRODUCT = "product", _("work product")
    TESTIMONY = "testimony", _("witness testimony")
    DISCUSSION = "discussion", _("professional discussion")
    QUESTIONING = "questioning", _("questioning")
    REFLECTION = "reflection", _("reflective account")
    PRIOR_LEARNING = "prior_learning", _("recognition of prior learning")
    SIMULATION = "simulation", _("simulation")
    SEEN = "seen", _("seen at the workplace")
    OTHER = "other", _("other")


class EvidenceState(models.TextChoices):
    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("submitted")
    JUDGED = "judged", _("judged")
    WITHDRAWN = "withdrawn", _("content withdrawn")


class Evidence(models.Model):
    """One piece of evidence: files, text, or both.

    Everything but the language may be empty while it is a draft: *Keep* asks for nothing. What was submitted is frozen
    in its Submission; this row is what the learner works on.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True)
    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="evidence")
    # 1, 2, … within the portfolio: "E7" in lists and reports.
    number = models.PositiveIntegerField()
    title = models.CharField(_("title"), max_length=300, blank=True, default="")
    kind = models.CharField(
        _("kind of evidence"), max_length=14, choices=EvidenceKind.choices, blank=True, default=""
    )
    text = models.TextField(_("text"), blank=True, default="", max_length=100_000)
    language = models.CharField(_("language"), max_length=2, choices=LANGUAGES)
    happened_on = models.DateField(_("when it happened"), null=True, blank=True)
    place = models.CharField(_("where it happened"), max_length=300, blank=True, default="")
    # Does it show or name anyone else? Unknown until it was asked.
    shows_others = models.BooleanField(_("shows or names somebody else"), null=True, blank=True)
    # A page elsewhere; seen on this day, because it can change.
    link = models.URLField(_("link"), max_length=500, blank=True, default="")
    link_seen_on = models.DateField(_("when you saw the page"), null=True, blank=True)
    # The text once more in the other language; the original is what is judged.
    translation = models.TextField(_("translation"), blank=True, default="", max_length=100_000)
    translator = models.CharField(_("translated by"), max_length=200, blank=True, default="")
    # Of what was seen at the workplace and stays there.
    kept_by = models.CharField(_("kept by"), max_length=300, blank=True, default="")
    # Of prior learning: who gave the certificate.
    awarded_by = models.CharField(_("certificate from"), max_length=300, blank=True, default="")
    # Of a testimony.
    witness_name = models.CharField(_("name of the witness"), max_length=200, blank=True, default="")
    witness_role = models.CharField(_("job or role"), max_length=200, blank=True, default="")
    witness_relationship = models.CharField(
        _("relationship to the learner"), max_length=200, blank=True, default=""
    )
    witness_contact = models.CharField(_("how to reach them"), max_length=200, blank=True, default="")
    witness_expert = models.BooleanField(_("expert witness"), null=True, blank=True)
    state = models.CharField(max_length=9, choices=EvidenceState.choices, default=EvidenceState.DRAFT)
    started_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)
    # Counts the changes: a form that was opened before the last one is stale.
    version = models.PositiveIntegerField(default=1)
    # When its latest round was submitted: the queue's order.
    submitted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["enrolment", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "number"], name="evidence_number_is_unique"),
            models.CheckConstraint(
                condition=Q(state="draft", submitted_at__isnull=True)
                | Q(state__in=["submitted", "judged", "withdrawn"], submitted_at__isnull=False),
                name="submitted_evidence_says_when",
            ),
        ]
        indexes = [models.Index(fields=["state", "submitted_at"], name="evidence_queue")]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}".strip()

    def get_kind_display(self) -> str:  # type: ignore[no-redef]
        """As Django's own, which translates all kinds to tell one of them: slow in a list."""
        return str(EvidenceKind(self.kind).label) if self.kind else ""

    @property
    def reference(self) -> str:
        """E7: how lists, pages and reports call it."""
        return f"E{self.number}"


class Standing(models.TextChoices):
    """What the latest judgement of a piece for a criterion said."""

    NONE = "", _("not judged yet")
    MET = "met", _("met")
    MORE_NEEDED = "more_needed", _("accepted, more needed")
    NOT_ACCEPTED = "not_accepted", _("not accepted")


class MappingQuerySet(models.QuerySet["Mapping"]):
    def open(self) -> Self:
        """Those to standards that the learner works towards."""
        return self.filter(closed=False)

    def wanting(self, enrolments: Iterable[Enrolment]) -> Self:
        """Those in these portfolios that were found short of a criterion which no other piece has met."""
        short = self.open().filter(standing__in=["more_needed", "not_accepted"])
        met = self.model.objects.filter(standing="met", provisional=False, held_back=False)
        found = Q(pk=None)
        for enrolment in enrolments:
            # The database looks for them once in each portfolio, not once for each row that is wanting.
            there = met.filter(evidence__enrolment=enrolment).values("criterion")
            found |= Q(evidence__enrolment=enrolment) & ~Q(criterion__in=there)
        return short.filter(found)


class Mapping(models.Model):
    """That a piece of evidence shows a criterion, and where in it to look."""

    evidence = models.ForeignKey(Evidence, models.PROTECT, related_name="mappings")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="mappings")
    # A page ("p. 3"), a time ("2:15"), or words.
    locator = models.CharField(_("where in the evidence"), max_length=200, blank=True, default="")
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    # Credited by an assessor, not claimed by the learner.
    by_assessor = models.BooleanField(default=False)
    # The judgement that stands, written by the assessments' services only.
    standing = models.CharField(max_length=12, choices=Standing.choices, blank=True, default="")
    # It waits for a countersignature and does not count yet.
    provisional = models.BooleanField(default=False)
    # Its standard was moved to a later edition: it stays as it was.
    closed = models.BooleanField(default=False)
    # The mapping to the earlier edition's criterion from which it was carried over.
    carried_from = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="carried_to"
    )
    # What was judged there waits for an assessor to confirm it here, and counts for nothing until then.
    to_confirm = models.BooleanField(default=False)
    # The kind of evidence, as it was judged.
    method = models.CharField(max_length=14, choices=EvidenceKind.choices, blank=True, default="")
    # Judged met, but the rules of the strategy ask for more (see strategy.py): it does not count yet.
    held_back = models.BooleanField(default=False)

    objects = MappingQuerySet.as_manager()

    class Meta:
        ordering = ["evidence", "criterion"]
        constraints = [
            models.UniqueConstraint(fields=["evidence", "criterion"], name="criterion_is_mapped_once"),
            models.CheckConstraint(
                condition=Q(provisional=False) | ~Q(standing=""), name="only_a_judgement_is_provisional"
            ),
            models.CheckConstraint(
                condition=Q(to_confirm=False) | Q(carried_from__isnull=False, standing=""),
                name="what_waits_to_be_confirmed_was_carried_and_does_not_count",
            ),
            models.CheckConstraint(
                condition=Q(held_back=False) | Q(standing="met"), name="only_what_is_met_is_held_back"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.evidence_id} → {self.criterion_id}"

    @property
    def piece_state(self) -> str:
        return self.evidence.state

    @property
    def stays(self) -> bool:
        """It cannot be taken away, because a judgement rests on it."""
        return self.standing == Standing.MET or self.to_confirm


class Submission(models.Model):
    """A round: the evidence as it stood when it was submitted. It never changes.

    `manifest` says, by ids and hashes only, what it consisted of:
    {"files": [{"uid", "sha256", "size", "type"}], "criteria": ["INSCS016/2021/P4", …], "kind", "happened_on",
    "texts": salted hashes of the text and of its translation}; the words themselves (title, text, place, locators by
    criterion…) are in `words`, with the salts of those hashes.
    """

    locked_table = True

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    evidence = models.ForeignKey(Evidence, models.PROTECT, related_name="submissions")
    round = models.PositiveIntegerField()
    manifest = models.JSONField()
    words = models.ForeignKey(Words, models.PROTECT, related_name="+")
    # The language in which the declaration was read and made.
    declared_in = models.CharField(max_length=2, choices=LANGUAGES)
    submitted_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["evidence", "round"]
        constraints = [
            models.UniqueConstraint(fields=["evidence", "round"], name="round_is_submitted_once"),
            models.CheckConstraint(condition=Q(round__gte=1), name="rounds_count_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.evidence} ({self.round})"

    def facts(self) -> dict:
        """What the ledger holds of it."""
        return {
            "evidence": str(self.evidence.uid),
            "round": self.round,
            "manifest": self.manifest,
            "words": self.words.digest,
            "declared_in": self.declared_in,
            "by": str(self.submitted_by.uid),
            "at": stamp(self.submitted_at),
        }

    @property
    def digest(self) -> str:
        """SHA-256 of the facts: what a judgement is pinned to."""
        return hashlib.sha256(canonical(self.facts())).hexdigest()
