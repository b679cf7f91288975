"""`make bench`: fill new databases, start a gunicorn for each, measure, print tables and write var/bench.json.

Pages are measured twice: as readers get them, and with a cookie, whose bearer the page store does not answer.
"""

from __future__ import annotations

import argparse
import json
import os
from collections import defaultdict
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Final

from benchmarks.database import copy, own_databases, prepare, work_in
from benchmarks.server import server
from kek import development

if TYPE_CHECKING:
    from benchmarks.submissions import Outcome
    from benchmarks.targets import Target
    from participation.models import Round

SIZES: Final = (1_000, 10_000, 100_000)
FULL_SIZE: Final = 1_000_000
ROUNDS: Final = 6  # Each page gets its seconds in parts.
# A page that is made anew keeps a processor busy: with more at once, the time would be that of waiting in line.
CALLERS_OF_MADE: Final = 4
SUBMITTERS: Final = 50
COOKIE: Final = "Cookie: messung=1"


@dataclass
class Site:
    """The portal with so many ideas: its server, its pages, and how long they took."""

    ideas: int
    database: str
    port: int
    asked: Round
    pages: list[Target]
    queries: dict[str, int]
    kept: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    made: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))


def main() -> None:
    """Run the benchmark."""
    sizes = (*SIZES, FULL_SIZE) if os.environ.get("FULL") == "1" else SIZES
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--seconds", type=float, default=3, help="how long each page is asked for")
    parser.add_argument("--callers", type=int, default=8, help="how many ask at once")
    parser.add_argument("--ideas", type=int, nargs="+", default=sizes, help="with how many ideas")
    options = parser.parse_args()
    with own_databases():
        prepare()
        with ExitStack() as running:
            sites = [open_site(ideas, running) for ideas in sorted(options.ideas)]
            measure_pages(sites, seconds=options.seconds, callers=options.callers)
            print("Submissions …", flush=True)
            outcome = submitted(sites[-1], seconds=options.seconds * ROUNDS)
    result = told(sites, outcome, callers=options.callers)
    path = development.VAR_DIR / "bench.json"
    path.write_text(json.dumps(result, indent=2) + "\n")
    print(f"\nWritten to {path.relative_to(development.BASE_DIR)}")


def open_site(ideas: int, running: ExitStack) -> Site:
    """Fill a copy of the database with so many ideas and start a server for it."""
    from benchmarks.ideas import fill, round_of_ideas
    from benchmarks.targets import targets

    print(f"{ideas:,} ideas …", flush=True)
    database = copy(size=ideas)
    asked = round_of_ideas()
    fill(asked, up_to=ideas)
    pages = targets(asked)
    counted = {page.name: queries(page.paths) for page in pages}
    return Site(ideas, database, running.enter_context(server(database)), asked, pages, counted)


def measure_pages(sites: list[Site], *, seconds: float, callers: int) -> None:
    """Ask for each page of each site, in turn: a busy moment of the machine hits them all."""
    from benchmarks.load import measure, warm_up

    print("Warming up …", flush=True)
    for site in sites:
        for page in site.pages:
            warm_up(site.port, page.paths, callers=callers)
    for number in range(ROUNDS):
        print(f"Round {number + 1} of {ROUNDS} …", flush=True)
        for pages in zip(*(site.pages for site in sites), strict=True):
            for site, page in zip(sites, pages, strict=True):
                paths, part = page.paths, seconds / ROUNDS
                site.kept[page.name] += measure(site.port, paths, seconds=part, callers=callers)
                site.made[page.name] += measure(site.port, paths, COOKIE, seconds=part, callers=CALLERS_OF_MADE)


def submitted(site: Site, *, seconds: float) -> Outcome:
    """Hand in ideas, and look what became of them."""
    from benchmarks.submissions import submit

    work_in(site.database)
    return submit(site.port, site.asked, seconds=seconds, callers=SUBMITTERS)


def told(sites: list[Site], outcome: Outcome, *, callers: int) -> dict[str, Any]:
    """Print the figures and return them."""
    from benchmarks import report

    rows = [
        report.Row(
            ideas=site.ideas,
            page=page.name,
            kept=report.speed(site.kept, page, callers=callers),
            made=report.speed(site.made, page, callers=CALLERS_OF_MADE),
            queries=site.queries[page.name],
        )
        for site in sites
        for page in site.pages
    ]
    promises = list(report.promises(rows, outcome))
    report.print_rows(rows)
    report.print_outcome(outcome, ideas=sites[-1].ideas, callers=SUBMITTERS)
    report.print_promises(promises)
    return {
        "pages": [asdict(row) for row in rows],
        "submissions": {"per_second": outcome.per_second, "acknowledged": outcome.acknowledged},
        "promises": [asdict(promise) for promise in promises],
    }


def queries(paths: tuple[str, ...]) -> int:
    """Return how many database queries a page takes, at the address that takes the most."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(SERVER_NAME="localhost", HTTP_COOKIE=COOKIE.partition(": ")[2])
    most = 0
    for path in paths:
        client.get(path)  # what a process keeps for all pages, such as the map
        with CaptureQueriesContext(connection) as captured:
            client.get(path)
        most = max(most, len(captured))
    return most


if __name__ == "__main__":
    main()
