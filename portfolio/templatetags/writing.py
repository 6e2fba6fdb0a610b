"""What people wrote, as a page shows it: Markdown, without any HTML of theirs."""

from django import template
from django.utils.safestring import mark_safe
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore

register = template.Library()

# Headings of a text stand below those of the page.
LOWEST = 6
BELOW = 3


def _lower_headings(state: StateCore) -> None:
    for token in state.tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + BELOW, LOWEST)}"


def _mark_links(state: StateCore) -> None:
    """Whoever follows a link out of a portfolio tells nobody where it came from."""
    for token in state.tokens:
        for child in token.children or ():
            if child.type == "link_open":
                child.attrSet("rel", "noopener noreferrer nofollow")


# Tags are shown as they were typed, pictures are left out, and a link to `javascript:` stays plain text: all of that
# is what this parser does by itself or is told here.
_PARSER = MarkdownIt("commonmark", {"html": False, "breaks": True}).disable("image")
_PARSER.core.ruler.push("lower_headings", _lower_headings)
_PARSER.core.ruler.push("mark_links", _mark_links)


@register.filter
def written(text: str) -> str:
    """`{{ evidence.text|written }}`"""
    # Safe because the parser escapes every tag and attribute of the text itself (html=False); tests try to get past it.
    return mark_safe(_PARSER.render(text))  # noqa: S308
