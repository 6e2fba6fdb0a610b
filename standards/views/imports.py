"""Bringing documents into the standards: uploaded, looked at beside their source, corrected, confirmed."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Min
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.forms import bound, switching
from accounts.refusals import Invalid, Stale
from standards import access, services
from standards.forms.imports import DraftForm, UploadForm
from standards.models import ImportDraft, ImportState
from standards.nos.corrections import KINDS
from standards.nos.differences import compare
from standards.nos.document import Refused
from standards.nos.store import Outcome

PAGE = 25
OUTCOMES = {
    Outcome.NEW: _("The new standard is now there."),
    Outcome.EDITION: _("The new edition is now there, beside the editions known before."),
    Outcome.JOINED: _("The text was joined to the other language of this edition."),
    Outcome.REPLACED: _(
        "The official text has replaced the working translation, which is kept as a revision."
    ),
    Outcome.UNCHANGED: _("This edition had the same text already. Nothing was changed."),
}


@never_cache
def imports(request: HttpRequest) -> HttpResponse:
    """Documents on their way, and the form that takes more. htmx asks for the list until all are read."""
    drafts = access.import_drafts_of(request.user)
    form, submitted = bound(UploadForm, request)
    if submitted and form.is_valid():
        services.upload(by=request.user, **form.cleaned_data)
        return redirect("imports")
    # All that were uploaded together are told of until the last of them is read.
    reading = drafts.filter(state=ImportState.WAITING).aggregate(since=Min("created_at"), number=Count("pk"))
    waiting = reading["number"]
    total = drafts.filter(created_at__gte=reading["since"]).count() if waiting else 0
    page = Paginator(drafts, PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "total": total, "waiting": waiting, "done": total - waiting}
    template = "standards/imports_part.html" if request.htmx else "standards/imports.html"
    return render(request, template, context, status=422 if form.errors else 200)


@never_cache
def import_draft(request: HttpRequest, uid: UUID) -> HttpResponse:
    """One document beside its source. Whatever button is pressed, what was typed is saved first."""
    draft = access.import_draft_for(request.user, uid)
    if request.method != "POST":
        return _page(request, draft)
    try:
        return _act(request, draft)
    except Stale:
        return _stale(request, draft)


def _act(request: HttpRequest, draft: ImportDraft) -> HttpResponse:
    act, *which = request.POST.get("do", "save").split()
    if act == "restart":
        services.restart(by=request.user, draft=draft, version=_version(request))
        messages.success(request, _("All corrections were undone."))
        return redirect("import_draft", draft.uid)
    form = _typed(request, draft)
    if not form.is_valid():
        return _page(request, draft, form, status=422)
    draft = services.correct(
        by=request.user,
        draft=draft,
        version=_version(request),
        head=form.head.cleaned_data,
        said=form.said(),
        joined=_joined(form, which) if act == "join" else None,
        by_position=which[0] if act == "number" and which[0] in KINDS else "",
    )
    if switching(request):
        return redirect("import_draft", draft.uid)
    if act == "confirm":
        return _confirm(request, draft)
    messages.success(request, _("Your corrections are saved. The standards are unchanged until you confirm."))
    if act == "next" and (following := _following(request, draft)):
        return redirect("import_draft", following)
    return redirect(reverse("import_draft", args=[draft.uid]) + _corrected(form, act, which))


def _typed(request: HttpRequest, draft: ImportDraft) -> DraftForm:
    """What was typed, on the draft as the page showed it."""
    if draft.state != ImportState.READ or _version(request) != draft.version:
        raise Stale()
    return DraftForm(draft, request.POST)


def _version(request: HttpRequest) -> int:
    version = request.POST.get("version", "")
    if not version.isdecimal():
        raise Invalid()
    return int(version)


def _joined(form: DraftForm, which: list[str]) -> tuple[str, int]:
    """The item that a button named: "join knowledge 3"."""
    match which:
        case [kind, place] if kind in KINDS and place.isdecimal() and int(place) < len(form.items[kind]):
            return kind, int(place)
    raise Invalid()


def _corrected(form: DraftForm, act: str, which: list[str]) -> str:
    """The anchor of the first item that was joined, split or moved: long documents open there again."""
    if act == "join":
        kind, place = _joined(form, which)
        return f"#{kind}-{max(place - 1, 0)}"
    places = (
        f"#{kind}-{place}" for kind in KINDS for place, item in enumerate(form.items[kind]) if item.moves
    )
    return next(places, "")


def _confirm(request: HttpRequest, draft: ImportDraft) -> HttpResponse:
    try:
        draft, outcome = services.confirm(by=request.user, draft=draft)
    except (Refused, Invalid) as refusal:
        form = DraftForm(draft)
        comparison = compare(form.document, draft.edition) if isinstance(refusal, Refused) else None
        return _page(request, draft, form, refusal=str(refusal), comparison=comparison, status=422)
    messages.success(request, f"{draft.standard.urn}: {OUTCOMES[outcome]}")
    if following := _following(request, draft):
        return redirect("import_draft", following)
    return redirect("standard", draft.standard.urn, draft.standard.edition)


def _following(request: HttpRequest, draft: ImportDraft) -> UUID | None:
    """The next document that waits to be checked."""
    return access.others_to_check(request.user, draft).values_list("uid", flat=True).first()


def _stale(request: HttpRequest, draft: ImportDraft) -> HttpResponse:
    """The draft as it is now, with what was typed on the older page, so that nobody has to remember it."""
    draft.refresh_from_db()
    documents = [document for document in (draft.document, draft.understood) if document]
    known = {row["text"] for document in documents for kind in KINDS for row in document[kind]}
    known |= {document[name] for document in documents for name in ("urn", "title")} | {draft.edition, ""}
    written = {name: text for name, text in request.POST.items() if text not in known}
    typed = [
        t for name, t in written.items() if name in ("urn", "title", "edition") or name.endswith("-text")
    ]
    return _page(request, draft, is_stale=True, typed=typed, status=409)


def _page(
    request: HttpRequest, draft: ImportDraft, form: DraftForm | None = None, *, status: int = 200, **context
) -> HttpResponse:
    language = get_language()
    context = {"refusal": "", "comparison": None, "is_stale": False, "typed": [], "form": None} | context
    if draft.state == ImportState.READ:
        form = form or DraftForm(draft)
        context |= {"form": form, "rows": list(form.rows(language)), "remarks": form.remarks(language)}
    others = list(access.others_to_check(request.user, draft).values_list("uid", flat=True))
    context |= {"draft": draft, "problem": draft.refusals.get(language, ""), "others": others}
    response = render(request, "standards/import_draft.html", context, status=status)
    if request.htmx and draft.state != ImportState.WAITING:
        # The part that waited asked: now there is a whole page to show.
        response["HX-Refresh"] = "true"
    return response


@require_POST
def import_discard(request: HttpRequest, uid: UUID) -> HttpResponse:
    draft = access.import_draft_for(request.user, uid)
    services.discard(by=request.user, draft=draft)
    messages.success(request, _("The document was thrown away. The standards are unchanged."))
    following = _following(request, draft)
    return redirect("import_draft", following) if following else redirect("imports")
