"""The ideas of a list as GeoJSON for the map beside it (static/kek/map.js tells what it reads)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count
from django.urls import reverse
from django.utils.translation import ngettext

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
    return [*_points(found, asked), *_municipalities(found, asked, form)]


def _points(found: IdeaQuerySet, asked: Round) -> Iterator[Feature]:
    newest = NEWEST.sort(found.filter(latitude__isnull=False)).select_related("section", "assessment")
    shown = ("title", "text", "state", "latitude", "longitude", "section__number", "section__heading")
    for idea in newest.only(*shown, "assessment__state", "assessment__decision")[:MOST_POINTS]:
        idea.round = asked
        properties = {"url": idea.get_absolute_url(), "title": idea.name, "status": standing(idea).label, "count": 1}
        yield _feature(idea.pk, idea.longitude, idea.latitude, properties)


def _municipalities(found: IdeaQuerySet, asked: Round, form: IdeaFilter) -> Iterator[Feature]:
    newest = NEWEST.sort(found.filter(latitude=None, municipality__isnull=False)).values("pk")[:MOST_COUNTED]
    by_municipality = (
        Idea.objects.filter(pk__in=newest, municipality__latitude__isnull=False)
        .order_by("municipality__name")
        .values("municipality__ags", "municipality__name", "municipality__longitude", "municipality__latitude")
        .annotate(count=Count("pk"), ideas=ArrayAgg("pk", order_by="-pk"))
    )
    page = reverse("participation:round", args=[asked.concept.slug, asked.slug])
    for row in by_municipality:
        title = ngettext("%(name)s: %(count)s Idee ohne Punkt", "%(name)s: %(count)s Ideen ohne Punkt", row["count"])
        properties = {
            "url": f"{page}?{form.query_with(gemeinde=row['municipality__ags'])}",
            "title": title % {"name": row["municipality__name"], "count": row["count"]},
            "count": row["count"],
            "ideas": row["ideas"][:MOST_LIT],
        }
        key = f"gemeinde-{row['municipality__ags']}"
        yield _feature(key, row["municipality__longitude"], row["municipality__latitude"], properties)


def _feature(key: int | str, longitude: float | None, latitude: float | None, properties: dict[str, object]) -> Feature:
    point = {"type": "Point", "coordinates": [longitude, latitude]}
    return {"type": "Feature", "id": key, "geometry": point, "properties": properties}
