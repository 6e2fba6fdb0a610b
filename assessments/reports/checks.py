"""What must be so before a report can be printed."""

from importlib.metadata import version

from django.core.checks import CheckMessage, Error, register

WRITTEN_FOR = "70.0"


@register
def weasyprint_is_the_version_that_is_corrected(app_configs: object, **kwargs: object) -> list[CheckMessage]:
    """Four modules replace private parts of it: with any other version reports may be silently wrong."""
    if (installed := version("weasyprint")) == WRITTEN_FOR:
        return []
    return [
        Error(
            f"WeasyPrint {installed} is installed, but assessments/reports/ is written for {WRITTEN_FOR}.",
            hint="Install the pinned version, or go through tagging, elements, memory, rules and their tests again.",
            id="assessments.E001",
        )
    ]
