"""What changed in the dates of a concept, as Atom (RFC 4287) to subscribe to."""

from __future__ import annotations

import datetime
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.contrib.syndication.views import Feed
from django.http import HttpRequest
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.translation import gettext as _

from district.models import Concept, District
from district.views import public_concept

from .models import Attainment, CallOff, Consultation, Postponement
from .wording import move, name_of, votes

MOST_CHANGES: Final = 50


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
        .public()
        .exclude(recorded_at=None)
        .select_related("resolution__concept")
        .order_by("-recorded_at", "-pk")[:MOST_CHANGES]
    )
    for step in steps:
        assert step.recorded_at is not None  # asked for above
        yield Change(
            key=f"tag:{subject.host},2020:consultation-{step.pk}",
            title=f"{step.body}: {step.resolution} – {step.get_result_display()}",
            text=votes(step) or step.remark,
            link=step.resolution.get_absolute_url(),
            at=step.recorded_at,
        )


def _printable(text: str) -> str:
    """Return the text without control characters, which XML does not allow (a line break from Word is one)."""
    return "".join(" " if unicodedata.category(character) == "Cc" else character for character in text)
