"""Sending what is finished for assessment: one piece, or many at once."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.views.decorators.cache import never_cache

from accounts.forms import bound
from accounts.refusals import Invalid, NotYours, Stale
from portfolio import access, rounds
from portfolio.forms.submitting import DeclarationForm, ManyForm, ObservationDeclarationForm
from portfolio.models import Enrolment, Evidence
from portfolio.parts import holders, parts_in
from portfolio.services import evidence as services
from portfolio.views.evidence import goes_back, step_after

# What is said after submitting, by whether there is somebody who assesses.
SUBMITTED = {
    True: gettext_lazy("Submitted for assessment. The assessor sees it as it stands now."),
    False: gettext_lazy(
        "Submitted for assessment. There is no assessor at present: it waits until the training provider allocates one."
    ),
}


@never_cache
def evidence_submit(request: HttpRequest, uid: UUID) -> HttpResponse:
    """What is still missing; then the declaration, and off it goes."""
    evidence = access.evidence_for(request.user, uid)
    if goes_back(request, evidence):
        return redirect("evidence", uid)
    own = evidence.started_by_id == evidence.enrolment.learner_id
    form_class = DeclarationForm if own else ObservationDeclarationForm
    form, submitted = bound(form_class, request, initial={"version": evidence.version})
    stale = False
    if submitted and form.is_valid():
        try:
            services.submit(by=request.user, evidence=evidence, language=get_language(), **form.cleaned_data)
        except Stale:
            stale = True
            evidence.refresh_from_db()
            form = form_class(initial={"version": evidence.version})
        except Invalid as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, SUBMITTED[holders(evidence.enrolment, "assessor").exists()])
            return redirect("evidence", uid)
    move = services.check_may_submit(by=request.user, evidence=evidence)
    missing = rounds.missing_from(evidence)
    context = {
        "form": form,
        "evidence": evidence,
        "own": own,
        "again": move == "resubmit",
        "stale": stale,
        "missing": [(step_after({name: todo}), todo) for name, todo in missing.items()],
        "asked_for": rounds.next_asks_for(evidence),
        "files": access.files_of(evidence).prefetch_related("previews"),
        "more": rounds.extras(evidence) | {"link_seen_on": evidence.link_seen_on},
        "other_language": "en" if evidence.language == "cy" else "cy",
    }
    status = 409 if stale else 422 if form.errors else 200
    return render(request, "portfolio/evidence_submit.html", context, status=status)


@never_cache
def submit_many(request: HttpRequest, uid: UUID) -> HttpResponse:
    """All of one's own finished drafts on one list, under one declaration; and what the others still want."""
    enrolment = access.enrolment_for(request.user, uid)
    if parts_in(request.user, enrolment).isdisjoint({"learner", "assessor"}):
        raise NotYours()
    ready, others = _drafts(request, enrolment)
    own = enrolment.learner_id == request.user.pk
    form, submitted = bound(ManyForm, request, pieces=ready, own=own)
    if submitted and form.is_valid():
        try:
            done = services.submit_many(
                by=request.user, pieces=form.chosen, declared=True, language=get_language()
            )
        except Stale as refusal:
            form.add_error(None, str(refusal))
        else:
            told = ngettext(
                "Submitted for assessment: %(count)s piece.",
                "Submitted for assessment: %(count)s pieces.",
                len(done),
            )
            messages.success(request, told % {"count": len(done)})
            return redirect("portfolio", uid)
    context = {"form": form, "enrolment": enrolment, "ready": ready, "others": others}
    return render(request, "portfolio/submit_many.html", context, status=422 if form.errors else 200)


def _drafts(request: HttpRequest, enrolment: Enrolment) -> tuple[list[Evidence], list[tuple[Evidence, list]]]:
    """Those that are complete, and those that are not with what they want."""
    ready, others = [], []
    for piece in access.own_open_evidence(request.user, enrolment).filter(state="draft"):
        missing = rounds.missing(
            piece, files=piece.file_count, arriving=piece.arriving, mappings=piece.mapping_count
        )
        if missing:
            others.append((piece, [(step_after({name: todo}), todo) for name, todo in missing.items()]))
        else:
            ready.append(piece)
    return ready, others
