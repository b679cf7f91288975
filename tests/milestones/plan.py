"""Phases and milestones in memory, for calculations that need no database."""

from __future__ import annotations

import datetime
from itertools import count
from typing import Any

from django.utils import timezone

from milestones.models import Milestone, Phase, Postponement
from tests.factories import when

_numbers = count(1)


def milestone(title: str, current: str, **more: Any) -> Milestone:
    """A milestone whose baseline is its date unless told: `milestone("Beschluss", "Anfang 2021", baseline="Dezember 2020")`."""
    dates = {name: when(more.pop(name)) for name in ("baseline", "reached") if more.get(name)}
    baseline = dates.pop("baseline", when(current))
    moves = more.pop("moves", [])
    each = Milestone(pk=next(_numbers), title=title, current=when(current), baseline=baseline, **dates, **more)
    for move in moves:
        move.milestone = each
    each._prefetched_objects_cache = {"postponements": moves}  # type: ignore[attr-defined]  # Django's own
    each._state.fields_cache |= {"call_off": None, "attainment": None}
    return each


def move(from_date: str, to_date: str, day: datetime.date, **more: Any) -> Postponement:
    """A postponement recorded at noon of a day."""
    noon = timezone.make_aware(datetime.datetime.combine(day, datetime.time(12)))
    words = {"reason": "Die Sitzung fiel aus.", "cause": "pandemic"} | more
    return Postponement(pk=next(_numbers), from_date=when(from_date), to_date=when(to_date), recorded_at=noon, **words)


def phase(title: str, starts: str, ends: str, *milestones: Milestone, **more: Any) -> Phase:
    """A phase with its milestones."""
    each = Phase(
        pk=next(_numbers), title=title, starts=when(starts), ends=when(ends), summary=f"{title} geschieht.", **more
    )
    for milestone in milestones:
        milestone.phase = each
    each._prefetched_objects_cache = {"milestones": list(milestones)}  # type: ignore[attr-defined]  # Django's own
    return each
