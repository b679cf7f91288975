"""Telling of groups, events and what came of them: each record is written as if on the day it tells of."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from django.core.files.base import ContentFile

from catalogue.actions import promote
from catalogue.models import Goal, Measure, Need
from district.approximate_date import ApproximateDate
from district.models import Concept, User
from district.typesetting import typeset
from milestones.models import Milestone, Phase
from workshops import actions
from workshops.actions import Found, Person
from workshops.models import (
    AgendaItem,
    Event,
    EventField,
    Feedback,
    GroupField,
    Membership,
    Outcome,
    Paper,
    Registration,
    WorkingGroup,
)

from .chronicle import moment

PAPER = Path(__file__).resolve().parent / "anlagen" / "unterlage-beispiel.typ"
Date = datetime.date
# The hours of an event, as `Organiser.event` takes them.
Hours = dict[str, Any]
MORNING: Final[Hours] = {"starts_at": datetime.time(9), "ends_at": datetime.time(12, 30)}
AFTERNOON: Final[Hours] = {"starts_at": datetime.time(17), "ends_at": datetime.time(19)}
EVENING: Final[Hours] = {"starts_at": datetime.time(18), "ends_at": datetime.time(20)}
CATALOGUE = {Outcome.Kind.NEED: Need, Outcome.Kind.GOAL: Goal, Outcome.Kind.MEASURE: Measure}


@dataclass(frozen=True)
class Result:
    """An outcome as the tables tell it; days are distances from the event, `becomes` is a number of the catalogue."""

    kind: str
    title: str
    text: str = ""
    item: int = 1
    owner: str = ""
    due: int | None = None
    done: int | None = None
    becomes: str = ""
    is_public: bool = True


@dataclass(frozen=True)
class Record:
    """Minutes as the tables tell them: notes to the agenda in its order, and what came of it."""

    summary: str
    internal: str = ""
    notes: tuple[str, ...] = ()
    results: tuple[Result, ...] = ()


@dataclass(frozen=True)
class Organiser:
    """Whoever plans the events of one concept and writes down what happened to them."""

    concept: Concept
    by: User
    fields: Mapping[int, Any] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "fields", {each.number: each for each in self.concept.fields_of_action.all()})

    def phase(self, title: str) -> Phase:
        """Return a phase by its title."""
        return Phase.objects.get(concept=self.concept, title=title)

    def milestone(self, title: str) -> Milestone:
        """Return a milestone by its title."""
        return Milestone.objects.get(phase__concept=self.concept, title=title)

    def group(self, number: int, name: str, *, members: Iterable[Membership] = (), **more: Any) -> WorkingGroup:
        """Make a group for the field of action with its number."""
        group = WorkingGroup(concept=self.concept, name=name, order=number, **more)
        group.full_clean()
        group.save()
        GroupField.objects.create(group=group, field_of_action=self.fields[number])
        for member in members:
            member.group = group
            member.full_clean()
            member.save()
        return group

    def event(
        self,
        kind: Event.Kind,
        title: str,
        date: ApproximateDate,
        *,
        fields: Iterable[int] = (),
        agenda: Sequence[str] = (),
        is_public: bool = True,
        **more: Any,
    ) -> Event:
        """Plan an event with its agenda, whose items may name a speaker („Begrüßung | Projektkoordination“)."""
        event = Event(concept=self.concept, kind=kind, title=title, date=date, is_public=is_public, **more)
        event.full_clean()
        event.save()
        for number in fields:
            EventField.objects.create(event=event, field_of_action=self.fields[number])
        for order, told in enumerate(agenda, start=1):
            item, _bar, speaker = told.partition(" | ")
            AgendaItem.objects.create(event=event, order=order, title=item, speaker=speaker)
        return event

    def paper(self, event: Event, title: str, *points: str, audience: str = Paper.Audience.REGISTERED) -> Paper:
        """Put a page with these points among an event's papers."""
        content = {"title": f"Beispiel: {title}", "event": f"{event.title}, {event.when}", "points": points}
        pdf = typeset(PAPER, content, made_at=moment(event.date.earliest))
        return Paper.objects.create(
            event=event, title=title, file=ContentFile(pdf, name="unterlage.pdf"), audience=audience
        )

    def hold(self, event: Event, record: Record | None = None, *, by: User | None = None, days: int = 7) -> None:
        """Record that an event took place, and release its minutes some days later where they are told."""
        actions.hold(event, by=self.by, at=moment(event.date.latest))
        if record:
            self.write(event, record)
            day = event.date.latest + datetime.timedelta(days=days)
            actions.release(event.minutes, by=by or self.by, at=moment(day))
            self._after_release(event, record)

    def write(self, event: Event, record: Record) -> None:
        """Write minutes without releasing them."""
        at = moment(event.date.latest)
        minutes = actions.begin_minutes(event, at=at)
        items = list(event.agenda.all())
        for item, text in zip(items, record.notes, strict=False):
            actions.note(item, text=text, seen=0)
        for result in record.results:
            actions.record_outcome(event, self._found(event, result), at=at, item=items[result.item - 1])
        actions.write_minutes(minutes, summary=record.summary, internal=record.internal, seen=0)

    def enrol(self, event: Event, people: Iterable[Person], *, on: Date) -> list[Registration]:
        """Let people register on a day. They have no address yet, so nobody is written to."""
        source = Registration.Source.ONLINE
        return [
            actions.enrol(event, person, at=moment(on) + datetime.timedelta(minutes=7 * number), source=source)
            for number, person in enumerate(people)
        ]

    def give_addresses(self, event: Event) -> None:
        """Give everybody registered an address; who changes something afterwards writes to them."""
        registrations = list(event.registrations.filter(email="", erased_at=None).order_by("pk"))
        for registration in registrations:
            registration.email = f"gast{registration.pk}@example.org"
        Registration.objects.bulk_update(registrations, ["email"])

    def feedback(
        self, registration: Registration, text: str, *, on: Date, wants_talk: bool = False, is_settled: bool = True
    ) -> Feedback:
        """Let somebody registered write what they would have said."""
        feedback = actions.give_feedback(
            registration, text=text, key=registration.key, at=moment(on), wants_talk=wants_talk
        )
        if is_settled:
            actions.settle_feedback(feedback, by=self.by, at=moment(on) + datetime.timedelta(days=2))
        return feedback

    def result_of(self, feedback: Feedback, result: Result, *, on: Date) -> None:
        """Make an outcome of a feedback, and release it."""
        found = self._found(feedback.event, result)
        outcome = actions.record_outcome(feedback.event, found, at=moment(on), feedback=feedback)
        actions.release_outcome(outcome, at=moment(on))
        if result.becomes:
            self._promote(outcome, result.becomes, on=on)

    def _after_release(self, event: Event, record: Record) -> None:
        """Settle what was seen to, and take into the catalogue what belongs there."""
        outcomes = {outcome.title: outcome for outcome in event.outcomes.all()}
        for result in record.results:
            day = event.date.latest + datetime.timedelta(days=result.done or 10)
            if result.done is not None:
                actions.settle_outcome(outcomes[result.title], on=day)
            if result.becomes:
                self._promote(outcomes[result.title], result.becomes, on=day)

    def _found(self, event: Event, result: Result) -> Found:
        links = list(event.field_links.all())
        return Found(
            kind=result.kind,
            title=result.title,
            text=result.text,
            field_of_action=links[0].field_of_action if len(links) == 1 else None,
            owner=result.owner,
            due_on=event.date.latest + datetime.timedelta(days=result.due) if result.due else None,
            is_public=result.is_public,
        )

    def _promote(self, outcome: Outcome, number: str, *, on: Date) -> None:
        entry = CATALOGUE[Outcome.Kind(outcome.kind)]._default_manager.get(concept=self.concept, number=number)
        promote(outcome, entry, by=self.by, at=moment(on))
