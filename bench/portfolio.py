"""Measures portfolios of full size, then uploads: `python -m bench.portfolio`; with `pages` the former alone.

Prints the table of docs/performance.md, with PostgreSQL and gunicorn on two cores: for 190 criteria, and for 400
criteria and 150 pieces with ten mappings each, how often a page asks the database, how long it takes, and how heavy
it is, compressed as a proxy does it.
"""

import gzip
import http.client
import os
import sys
from datetime import date
from pathlib import Path

from bench import uploads
from bench.served import inside, median_and_high, queries, server, signed_in

# Name of a portfolio: standards, criteria of each kind in one of them, pieces of evidence, mappings of a piece.
SIZES = {"190 criteria": (5, 19, 30, 10), "400 criteria, 150 pieces": (10, 20, 150, 10)}
PAGES = ("map", "gaps", "to_finish", "witnesses", "submit_many")


def main() -> None:
    from tests import postgres

    postgres.FAST += ["shared_buffers=256MB"]
    with postgres.server() as url:
        inside("bench.portfolio", "PostgreSQL", {"DATABASE_URL": url, "MEASURE": "yes"})
    if "pages" not in sys.argv:
        uploads.main()


def measure() -> None:
    """Fill the database of the environment, then measure."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    portfolios = {name: _fill(*size) for name, size in SIZES.items()}
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    print("| portfolio | page | queries | median | 95th percentile | compressed |\n|---|---|---|---|---|---|")
    with server() as port:
        for name, evidence in portfolios.items():
            cookie = signed_in(evidence.enrolment.learner)
            for page, path in _pages(evidence).items():
                median, high = median_and_high(port, path, cookie)
                weight = _weight(port, path, cookie) / 1000
                asked = queries(path, cookie)
                print(
                    f"| {name} | {page} | {asked} | {median:.0f} ms | {high:.0f} ms | {weight:.0f} kB |",
                    flush=True,
                )


def _pages(evidence) -> dict[str, str]:
    from django.urls import reverse
    from django.utils import translation

    with translation.override("cy"):
        paths = {page: reverse(page, args=[evidence.enrolment.uid]) for page in ("portfolio", *PAGES)}
        return paths | {"evidence_mapping": reverse("evidence_mapping", args=[evidence.uid])}


def _fill(standards: int, each: int, pieces: int, mapped: int):
    """A learner with half of the pieces judged; the last piece, which is a draft."""
    from portfolio.models import Evidence, Mapping
    from tests import factories

    provider = factories.make_provider()
    manager, learner, assessor = (
        factories.make_member(provider, role) for role in ("manager", "learner", "assessor")
    )
    made = [_standard(factories.make_standard(performance=each, knowledge=each)) for _ in range(standards)]
    programme = factories.make_programme(provider, manager, made)
    enrolment = factories.make_enrolment(programme, manager, learner, assessor=assessor)
    criteria = [criterion for standard in made for criterion in standard.criteria.all()]
    for number in range(1, pieces + 1):
        judged = number <= pieces // 2
        evidence = Evidence.objects.create(
            enrolment=enrolment,
            number=number,
            title=f"Darn o dystiolaeth rhif {number} o'r gweithle",
            kind="product",
            text="Ysgrifennais at y cwsmer ac esboniais beth aeth o'i le. " * 40,
            language="cy",
            happened_on=date(2026, 10, 1),
            place="Y siop",
            shows_others=False,
            started_by=learner,
            state="judged" if judged else "draft",
            submitted_at=enrolment.registered_on and learner.created_at if judged else None,
        )
        Mapping.objects.bulk_create(
            Mapping(
                evidence=evidence,
                criterion=criteria[(number * mapped + n * 7) % len(criteria)],
                locator=f"t. {n + 1}",
                added_by=learner,
                standing=("met", "more_needed", "not_accepted")[n % 3] if judged else "",
            )
            for n in range(mapped)
        )
    return evidence


def _standard(standard):
    """With texts as long as published ones are."""
    from standards.models import Criterion

    for criterion in standard.criteria.all():
        said = {
            "text_cy": f"{criterion.reference} gwirio bod eich cwsmeriaid yn fodlon ar yr hyn a wnaethoch, bob tro",
            "text_en": f"{criterion.reference} check that your customers are content with what you did, every time",
        }
        Criterion.objects.filter(pk=criterion.pk).update(**said)
    return standard


def _weight(port: int, path: str, cookie: str) -> int:
    """Of the page as a proxy sends it, in bytes, with the style sheets and scripts that it names (not the fonts)."""
    from django.conf import settings

    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", path, headers={"Cookie": f"sessionid={cookie}"})
    html = connection.getresponse().read()
    named = {part.split(b'"')[0].decode() for part in html.split(b'"/static/')[1:]}
    files = [Path(settings.STATIC_ROOT) / name for name in named if name.endswith((".css", ".js"))]
    return sum(len(gzip.compress(body, 6)) for body in (html, *(file.read_bytes() for file in files)))


if __name__ == "__main__":
    measure() if "MEASURE" in os.environ else main()
