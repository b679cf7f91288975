"""What is still missing of events: before them a place, a day, an agenda …, after them that they took place, and minutes."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from django.core.paginator import Page, Paginator
from django.db import models
from django.db.models import Count, Exists, ExpressionWrapper, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from district.counting import CountUpTo
from district.models import User
from workshops.models import AgendaItem, Event, Feedback, Mailing, Minutes, Registration, WorkingGroup
from workshops.models import minutes as of_minutes
from workshops.models.events import OPEN, EventQuerySet, State, going_on
from workshops.models.registrations import State as Taking
from workshops.rules import events_run_by

PER_PAGE: Final = 50


class Missing(models.TextChoices):
    """What an event still lacks, in the order in which it is urgent."""

    RECORD = "record", _("nicht als durchgeführt eingetragen")
    MINUTES = "minutes", _("Protokoll nicht freigegeben")
    FEEDBACK = "feedback", _("Rückmeldungen nicht bearbeitet")
    DAY = "day", _("Tag oder Uhrzeit offen")
    PLACE = "place", _("kein Ort")
    INVITATIONS = "invitations", _("noch niemand eingeladen")
    REGISTRATION = "registration", _("öffentlich, aber ohne Anmeldung")
    AGENDA = "agenda", _("keine Tagesordnung")


def conditions(on: datetime.date) -> dict[Missing, Q]:
    """Return of each lack when an event has it on a day; an event that lies behind needs no place any more."""
    ahead = Q(state__in=OPEN) & going_on(on)
    return {
        Missing.RECORD: Q(state=State.PLANNED) & ~going_on(on),
        Missing.MINUTES: Q(state=State.HELD) & ~_has(Minutes, state=of_minutes.State.RELEASED),
        Missing.FEEDBACK: Q(state=State.CALLED_OFF) & _has(Feedback, handled_at=None),
        Missing.DAY: ahead & (Q(state=State.POSTPONED) | Q(starts_at=None) | ~Q(date__earliest=F("date__latest"))),
        Missing.PLACE: ahead & Q(place="", online_url=""),
        Missing.INVITATIONS: ahead
        & Q(admission=Event.Admission.INVITED)
        & ~_has(Mailing, kind=Mailing.Kind.INVITATION),
        Missing.REGISTRATION: ahead & Q(admission=Event.Admission.OPEN, is_public=True, registration_closes_on=None),
        Missing.AGENDA: ahead & ~_has(AgendaItem),
    }


def _has(model: type[models.Model], **such: Any) -> Q:
    return Q(Exists(model._default_manager.filter(event=OuterRef("pk"), **such)))


@dataclass(frozen=True)
class Criteria:
    """Whose events are looked at, and which of them."""

    user: User
    is_own: bool = False
    group: WorkingGroup | None = None
    kind: str = ""
    missing: str = ""


@dataclass(frozen=True)
class Line:
    """An event with what it lacks; `is_run` says whether the person may mend that."""

    event: Event
    missing: tuple[Missing, ...]
    registered: int
    is_run: bool


class Overview:
    """The events of concepts in work that are ahead, or behind and not done with."""

    def __init__(self, criteria: Criteria, *, on: datetime.date) -> None:
        self.criteria = criteria
        self.conditions = conditions(on)

    @cached_property
    def figures(self) -> Mapping[str, int]:
        """How many events lack what; under the empty name, how many there are."""
        counted = {name.value: Count("pk", filter=lack) for name, lack in self.conditions.items()}
        found = self._rows.aggregate(whole=Count("pk"), **counted)
        return {"": found.pop("whole"), **found}

    def lacking(self, missing: Missing) -> EventQuerySet:
        """Return the events that lack this."""
        return self._asked_for.filter(self.conditions[missing])

    def page(self, number: str | None) -> Page[int]:
        """Return a page of the events by their keys, the first in time first."""
        missing = self.criteria.missing
        rows = self.lacking(Missing(missing)) if missing else self._rows
        keys = rows.order_by("date", "starts_at", "pk").values_list("pk", flat=True)
        paginator: Paginator[int] = Paginator(keys, PER_PAGE)
        paginator.count = self.figures[missing]  # known already
        return paginator.get_page(number)

    def lines(self, page: Page[int]) -> list[Line]:
        """Return what the table says of a page: what an event lacks is found out for these alone."""
        keys = list(page)
        lacks: dict[str, Any] = {
            f"lacks_{name.value}": ExpressionWrapper(lack, models.BooleanField())
            for name, lack in self.conditions.items()
        }
        registered = Registration.objects.filter(event=OuterRef("pk"), state=Taking.CONFIRMED).order_by()
        shown = Event.objects.filter(pk__in=keys)
        run = set(events_run_by(self.criteria.user, shown).values_list("pk", flat=True))
        found = shown.select_related("concept", "group").annotate(registered=CountUpTo(registered), **lacks)
        by_key = {event.pk: event for event in found}
        return [
            Line(
                event,
                tuple(name for name in Missing if getattr(event, f"lacks_{name.value}")),
                event.registered,  # type: ignore[attr-defined]  # annotated above
                event.pk in run,
            )
            for event in (by_key[key] for key in keys if key in by_key)
        ]

    @property
    def _rows(self) -> EventQuerySet:
        after = self.conditions[Missing.MINUTES] | self.conditions[Missing.FEEDBACK]
        return self._asked_for.filter(Q(state__in=OPEN) | after)

    @property
    def _asked_for(self) -> EventQuerySet:
        asked = self.criteria
        rows = Event.objects.filter(concept__process_closed_on=None).order_by()
        if asked.is_own:
            rows = events_run_by(asked.user, rows)
        if asked.group:
            rows = rows.filter(group=asked.group)
        return rows.filter(kind=asked.kind) if asked.kind else rows
