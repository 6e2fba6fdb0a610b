"""Template tags and filters for every page."""

import re

from django import template
from django.utils.translation import get_language

register = template.Library()


@register.simple_tag(takes_context=True)
def other_language_url(context: template.Context) -> str:
    """The address of this page in the other language, query kept; on error pages too."""
    here = get_language()
    there = "en" if here == "cy" else "cy"
    request = context.get("request")
    return re.sub(f"^/{here}/", f"/{there}/", request.get_full_path()) if request else f"/{there}/"
