"""The dates of a concept as iCalendar (RFC 5545) to subscribe to.

`SOURCES` say what is in a concept's calendar; a room above this one adds its own in `AppConfig.ready`. `send` makes a
calendar of any entries, for rooms that offer one of their own.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urljoin, urlsplit
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import conditional_page, require_safe
from icalendar import STATUS, TRANSP, Calendar, Event

from district.approximate_date import ONE_DAY, ApproximateDate, Precision
from district.freshness import kept_for_readers
from district.models import Concept
from district.views import public_concept

from .models import Attainment, CallOff, Consultation, CouncilSession, Milestone
from .wording import expected, move, name_of, votes

BERLIN: Final = ZoneInfo("Europe/Berlin")
# The stamp of what has never changed; a calendar made twice must be the same.
NEVER_CHANGED: Final = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)


@dataclass(frozen=True)
class Entry:
    """A date of the calendar: of whole days, or from `starts_at` on (to `ends`, where that is known) where it is a day.

    Several days of which the last has no known end are whole days.

    `key` stays the same for as long as it is the same event; `url` may begin with the path, or be empty.
    """

    key: str
    title: str
    date: ApproximateDate
    is_ahead: bool
    url: str
    description: str = ""
    place: str = ""
    starts_at: datetime.time | None = None
    last_day: datetime.date | None = None
    ends: datetime.datetime | None = None
    changed_at: Sequence[datetime.datetime] = ()
    is_cancelled: bool = False


@kept_for_readers
@require_safe
@conditional_page
def calendar(request: HttpRequest, concept_slug: str) -> HttpResponse:
    """Send all that `SOURCES` know of a concept."""
    concept = public_concept(concept_slug)
    return send(
        request,
        (entry for source in SOURCES for entry in source(concept)),
        key=f"concept-{concept.pk}",
        name=name_of(concept),
        description=concept.title,
        page=_timeline(concept),
        file_name=concept.slug,
    )


def send(
    request: HttpRequest, entries: Iterable[Entry], *, key: str, name: str, description: str, page: str, file_name: str
) -> HttpResponse:
    """Send entries as a calendar to subscribe to; `key` stays the same for as long as it is the same calendar."""
    site = request.build_absolute_uri("/")
    content = written(entries, site=site, key=key, name=name, description=description, page=page)
    return HttpResponse(
        content,
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": f'inline; filename="{file_name}.ics"'},
    )


def written(entries: Iterable[Entry], *, site: str, key: str, name: str, description: str = "", page: str) -> bytes:
    """Return entries as an iCalendar file; `site` is the portal's whole address, to which paths are added.

    `page` is where all of it is found, empty where there is no such page.
    """
    host = urlsplit(site).hostname or "localhost"
    subscribed = Calendar.new(
        prodid=f"-//{host}//KEK-Portal//{(get_language() or 'de').upper()}",
        name=name,
        description=description or None,
        refresh_interval=datetime.timedelta(hours=12),
        method="PUBLISH",
        uid=f"{key}@{host}",
        url=urljoin(site, page) if page else None,
    )
    subscribed["REFRESH-INTERVAL"].params["VALUE"] = "DURATION"  # demanded by RFC 7986
    subscribed["X-WR-TIMEZONE"] = BERLIN.key
    for entry in entries:
        subscribed.add_component(
            _event(entry, uid=f"{entry.key}@{host}", url=urljoin(site, entry.url) if entry.url else None)
        )
    subscribed.add_missing_timezones()
    content: bytes = subscribed.to_ical()
    return content


def _event(entry: Entry, *, uid: str, url: str | None) -> Event:
    """Return the entry as the format has it; a date that is no day is named in the title, as calendars show days."""
    date, is_exact = entry.date, entry.date.precision == Precision.DAY
    certain = STATUS.CONFIRMED if is_exact or not entry.is_ahead else STATUS.TENTATIVE
    event = Event.new(
        uid=uid,
        summary=entry.title if is_exact else f"{entry.title} ({expected(date) if entry.is_ahead else date})",
        description=entry.description or None,
        location=entry.place or None,
        url=url,
        stamp=max(entry.changed_at, default=NEVER_CHANGED).astimezone(datetime.UTC).replace(microsecond=0),
        sequence=len(entry.changed_at),
        status=STATUS.CANCELLED if entry.is_cancelled else certain,
    )
    if entry.starts_at and is_exact and (entry.ends or not entry.last_day):
        event.start = datetime.datetime.combine(date.earliest, entry.starts_at, BERLIN)
        if entry.ends:
            event.end = entry.ends.astimezone(BERLIN)
    else:
        event.start, event.end = date.earliest, (entry.last_day or date.latest) + ONE_DAY
        event.transparency = TRANSP.TRANSPARENT
    return event


def milestone_entries(concept: Concept) -> Iterable[Entry]:
    """Return the public milestones."""
    milestones = Milestone.objects.of(concept).public().select_related("call_off", "attainment")
    page = _timeline(concept)
    for milestone in milestones.prefetch_related("postponements"):
        moves = sorted(milestone.postponements.all(), key=lambda each: (each.recorded_at, each.pk))
        call_off: CallOff | None = getattr(milestone, "call_off", None)
        attainment: Attainment | None = getattr(milestone, "attainment", None)
        told = [milestone.note]
        if moves:
            told.append(f"{_capitalised(move(moves[-1]))}. {moves[-1].reason}")
        if call_off:
            told.append(_("Abgesagt: %(reason)s") % {"reason": call_off.reason})
        title = milestone.title
        if call_off:
            title = _("Abgesagt: %(title)s") % {"title": title}
        elif milestone.reached:
            title = _("Erreicht: %(title)s") % {"title": title}
        yield Entry(
            key=f"milestone-{milestone.pk}",
            title=title,
            date=milestone.reached or milestone.current,
            is_ahead=milestone.is_open,
            description="\n\n".join(filter(None, told)),
            url=f"{page}#meilenstein-{milestone.pk}",
            changed_at=[record.recorded_at for record in (*moves, call_off, attainment) if record],
            is_cancelled=call_off is not None,
        )


def session_entries(concept: Concept) -> Iterable[Entry]:
    """Return the public sessions that take public papers of the concept."""
    for session, steps in _sessions(concept):
        told = [
            ", ".join(filter(None, [str(step.resolution), step.agenda_number, step.get_result_display(), votes(step)]))
            for step in steps
        ]
        title = _("Sitzung: %(body)s") % {"body": session.body}
        if session.is_called_off:
            told.append(_("Abgesagt: %(reason)s") % {"reason": session.called_off_reason})
            title = _("Abgesagt: %(title)s") % {"title": title}
        yield Entry(
            key=f"session-{session.pk}",
            title=title,
            date=session.date,
            starts_at=session.starts_at,
            place=session.place,
            is_ahead=any(step.is_open for step in steps),
            description="\n\n".join(told),
            url=steps[0].resolution.get_absolute_url(),
            changed_at=_changes(session, steps),
            is_cancelled=session.is_called_off,
        )


Source = Callable[[Concept], Iterable[Entry]]
SOURCES: Final[list[Source]] = [milestone_entries, session_entries]


def _sessions(concept: Concept) -> list[tuple[CouncilSession, list[Consultation]]]:
    """Return the sessions with what they discuss of the concept."""
    steps = (
        Consultation.objects.of(concept)
        .public()
        .select_related("resolution__concept")
        .prefetch_related("session__events", "resolution__consultations__session")
        .order_by("session__date", "session_id", "pk")
    )
    by_session: dict[CouncilSession, list[Consultation]] = {}
    for step in steps:
        if step.session and not (step.is_open and step.resolution.is_settled):
            by_session.setdefault(step.session, []).append(step)
    return list(by_session.items())


def _changes(session: CouncilSession, steps: list[Consultation]) -> list[datetime.datetime]:
    """Return when the session was changed since it was entered, and when its results were."""
    trail = sorted(event.pgh_created_at for event in session.events.all())
    return [*trail[1:], *(step.recorded_at for step in steps if step.recorded_at)]


def _timeline(concept: Concept) -> str:
    return reverse("milestones:timeline", args=[concept.slug])


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]
