"""Moving a learner to a later edition, and confirming there what was judged before."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.access import managed_provider_for
from accounts.forms import bound
from assessments import access
from assessments.forms_editions import ConfirmForm, MoveForm
from assessments.services import editions as services
from portfolio.access import enrolled_standard_for
from standards.editions import compare

PER_PAGE = 50


@never_cache
@require_safe
def superseded(request: HttpRequest, uid: UUID) -> HttpResponse:
    """A provider's learners who work towards an edition that was superseded."""
    provider = managed_provider_for(request.user, uid)
    page = Paginator(access.on_earlier_editions(provider), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "assessments/superseded.html", {"provider": provider, "page": page})


@never_cache
def standard_move(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The dry run: what becomes of each criterion. Once a person has looked at each doubtful pair, the move."""
    row = enrolled_standard_for(request.user, uid)
    target = services.may_try_move(by=request.user, enrolled_standard=row)
    pairs = compare(row.standard, target)
    form, submitted = bound(
        MoveForm, request, pairs=pairs, language=get_language(), initial={"to": str(target)}
    )
    if submitted and form.is_valid():
        chosen = {"to": form.cleaned_data["to"], "carried": form.carried}
        new = services.move(by=request.user, enrolled_standard=row, **chosen)
        messages.success(request, _("Moved. Earlier decisions wait there for the assessor to confirm them."))
        return redirect("enrolled_standard", new.uid)
    context = {
        "row": row,
        "target": target,
        "form": form,
        "obstacle": services.obstacle(row, target),
        "same": [pair for pair in pairs if pair.is_same],
        "gone": [pair.old for pair in pairs if pair.new is None],
        "added": [pair.new for pair in pairs if pair.old is None],
    }
    return render(request, "assessments/standard_move.html", context, status=422 if form.errors else 200)


@require_POST
def confirm(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Several earlier decisions in one act."""
    row = enrolled_standard_for(request.user, uid)
    form = ConfirmForm(request.POST)
    chosen = form.cleaned_data["mapping"] if form.is_valid() else []
    confirmed = services.confirm(by=request.user, enrolled_standard=row, mappings=chosen)
    messages.success(request, _("Decisions confirmed: %(n)s") % {"n": len(confirmed)})
    return redirect("enrolled_standard", uid)
