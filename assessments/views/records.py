"""The assessor's own records, and what the learner says of them."""

import uuid
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from accounts.forms import bound
from accounts.refusals import Invalid, NotYours
from assessments import access
from assessments.desk import as_submitted
from assessments.forms_plans import RECORD_FORMS, ReplyForm
from assessments.services import records as services
from portfolio.access import enrolment_for
from portfolio.models import EvidenceKind
from portfolio.parts import parts_in
from portfolio.services import evidence as evidence_services
from portfolio.workflow import check_allowed


@never_cache
def record_new(request: HttpRequest, uid: UUID, kind: str) -> HttpResponse:
    """An observation, a discussion, or questions with answers: kept as evidence, mapped next."""
    enrolment = enrolment_for(request.user, uid)
    if kind not in RECORD_FORMS:
        raise Http404
    if "assessor" not in parts_in(request.user, enrolment):
        raise NotYours(_("These records are the assessor's. Nothing was changed."))
    check_allowed(enrolment, "write")
    form, submitted = bound(RECORD_FORMS[kind], request, initial={"language": get_language()})
    if submitted and form.is_valid():
        asked = ("title", "happened_on", "place", "shows_others", "language")
        about = {name: form.cleaned_data[name] for name in asked}
        kept = evidence_services.keep(
            by=request.user, enrolment=enrolment, uid=uuid.uuid4(), kind=kind, text=form.text(), **about
        )
        messages.success(request, _("The record is kept. Next, map it to the criteria that it shows."))
        return redirect("evidence_mapping", kept.uid)
    context = {"form": form, "enrolment": enrolment, "kind": EvidenceKind(kind), "kinds": list(RECORD_FORMS)}
    return render(request, "assessments/record_new.html", context, status=422 if form.errors else 200)


@never_cache
def record_reply(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The learner confirms what their assessor recorded, or says what was different."""
    submission = access.submission_for(request.user, uid)
    services.check_may_reply(by=request.user, submission=submission)
    form, submitted = bound(ReplyForm, request, initial={"language": get_language()})
    if submitted and form.is_valid():
        try:
            services.reply_to_record(by=request.user, submission=submission, **form.cleaned_data)
        except Invalid as refusal:
            form.add_error("comment", str(refusal))
        else:
            messages.success(request, _("What you said is kept with the record."))
            return redirect("evidence", submission.evidence.uid)
    context = {"form": form, "submission": submission, "piece": as_submitted(submission)}
    return render(request, "assessments/record_reply.html", context, status=422 if form.errors else 200)
