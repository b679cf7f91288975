"""Who changed what and when: the audit trail of a row (written by database triggers) in words for people."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import models
from django.utils.formats import localize
from django.utils.text import Truncator, capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from district.models import User

# How much of a text the trail shows; the whole stands in the database.
LONGEST_VALUE: Final = 200

# Rows that belong to another one: their model and the name of its foreign key.
Parts = Sequence[tuple[type[models.Model], str]]
References = dict[type[models.Model], dict[Any, models.Model]]


@dataclass(frozen=True)
class FieldChange:
    """One field before and after; for a new row there is no before, for a deleted one no after."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Entry:
    """One event of the trail. `part` names the row if it is not the one asked for but belongs to it."""

    at: datetime.datetime
    by: str
    action: str
    part: str
    changes: tuple[FieldChange, ...]


def history_of(row: models.Model, parts: Parts = ()) -> list[Entry]:
    """Return the events of a row and of the rows that belong to it, newest first."""
    events = list(_events(type(row), "pgh_obj", row))
    for model, foreign_key in parts:
        events += _events(model, foreign_key, row)
    # Within one transaction all events have the same time; the row comes before what belongs to it.
    events.sort(key=lambda event: (event.pgh_created_at, not _is_of(event, row), event.pgh_id))
    people = User.objects.in_bulk({user for event in events if (user := _user_id(event)) is not None})
    references = _references(events)

    entries = []
    last_seen: dict[tuple[type[models.Model], int], Any] = {}
    for event in events:
        key = type(event), event.id
        entries.append(
            Entry(
                at=localtime(event.pgh_created_at),
                by=_name(event, people),
                action=_action(event.pgh_label),
                part="" if _is_of(event, row) else capfirst(str(event.pgh_tracked_model._meta.verbose_name)),
                changes=tuple(_changes(last_seen.get(key), event, references)),
            )
        )
        last_seen[key] = event
    return entries[::-1]


def _events(model: type[models.Model], foreign_key: str, row: models.Model) -> Iterable[Any]:
    events: type[models.Model] = model.pgh_event_model  # type: ignore[attr-defined]  # put there by pghistory
    return events._default_manager.filter(**{foreign_key: row.pk}).select_related("pgh_context")


def _is_of(event: Any, row: models.Model) -> bool:
    """Whether the event is one of the row itself, not of a part of it."""
    return event.pgh_tracked_model is type(row)


def _user_id(event: Any) -> int | None:
    return event.pgh_context.metadata.get("user") if event.pgh_context else None


def _name(event: Any, people: dict[int, User]) -> str:
    user = _user_id(event)
    if user is None:
        return _("System")
    return str(people[user]) if user in people else _("gelöschtes Konto")


def _action(label: str) -> str:
    return {"insert": _("angelegt"), "update": _("geändert"), "delete": _("gelöscht")}.get(label, label)


def _fields(event: Any) -> Iterator[models.Field[Any, Any]]:
    """Yield the fields that people know, without the trail's own and the key."""
    for field in event._meta.concrete_fields:
        if not field.name.startswith("pgh_") and field.name != "id":
            yield field


def _references(events: Iterable[Any]) -> References:
    """Load the rows that foreign keys point to: one query per model."""
    wanted: dict[type[models.Model], set[Any]] = defaultdict(set)
    for event in events:
        for field in _fields(event):
            if isinstance(field, models.ForeignKey) and (key := getattr(event, field.attname)) is not None:
                wanted[field.related_model].add(key)
    return {model: model._base_manager.select_related().in_bulk(keys) for model, keys in wanted.items()}


def _changes(before: Any, after: Any, references: References) -> Iterator[FieldChange]:
    deleted = after.pgh_label == "delete"
    for field in _fields(after):
        old = None if before is None else getattr(before, field.attname)
        new = None if deleted else getattr(after, field.attname)
        if old != new and not (old in (None, "") and new in (None, "")):
            yield FieldChange(
                label=capfirst(str(field.verbose_name)),
                before=_in_words(old, field, references),
                after=_in_words(new, field, references),
            )


def _in_words(value: Any, field: models.Field[Any, Any], references: References) -> str:
    if value in (None, ""):
        return ""
    if isinstance(field, models.ForeignKey):
        return str(references[field.related_model].get(value, _("gelöscht")))
    if isinstance(value, bool):
        return _("ja") if value else _("nein")
    if field.choices:
        value = dict(field.flatchoices).get(value, value)
    if isinstance(field, models.DateTimeField):
        value = localtime(value)
    text = str(value) if isinstance(value, int) else str(localize(value, use_l10n=True))  # a year is not „2.030“
    return Truncator(text).chars(LONGEST_VALUE)
