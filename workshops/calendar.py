"""Events as iCalendar (RFC 5545): the entry of each, for feeds and for the file that comes with a mail."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.utils.translation import gettext as _

from district.models import Concept
from district.post import Attachment
from milestones import calendar

from . import links
from .models import Change, Event, Registration


def entries(events: Iterable[Event]) -> Iterable[calendar.Entry]:
    """Return the entry of each event; load their `concept` and `changes` first where there are many."""
    return map(entry, events)


def entry(event: Event, *, description: str = "", page: str = "") -> calendar.Entry:
    """Return an event as calendars show it; its own page stands in it, or the one that is given."""
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
        url=page or event.get_absolute_url(),
        changed_at=[change.recorded_at for change in changes if change.kind != Change.Kind.HELD],
        is_cancelled=event.state in (Event.State.CALLED_OFF, Event.State.POSTPONED),
    )


def invitation(registration: Registration) -> bytes:
    """Return the file with which somebody puts the event into their own calendar; with the link to take part online."""
    event = registration.event
    own_page = links.path_of(registration)
    told = [event.topic]
    if event.online_url and registration.state == Registration.State.CONFIRMED and event.state == Event.State.PLANNED:
        told.append(_("Online teilnehmen: %(url)s") % {"url": event.online_url})
    return calendar.written(
        [
            entry(
                event,
                description="\n\n".join(filter(None, told)),
                page="" if event.is_shown else own_page,  # readers are told that there is no such page
            )
        ],
        site=settings.PORTAL_URL,
        key=f"event-{event.pk}",
        name=event.title,
        page=own_page,
    )


def attachment(registration: Registration) -> Attachment:
    """Return the same for a mail."""
    return ("termin.ics", invitation(registration), "text/calendar")


def concept_entries(concept: Concept) -> Iterable[calendar.Entry]:
    """Return the public events that the timeline does not have as milestones, for the calendar of the whole concept."""
    events = Event.objects.public().filter(concept=concept).exclude(milestone__is_public=True)
    return entries(events.select_related("concept").prefetch_related("changes").order_by("date", "pk"))
