"""An assessor's own phrases for feedback."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.forms import bound
from assessments import access
from assessments.forms import PhraseForm
from assessments.services import drafts as services


def phrases(request: HttpRequest) -> HttpResponse:
    """Those that were kept, in each language, and a form for another."""
    form, submitted = bound(PhraseForm, request, initial={"language": get_language()})
    if submitted and form.is_valid():
        services.keep_phrase(by=request.user, **form.cleaned_data)
        messages.success(request, _("The phrase is kept. You find it beside your feedback."))
        return redirect("phrases")
    context = {"form": form, "phrases": access.phrases_of(request.user)}
    return render(request, "assessments/phrases.html", context, status=422 if form.errors else 200)


@require_POST
def phrase_remove(request: HttpRequest, uid: UUID) -> HttpResponse:
    services.remove_phrase(phrase=access.phrase_for(request.user, uid))
    messages.success(request, _("The phrase is gone."))
    return redirect("phrases")
