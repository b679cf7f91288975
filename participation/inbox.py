"""What waits for the moderation: new ideas, new comments and open reports as one queue, the oldest first.

Three streams, each in the order of its own index, are merged: so the first pages cost the same, however much waits.
"""

from __future__ import annotations

import datetime
import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from django.contrib.postgres.search import SearchQuery
from django.core.paginator import Page, Paginator
from django.db import models
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from district.addresses import key_of
from district.counting import Counted
from district.models import FieldOfAction, Municipality

from .models import Comment, Idea, Report, Round
from .models.ideas import REFERENCE

PER_PAGE: Final = 25


class Kind(models.TextChoices):
    IDEA = "idea", _("Ideen")
    COMMENT = "comment", _("Kommentare")
    REPORT = "report", _("Meldungen")


# Of two that came at the same moment, the idea stands before the comment, and that before the report.
RANK: Final = {kind: rank for rank, kind in enumerate(Kind)}


@dataclass(frozen=True)
class Criteria:
    """What somebody wants to see of the queue; everything, unless told otherwise."""

    kind: str = ""
    round: Round | None = None
    field_of_action: FieldOfAction | None = None
    municipality: Municipality | None = None
    source: str = ""
    has_links: bool = False
    words: str = ""


@dataclass(frozen=True, order=True)
class Place:
    """Where something stands in the queue."""

    since: datetime.datetime
    rank: int
    key: int

    @property
    def kind(self) -> Kind:
        """What it is."""
        return list(Kind)[self.rank]

    @classmethod
    def of(cls, thing: Idea | Comment | Report) -> Place:
        """Return where it stands, or stood before somebody dealt with it."""
        match thing:
            case Idea():
                return cls(thing.submitted_at, RANK[Kind.IDEA], thing.pk)
            case Comment():
                return cls(thing.submitted_at, RANK[Kind.COMMENT], thing.pk)
        return cls(thing.created_at, RANK[Kind.REPORT], thing.pk)


@dataclass(frozen=True)
class Entry:
    """One line of the queue; `idea` is what it is, or what it belongs to."""

    place: Place
    thing: Idea | Comment | Report
    idea: Idea

    @property
    def kind(self) -> Kind:
        """What it is."""
        return self.place.kind

    @property
    def text(self) -> str:
        """The words to look at: the idea, the comment, or why something was reported."""
        return self.thing.reason if isinstance(self.thing, Report) else self.thing.text

    @property
    def has_links(self) -> bool:
        """Whether the words to look at point elsewhere."""
        thing = (self.thing.comment or self.idea) if isinstance(self.thing, Report) else self.thing
        return bool(thing.has_links)

    @property
    def is_public(self) -> bool:
        """Whether readers see it already: it was published unseen, or is reported because they see it."""
        thing = (self.thing.comment or self.idea) if isinstance(self.thing, Report) else self.thing
        return thing.state == Comment.State.PUBLISHED if isinstance(thing, Comment) else bool(thing.is_public)

    def waiting_days(self, on: datetime.date) -> int:
        """How many days it has waited."""
        return max((on - timezone.localdate(self.place.since)).days, 0)


