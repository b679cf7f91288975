"""Events as search engines and calendars read them: schema.org, written as JSON-LD."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable
from typing import Any, Final

from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from district.approximate_date import ApproximateDate
from district.models import District

from .models import Change, Event

SCHEMA: Final = "https://schema.org"
_STATUS: Final = {
    Event.State.PLANNED: "EventScheduled",
    Event.State.HELD: "EventScheduled",
    Event.State.POSTPONED: "EventPostponed",
    Event.State.CALLED_OFF: "EventCancelled",
}
# Within a script element these could end it; JSON can say them otherwise.
_ESCAPES: Final = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


def event_data(
    event: Event, *, changes: Iterable[Change], free: int | None, url: str, site: str, district: District | None
) -> dict[str, Any]:
    """Describe an event; `free` is how many seats are free where people can register, `url` and `site` are whole.

    The link to take part online is for those registered: the event's own page stands for it.
    """
    before = [_start(each.from_date, each.from_time) for each in changes if each.kind == Change.Kind.MOVED]
    is_rescheduled = bool(before) and event.state in (Event.State.PLANNED, Event.State.HELD)
    known = {
        "@context": SCHEMA,
        "@type": "Event",
        "name": event.title,
        "description": event.topic,
        "inLanguage": "de",
        "url": url,
        "startDate": _start(event.date, event.starts_at),
        "endDate": _end(event),
        "previousStartDate": [each for each in before if each],
        "eventStatus": f"{SCHEMA}/{'EventRescheduled' if is_rescheduled else _STATUS[Event.State(event.state)]}",
        "eventAttendanceMode": f"{SCHEMA}/{_attendance(event)}",
        "location": _location(event, url),
        "organizer": _organizer(district, site),
        "isAccessibleForFree": True,
        "maximumAttendeeCapacity": event.seats,
        "remainingAttendeeCapacity": free,
    }
    return {key: value for key, value in known.items() if value not in ("", None, [])}


def in_script(data: dict[str, Any]) -> SafeString:
    """Write data so that no text in it can end the script element it stands in."""
    return mark_safe(json.dumps(data, ensure_ascii=False).translate(_ESCAPES))  # noqa: S308 - escaped here


def _start(date: ApproximateDate, hour: datetime.time | None) -> str | None:
    """Return a moment with its zone, or the date as far as ISO 8601 can say it."""
    if hour is None:
        return date.html_datetime
    return timezone.make_aware(datetime.datetime.combine(date.earliest, hour)).isoformat()


def _end(event: Event) -> str | None:
    if event.ends:
        return event.ends.isoformat()
    return event.last_day.isoformat() if event.last_day else None


def _attendance(event: Event) -> str:
    if not _is_online(event):
        return "OfflineEventAttendanceMode"
    return "MixedEventAttendanceMode" if event.place else "OnlineEventAttendanceMode"


def _is_online(event: Event) -> bool:
    return bool(event.online_url) or event.kind == Event.Kind.ONLINE


def _location(event: Event, url: str) -> list[dict[str, Any]]:
    places: list[dict[str, Any]] = []
    if event.place or event.municipality:
        address = {"@type": "PostalAddress", "addressCountry": "DE"}
        if event.place:
            address["streetAddress"] = event.place
        if event.municipality:
            address["addressLocality"] = event.municipality.name
        places.append({"@type": "Place", "name": event.place or str(event.municipality), "address": address})
    if _is_online(event):
        places.append({"@type": "VirtualLocation", "url": url})
    return places


def _organizer(district: District | None, site: str) -> dict[str, Any] | None:
    if district is None:
        return None
    return {"@type": "GovernmentOrganization", "name": district.office, "url": district.website or site}
