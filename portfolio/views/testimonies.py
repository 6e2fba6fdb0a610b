"""Witnesses: the learner's list of them, and the pages behind the link in a witness's letter."""

from collections.abc import Callable
from functools import wraps
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.forms import bound, saves_itself
from accounts.letters import Unsent
from accounts.refusals import Invalid, Refusal
from portfolio import access
from portfolio.forms.testimonies import AboutForm, AccountForm, CodeForm, WitnessForm
from portfolio.models import Testimony
from portfolio.parts import parts_in
from portfolio.services import testimonies as services
from portfolio.views import autosave

# Who also reads how to reach a witness, as the form promises them: those who assess, and who assure the quality of it.
MAY_REACH = {"assessor", "countersigner", "iqa"}


@require_safe
def witnesses(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Who testifies in this portfolio, and who has been asked."""
    enrolment = access.enrolment_for(request.user, uid)
    own = enrolment.learner_id == request.user.pk
    context = {
        "enrolment": enrolment,
        "own": own,
        "witnesses": access.witnesses_of(request.user, enrolment),
        "may_reach": bool(parts_in(request.user, enrolment) & MAY_REACH),
        "testimonies": access.testimonies_of(enrolment) if own else (),
    }
    return render(request, "portfolio/witnesses.html", context)


def witness_ask(request: HttpRequest, uid: UUID) -> HttpResponse:
    enrolment = access.enrolment_for(request.user, uid)
    services.check_may_ask(by=request.user, enrolment=enrolment)
    form, submitted = bound(WitnessForm, request)
    if submitted and form.is_valid():
        try:
            services.ask(by=request.user, enrolment=enrolment, origin=settings.ADDRESS, **form.cleaned_data)
        except Invalid as refusal:
            form.add_error("email", str(refusal))
        except Unsent as refusal:
            messages.warning(request, str(refusal))
            return redirect("witnesses", uid)
        else:
            messages.success(request, _("The letter is on its way."))
            return redirect("witnesses", uid)
    context = {"form": form, "enrolment": enrolment}
    return render(request, "portfolio/witness_ask.html", context, status=422 if form.errors else 200)


@require_POST
def testimony_resend(request: HttpRequest, uid: UUID) -> HttpResponse:
    found = access.testimony_for(request.user, uid)
    services.resend(by=request.user, testimony=found, origin=settings.ADDRESS)
    messages.success(request, _("A new letter was sent. The earlier link no longer works."))
    return redirect("witnesses", found.enrolment.uid)


@require_POST
def testimony_withdraw(request: HttpRequest, uid: UUID) -> HttpResponse:
    found = access.testimony_for(request.user, uid)
    services.withdraw(by=request.user, testimony=found)
    messages.success(request, _("The request was withdrawn. Its link no longer works."))
    return redirect("witnesses", found.enrolment.uid)


@login_not_required
@never_cache
def testimony(request: HttpRequest, token: str) -> HttpResponse:
    """What the link in the letter opens. It asks for the code, because machines that read letters open links too."""
    found = access.testimony_by(token)
    form, submitted = bound(CodeForm, request)
    if submitted and form.is_valid():
        if services.is_right_code(token=token, code=form.cleaned_data["code"]):
            request.session[_key(found)] = access.token_hash(token)
            return redirect("testimony_account", token)
        form.add_error("code", _("This is not the code of the letter. Look at the latest letter you got."))
    context = {"form": form, "testimony": found}
    return render(request, "portfolio/testimony.html", context, status=422 if form.errors else 200)


def _key(found: Testimony) -> str:
    return f"testimony-{found.uid}"


class NoCode(Refusal):
    """The code of the letter was not entered in this browser."""

    status = 403
    title = gettext_lazy("Enter the code first")
    default = gettext_lazy("Open the link in your letter again and enter its code.")


def _with_code(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Only in a browser in which the code was entered, and only until the testimony is sent."""

    @login_not_required
    @never_cache
    @wraps(view)
    def checked(request: HttpRequest, token: str) -> HttpResponse:
        found = access.testimony_by(token)
        if request.session.get(_key(found)) != found.token_hash:
            raise NoCode()
        if found.given_at:
            return redirect("testimony", token)
        return view(request, token, found)

    return checked


@_with_code
def testimony_account(request: HttpRequest, token: str, found: Testimony) -> HttpResponse:
    """First in their own words: what they saw, when and where."""
    form, submitted = bound(AccountForm, request, initial={"language": get_language()} | found.draft)
    complete = submitted and form.is_valid()
    if submitted and saves_itself(request):
        # Whatever is right so far; the button says what is not.
        services.write(token=token, **form.cleaned_data)
        return autosave.noted()
    if complete:
        services.write(token=token, **form.cleaned_data)
        return redirect("testimony_about", token)
    context = {"form": form, "testimony": found}
    return render(request, "portfolio/testimony_account.html", context, status=422 if form.errors else 200)


@_with_code
def testimony_about(request: HttpRequest, token: str, found: Testimony) -> HttpResponse:
    """Then who they are; the criteria are there as a guide. Sending ends it."""
    if not AccountForm(found.draft).is_valid():
        return redirect("testimony_account", token)
    form, submitted = bound(AboutForm, request, initial={"witness_name": found.name})
    if submitted and form.is_valid():
        services.give(token=token, **form.about)
        return redirect("testimony", token)
    context = {
        "form": form,
        "testimony": found,
        "token": token,
        "standards": access.standards_of(found.enrolment),
    }
    return render(request, "portfolio/testimony_about.html", context, status=422 if form.errors else 200)
