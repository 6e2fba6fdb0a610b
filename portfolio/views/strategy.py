"""A manager's pages about the rules of the assessment strategy."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.forms import bound, switching
from accounts.refusals import Invalid
from portfolio import access
from portfolio.forms.strategy import RuleForm
from portfolio.models import TighterRule
from portfolio.services import strategy as services
from portfolio.strategy import ADVICE, base, rule_added, rule_of_kind, rules_of
from standards.models import Criterion, Kind, Standard


@require_safe
def strategy(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The rules for each standard of a programme, in plain words."""
    found = access.programme_for(request.user, uid)
    standards = list(found.standards.prefetch_related("criteria__standard"))
    rule_of = rules_of(found.provider_id, [standard.pk for standard in standards])
    rows = [(standard, [_kind(standard, kind, rule_of) for kind in Kind]) for standard in standards]
    return render(request, "portfolio/strategy.html", {"programme": found, "standards": rows})


def _kind(standard: Standard, kind: Kind, rule_of) -> dict:
    """The rule for most criteria of a kind, and those criteria that have one of their own."""
    criteria = [c for c in standard.criteria.all() if c.kind == kind]
    of_kind = rule_of(Criterion(standard=standard, kind=kind))
    return {
        "kind": kind,
        "rule": of_kind,
        "advice": ADVICE[kind],
        "criteria": criteria,
        "own": [(c, rule_of(c)) for c in criteria if rule_of(c) != of_kind],
    }


def strategy_rule(request: HttpRequest, uid: UUID, urn: str, edition: str, subject: str) -> HttpResponse:
    """Ask for more: for a kind of criteria ("performance") or one criterion ("P4") of a standard."""
    found = access.programme_for(request.user, uid)
    standard = get_object_or_404(found.standards, urn=urn, edition=edition)
    criterion = None if subject in Kind.values else _criterion(standard, subject)
    kind = criterion.kind if criterion else subject
    added = rule_added(found.provider, standard, kind, criterion)
    above = rule_of_kind(found.provider, standard, kind) if criterion else base(urn, kind)
    initial = {"pieces": above.pieces, "simulation": above.simulation}
    if added:
        initial = {name: getattr(added, name) for name in ("pieces", "methods", "simulation")}
    if added and "take-back" in request.POST and not switching(request):
        services.take_back(by=request.user, rule=added)
        messages.success(request, _("The rule was taken back. What it held back counts again."))
        return redirect("strategy", uid)
    form, submitted = bound(RuleForm, request, initial=initial, simulation=above.simulation)
    context = {"programme": found, "standard": standard, "kind": Kind(kind), "criterion": criterion}
    context |= {"form": form, "above": above, "advice": ADVICE[kind], "added": added}
    if submitted and form.is_valid():
        place = {"provider": found.provider, "standard": standard, "kind": kind, "criterion": criterion}
        rule = TighterRule(**place, **({"simulation": False} | form.cleaned_data))
        try:
            learners, criteria = services.touched(by=request.user, rule=rule)
            if criteria and "confirmed" not in request.POST:
                counted = context | {"learners": learners, "criteria": criteria}
                return render(request, "portfolio/strategy_confirm.html", counted)
            services.tighten(by=request.user, rule=rule)
        except Invalid as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The rule holds from now on, in every programme with this standard."))
            return redirect("strategy", uid)
    return render(request, "portfolio/strategy_rule.html", context, status=422 if form.errors else 200)


def _criterion(standard: Standard, reference: str) -> Criterion:
    for criterion in standard.criteria.all():
        if criterion.reference == reference:
            return criterion
    raise Http404
