"""Deciding again on a round that was judged."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from accounts.forms import bound
from accounts.refusals import Invalid
from assessments import access
from assessments.desk import as_submitted, told, wants_reason_for
from assessments.forms_appeals import SupersedeForm
from assessments.services import supersede as services


@never_cache
def review_supersede(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The evidence and what was decided on it; each decision once more, with the reason."""
    found = access.review_for(request.user, uid)
    submission = access.submission_for(request.user, found.submission.uid)
    services.check_may_supersede(by=request.user, review=found, evidence=submission.evidence)
    earlier = told(access.reviews_of(submission).get(pk=found.pk))
    piece = as_submitted(submission)
    wanted = wants_reason_for((line.judgement.criterion for line in earlier.lines), submission, piece)
    initial = {"language": get_language()}
    form, submitted = bound(SupersedeForm, request, told=earlier, wants_reason=wanted, initial=initial)
    if submitted and form.is_valid():
        try:
            services.supersede(by=request.user, review=found, **form.said)
        except Invalid as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The new decisions are recorded. The earlier ones stay to be read."))
            return redirect("round", submission.uid)
    context = {"form": form, "submission": submission, "piece": piece}
    return render(request, "assessments/review_supersede.html", context, status=422 if form.errors else 200)
