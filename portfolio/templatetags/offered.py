"""Whether a standard is offered, on pages of the standards."""

from django import template
from django.db.models import Count, OuterRef, Subquery

from accounts.access import managed_by
from accounts.models import User
from portfolio.models import EnrolledStandard, Programme
from standards.models import Standard

register = template.Library()


@register.inclusion_tag("portfolio/_not_offered.html")
def not_offered(user: User, standard: Standard) -> dict:
    """For managers: which of their providers have this standard in no programme, so that nobody can be enrolled."""
    return {"providers": managed_by(user).exclude(programmes__standards=standard)}


@register.inclusion_tag("portfolio/_still_there.html")
def still_there(user: User, standard: Standard) -> dict:
    """For managers: where an edition that has a later one is still learnt from and offered."""
    providers = managed_by(user)
    enrolled = EnrolledStandard.objects.open().filter(standard=standard)
    learners = enrolled.filter(enrolment__programme__provider=OuterRef("pk")).order_by()
    counted = learners.values("enrolment__programme__provider").annotate(number=Count("pk")).values("number")
    return {
        "providers": providers.annotate(learners=Subquery(counted)).filter(learners__gt=0),
        "programmes": Programme.objects.filter(provider__in=providers, standards=standard).order_by("pk"),
    }
