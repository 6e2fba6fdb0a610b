"""What narrows the list of standards."""

from collections.abc import Iterator
from functools import lru_cache
from html import escape

from django import forms
from django.db.models import QuerySet
from django.forms.utils import flatatt
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from standards.models import Kind, StandardQuerySet, Suite
from standards.search import Found, words_of
from standards.sorting import sort_key

# Once for each of hundreds of names.
_place = lru_cache(maxsize=4096)(sort_key)


class LongSelect(forms.Select):
    """Hundreds of options: as a template they cost more than the rest of the page."""

    def render(self, name, value, attrs=None, renderer=None):
        options = "\n".join(
            f'<option value="{escape(key)}"{" selected" * (key == value)}>{escape(str(label))}</option>'
            for key, label in self.choices
        )
        attributes = flatatt(self.build_attrs(self.attrs, attrs))
        # Each option was escaped as it was written; doing that through Django takes three times as long.
        return format_html('<select name="{}"{}>{}</select>', name, attributes, mark_safe(options))  # noqa: S308


def _named(suites: QuerySet[Suite], language: str) -> Iterator[tuple[str, str]]:
    """(name, slug) of each; where it has no name in that language, the other one and a note."""
    if language == "cy":
        other, note = "en", _("%(name)s (no Welsh text)")
    else:
        other, note = "cy", _("%(name)s (no English text)")
    for slug, name, other_name in suites.values_list("slug", f"name_{language}", f"name_{other}"):
        yield name or note % {"name": other_name}, slug


class StandardFilter(forms.Form):
    """Text in either language, suite, kind of criterion."""

    q = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=200,
        help_text=_("URN, title, keyword or words of a criterion, in Welsh or English"),
        widget=forms.TextInput({"type": "search"}),
    )
    suite = forms.ChoiceField(label=_("Suite"), required=False, widget=LongSelect)
    kind = forms.ChoiceField(
        label=_("Found in"),
        required=False,
        choices=[
            ("", _("Everything")),
            (Kind.PERFORMANCE, _("Performance criteria")),
            (Kind.KNOWLEDGE, _("Knowledge and understanding")),
        ],
    )

    def __init__(self, *args, suites: QuerySet[Suite], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        language = get_language()
        named = sorted(_named(suites, language), key=lambda suite: _place(suite[0], language))
        self.fields["suite"].choices = [("", _("All")), *((slug, name) for name, slug in named)]

    def narrow(self, standards: StandardQuerySet) -> Found | QuerySet:
        """The ids of those that pass, the best first; a filter that makes no sense lets all pass."""
        language = get_language()
        if not self.is_valid():
            return standards.in_order(language).values_list("pk", flat=True)
        query, suite, kind = (self.cleaned_data[name] for name in ("q", "suite", "kind"))
        if suite:
            standards = standards.filter(suites__slug=suite)

        def ids(found: StandardQuerySet) -> QuerySet:
            best_first = found.order_by("rank", f"sort_key_{language}", "urn", "edition")
            return best_first.values_list("pk", flat=True)

        found = ids(standards.matching(query, kind))
        return Found(ids(standards.named(query)), found) if words_of(query) and not kind else found
