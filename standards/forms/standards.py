"""What narrows the list of standards."""

from collections.abc import Iterable

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from standards.models import Kind, StandardQuerySet, Suite


class LongSelect(forms.Select):
    """Hundreds of options: as a template they cost more than the rest of the page."""

    def render(self, name, value, attrs=None, renderer=None):
        options = format_html_join(
            "\n",
            '<option value="{}"{}>{}</option>',
            ((key, " selected" if key == value else "", label) for key, label in self.choices),
        )
        return format_html(
            '<select name="{}"{}>{}</select>', name, flatatt(self.build_attrs(self.attrs, attrs)), options
        )


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

    def __init__(self, *args, suites: Iterable[Suite], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        named = sorted((suite.name_in(get_language()), suite.slug) for suite in suites)
        self.fields["suite"].choices = [("", _("All")), *((slug, name) for name, slug in named)]

    def narrow(self, standards: StandardQuerySet) -> StandardQuerySet:
        """Those that pass, the best first; a filter that makes no sense lets all pass."""
        language = get_language()
        if not self.is_valid():
            return standards.in_order(language)
        query, suite, kind = (self.cleaned_data[name] for name in ("q", "suite", "kind"))
        if suite:
            standards = standards.filter(suites__slug=suite)
        return standards.matching(query, kind).order_by("rank", f"sort_key_{language}", "urn", "edition")
