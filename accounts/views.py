"""Pages about people, for the managers of a training provider; and the way in."""

from functools import wraps
from uuid import UUID

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.csrf import csrf_failure as no_token
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from accounts import access, services
from accounts import notices as telling
from accounts.forms import (
    AcceptForm,
    CompetenceForm,
    InviteForm,
    LettersForm,
    PeopleFilter,
    bound,
    must_ask,
    saves_itself,
    switching,
    typed,
)
from accounts.letters import Unsent
from accounts.middleware import remember
from accounts.models import Invitation
from accounts.refusals import Invalid, NotYours


def in_house_style(view):
    """allauth's view with our manners: 422 for errors, and a language switch that submits nothing."""

    @wraps(view)
    def answer(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        switched = switching(request)
        if switched:
            request.method = "GET"
        response = view(request, *args, **kwargs)
        form = (getattr(response, "context_data", None) or {}).get("form")
        if form and switched:
            typed(form, request)
        elif form and form.errors:
            response.status_code = 422
        return response

    return answer


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Refuses a form without the token of this session; one that saves itself gets the token of the new session."""
    if saves_itself(request):
        return JsonResponse({"token": get_token(request)}, status=403)
    return no_token(request, reason)


@login_not_required
@never_cache
@require_safe
def welcome(request: HttpRequest) -> HttpResponse:
    """Asks for the language, once."""
    own = request.user.language if request.user.is_authenticated else ""
    language = own or request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
    if language in dict(settings.LANGUAGES):
        return redirect(f"/{language}/")
    return render(request, "accounts/welcome.html")


@login_not_required
@never_cache
@sensitive_post_parameters("password")
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Where an invitation's letter leads."""
    found = access.invitation_by(token)
    if found.accepted_at:
        messages.info(request, _("This invitation has been accepted."))
        return redirect("home")
    account = access.account_of(found)
    if account and not request.user.is_authenticated:
        messages.info(request, _("You have an account already. Sign in to accept the invitation."))
        return redirect_to_login(request.path)
    if request.user.is_authenticated:
        return _accept_signed_in(request, found, token)
    return _accept_newcomer(request, found, token)


def _accept_signed_in(request: HttpRequest, found: Invitation, token: str) -> HttpResponse:
    if request.method == "POST" and not switching(request):
        services.accept(by=request.user, token=token)
        messages.success(request, _("You have accepted the invitation."))
        return redirect("home")
    theirs = request.user.email.lower() == found.email.lower()
    template = "accounts/invitation.html" if theirs else "accounts/invitation_of_another.html"
    return render(request, template, {"invitation": found})


def _accept_newcomer(request: HttpRequest, found: Invitation, token: str) -> HttpResponse:
    initial = {"name": found.name, "language": get_language()}
    form, submitted = bound(AcceptForm, request, email=found.email, initial=initial)
    if submitted and form.is_valid():
        user = services.accept(by=None, token=token, **form.cleaned_data)
        get_adapter().login(request, user)
        remember(request, user.language)
        return redirect(f"/{user.language}/")
    return _page(request, "accounts/invitation.html", form, invitation=found)


@require_safe
def providers(request: HttpRequest, to: str) -> HttpResponse:
    """Which of their training providers a manager means; most have one. `to` names the pages that each leads to."""
    managed = list(access.managed_by(request.user))
    if not managed:
        raise NotYours(_("This is for a manager of the training provider. Nothing was changed."))
    if len(managed) == 1:
        return redirect(to, managed[0].uid)
    return render(request, "accounts/providers.html", {"providers": managed, "to": to})


@require_safe
def people(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Who is what at a provider, and who has been invited."""
    provider = access.managed_provider_for(request.user, uid)
    form = PeopleFilter(request.GET)
    found = access.people_of(provider, **(form.cleaned_data if form.is_valid() else {}))
    context = {
        "provider": provider,
        "form": form,
        "page": Paginator(found, 50).get_page(request.GET.get("page")),
        "invitations": access.invitations_of(provider),
    }
    return render(request, "accounts/people.html", context)


def invite(request: HttpRequest, uid: UUID) -> HttpResponse:
    provider = access.managed_provider_for(request.user, uid)
    form, submitted = bound(InviteForm, request)
    if submitted and form.is_valid():
        try:
            services.invite(by=request.user, provider=provider, origin=_origin(request), **form.cleaned_data)
        except Invalid as refusal:
            form.add_error(None, str(refusal))
        except Unsent as refusal:
            messages.warning(request, str(refusal))
            return redirect("people", uid)
        else:
            messages.success(request, _("The invitation is on its way."))
            return redirect("people", uid)
    return _page(request, "accounts/invite.html", form, provider=provider)


@require_POST
def invitation_resend(request: HttpRequest, uid: UUID) -> HttpResponse:
    found = access.invitation_for(request.user, uid)
    services.resend(by=request.user, invitation=found, origin=_origin(request))
    messages.success(request, _("The invitation was sent again. The earlier link no longer works."))
    return redirect("people", found.provider.uid)


@require_POST
def invitation_withdraw(request: HttpRequest, uid: UUID) -> HttpResponse:
    found = access.invitation_for(request.user, uid)
    services.withdraw(by=request.user, invitation=found)
    messages.success(request, _("The invitation was withdrawn. Its link no longer works."))
    return redirect("people", found.provider.uid)


def membership(request: HttpRequest, uid: UUID) -> HttpResponse:
    """One person at a provider: role, dates, qualifications."""
    found = access.membership_for(request.user, uid)
    form, submitted = bound(CompetenceForm, request)
    if submitted and form.is_valid():
        services.record_competence(by=request.user, membership=found, **form.cleaned_data)
        messages.success(request, _("This was recorded."))
        return redirect("membership", uid)
    competences = access.competences_of(found)
    shown = {"competences": competences, "qualified": any(each.qualifies for each in competences)}
    return _page(request, "accounts/membership.html", form, membership=found, **shown)


@require_POST
def membership_end(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Asks first: whoever is to come back has to be invited anew."""
    found = access.membership_for(request.user, uid)
    services.check_may_end(found)
    if must_ask(request):
        return render(request, "accounts/membership_end.html", {"membership": found})
    services.end_membership(by=request.user, membership=found)
    messages.success(request, _("The role has ended. What they did here stays as it is."))
    still_theirs = access.managed_by(request.user).filter(pk=found.provider_id).exists()
    return redirect("people", found.provider.uid) if still_theirs else redirect("home")


@require_POST
def competence_end(request: HttpRequest, uid: UUID, competence: UUID) -> HttpResponse:
    found = access.membership_for(request.user, uid)
    services.end_competence(by=request.user, competence=access.competence_of(found, competence))
    messages.success(request, _("This has ended. What was decided with it stands."))
    return redirect("membership", uid)


@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """What one should know, newest first."""
    page = Paginator(access.notices_of(request.user), 30).get_page(request.GET.get("page"))
    return render(request, "accounts/notices.html", {"page": page})


@require_safe
def notice(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Leads to the place; to have been there is to have read it (see NoticesMiddleware)."""
    return redirect(access.notice_for(request.user, uid).address)


@require_POST
def notices_read(request: HttpRequest) -> HttpResponse:
    telling.read(by=request.user)
    return redirect("notices")


def notice_settings(request: HttpRequest) -> HttpResponse:
    """Which notices also come by email."""
    form, submitted = bound(LettersForm, request, user=request.user, roles=access.roles_of(request.user))
    if submitted and form.is_valid():
        telling.choose_letters(by=request.user, muted=form.muted)
        messages.success(request, _("Your choice of letters was saved."))
        return redirect("notices")
    return _page(request, "accounts/notice_settings.html", form)


def _page(request: HttpRequest, template: str, form, **context) -> HttpResponse:
    """A page with a form: 422 while the form has errors."""
    return render(request, template, {"form": form, **context}, status=422 if form.errors else 200)


def _origin(request: HttpRequest) -> str:
    return request.build_absolute_uri("/").rstrip("/")
