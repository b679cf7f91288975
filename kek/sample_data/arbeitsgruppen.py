"""The working groups of the example and their sessions around the day of loading, all invented."""

from __future__ import annotations

import datetime

from district.approximate_date import ApproximateDate
from district.models import Concept, Municipality, User
from workshops import actions
from workshops.models import Event, Membership, WorkingGroup

from . import nordsachsen, sitzungen, termine_2035
from .fortschreibung import Almanac
from .veranstaltungen import AFTERNOON, MORNING, Organiser, Record

Kind = Event.Kind

GROUP_OF_THE_SAMPLE_USER = 3


def load(concept: Concept, *, today: datetime.date) -> None:
    """Load groups, their sessions and all other events of the example as they stand on `today`."""
    almanac = Almanac(today)
    Story(concept, almanac).groups()
    termine_2035.load(concept, almanac=almanac)


class Story:
    """The groups of one concept, told by the project office and by who leads a group."""

    def __init__(self, concept: Concept, almanac: Almanac) -> None:
        self.almanac = almanac
        self.office = nordsachsen.project_office()
        self.chair = User.objects.get(email=nordsachsen.GROUP_CHAIR)
        self.tell = Organiser(concept, self.office)
        self.places = {place.name: place for place in Municipality.objects.all()}
        self.working = self.tell.phase("Arbeitsgruppen und Workshops")

    def groups(self) -> None:
        """Tell of the kick-off, the four groups, their sessions so far and those to come."""
        kick_off = self.tell.event(
            Kind.WORKSHOP,
            "Auftakt der vier Arbeitsgruppen",
            self.almanac.on(-180),
            **MORNING,
            fields=[1, 2, 3, 4],
            agenda=[
                "Begrüßung | Landratsamt",
                "Bilanz der Ziele von 2030 | Projektkoordination",
                "Aufträge der Arbeitsgruppen",
            ],
            topic="Vertreten sind Gemeinden, Betriebe, Vereine, Schulen und Fachämter. Jede Gruppe bekommt ihren Auftrag.",
            place="Schloss Hartenfels, Schloßstraße 27, 04860 Torgau (Beispiel)",
            municipality=self.places["Torgau"],
            phase=self.working,
            milestone=self.tell.milestone("Auftakt der vier Arbeitsgruppen"),
        )
        self.tell.hold(
            kick_off,
            Record("Die vier Arbeitsgruppen haben ihre Aufträge bekommen und die ersten Sitzungen vereinbart."),
        )
        for number, told in sitzungen.GROUPS.items():
            self._group(number, told)

    # What the stories are told with

    def _group(self, number: int, told: sitzungen.Told) -> None:
        members = [
            Membership(
                function=member.function,
                organisation=member.organisation,
                is_chair=member.is_chair,
                user=self.chair if member.is_chair and number == GROUP_OF_THE_SAMPLE_USER else None,
                left_on=self.almanac.day(member.left) if member.left else None,
            )
            for member in told.members
        ]
        group = self.tell.group(
            number, told.name, slug=told.slug, task=told.task, starts=self.almanac.on(-180), members=members
        )
        leads = self.chair if number == GROUP_OF_THE_SAMPLE_USER else self.office
        for count, session in enumerate(told.sessions, start=1):
            self._session(group, told, session, count, by=leads)
        first, *others = told.coming
        title = f"{len(told.sessions) + 1}. Sitzung der Arbeitsgruppe {told.name}"
        ahead = self._plan_session(
            group, told, title, self.almanac.on(first), (sitzungen.OPENING, "Zielentwurf der Gruppe")
        )
        for count, event in enumerate(actions.repeat(ahead, on=[self.almanac.day(offset) for offset in others])):
            event.title = f"{len(told.sessions) + 2 + count}. Sitzung der Arbeitsgruppe {told.name}"
            event.is_public = True
            event.save(update_fields=["title", "is_public"])

    def _session(
        self, group: WorkingGroup, told: sitzungen.Told, session: sitzungen.Session, count: int, *, by: User
    ) -> None:
        title = f"{count}. Sitzung der Arbeitsgruppe {told.name}"
        event = self._plan_session(group, told, title, self.almanac.on(session.offset), session.agenda)
        if session.state == "released":
            self.tell.hold(event, session.record, by=by)
            return
        self.tell.hold(event)
        if session.record:
            self.tell.write(event, session.record)

    def _plan_session(
        self, group: WorkingGroup, told: sitzungen.Told, title: str, date: ApproximateDate, agenda: tuple[str, ...]
    ) -> Event:
        return self.tell.event(
            Kind.GROUP_SESSION,
            title,
            date,
            **AFTERNOON,
            group=group,
            fields=[group.order],
            agenda=agenda,
            place=told.place,
            municipality=self.places[told.municipality],
            phase=self.working,
        )
