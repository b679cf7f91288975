"""The ideas of a list as GeoJSON for the map beside it (static/kek/map.js tells what it reads)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import ngettext

from district.models import Municipality

from . import search
from .filters import NEWEST, IdeaFilter
from .listing import standing
from .models import Idea, Round
from .models.ideas import IdeaQuerySet

MOST_POINTS: Final = 500
# Of ideas without a point, so many of the newest are counted, and the cards of so many light their municipality up.
MOST_COUNTED: Final = 10_000
MOST_LIT: Final = 50

Feature = dict[str, Any]


def features(form: IdeaFilter, *, asked: Round) -> list[Feature]:
    """Return the newest ideas that have a point, then for each municipality how many have none."""
    found = form.narrow(Idea.objects.public().filter(round=asked))
    if form.highlights:
        hits = search.hits(found, form.sought, order=NEWEST)
        found = Idea.objects.public().filter(pk__in=[hit.pk for hit in hits])
    return [*_points(found, asked), *_municipalities(found, asked, form)]


def _points(found: IdeaQuerySet, asked: Round) -> Iterator[Feature]:
    newest = NEWEST.sort(found.filter(latitude__isnull=False)).select_related("section", "assessment")
    shown = ("title", "text", "state", "latitude", "longitude", "section__number", "section__heading")
    for idea in newest.only(*shown, "assessment__state", "assessment__decision")[:MOST_POINTS]:
        idea.round = asked
        properties = {"url": idea.get_absolute_url(), "title": idea.name, "status": standing(idea).label, "count": 1}
        yield _feature(idea.pk, idea.longitude, idea.latitude, properties)


def _municipalities(found: IdeaQuerySet, asked: Round, form: IdeaFilter) -> Iterator[Feature]:
    newest = NEWEST.sort(found.filter(latitude=None, municipality__isnull=False)).values_list("pk", "municipality")
    ideas_of = defaultdict(list)
    for key, municipality_key in newest[:MOST_COUNTED]:
        ideas_of[municipality_key].append(key)
    page = reverse("participation:round", args=[asked.concept.slug, asked.slug])
    on_the_map = Municipality.objects.filter(pk__in=ideas_of, latitude__isnull=False).defer("boundary")
    for place in on_the_map.order_by("name"):
        ideas = ideas_of[place.pk]
        title = ngettext("%(name)s: %(count)s Idee ohne Punkt", "%(name)s: %(count)s Ideen ohne Punkt", len(ideas))
        properties = {
            "url": f"{page}?{form.query_with(gemeinde=place.ags)}",
            "title": title % {"name": place.name, "count": len(ideas)},
            "count": len(ideas),
            "ideas": ideas[:MOST_LIT],
        }
        yield _feature(f"gemeinde-{place.ags}", place.longitude, place.latitude, properties)


def _feature(key: int | str, longitude: float | None, latitude: float | None, properties: dict[str, object]) -> Feature:
    point = {"type": "Point", "coordinates": [longitude, latitude]}
    return {"type": "Feature", "id": key, "geometry": point, "properties": properties}
