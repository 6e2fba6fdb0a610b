"""People, training providers, and who is what at which provider."""

import uuid
from collections.abc import Iterable

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import ResolverMatch, reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

LANGUAGES = [("cy", _("Welsh")), ("en", _("English"))]


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: object) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save()
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """A person. What they may do follows from memberships and allocations, never from the account."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField(_("email"), unique=True)
    name = models.CharField(_("name"), max_length=200)
    # Empty until they were asked; then letters and pages come in it.
    language = models.CharField(_("language"), max_length=2, choices=LANGUAGES, blank=True, default="")
    # The kinds of notices that send no email.
    muted = models.JSONField(default=list, blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="email_belongs_to_one_person")]

    def __str__(self) -> str:
        return self.name

    def natural_key(self) -> tuple[str]:
        return (self.email,)


class Provider(models.Model):
    """A training provider."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name_cy = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.name_cy

    @property
    def name(self) -> str:
        """In the language of the page; a provider has both."""
        return self.name_cy if get_language() == "cy" else self.name_en


class Role(models.TextChoices):
    MANAGER = "manager", _("manager")
    ASSESSOR = "assessor", _("assessor")
    IQA = "iqa", _("internal quality assurer")
    EQA = "eqa", _("external quality assurer")
    LEARNER = "learner", _("learner")


class DatedQuerySet(models.QuerySet):
    """Rows with from_at and to_at."""

    def current(self, at=None):
        at = at or timezone.now()
        return self.filter(Q(to_at__isnull=True) | Q(to_at__gt=at), from_at__lte=at)


