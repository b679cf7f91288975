"""`make bench`: fill a new database, start gunicorn, measure, print tables and write var/bench.json.

Pages are measured twice: as readers get them, and with a cookie, which the page store does not answer.
"""

from __future__ import annotations

import argparse
import json
import os
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from benchmarks.database import own_database, prepare
from benchmarks.server import server
from kek import development

if TYPE_CHECKING:
    from benchmarks.report import Row
    from participation.models import Round

SIZES: Final = (1_000, 10_000, 100_000)
FULL_SIZE: Final = 1_000_000
ROUNDS: Final = 3  # Each page gets its seconds in parts, in turn with the others: a busy moment hits them all.
# A page that is made anew keeps a processor busy: with more at once, the time would be that of waiting in line.
CALLERS_OF_MADE: Final = 4
SUBMITTERS: Final = 50
COOKIE: Final = "Cookie: messung=1"


def main() -> None:
    """Run the benchmark."""
    sizes = (*SIZES, FULL_SIZE) if os.environ.get("FULL") == "1" else SIZES
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--seconds", type=float, default=3, help="how long each page is asked for")
    parser.add_argument("--callers", type=int, default=8, help="how many ask at once")
    parser.add_argument("--ideas", type=int, nargs="+", default=sizes, help="with how many ideas, one after the other")
    options = parser.parse_args()
    with own_database():
        prepare()
        result = run(sorted(options.ideas), seconds=options.seconds, callers=options.callers)
    path = development.VAR_DIR / "bench.json"
    path.write_text(json.dumps(result, indent=2) + "\n")
    print(f"\nWritten to {path.relative_to(development.BASE_DIR)}")


def run(sizes: list[int], *, seconds: float, callers: int) -> dict[str, Any]:
    """Measure everything, print it and return it."""
    from benchmarks import report
    from benchmarks.ideas import fill, round_of_ideas
    from benchmarks.submissions import submit

    rows: list[Row] = []
    with server() as port:
        asked = round_of_ideas()
        for size in sizes:
            print(f"{size:,} ideas …", flush=True)
            fill(asked, up_to=size)
            rows += measured(port, asked, size, seconds=seconds, callers=callers)
        print("Submissions …", flush=True)
        outcome = submit(port, asked, seconds=seconds * ROUNDS, callers=SUBMITTERS)
    promises = list(report.promises(rows, outcome))
    report.print_rows(rows)
    report.print_outcome(outcome, ideas=sizes[-1], callers=SUBMITTERS)
    report.print_promises(promises)
    submissions = {"per_second": outcome.per_second, "acknowledged": outcome.acknowledged}
    return {
        "pages": [asdict(row) for row in rows],
        "submissions": submissions,
        "promises": [asdict(promise) for promise in promises],
    }


def measured(port: int, asked: Round, ideas: int, *, seconds: float, callers: int) -> list[Row]:
    """Measure every page with the ideas that are there now."""
    from benchmarks import report
    from benchmarks.load import measure, warm_up
    from benchmarks.targets import targets

    pages = targets(asked)
    kept: dict[str, list[float]] = {page.name: [] for page in pages}
    made: dict[str, list[float]] = {page.name: [] for page in pages}
    for page in pages:
        warm_up(port, page.paths, callers=callers)
    for number in range(ROUNDS):
        print(f"  round {number + 1} of {ROUNDS}", flush=True)
        for page in pages:
            kept[page.name] += measure(port, page.paths, seconds=seconds / ROUNDS, callers=callers)
            made[page.name] += measure(port, page.paths, COOKIE, seconds=seconds / ROUNDS, callers=CALLERS_OF_MADE)
    return [
        report.Row(
            ideas=ideas,
            page=page.name,
            kept=report.speed(kept, page, callers=callers),
            made=report.speed(made, page, callers=CALLERS_OF_MADE),
            queries=queries(page.paths),
        )
        for page in pages
    ]


def queries(paths: tuple[str, ...]) -> int:
    """Return how many database queries a page takes, at the address that takes the most."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(SERVER_NAME="localhost", HTTP_COOKIE=COOKIE.partition(": ")[2])
    client.get(paths[0])
    most = 0
    for path in paths:
        with CaptureQueriesContext(connection) as captured:
            client.get(path)
        most = max(most, len(captured))
    return most


if __name__ == "__main__":
    main()
