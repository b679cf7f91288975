"""What readers subscribe to: the dates of a concept as iCalendar (RFC 5545), what changed in them as Atom (RFC 4287)."""

from __future__ import annotations

import datetime
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import conditional_page, require_safe
from icalendar import STATUS, TRANSP, Calendar, Event

from district.approximate_date import ONE_DAY, ApproximateDate, Precision
from district.models import Concept, District
from district.views import public_concept

from .models import Attainment, CallOff, Consultation, CouncilSession, Milestone, Postponement
from .wording import expected, move, name_of, votes

BERLIN: Final = ZoneInfo("Europe/Berlin")
# The stamp of what has never changed; a calendar made twice must be the same.
NEVER_CHANGED: Final = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)
MOST_CHANGES: Final = 50


@require_safe
@conditional_page
def calendar(request: HttpRequest, concept_slug: str) -> HttpResponse:
    """Send milestones and sessions of a concept as a calendar to subscribe to."""
    concept = public_concept(concept_slug)
    page = request.build_absolute_uri(reverse("milestones:timeline", args=[concept.slug]))
    host = request.get_host().partition(":")[0]
    entries = Calendar.new(
        prodid=f"-//{host}//KEK-Portal//{(get_language() or 'de').upper()}",
        name=name_of(concept),
        description=concept.title,
        refresh_interval=datetime.timedelta(hours=12),
        method="PUBLISH",
        uid=f"concept-{concept.pk}@{host}",
        url=page,
    )
    entries["REFRESH-INTERVAL"].params["VALUE"] = "DURATION"  # demanded by RFC 7986
    entries["X-WR-TIMEZONE"] = BERLIN.key
    for milestone in _milestones(concept):
        entries.add_component(_milestone_event(milestone, host=host, page=page))
    for session, steps in _sessions(concept):
        entries.add_component(_session_event(session, steps, host=host, request=request))
    entries.add_missing_timezones()
    return HttpResponse(
        entries.to_ical(),
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": f'inline; filename="{concept.slug}.ics"'},
    )


def _milestones(concept: Concept) -> Iterable[Milestone]:
    return (
        Milestone.objects.of(concept)
        .public()
        .select_related("call_off", "attainment")
        .prefetch_related("postponements")
    )


def _sessions(concept: Concept) -> list[tuple[CouncilSession, list[Consultation]]]:
    """Return the public sessions that take public papers of the concept, with what they discuss of them."""
    steps = (
        Consultation.objects.of(concept)
        .filter(is_public=True, session__is_public=True, resolution__is_public=True)
        .select_related("resolution__concept")
        .order_by("session__date", "session_id", "pk")
    )
    by_session: dict[CouncilSession, list[Consultation]] = {}
    for step in steps:
        if step.session:
            by_session.setdefault(step.session, []).append(step)
    return list(by_session.items())


def _milestone_event(milestone: Milestone, *, host: str, page: str) -> Event:
    date = milestone.reached or milestone.current
    moves = sorted(milestone.postponements.all(), key=lambda each: (each.recorded_at, each.pk))
    call_off: CallOff | None = getattr(milestone, "call_off", None)
    attainment: Attainment | None = getattr(milestone, "attainment", None)
    records = [record for record in (*moves, call_off, attainment) if record]
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
    return _event(
        uid=f"milestone-{milestone.pk}@{host}",
        title=title,
        date=date,
        is_ahead=milestone.is_open,
        description="\n\n".join(filter(None, told)),
        url=f"{page}#meilenstein-{milestone.pk}",
        changed_at=[record.recorded_at for record in records],
        is_cancelled=call_off is not None,
    )


def _session_event(session: CouncilSession, steps: list[Consultation], *, host: str, request: HttpRequest) -> Event:
    told = [
        ", ".join(filter(None, [str(step.resolution), step.agenda_number, step.get_result_display(), votes(step)]))
        for step in steps
    ]
    if session.is_called_off:
        told.append(_("Abgesagt: %(reason)s") % {"reason": session.called_off_reason})
    title = _("Sitzung: %(body)s") % {"body": session.body}
    if session.is_called_off:
        title = _("Abgesagt: %(title)s") % {"title": title}
    event = _event(
        uid=f"session-{session.pk}@{host}",
        title=title,
        date=session.date,
        is_ahead=any(step.is_open for step in steps),
        description="\n\n".join(told),
        url=request.build_absolute_uri(steps[0].resolution.get_absolute_url()),
        is_cancelled=session.is_called_off,
    )
    if session.place:
        event.add("location", session.place)
    if session.starts_at and session.date.precision == Precision.DAY:
        del event["DTSTART"], event["DTEND"], event["TRANSP"]
        event.add("dtstart", datetime.datetime.combine(session.date.earliest, session.starts_at, BERLIN))
    return event


