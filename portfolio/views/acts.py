"""What is done with a submitted piece apart from judging it: seen at the workplace, withdrawn for privacy."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.forms import bound
from portfolio import access
from portfolio.forms.acts import SeenForm, WithdrawalForm
from portfolio.services import privacy, seen


def evidence_seen(request: HttpRequest, uid: UUID) -> HttpResponse:
    """An assessor or a quality assurer says when they saw what stays at the workplace."""
    evidence = access.evidence_for(request.user, uid)
    seen.check_may_record(by=request.user, evidence=evidence)
    form, submitted = bound(SeenForm, request, initial={"seen_on": timezone.localdate()})
    if submitted and form.is_valid():
        seen.record_seeing(by=request.user, evidence=evidence, **form.cleaned_data)
        messages.success(request, _("It is recorded that you saw it."))
        return redirect("evidence", uid)
    context = {"form": form, "evidence": evidence}
    return render(request, "portfolio/evidence_seen.html", context, status=422 if form.errors else 200)


def evidence_withdraw(request: HttpRequest, uid: UUID) -> HttpResponse:
    """A manager destroys what a submitted piece holds, for somebody's privacy."""
    evidence = access.evidence_for(request.user, uid)
    privacy.check_may_withdraw(by=request.user, evidence=evidence)
    form, submitted = bound(WithdrawalForm, request)
    if submitted and form.is_valid():
        privacy.withdraw_content(
            by=request.user,
            evidence=evidence,
            reason=form.cleaned_data["reason"],
            language=get_language(),
        )
        messages.success(request, _("The content was destroyed. Its hashes, the reason and the date remain."))
        return redirect("evidence", uid)
    context = {"form": form, "evidence": evidence}
    return render(request, "portfolio/evidence_withdraw.html", context, status=422 if form.errors else 200)
