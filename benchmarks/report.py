"""The figures of a run as tables, and whether they keep what was promised (issue 3, „Measured“)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import quantiles
from typing import Final

from benchmarks.submissions import Outcome
from benchmarks.targets import BARE, FILTERED, IDEA, LIST, ONE_QUERY, Target

SLOWEST_OF_FASTEST: Final = 1.5
LIST_OF_BARE: Final = 0.5
SUBMISSIONS_PER_SECOND: Final = 100


@dataclass(frozen=True)
class Speed:
    """How fast a page is, alone and beside the two that pages are compared with."""

    per_second: float
    p50_ms: float
    p95_ms: float
    of_bare: float
    of_one_query: float


@dataclass(frozen=True)
class Row:
    """A page with so many ideas: as readers get it (`kept` in memory where it may be), and made for this one request."""

    ideas: int
    page: str
    kept: Speed
    made: Speed
    queries: int


@dataclass(frozen=True)
class Promise:
    """What was promised, and what was measured."""

    text: str
    measured: str
    holds: bool


def speed(times: Mapping[str, Sequence[float]], page: Target, *, callers: int) -> Speed:
    """Return the figures of one page, given how long each answer of each page took."""

    def per_second(name: str) -> float:
        return len(times[name]) * callers / sum(times[name])

    cuts = quantiles(times[page.name], n=20, method="inclusive")
    own = per_second(page.name)
    return Speed(
        per_second=round(own, 1),
        p50_ms=round(cuts[9] * 1000, 2),
        p95_ms=round(cuts[18] * 1000, 2),
        of_bare=round(own / per_second(BARE.name), 3),
        of_one_query=round(own / per_second(ONE_QUERY.name), 3),
    )


def promises(rows: Sequence[Row], outcome: Outcome) -> Iterator[Promise]:
    """Yield what issue 3 promises; pages are held to it as they are made, without what the memory spares."""
    by_size = {(row.page, row.ideas): row for row in rows}
    sizes = sorted({row.ideas for row in rows})
    smallest, largest = sizes[0], sizes[-1]
    names = dict.fromkeys(row.page for row in rows)
    differing = [name for name in names if len({by_size[name, size].queries for size in sizes}) > 1]
    yield Promise("as many queries at every size", ", ".join(differing) or "all pages", not differing)
    for name in (LIST, FILTERED, IDEA):
        few, many = by_size[name, smallest].made.p95_ms, by_size[name, largest].made.p95_ms
        yield Promise(
            f"{name}: p95 with {largest:,} at most {SLOWEST_OF_FASTEST} × that with {smallest:,}",
            f"{many:.1f} ms, {many / few:.2f} ×",
            many <= SLOWEST_OF_FASTEST * few,
        )
    ratio = by_size[LIST, largest].kept.of_bare
    yield Promise(f"{LIST}: at least {LIST_OF_BARE} of the bare view", f"{ratio:.2f}", ratio >= LIST_OF_BARE)
    yield Promise(
        f"at least {SUBMISSIONS_PER_SECOND} submissions a second",
        f"{outcome.per_second:.0f}",
        outcome.per_second >= SUBMISSIONS_PER_SECOND,
    )
    measured = f"{outcome.acknowledged} acknowledged, {outcome.lost} lost, {outcome.doubled} doubled"
    if outcome.refused:
        measured += f", refused: {dict(outcome.refused)}"
    yield Promise("each acknowledged one stored exactly once", measured, outcome.is_exact)


def print_rows(rows: Sequence[Row]) -> None:
    """Print the pages, one table for each number of ideas."""
    for size in dict.fromkeys(row.ideas for row in rows):
        print(f"\n{f'{size:,} ideas':20}{'as readers get it':>36}   {'made for this request alone':>42}")
        print(
            f"{'':20}{'req/s':>8}{'p95 ms':>9}{'of bare':>9}{'of 1 q.':>10}   {'req/s':>8}{'p95 ms':>9}{'of bare':>9}{'of 1 q.':>9}{'queries':>9}"
        )
        for row in rows:
            if row.ideas == size:
                kept, made = row.kept, row.made
                print(
                    f"{row.page:20}{kept.per_second:8.0f}{kept.p95_ms:9.1f}{kept.of_bare:9.2f}{kept.of_one_query:10.2f}   "
                    f"{made.per_second:8.0f}{made.p95_ms:9.1f}{made.of_bare:9.2f}{made.of_one_query:9.2f}{row.queries:9}"
                )


def print_outcome(outcome: Outcome, *, ideas: int, callers: int) -> None:
    """Print how the submissions went."""
    p95 = quantiles(outcome.took, n=20, method="inclusive")[18] * 1000 if len(outcome.took) > 1 else 0
    print(
        f"\nSubmissions, {callers} at once, with {ideas:,} ideas: {outcome.per_second:.0f} a second, p95 {p95:.0f} ms"
    )


def print_promises(promises: Sequence[Promise]) -> None:
    """Print what was promised and what came of it."""
    print()
    for promise in promises:
        print(f"{'ok  ' if promise.holds else 'FAIL'}  {promise.text}: {promise.measured}")
