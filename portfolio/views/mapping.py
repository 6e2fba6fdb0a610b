"""Map one piece of evidence to the criteria it shows: all of a learner's standards on one screen."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from accounts.forms import saves_itself, switching
from accounts.refusals import Stale
from portfolio import access, progress, rounds
from portfolio.forms.evidence import MappingForm
from portfolio.models import EnrolledStandard, Evidence, Mapping
from portfolio.progress import CriterionState
from portfolio.services import evidence as services
from portfolio.views import autosave
from portfolio.views.evidence import goes_back, step_after
from standards.models import Criterion


@dataclass
class Row:
    """One criterion on the screen."""

    criterion: Criterion
    # Its number, for the names of fields: as text, which no page writes with a separator of thousands.
    key: str
    state: CriterionState
    mapping: Mapping | None
    chosen: bool
    where: str
    too_long: bool

    @property
    def fixed(self) -> bool:
        """A judgement rests on it: nothing un-judges silently."""
        return bool(self.mapping and self.mapping.stays)

    @property
    def group(self) -> tuple[str, str]:
        """The heading it stands under."""
        return (self.criterion.group_cy, self.criterion.group_en)

    @property
    def differs(self) -> bool:
        """What is saved is not what stands here."""
        saved = self.mapping and self.mapping.locator
        return not self.fixed and (saved if self.mapping else None) != (self.where if self.chosen else None)

    @property
    def other_text(self) -> str:
        """Its text in the other language, for the filter."""
        return self.criterion.text_en if get_language() == "cy" else self.criterion.text_cy


@never_cache
def evidence_mapping(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Tick, say where to look, save: many criteria of many standards at once."""
    evidence = access.evidence_for(request.user, uid)
    if goes_back(request, evidence):
        return redirect("evidence", uid)
    services.check_may_change(by=request.user, evidence=evidence)
    standards = list(access.standards_of(evidence.enrolment))
    criteria = [criterion for row in standards for criterion in row.standard.criteria.all()]
    form = MappingForm(request.POST if request.method == "POST" else None, criteria=[c.pk for c in criteria])
    stale = False
    if request.method == "POST" and not switching(request) and form.is_valid():
        try:
            return _saved(request, services.map_criteria(by=request.user, evidence=evidence, **form.wanted))
        except Stale:
            stale = True
            evidence.refresh_from_db()
    rows = _rows(request, evidence, criteria, form)
    # The same again, such as by a second press of the button, is no conflict.
    if stale and not any(row.differs for row in rows.values()):
        return _saved(request, evidence)
    if saves_itself(request):
        return autosave.overtaken() if stale else autosave.not_saved()
    files = access.files_of(evidence).prefetch_related("previews")
    context = {
        "evidence": evidence,
        "form": form,
        "stale": stale,
        "version": evidence.version if stale else form.data.get("version", evidence.version),
        "standards": [_part(standard, rows) for standard in standards],
        "chosen": sum(row.chosen for row in rows.values()),
        "files": files,
        "has_recording": any(file.group in ("audio", "video") for file in files),
    }
    status = 409 if stale else 422 if form.errors else 200
    return render(request, "portfolio/evidence_mapping.html", context, status=status)


def _rows(
    request: HttpRequest, evidence: Evidence, criteria: list[Criterion], form: MappingForm
) -> dict[int, Row]:
    """Each criterion with how far the whole portfolio is with it, and what this piece does for it."""
    everything = access.mappings_among(access.columns_of(request.user, evidence.enrolment))
    states = progress.states(criteria, everything)
    mapped = {m.criterion_id: m for m in everything if m.evidence_id == evidence.pk}
    return {c.pk: _row(c, states[c.pk], mapped.get(c.pk), form) for c in criteria}


def _saved(request: HttpRequest, evidence: Evidence) -> HttpResponse:
    if saves_itself(request):
        return autosave.saved(evidence)
    messages.success(request, _("Saved."))
    return redirect(step_after(rounds.missing_from(evidence)), evidence.uid)


def _row(criterion: Criterion, state: CriterionState, mapping: Mapping | None, form: MappingForm) -> Row:
    """As it was typed; else as it is saved."""
    fixed = mapping and mapping.stays
    typed = form.is_bound and not fixed
    return Row(
        criterion=criterion,
        key=str(criterion.pk),
        state=state,
        mapping=mapping,
        chosen=form.ticked(criterion.pk) if typed else mapping is not None,
        where=form.where(criterion.pk) if typed else mapping.locator if mapping else "",
        too_long=criterion.pk in form.too_long,
    )


def _part(enrolled: EnrolledStandard, rows: dict[int, Row]) -> dict:
    """A standard with its rows."""
    return {"standard": enrolled.standard, "rows": [rows[c.pk] for c in enrolled.standard.criteria.all()]}