class Inbox:
    """The queue by criteria; concepts whose process is closed have none."""

    def __init__(self, criteria: Criteria | None = None) -> None:
        self.criteria = criteria or Criteria()

    @cached_property
    def counts(self) -> dict[Kind, int]:
        """How much of each kind waits; the chosen kind does not matter."""
        return {kind: rows.count() for kind, rows in self._streams.items()}

    @cached_property
    def figures(self) -> dict[Kind, Counted]:
        """The same for the start page, where „mehr als 10.000“ tells enough."""
        return {kind: Counted.of(rows) for kind, rows in self._streams.items()}

    @property
    def count(self) -> int:
        """How much waits of the kinds that were asked for."""
        return sum(self.counts[kind] for kind in self._kinds)

    def page(self, number: int | str | None) -> Page[Entry]:
        """Return one page; the first or the last where there is no such page."""
        return Paginator(self, PER_PAGE).get_page(number)  # type: ignore[arg-type]

    def after(self, place: Place | None = None) -> Entry | None:
        """Return what comes after a place, and after the last the first again; None where nothing else waits."""
        following = next(self._places(1, after=place), None) or next(self._places(2), None)
        if following is None or following == place:
            return None
        (entry,) = self._load([following])
        return entry

    def __len__(self) -> int:
        """How much there is to page through."""
        return self.count

    def __getitem__(self, part: slice) -> list[Entry]:
        """Return a part, as the paginator asks for it."""
        places = list(self._places(part.stop))[part.start :]
        return self._load(places)

    @property
    def _kinds(self) -> list[Kind]:
        return [kind for kind in Kind if self.criteria.kind in ("", kind)]

    @cached_property
    def _streams(self) -> dict[Kind, QuerySet[Any]]:
        ideas = Idea.objects.awaiting_moderation().filter(self._of_idea(""))
        comments = Comment.objects.awaiting_moderation().filter(self._of_idea("idea__"))
        reports = Report.objects.open().filter(self._of_idea("idea__"))
        if self.criteria.source and self.criteria.source != Idea.Source.ONLINE:
            comments, reports = comments.none(), reports.none()  # they come through the portal alone
        if self.criteria.source:
            ideas = ideas.filter(source=self.criteria.source)
        if self.criteria.has_links:
            ideas, comments = ideas.filter(has_links=True), comments.filter(has_links=True)
            reports = reports.filter(Q(comment__has_links=True) | Q(comment=None, idea__has_links=True))
        if words := self.criteria.words:
            ideas = ideas.filter(_named(words, "") | Q(search=_query(words)))
            comments = comments.filter(_named(words, "idea__") | Q(text__icontains=words))
            reports = reports.filter(_named(words, "idea__") | Q(reason__icontains=words))
        return {Kind.IDEA: ideas, Kind.COMMENT: comments, Kind.REPORT: reports}

    def _of_idea(self, to_idea: str) -> Q:
        """Return what the idea, or that of a comment or report, has to be."""
        wanted = {"round__concept__process_closed_on": None}
        for name in ("round", "field_of_action", "municipality"):
            if chosen := getattr(self.criteria, name):
                wanted[name] = chosen
        return Q(**{f"{to_idea}{name}": value for name, value in wanted.items()})

    def _places(self, count: int, *, after: Place | None = None) -> Iterator[Place]:
        """Yield the first places of the queue, or those after another."""
        streams = []
        for kind in self._kinds:
            since = "created_at" if kind == Kind.REPORT else "submitted_at"
            rows = self._streams[kind]
            if after:
                rows = rows.filter(_later(since, after, RANK[kind]))
            keys = rows.values_list(since, "pk")[:count]
            streams.append([Place(moment, RANK[kind], key) for moment, key in keys])
        for number, place in enumerate(heapq.merge(*streams)):
            if number == count:
                return
            yield place

    def _load(self, places: list[Place]) -> list[Entry]:
        keys: dict[Kind, list[int]] = {kind: [] for kind in Kind}
        for place in places:
            keys[place.kind].append(place.key)
        found: dict[Kind, dict[int, Any]] = {
            Kind.IDEA: _with_ideas(Idea.objects, "").in_bulk(keys[Kind.IDEA]),
            Kind.COMMENT: _with_ideas(Comment.objects.select_related("submitter"), "idea__").in_bulk(
                keys[Kind.COMMENT]
            ),
            Kind.REPORT: _with_ideas(Report.objects.select_related("comment"), "idea__").in_bulk(keys[Kind.REPORT]),
        }
        things = ((place, found[place.kind].get(place.key)) for place in places)
        # What somebody deleted in this very moment is left out.
        return [Entry(place, thing, getattr(thing, "idea", thing)) for place, thing in things if thing]


def _with_ideas(rows: Any, to_idea: str) -> QuerySet[Any]:
    """Load what a line shows of the idea, without what only the database needs."""
    names = ("round__concept", "section", "municipality", "field_of_action", "department", "submitter")
    loaded: QuerySet[Any] = rows.select_related(*(f"{to_idea}{name}" for name in names))
    return loaded.defer(f"{to_idea}search", f"{to_idea}municipality__boundary")


def _named(words: str, to_idea: str) -> Q:
    """Return the condition „the idea with this number“, as reference or as plain number; none where it is neither."""
    number = words.strip()
    if found := REFERENCE.match(number):
        return Q(**{f"{to_idea}pk": int(found[1])})
    key = key_of(number)
    return Q(pk__in=[]) if key is None else Q(**{f"{to_idea}pk": key})


def _query(words: str) -> SearchQuery:
    return SearchQuery(words, config="german", search_type="websearch")


def _later(since: str, place: Place, rank: int) -> Q:
    """Return the condition „stands after that place“ for a stream of this rank."""
    if rank > place.rank:
        return Q(**{f"{since}__gte": place.since})
    if rank < place.rank:
        return Q(**{f"{since}__gt": place.since})
    # The first condition alone says where to begin in the index.
    return Q(**{f"{since}__gte": place.since}) & (Q(**{f"{since}__gt": place.since}) | Q(pk__gt=place.key))
