"""The cast with everything that a page, a move or a guard can be about."""

from types import SimpleNamespace

import pytest
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str

from accounts.access import token_hash
from accounts.models import Competence, Invitation
from accounts.services import invite
from assessments.services.reports import ask_for_report
from assessments.services.reviews import countersign
from assessments.services.sign_offs import declare_competent
from tests import factories


@pytest.fixture
def cast(cast: SimpleNamespace) -> SimpleNamespace:
    _a_learner_further_on(cast)
    _letters(cast)
    cast.report = ask_for_report(by=cast.manager, enrolment=cast.enrolment, form="bilingual")
    return cast


def _letters(cast: SimpleNamespace) -> None:
    """What reaches people by e-mail, and what a manager notes about them."""
    invite(
        by=cast.manager,
        provider=cast.provider,
        email="newydd@example.com",
        name="Newydd",
        role="learner",
        language="cy",
        origin="http://testserver",
    )
    cast.invitation, cast.token = Invitation.objects.get(), "known"
    Invitation.objects.update(token_hash=token_hash(cast.token))
    cast.membership = cast.assessor.memberships.get()
    cast.competence = Competence.objects.get(user=cast.assessor)
    # Of somebody who does not sign in meanwhile, which would make the link useless.
    forgetful = cast.further_on.learner
    cast.reset_person = user_pk_to_url_str(forgetful)
    cast.reset_key = default_token_generator.make_token(forgetful)


def _a_learner_further_on(cast: SimpleNamespace) -> None:
    """Somebody whose first standard is signed off, with the countersignature of a trainee's decisions."""
    learner = factories.make_member(cast.provider, "learner", "Cynfyfyrwraig")
    cast.further_on = factories.make_enrolment(
        cast.programme,
        cast.manager,
        learner,
        assessor=cast.trainee,
        countersigner=cast.assessor,
        iqa=cast.iqa,
    )
    reviewed = factories.everything_met(cast.further_on, cast.trainee)
    [cast.countersignature] = countersign(by=cast.assessor, reviews=[reviewed])
    factories.enrolments.allocate(
        by=cast.manager, enrolment=cast.further_on, user=cast.assessor, role="assessor"
    )
    cast.competent = cast.further_on.enrolled_standards.get(standard=cast.standard)
    cast.sign_off = declare_competent(by=cast.assessor, enrolled_standard=cast.competent)
    cast.complete = cast.further_on.enrolled_standards.get(standard=cast.second)
