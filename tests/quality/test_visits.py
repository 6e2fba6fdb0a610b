"""External quality assurers: what a visit opens, for how long, and that opening a file is noted."""

from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.refusals import Invalid, NotYours, WrongState
from assessments.services import sampling_plans
from ledger.models import Event
from portfolio.parts import examined_by, parts_in
from portfolio.services import visits
from portfolio.services.enrolments import move_enrolment
from portfolio.uploads.receive import receive
from tests import factories

pytestmark = pytest.mark.django_db


def sees(person, enrolment) -> bool:
    listed = examined_by(person).filter(pk=enrolment.pk).exists()
    assert listed == bool(parts_in(person, enrolment))
    return listed


@pytest.fixture
def another(cast):
    """An EQA of the provider whom nobody has invited to look at anything."""
    return factories.make_member(cast.provider, "eqa")


def test_a_visit_opens_the_portfolios_of_its_programme_only(cast, another):
    elsewhere = factories.make_programme(cast.provider, cast.manager, [cast.standard])
    factories.make_visit(elsewhere, cast.manager, another)
    assert sees(cast.eqa, cast.enrolment)
    assert not sees(another, cast.enrolment)


def test_a_visit_opens_the_portfolios_of_its_period_only(cast, another):
    today = timezone.localdate()
    visit = factories.make_visit(
        cast.programme,
        cast.manager,
        another,
        period_from=today - timedelta(days=60),
        period_to=today - timedelta(days=30),
    )
    cast.enrolment.started_on = today - timedelta(days=20)
    cast.enrolment.save()
    assert not sees(another, cast.enrolment)
    cast.enrolment.started_on = today - timedelta(days=30)
    cast.enrolment.save()
    assert sees(another, cast.enrolment)
    cast.enrolment.started_on = today - timedelta(days=300)
    cast.enrolment.save()
    move_enrolment(by=cast.manager, enrolment=cast.enrolment, move="withdraw")
    assert sees(another, cast.enrolment)
    type(cast.enrolment).objects.update(ended_on=visit.period_from - timedelta(days=1))
    cast.enrolment.refresh_from_db()
    assert not sees(another, cast.enrolment)


def test_a_visit_ends_by_itself(cast):
    with time_machine.travel(cast.visit.to_at - timedelta(minutes=1)):
        assert sees(cast.eqa, cast.enrolment)
    with time_machine.travel(cast.visit.to_at):
        assert not sees(cast.eqa, cast.enrolment)


def test_a_manager_ends_a_visit(cast):
    with pytest.raises(NotYours):
        visits.end_visit(by=cast.eqa, visit=cast.visit)
    visits.end_visit(by=cast.manager, visit=cast.visit)
    assert not sees(cast.eqa, cast.enrolment)
    with pytest.raises(WrongState):
        visits.end_visit(by=cast.manager, visit=cast.visit)


@pytest.mark.parametrize("person", ["iqa", "assessor", "eqa"])
def test_only_a_manager_invites_to_a_visit(cast, another, person):
    with pytest.raises(NotYours):
        factories.make_visit(cast.programme, getattr(cast, person), another)
    assert factories.make_visit(cast.programme, cast.manager, another)


def test_only_an_external_quality_assurer_is_invited_and_not_into_the_past(cast, another):
    with pytest.raises(Invalid):
        factories.make_visit(cast.programme, cast.manager, cast.iqa)
    today = timezone.localdate()
    with pytest.raises(Invalid):
        factories.make_visit(cast.programme, cast.manager, another, last_day=today - timedelta(days=1))
    with pytest.raises(Invalid):
        factories.make_visit(cast.programme, cast.manager, another, period_from=today, period_to=today.min)
    assert not sees(another, cast.enrolment)


@pytest.fixture
def file(cast):
    letter = receive(SimpleUploadedFile("llythyr.txt", b"Annwyl gwsmer"))
    piece = factories.make_evidence(cast.enrolment, [cast.standard.criteria.first()], files=[letter])
    factories.submit(piece)
    return piece.files.get()


def opened(file) -> int:
    return Event.objects.filter(kind="file.opened", subject=f"evidencefile:{file.uid}").count()


def test_opening_a_file_is_noted_once_in_a_session(cast, file, sign_in):
    first = sign_in(cast.eqa)
    for _ in range(2):
        assert b"".join(first.get(f"/files/{file.uid}/").streaming_content) == b"Annwyl gwsmer"
    assert opened(file) == 1
    b"".join(sign_in(cast.eqa).get(f"/files/{file.uid}/").streaming_content)
    assert opened(file) == 2


def test_only_an_external_quality_assurers_opening_is_noted(cast, file, sign_in):
    for person in (cast.learner, cast.assessor, cast.iqa, cast.manager):
        assert sign_in(person).get(f"/files/{file.uid}/").getvalue() == b"Annwyl gwsmer"
    assert opened(file) == 0


def test_after_the_end_of_a_visit_nothing_opens(cast, file, another, sign_in):
    client = sign_in(cast.eqa)
    assert client.get(f"/en/portfolios/{cast.enrolment.uid}/").status_code == 200
    plan = factories.make_plan(cast.programme, cast.iqa)
    [sample, *_others] = sampling_plans.propose(by=cast.iqa, plan=plan)
    quality = (f"/en/sampling-plans/{plan.uid}/", f"/en/samples/{sample.uid}/")
    assert [client.get(address).status_code for address in quality] == [200, 200]
    visits.end_visit(by=cast.manager, visit=cast.visit)
    for address in (f"/en/portfolios/{cast.enrolment.uid}/", f"/files/{file.uid}/", *quality):
        refused = client.get(address)
        assert (refused.status_code, "Your part in this has ended" in refused.text) == (403, True)
    assert client.get(f"/en/visits/{cast.visit.uid}/").status_code == 403
    never = sign_in(another)
    assert never.get(f"/en/portfolios/{cast.enrolment.uid}/").status_code == 404
    assert opened(file) == 0
