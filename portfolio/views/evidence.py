"""A piece of evidence: keep it, finish it, submit it."""

from collections.abc import Iterable
from functools import partial
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.forms import bound, saves_itself
from accounts.refusals import Invalid, Stale
from portfolio import access, rounds
from portfolio.forms.evidence import (
    YES_NO,
    EvidenceForm,
    KeepForm,
)
from portfolio.models import Evidence
from portfolio.services import evidence as services
from portfolio.views import autosave

# Questions that are not answered until somebody says yes or no.
YES_OR_NO = ("shows_others", "witness_expert")


def step_after(missing: dict) -> str:
    """The page on which to go on with a piece from which this is missing."""
    if missing.keys() - {"mappings"}:
        return "evidence_edit"
    return "evidence_mapping" if missing else "evidence_submit"


def goes_back(request: HttpRequest, evidence: Evidence) -> bool:
    """Whether an author opens a page for work on a piece that waits for the assessor by now; it is shown instead."""
    own = evidence.started_by_id == request.user.pk
    return own and request.method == "GET" and evidence.state == "submitted"


@never_cache
def evidence_new(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Keep first, finish later. An assessor's own piece is an observation record."""
    enrolment = access.enrolment_for(request.user, uid)
    services.check_may_start(by=request.user, enrolment=enrolment)
    own = enrolment.learner_id == request.user.pk
    piece = _piece(request.GET.get("piece"))
    begun = access.pieces_in(request.user, enrolment).filter(started_by=request.user)
    if request.method == "GET" and begun.filter(uid=piece).exists():
        # It was begun here, and a file that arrived has brought it into being.
        return redirect("evidence_edit", piece)
    start = {"uid": piece, "title": "" if own else _("Observation record")}
    form, submitted = bound(KeepForm, request, initial=start)
    if submitted and form.is_valid():
        try:
            evidence = services.keep(
                by=request.user,
                enrolment=enrolment,
                files=form.received,
                language=get_language(),
                kind="" if own else "observation",
                **form.fields_of_evidence,
            )
            if saves_itself(request):
                return autosave.saved(evidence)
        except Stale as refusal:
            if saves_itself(request):
                return autosave.overtaken()
            form.add_error(None, str(refusal))
            if form.received:
                kept = begun.get(uid=form.cleaned_data["uid"])
                services.add_files(by=request.user, evidence=kept, files=form.received)
        except Invalid as refusal:
            if saves_itself(request):
                return autosave.not_saved()
            form.add_error("files", [str(reason) for reason in form.refusals or [refusal]])
        else:
            messages.success(request, _("Kept. You can finish it now, or later from “To finish”."))
            _say(request, form.refusals)
            return redirect("evidence_edit", evidence.uid)
    piece = _piece(form["uid"].value())
    arrived = begun.filter(uid=piece).first()
    context = {
        "form": form,
        "enrolment": enrolment,
        "own": own,
        "piece": piece,
        "files": access.files_of(arrived).prefetch_related("previews") if arrived else (),
        "uploads": access.uploads_for(request.user, piece),
    }
    return render(request, "portfolio/evidence_new.html", context, status=422 if form.errors else 200)


def _piece(uid: object) -> UUID:
    """The piece that a page was opened for, or a new one."""
    try:
        return UUID(str(uid))
    except ValueError:
        return uuid4()


def _say(request: HttpRequest, refusals: list[Invalid]) -> None:
    """Name each file that was not kept, and why."""
    for refusal in refusals:
        messages.warning(request, str(refusal))


@never_cache
def evidence_edit(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Title, kind, date, place, text, files: whatever is known so far."""
    evidence = access.evidence_for(request.user, uid)
    if request.method == "GET" and services.is_by_witness(evidence):
        return redirect("evidence_mapping", uid)
    if goes_back(request, evidence):
        return redirect("evidence", uid)
    services.check_may_edit(by=request.user, evidence=evidence)
    own = evidence.enrolment.learner_id == request.user.pk
    form, submitted = bound(EvidenceForm, request, initial=_as_saved(evidence), own=own)
    if not submitted:
        return _edit_page(request, evidence, form)
    if saves_itself(request):
        return _save_in_passing(request, evidence, form)
    if not form.is_valid():
        return _not_saved(request, evidence, form)
    save = partial(
        services.save,
        by=request.user,
        files=form.received,
        remove=form.cleaned_data["remove"],
        **form.fields_of_evidence,
    )
    try:
        evidence = save(evidence=evidence, version=form.cleaned_data["version"])
    except Stale:
        evidence.refresh_from_db()
        if meanwhile := _saved_otherwise(evidence, form):
            return _not_saved(request, evidence, form, meanwhile=meanwhile)
        # The words are saved already; what came with them may not be.
        evidence = save(evidence=evidence, version=evidence.version)
    return _saved(request, evidence, form)


def _save_in_passing(request: HttpRequest, evidence: Evidence, form: EvidenceForm) -> HttpResponse:
    """Save whatever is right so far; the button says what is not."""
    form.is_valid()
    if "version" not in form.cleaned_data:
        return autosave.not_saved()
    try:
        evidence = services.save(
            by=request.user,
            evidence=evidence,
            version=form.cleaned_data["version"],
            **form.fields_of_evidence,
        )
    except Stale:
        evidence.refresh_from_db()
        if _saved_otherwise(evidence, form):
            return autosave.overtaken()
    return autosave.saved(evidence)


def _as_saved(evidence: Evidence) -> dict:
    saved = {name: getattr(evidence, name) for name in (*services.FIELDS, "version")}
    return saved | {name: _yes_no(saved[name]) for name in YES_OR_NO}


def _yes_no(value: bool | None) -> str:
    return {True: "yes", False: "no"}.get(value, "")


def _saved(request: HttpRequest, evidence: Evidence, form: EvidenceForm) -> HttpResponse:
    """Say what was done, and go on to the next step; but first look at the files where they have changed."""
    messages.success(request, _("Saved."))
    _say(request, form.refusals)
    stay = form.cleaned_data["remove"] or form.refusals or form.received
    return redirect(
        "evidence_edit" if stay else step_after(rounds.missing_from(evidence)),
        evidence.uid,
    )


def _saved_otherwise(evidence: Evidence, form: EvidenceForm) -> list[tuple[str, str, str]]:
    """Where what is saved now differs from what was typed: the label, what is saved, and its language."""
    return [
        (form[name].label, _shown(evidence, name), evidence.language)
        for name, typed in form.fields_of_evidence.items()
        if typed != getattr(evidence, name)
    ]


def _shown(evidence: Evidence, name: str) -> str:
    value = getattr(evidence, name)
    if name in ("happened_on", "link_seen_on"):
        return date_format(value) if value else ""
    if name in YES_OR_NO:
        return str(dict(YES_NO).get(_yes_no(value), ""))
    return str(getattr(evidence, f"get_{name}_display", lambda: value)())


def _not_saved(
    request: HttpRequest, evidence: Evidence, form: EvidenceForm, *, meanwhile: list | None = None
) -> HttpResponse:
    """The form again as it was typed. Its files are kept: nobody can choose them again but by hand."""
    up_to_date = meanwhile or form.cleaned_data.get("version") == evidence.version
    if form.received:
        evidence = services.add_files(by=request.user, evidence=evidence, files=form.received)
    if up_to_date:
        data = form.data.copy()
        data["version"] = evidence.version
        form.data = data
    for reason in form.refusals:
        form.add_error("files", str(reason))
    return _edit_page(request, evidence, form, meanwhile=meanwhile, status=409 if meanwhile else 422)


def _edit_page(
    request: HttpRequest,
    evidence: Evidence,
    form: EvidenceForm,
    *,
    meanwhile: list | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "form": form,
        "evidence": evidence,
        "files": access.files_of(evidence).prefetch_related("previews"),
        "infected": access.infected_files_of(evidence),
        "uploads": access.uploads_for(request.user, evidence.uid),
        "places": _places(request, evidence),
        "missing": rounds.missing_from(evidence),
        "meanwhile": meanwhile,
    }
    return render(request, "portfolio/evidence_edit.html", context, status=status)


def _places(request: HttpRequest, evidence: Evidence) -> Iterable[tuple[str, str]]:
    """Where their earlier pieces happened, in which language that is written: people mostly work at one place."""
    own = access.pieces_in(request.user, evidence.enrolment).filter(started_by=request.user)
    return own.exclude(place="").order_by("place").values_list("place", "language").distinct()


@require_POST
def evidence_discard(request: HttpRequest, uid: UUID) -> HttpResponse:
    evidence = access.evidence_for(request.user, uid)
    services.discard(by=request.user, evidence=evidence)
    messages.success(request, _("The draft was thrown away."))
    return redirect("to_finish", evidence.enrolment.uid)
