"""Dates and editions of documents, for templates."""

from django import template

from standards.printed import edition_name, in_edition, printed_date

register = template.Library()
register.filter(printed_date)
register.filter(edition_name)
register.filter(in_edition)