class Membership(models.Model):
    """Who is what at a provider, since when, until when."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    provider = models.ForeignKey(Provider, models.PROTECT, related_name="memberships")
    user = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role.choices)
    from_at = models.DateTimeField(default=timezone.now)
    to_at = models.DateTimeField(null=True, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "user", "role"],
                condition=Q(to_at__isnull=True),
                name="membership_is_open_once",
            ),
            models.CheckConstraint(
                condition=Q(to_at__isnull=True) | Q(to_at__gte=F("from_at")),
                name="membership_ends_after_it_began",
            ),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="membership_role_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.user} ({self.role})"

    @property
    def may_be_qualified(self) -> bool:
        """Whether this role makes decisions that ask for a qualification."""
        return self.role in {Role.ASSESSOR, Role.IQA}


class Competence(models.Model):
    """That a person is qualified as assessor or internal quality assurer, or works in Welsh; since when.

    Whoever assesses or quality-assures without a qualification for the standard needs a countersignature.
    """

    KINDS = [
        ("assessor", _("qualified assessor")),
        ("iqa", _("qualified internal quality assurer")),
        ("welsh", _("able to read evidence in Welsh")),
    ]

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(User, models.PROTECT, related_name="competences")
    provider = models.ForeignKey(Provider, models.PROTECT, related_name="competences")
    kind = models.CharField(max_length=10, choices=KINDS)
    # A standard in all its editions; empty for every standard.
    urn = models.CharField(max_length=40, blank=True, default="")
    qualification = models.CharField(_("qualification"), max_length=200, blank=True, default="")
    from_at = models.DateTimeField(default=timezone.now)
    to_at = models.DateTimeField(null=True, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(to_at__isnull=True) | Q(to_at__gte=F("from_at")),
                name="competence_ends_after_it_began",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["assessor", "iqa", "welsh"]), name="competence_kind_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(kind="welsh") | Q(urn=""), name="language_is_of_no_single_standard"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.kind} {self.urn}".strip()

    @property
    def qualifies(self) -> bool:
        """Whether decisions count because of it."""
        return self.kind != "welsh"


class Invitation(models.Model):
    """A manager's letter to somebody; accepting it makes the account and the membership."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    provider = models.ForeignKey(Provider, models.PROTECT, related_name="invitations")
    email = models.EmailField(_("email"))
    name = models.CharField(_("name"), max_length=200)
    role = models.CharField(_("role"), max_length=10, choices=Role.choices)
    # Empty when the manager does not know it: the letter is then bilingual.
    language = models.CharField(_("language"), max_length=2, choices=LANGUAGES, blank=True, default="")
    # SHA-256 of the token in the letter.
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    invited_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True, accepted_by__isnull=True)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False),
                name="accepted_invitation_says_by_whom",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True) | Q(withdrawn_at__isnull=True),
                name="accepted_invitation_is_not_withdrawn",
            ),
            models.UniqueConstraint(
                "provider",
                Lower("email"),
                "role",
                condition=Q(accepted_at__isnull=True, withdrawn_at__isnull=True),
                name="invitation_is_open_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} ({self.role})"

    @property
    def has_expired(self) -> bool:
        return self.expires_at <= timezone.now()


class NoticeKind(models.TextChoices):
    """What people are told of: each says what has happened, which is still true when nothing is to be done any more."""

    EVIDENCE_WAITS = "evidence_waits", _("Evidence was submitted")
    EVIDENCE_JUDGED = "evidence_judged", _("Evidence came back with decisions")
    RECORD_WAITS = "record_waits", _("An assessor recorded something about your work")
    RECORD_ANSWERED = "record_answered", _("A learner replied to an assessor’s record")
    TESTIMONY_GIVEN = "testimony_given", _("A witness sent a testimony about your work")
    COUNTERSIGN = "countersign", _("Decisions were made that need a countersignature")
    COUNTERSIGNED = "countersigned", _("Decisions were countersigned")
    COMPETENT = "competent", _("You were declared competent")
    ACKNOWLEDGED = "acknowledged", _("A standard was acknowledged")
    RELEASED = "released", _("A standard was released for claiming")
    WITHDRAWN = "withdrawn", _("The sign-off of a standard was withdrawn")
    SAMPLE_RETURNED = "sample_returned", _("A sample of decisions came back with an action")
    SAMPLE_ANSWERED = "sample_answered", _("A sample that was returned was answered")
    SAMPLE_CLOSED = "sample_closed", _("A sample of decisions was closed")
    ALLOCATED = "allocated", _("You were allocated to a learner")
    PLAN_PROPOSED = "plan_proposed", _("An assessment plan was proposed")
    PLAN_AGREED = "plan_agreed", _("An assessment plan was agreed")
    VISIT_DUE = "visit_due", _("A visit is due soon")
    APPEAL_WAITS = "appeal_waits", _("An appeal was put to you")
    APPEAL_ANSWERED = "appeal_answered", _("Your appeal was answered")
    APPEAL_ENDED = "appeal_ended", _("Your appeal was ended by a manager")
    APPEAL_UPHELD = "appeal_upheld", _("An appeal was upheld: an assessor decides again")
    MOVED = "moved", _("A standard was moved to its later edition")
    READING_OPENED = "reading_opened", _("You can read a programme as its external quality assurer")

    @classmethod
    def reaching(cls, roles: Iterable[str]) -> list["NoticeKind"]:
        """The kinds that somebody with these roles can be told of; all, for whoever has none yet."""
        reached = {kind for role in roles for kind in REACHED[Role(role)]}
        return [kind for kind in cls if not reached or kind in reached]


# By the roles that parts in a portfolio and at a provider come with.
REACHED = {
    Role.LEARNER: {
        NoticeKind.EVIDENCE_JUDGED,
        NoticeKind.RECORD_WAITS,
        NoticeKind.TESTIMONY_GIVEN,
        NoticeKind.COMPETENT,
        NoticeKind.RELEASED,
        NoticeKind.WITHDRAWN,
        NoticeKind.PLAN_PROPOSED,
        NoticeKind.PLAN_AGREED,
        NoticeKind.VISIT_DUE,
        NoticeKind.APPEAL_ANSWERED,
        NoticeKind.APPEAL_ENDED,
        NoticeKind.MOVED,
    },
    Role.ASSESSOR: {
        NoticeKind.EVIDENCE_WAITS,
        NoticeKind.EVIDENCE_JUDGED,
        NoticeKind.RECORD_ANSWERED,
        NoticeKind.COUNTERSIGN,
        NoticeKind.COUNTERSIGNED,
        NoticeKind.RELEASED,
        NoticeKind.WITHDRAWN,
        NoticeKind.SAMPLE_RETURNED,
        NoticeKind.SAMPLE_CLOSED,
        NoticeKind.ALLOCATED,
        NoticeKind.PLAN_PROPOSED,
        NoticeKind.PLAN_AGREED,
        NoticeKind.VISIT_DUE,
        NoticeKind.APPEAL_WAITS,
        NoticeKind.APPEAL_UPHELD,
        NoticeKind.MOVED,
    },
    Role.IQA: {
        NoticeKind.COUNTERSIGN,
        NoticeKind.ACKNOWLEDGED,
        NoticeKind.SAMPLE_ANSWERED,
        NoticeKind.ALLOCATED,
        NoticeKind.APPEAL_WAITS,
        NoticeKind.APPEAL_UPHELD,
    },
    Role.EQA: {NoticeKind.READING_OPENED},
    Role.MANAGER: {NoticeKind.APPEAL_WAITS},
}


class Notice(models.Model):
    """Something that a person should know, with the place it leads to."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=20, choices=NoticeKind.choices)
    # Whose portfolio it is about, where it is about one.
    learner = models.ForeignKey(User, models.CASCADE, related_name="+", null=True, blank=True)
    # What it is about (a title, a number), as written, and its language where it has one.
    about = models.CharField(max_length=300, blank=True, default="")
    about_language = models.CharField(max_length=2, choices=LANGUAGES, blank=True, default="")
    # Which round of a piece, where it is about one.
    round = models.PositiveIntegerField(null=True, blank=True)
    # Where it leads: the name of an address and its arguments.
    route = models.CharField(max_length=60)
    arguments = models.JSONField(default=list)
    created_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)
    # When a letter told of it, or found that it need not.
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=NoticeKind.values), name="notice_kind_is_known")
        ]
        indexes = [models.Index(fields=["user"], condition=Q(read_at=None), name="notices_unread")]

    def __str__(self) -> str:
        return f"{self.user}: {self.kind}"

    @property
    def said(self) -> str | Promise:
        """Not `get_kind_display`, which translates all kinds to tell one of them."""
        return NoticeKind(self.kind).label

    @property
    def whose(self) -> str:
        """The name of the learner it is about; nothing on a learner's own notices."""
        return self.learner.name if self.learner and self.learner_id != self.user_id else ""

    @property
    def address(self) -> str:
        """The page it leads to, in the language of the page."""
        return reverse(self.route, args=self.arguments)

    def leads_to(self, place: ResolverMatch | None) -> bool:
        """Whether that is the address that a request was for."""
        if place is None:
            return False
        arguments = [str(value) for value in place.kwargs.values()]
        return (self.route, self.arguments) == (place.view_name, arguments)
