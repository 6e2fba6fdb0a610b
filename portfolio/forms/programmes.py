"""What a manager enters about programmes, enrolments and allocations."""

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.forms import DayField, PastDayField
from accounts.models import LANGUAGES, Membership, User
from portfolio.models import Allocation, AllocationRole, Enrolment, Programme
from portfolio.parts import MEMBER_ROLE, people_who
from standards.models import Standard


class StandardsField(forms.ModelMultipleChoiceField):
    """Standards as checkboxes with number, edition and title in the page's language (or the one there is)."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, standard: Standard) -> str:
        return standard.named_in(get_language())


class ProgrammeForm(forms.Form):
    title_cy = forms.CharField(label=_("Title in Welsh"), max_length=300)
    title_en = forms.CharField(label=_("Title in English"), max_length=300)
    awarding_body = forms.CharField(label=_("Awarding body"), max_length=200)
    qualification_number = forms.CharField(label=_("Qualification number"), max_length=40, required=False)
    standards = StandardsField(label=_("Standards"), queryset=Standard.objects.none())

    def __init__(self, *args, offered: QuerySet[Standard], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["standards"].queryset = offered


class EnrolmentForm(forms.Form):
    """What is known of an enrolment besides its learner."""

    language = forms.ChoiceField(
        label=_("Language of assessment"), choices=LANGUAGES, widget=forms.RadioSelect
    )
    standards = StandardsField(label=_("Standards"), queryset=Standard.objects.none())
    registration_number = forms.CharField(label=_("Registration number"), max_length=60, required=False)
    registered_on = PastDayField(label=_("Registered on"), required=False)
    cohort = forms.CharField(label=_("Cohort"), max_length=100, required=False)
    started_on = DayField(label=_("Started on"), initial=timezone.localdate)

    def __init__(self, *args, programme: Programme, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["standards"].queryset = programme.standards.all()


class EnrolForm(EnrolmentForm):
    """A learner of the provider who is not on the programme yet."""

    field_order = ["learner"]

    learner = forms.ModelChoiceField(
        label=_("Learner"), queryset=User.objects.none(), empty_label=_("Choose a learner")
    )

    def __init__(self, *args, programme: Programme, **kwargs) -> None:
        super().__init__(*args, programme=programme, **kwargs)
        learners = people_who(programme.provider, "learner")
        self.fields["learner"].queryset = learners.exclude(enrolments__programme=programme)
        self.fields["standards"].initial = programme.standards.all()

    @property
    def has_nobody(self) -> bool:
        """Whether there is no learner to choose."""
        return not self.fields["learner"].queryset.exists()


class EnrolmentEditForm(EnrolmentForm):
    """Corrections; the standards offered are those that can still be added."""

    def __init__(self, *args, enrolment: Enrolment, **kwargs) -> None:
        super().__init__(*args, programme=enrolment.programme, **kwargs)
        field = self.fields["standards"]
        field.queryset = field.queryset.exclude(enrolled__enrolment=enrolment)
        field.label, field.required = _("Add standards"), False
        if not field.queryset.exists():
            del self.fields["standards"]


class AllocationForm(forms.Form):
    """Who, as what, in one choice: "assessor:<uid>"."""

    who = forms.ChoiceField(label=_("Allocate"))

    def __init__(self, *args, enrolment: Enrolment, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        provider = enrolment.programme.provider
        members = {role: list(people_who(provider, role)) for role in set(MEMBER_ROLE.values())}
        self.people = {
            f"{role}:{user.uid}": (role, user)
            for role in AllocationRole.values
            for user in members[MEMBER_ROLE[role]]
            if user.pk != enrolment.learner_id
        }
        groups = [
            (label, [(key, user.name) for key, (r, user) in self.people.items() if r == role])
            for role, label in AllocationRole.choices
        ]
        self.fields["who"].choices = [("", _("Choose somebody")), *groups]

    def chosen(self) -> tuple[str, User]:
        """The role and the person."""
        return self.people[self.cleaned_data["who"]]


class AllocationsField(forms.ModelMultipleChoiceField):
    """Allocations as checkboxes with learner and role."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, allocation: Allocation) -> str:
        return f"{allocation.enrolment.learner.name}: {allocation.get_role_display()}"


class HandOverForm(forms.Form):
    """Which learners somebody else takes over, and who."""

    allocations = AllocationsField(label=_("Learners"), queryset=Allocation.objects.none())
    to = forms.ModelChoiceField(
        label=_("Who takes over"), queryset=User.objects.none(), empty_label=_("Choose somebody")
    )

    def __init__(self, *args, membership: Membership, held: QuerySet[Allocation], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        others = people_who(membership.provider, membership.role).exclude(pk=membership.user_id)
        self.fields["allocations"].queryset = self.fields["allocations"].initial = held
        self.fields["to"].queryset = others
