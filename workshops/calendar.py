"""Events as iCalendar (RFC 5545): the entry of each, for feeds and for the file that comes with a mail."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from district.models import Concept
from district.post import Attachment
from milestones import calendar

from .models import Change, Event, Registration
from .models.events import EventQuerySet, going_on

MOST_IN_A_CALENDAR: Final = 1000
A_YEAR: Final = datetime.timedelta(days=365)


def subscribed(events: EventQuerySet, *, on: datetime.date) -> Iterable[calendar.Entry]:
    """Return what a calendar to subscribe to holds: all events; of very many those not over a year before, the first.

    Everybody who subscribed reads the whole calendar twice a day. A thousand events are half a megabyte, written in
    half a second; ten thousand took six seconds each time, most of it for what was over years ago.
    """
    if events.order_by()[MOST_IN_A_CALENDAR:].exists():
        events = events.filter(going_on(on - A_YEAR))
    events = events.order_by("date", "starts_at", "pk")[:MOST_IN_A_CALENDAR]
    return map(entry, events.select_related("concept").prefetch_related("changes"))


def entry(event: Event, *, description: str = "") -> calendar.Entry:
    """Return an event as calendars show it, with its page where readers find one."""
    changes = sorted(event.changes.all(), key=lambda change: (change.recorded_at, change.pk))
    title = event.title
    if event.state == Event.State.CALLED_OFF:
        title = _("Abgesagt: %(title)s") % {"title": title}
    elif event.state == Event.State.POSTPONED:
        title = _("Verschoben: %(title)s") % {"title": title}
    reasons = [change.reason for change in changes if change.reason][-1:]
    return calendar.Entry(
        key=f"event-{event.pk}",
        title=title,
        date=event.date,
        is_ahead=event.is_open,
        description="\n\n".join(filter(None, [*reasons, description or event.topic])),
        place=event.place,
        starts_at=event.starts_at,
        last_day=event.last_day,
        ends=event.ends,
        url=_page(event),
        changed_at=tuple(change.recorded_at for change in changes if change.kind != Change.Kind.HELD),
        is_cancelled=event.state in (Event.State.CALLED_OFF, Event.State.POSTPONED),
    )


def invitation(registration: Registration) -> bytes:
    """Return the file with which somebody puts the event into their own calendar; with the link to take part online.

    Others read such a calendar, too: the link to the own page, which shows and cancels everything, is not in it.
    """
    event = registration.event
    told = [event.topic]
    if event.online_url and registration.state == Registration.State.CONFIRMED and event.state == Event.State.PLANNED:
        told.append(_("Online teilnehmen: %(url)s") % {"url": event.online_url})
    return _file(
        entry(event, description="\n\n".join(filter(None, told))),
        name=event.title,
        site=settings.PORTAL_URL,
        language=get_language() or settings.LANGUAGE_CODE,
    )


def attachment(registration: Registration) -> Attachment:
    """Return the same for a mail."""
    return ("termin.ics", invitation(registration), "text/calendar")


def concept_entries(concept: Concept) -> Iterable[calendar.Entry]:
    """Return the public events that the timeline does not have as milestones, for the calendar of the whole concept."""
    events = Event.objects.public().filter(concept=concept).exclude(milestone__is_public=True)
    return subscribed(events, on=concept.as_of(timezone.localdate()))


@lru_cache(maxsize=16)
def _file(entry: calendar.Entry, *, name: str, site: str, language: str) -> bytes:
    """Return a calendar of one entry. It takes 10 ms, and a mail to a thousand people carries a few different ones."""
    with override(language):
        return calendar.written([entry], site=site, key=entry.key, name=name, page=entry.url)


def _page(event: Event) -> str:
    return event.get_absolute_url() if event.is_shown else ""