def _event(
    *,
    uid: str,
    title: str,
    date: ApproximateDate,
    is_ahead: bool,
    description: str,
    url: str,
    changed_at: Sequence[datetime.datetime] = (),
    is_cancelled: bool,
) -> Event:
    """Return an event of whole days; a date that is no day is named in the title, because a calendar shows days alone."""
    is_exact = date.precision == Precision.DAY
    certain = STATUS.CONFIRMED if is_exact or not is_ahead else STATUS.TENTATIVE
    return Event.new(
        uid=uid,
        summary=title if is_exact else f"{title} ({expected(date) if is_ahead else date})",
        start=date.earliest,
        end=date.latest + ONE_DAY,
        description=description or None,
        url=url,
        stamp=max(changed_at, default=NEVER_CHANGED).astimezone(datetime.UTC).replace(microsecond=0),
        sequence=len(changed_at),
        status=STATUS.CANCELLED if is_cancelled else certain,
        transparency=TRANSP.TRANSPARENT,
    )


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


@dataclass(frozen=True)
class Change:
    """Something that happened, as an entry of the feed."""

    key: str
    title: str
    text: str
    link: str
    at: datetime.datetime


@dataclass(frozen=True)
class Subject:
    """Whose changes are told, and under which name the portal was asked."""

    concept: Concept
    host: str
    author: str


if TYPE_CHECKING:
    _Feed = Feed[Change, Subject]
else:
    _Feed = Feed


class Changes(_Feed):
    """Postponed, reached, called off, decided: the latest changes of a concept."""

    feed_type = Atom1Feed

    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Subject:
        """Find the concept in the address."""
        district = District.objects.current()
        concept = public_concept(kwargs["concept_slug"])
        return Subject(concept, request.get_host().partition(":")[0], district.office if district else str(concept))

    def title(self, subject: Subject) -> str:
        """Name the feed."""
        return _printable(_("%(concept)s: Änderungen im Zeitplan") % {"concept": name_of(subject.concept)})

    def subtitle(self, subject: Subject) -> str:
        """Say what it tells."""
        return _("Verschobene, erreichte und abgesagte Meilensteine sowie Ergebnisse der Gremien.")

    def link(self, subject: Subject) -> str:
        """Lead to the timeline."""
        return reverse("milestones:timeline", args=[subject.concept.slug])

    def author_name(self, subject: Subject) -> str:
        """Name the administration."""
        return _printable(subject.author)

    def items(self, subject: Subject) -> list[Change]:
        """Return the latest changes, newest first."""
        found = [*_plan_changes(subject), *_results(subject)]
        return sorted(found, key=lambda change: (change.at, change.key), reverse=True)[:MOST_CHANGES]

    def item_title(self, item: Change) -> str:
        """Return the headline."""
        return _printable(item.title)

    def item_description(self, item: Change) -> str:
        """Return the reason; Atom declares it as HTML."""
        return escape(_printable(item.text))

    def item_link(self, item: Change) -> str:
        """Lead to the milestone or the paper."""
        return item.link

    def item_pubdate(self, item: Change) -> datetime.datetime:
        """Return when it was recorded."""
        return item.at

    item_updateddate = item_pubdate

    def item_guid(self, item: Change) -> str:
        """Return a name that stays (RFC 4151)."""
        return item.key


def _plan_changes(subject: Subject) -> Iterable[Change]:
    page = reverse("milestones:timeline", args=[subject.concept.slug])

    def change(record: Postponement | Attainment | CallOff, kind: str, title: str) -> Change:
        return Change(
            key=f"tag:{subject.host},2020:{kind}-{record.pk}",
            title=title,
            text=record.reason,
            link=f"{page}#meilenstein-{record.milestone_id}",
            at=record.recorded_at,
        )

    for moved in Postponement.objects.of(subject.concept).public()[:MOST_CHANGES]:
        yield change(moved, "postponement", f"{moved.milestone}: {move(moved)}")
    ended = {"milestone__phase__concept": subject.concept, "milestone__is_public": True}
    for reached in Attainment.objects.filter(**ended).select_related("milestone")[:MOST_CHANGES]:
        title = _("%(milestone)s: erreicht (%(date)s)") % {"milestone": reached.milestone, "date": reached.reached}
        yield change(reached, "attainment", title)
    for called_off in CallOff.objects.filter(**ended).select_related("milestone")[:MOST_CHANGES]:
        title = _("%(milestone)s: abgesagt (geplant für %(date)s)")
        words = {"milestone": called_off.milestone, "date": called_off.planned_for}
        yield change(called_off, "call-off", title % words)


def _results(subject: Subject) -> Iterable[Change]:
    steps = (
        Consultation.objects.of(subject.concept)
        .filter(is_public=True, session__is_public=True, resolution__is_public=True)
        .exclude(result="")
        .select_related("resolution__concept")
        .order_by("-session__date", "-pk")[:MOST_CHANGES]
    )
    for step in steps:
        assert step.session is not None  # asked for above
        evening = datetime.datetime.combine(step.session.date.latest, step.session.starts_at or datetime.time(18))
        yield Change(
            key=f"tag:{subject.host},2020:consultation-{step.pk}",
            title=f"{step.body}: {step.resolution} – {step.get_result_display()}",
            text=votes(step) or step.remark,
            link=step.resolution.get_absolute_url(),
            at=timezone.make_aware(evening),
        )


def _printable(text: str) -> str:
    """Return the text without control characters, which XML does not allow (a line break from Word is one)."""
    return "".join(" " if unicodedata.category(character) == "Cc" else character for character in text)
