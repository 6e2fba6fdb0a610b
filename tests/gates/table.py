"""Reads the table of accesses and sends its requests."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from operator import attrgetter

from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.gates.access_table import PEOPLE, TABLE

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
NOT_ALLOWED = "405"
SAME = "same"
SHOWN = ("200", "403", "404", "409", "422")
# Only views of uploads take these.
RARE = ("PUT", "PATCH", "DELETE")


@dataclass
class Row:
    """One address, and for each method what each person gets."""

    name: str
    arguments: dict[str, str]
    answers: dict[str, dict[str, str]] = field(default_factory=dict)

    def url(self, cast) -> str:
        """Its address in the active language."""
        arguments = {name: attrgetter(path)(cast) for name, path in self.arguments.items()}
        return reverse(self.name, kwargs=arguments)

    def allowed(self, method: str, person: str, role: str = "") -> set[str]:
        """The answers that are right; `role` is what an outsider is at the other provider."""
        if method in self.answers:
            answer = self.answers[method][person]
            return self.allowed(method, role) if answer == SAME else {answer}
        # Somebody who is not signed in may be told so first.
        return {NOT_ALLOWED, "in"} if person == "nobody" and method not in RARE else {NOT_ALLOWED}

    def methods(self, person: str) -> list[str]:
        """What to try as this person: what the address does not take, it refuses before its view knows who asks."""
        return [m for m in METHODS if m in self.answers or person == PEOPLE[1]]

    def visits(self, language: str) -> Iterator[tuple[str, str, str]]:
        """(method, person, status): one of each page this address can show; if possible, somebody else in English."""
        for method, answers in self.answers.items():
            shown = [(status, person) for person, status in answers.items() if status in SHOWN]
            # Of several with one key, the last counts.
            seen = dict(reversed(shown) if language == "cy" else shown)
            yield from ((method, person, status) for status, person in sorted(seen.items()))


def read(text: str) -> dict[str, Row]:
    """The rows by their first lines; an address may have several, for things in different states."""
    rows: dict[str, Row] = {}
    row = None
    for line in filter(None, (line.split("#")[0].rstrip() for line in text.splitlines())):
        words = line.split()
        if not line.startswith(" "):
            row = rows[line] = Row(words[0], dict(word.split("=", 1) for word in words[1:]))
            continue
        method, *answers = words
        if len(answers) == 1:
            answers *= len(PEOPLE)
        if row is None or method not in METHODS or len(answers) != len(PEOPLE):
            raise ValueError(f"cannot read: {line}")
        row.answers[method] = dict(zip(PEOPLE, answers, strict=True))
    return rows


ROWS = read(TABLE)


def addresses(patterns=None, prefix: str = "") -> Iterator[tuple[str | None, str]]:
    """(name, route) of every address of the site."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern):
            yield pattern.name, route


def people(cast, name: str) -> list:
    """The persons behind a column; None is somebody who is not signed in."""
    if name == "nobody":
        return [None]
    return list(cast.outsiders) if name == "outsiders" else [getattr(cast, name)]


def everybody(cast) -> Iterator[tuple[str, object]]:
    """(column, person) of the whole table."""
    return ((name, person) for name in PEOPLE for person in people(cast, name))


def role_of(person) -> str:
    return person.memberships.get().role if person else ""


def send(client: Client, method: str, url: str) -> HttpResponse:
    response = client.generic(method, url, content_type="application/x-www-form-urlencoded")
    if response.streaming:
        # To the end, so that its file is closed.
        response.getvalue()
    return response


def told(response: HttpResponse) -> str:
    """The answer in the words of the table."""
    if response.status_code == 302 and response["Location"].startswith(f"{reverse('account_login')}?next="):
        return "in"
    return str(response.status_code)
