"""Workshops, talks and forums of the example around the day of loading, all invented.

There is always something to come, something full, something called off, and something that waits for the office.
"""

from __future__ import annotations

import datetime
from typing import Any

from district.models import Concept, Municipality
from workshops import actions
from workshops.actions import Person, When
from workshops.models import Event, Mailing, Paper, Registration

from . import nordsachsen, sitzungen
from .chronicle import moment
from .fortschreibung import Almanac
from .veranstaltungen import AFTERNOON, EVENING, MORNING, Organiser

Kind = Event.Kind
Audience = Paper.Audience

ACCESS = (
    "Der Eingang ist ohne Stufen, eine Toilette für Menschen im Rollstuhl ist da. Auf Wunsch kommt jemand, der in Gebärdensprache "
    "übersetzt: Bitte schreiben Sie es bei der Anmeldung. Fragen beantwortet die Projektkoordination."
)
ORGANISATIONS = ("", "Heimatverein", "Ortsfeuerwehr", "", "Gemeinderat", "Landfrauenverein", "", "Handwerksbetrieb")
REQUIREMENTS = {3: "Platz für einen Rollstuhl", 7: "Gebärdensprache"}


def load(concept: Concept, *, almanac: Almanac) -> None:
    """Load the events of the example; of those long past nobody knows any more who was there."""
    story = Story(concept, almanac)
    story.workshops()
    story.called_off()
    story.coming()
    story.waiting_for_the_office()
    actions.expire(at=moment(almanac.today))
    story.give_addresses()


class Story:
    """The events of one concept, told by the project office."""

    def __init__(self, concept: Concept, almanac: Almanac) -> None:
        self.concept, self.almanac = concept, almanac
        self.office = nordsachsen.project_office()
        self.tell = Organiser(concept, self.office)
        self.places = {place.name: place for place in Municipality.objects.all()}
        self.working = self.tell.phase("Arbeitsgruppen und Workshops")
        self.drafting = self.tell.phase("Entwurf und Abstimmung")

    def workshops(self) -> None:
        """Tell of the two workshops that took place; of the later one it is still known who was there."""
        mobility = self.tell.event(
            Kind.WORKSHOP,
            "Workshop Mobilität zwischen Heide, Mulde und Elbe",
            self.almanac.on(-120),
            **MORNING,
            fields=[4],
            agenda=["Begrüßung | Landratsamt", "Anschlüsse, Rufbusse und Radwege an drei Tischen", "Was wir mitnehmen"],
            topic="Thema sind Anschlüsse an die S-Bahn, Rufbusse und Radwege.",
            place="Bürgerhaus, Am Markt 3, 04838 Eilenburg (Beispiel)",
            municipality=self.places["Eilenburg"],
            accessibility=ACCESS,
            phase=self.working,
            milestone=self.tell.milestone("Workshop Mobilität zwischen Heide, Mulde und Elbe"),
        )
        self.tell.paper(
            mobility, "Karte der Anschlüsse", "Sechs Bahnhöfe, an denen Busse warten.", "Zwölf Orte ohne Bus am Abend.",
            audience=Audience.PUBLIC,
        )  # fmt: skip
        self.tell.hold(mobility, sitzungen.MOBILITY)
        water = self.tell.event(
            Kind.WORKSHOP,
            "Workshop Wasser, Boden und Energie",
            self.almanac.on(-48),
            **MORNING,
            **self._registration(-48, opens=-80, days_before=5),
            fields=[1, 4],
            agenda=["Begrüßung | Landratsamt", "Wasser in Zahlen | Umweltamt", "Arbeit in vier Gruppen"],
            topic="Thema sind Trockenheit, Hochwasserschutz und Flächen für erneuerbare Energien.",
            place="Haus der Begegnung, Bahnhofstraße 4, 04860 Torgau (Beispiel)",
            municipality=self.places["Torgau"],
            accessibility=ACCESS,
            seats=40,
            phase=self.working,
            milestone=self.tell.milestone("Workshop Wasser, Boden und Energie"),
        )
        self.tell.paper(
            water, "Wasser in Zahlen", "Pegel von Mulde und Elbe.", "Grundwasser seit 2005.", audience=Audience.PUBLIC
        )
        self.tell.paper(water, "Gespräche mit Eigentümern", "Stand der Gespräche.", audience=Audience.INTERNAL)
        guests = self.tell.enrol(water, people(16), on=self.almanac.day(-70))
        for guest in guests[:13]:
            actions.tick(guest, present=True, at=moment(water.date.latest))
        actions.walk_in(water, Person("Gast 17", organisation="Presse"), at=moment(water.date.latest))
        self.tell.hold(water, sitzungen.WATER)

    def called_off(self) -> None:
        """Tell of what did not take place: long ago and dealt with, just now and still open, moved, and put off."""
        self._tourism()
        self._heath()
        self._moved_and_put_off()

    def coming(self) -> None:
        """Tell of what is ahead: for all with seats left, full, online, by invitation, and not fixed yet."""
        forum = self._open(
            Kind.FORUM, "Bürgerforum zu den Eckpunkten", 16, "Bürgerhaus, Am Markt 3, 04838 Eilenburg (Beispiel)", "Eilenburg", opens=-14, seats=80,
            topic="Die Arbeitsgruppen stellen ihre Eckpunkte vor. Sie sagen, was fehlt, was stört und was zuerst kommen soll.",
            agenda=["Begrüßung | Landratsamt", "Eckpunkte der vier Arbeitsgruppen | Leitungen der Arbeitsgruppen", "Gespräch an vier Tischen"],
            fields=[1, 2, 3, 4],
        )  # fmt: skip
        self.tell.paper(
            forum, "Eckpunkte auf einer Seite", "Vier Handlungsfelder.", "Acht Ziele.", audience=Audience.PUBLIC
        )
        self.tell.enrol(forum, people(23), on=self.almanac.day(-9))
        shops = self._open(
            Kind.WORKSHOP, "Werkstatt Dorfläden und Treffpunkte", 12, "Dorfladen, Dorfstraße 7, 04874 Belgern-Schildau (Beispiel)", "Belgern-Schildau", opens=-30, seats=12,
            topic="Wir besuchen einen Dorfladen und rechnen gemeinsam durch, was ein zweiter braucht.",
            agenda=["Rundgang | Dorfladen-Genossenschaft an der Elbe", "Was ein Laden braucht", "Nächste Schritte"],
            fields=[3],
        )  # fmt: skip
        guests = self.tell.enrol(shops, people(17), on=self.almanac.day(-21))
        actions.cancel(guests[4], at=moment(self.almanac.day(-8)))
        self._open(
            Kind.ONLINE, "Online-Sprechstunde zu den Eckpunkten", 5, "", "", opens=-14,
            topic="Eine Stunde für Ihre Fragen, ohne Anfahrt. Den Zugang bekommen Sie mit der Bestätigung.",
            online_url="https://konferenz.example/sprechstunde", fields=[1, 2, 3, 4],
        )  # fmt: skip
        self._by_invitation()
        self.tell.event(
            Kind.FORUM,
            "Regionalforen in Delitzsch, Oschatz und Torgau",
            self.almanac.month(112),
            admission=Event.Admission.OPEN,
            topic="Drei Abende zum Entwurf. Tage und Orte stehen noch nicht fest.",
            fields=[1, 2, 3, 4],
            phase=self.tell.phase("Diskussion und Beteiligung"),
            milestone=self.tell.milestone("Regionalforen in Delitzsch, Oschatz und Torgau"),
        )

    def waiting_for_the_office(self) -> None:
        """Tell of what nobody has dealt with: an event not recorded, one that is not announced, mayors not yet invited."""
        self.tell.event(
            Kind.EXPERT_TALK,
            "Fachgespräch Ausbildung und Rückkehr",
            self.almanac.on(-4),
            **AFTERNOON,
            fields=[2],
            agenda=["Warum junge Leute gehen | Berufsberatung", "Was sie zurückbringt"],
            topic="Ausbilderinnen, Ausbilder und Zurückgekehrte berichten.",
            place="Berufsschulzentrum, Aula, Schulstraße 9, 04838 Eilenburg (Beispiel)",
            municipality=self.places["Eilenburg"],
            phase=self.drafting,
        )
        self.tell.event(
            Kind.EXPERT_TALK,
            "Vorbereitung der Regionalforen",
            self.almanac.on(11),
            **AFTERNOON,
            topic="Räume, Moderation und Technik.",
            is_public=False,
            phase=self.drafting,
        )
        mayors = self.tell.event(
            Kind.MAYORS,
            "Gespräch mit den Bürgermeisterinnen und Bürgermeistern",
            self.almanac.on(19),
            **MORNING,
            **self._registration(19, opens=-5, days_before=4),
            fields=[1, 2, 3, 4],
            agenda=["Stand der Fortschreibung | Projektkoordination", "Was die Gemeinden brauchen"],
            topic="Die Zielentwürfe der Arbeitsgruppen werden mit den Städten und Gemeinden besprochen.",
            place="Schloss Hartenfels, Schloßstraße 27, 04860 Torgau (Beispiel)",
            municipality=self.places["Torgau"],
            phase=self.drafting,
            milestone=self.tell.milestone("Gespräch mit den Bürgermeisterinnen und Bürgermeistern"),
        )
        offices = [
            Person("Bürgermeisteramt", organisation=f"{place.get_kind_display()} {name}")
            for name, place in self.places.items()
        ]
        actions.invite(mayors, offices, at=moment(self.almanac.day(-5)))

    def give_addresses(self) -> None:
        """Give an address to everybody who takes part in something; nobody is written to any more."""
        for event in Event.objects.filter(concept=self.concept, registrations__isnull=False).distinct().order_by("pk"):
            self.tell.give_addresses(event)

    # What the stories are told with

    def _open(
        self, kind: Kind, title: str, offset: int, place: str, municipality: str, *, opens: int, **more: Any
    ) -> Event:
        """Plan an evening for everybody who registers in time."""
        return self.tell.event(
            kind,
            title,
            self.almanac.on(offset),
            **EVENING,
            **self._registration(offset, opens=opens, days_before=1),
            place=place,
            municipality=self.places[municipality] if municipality else None,
            accessibility=ACCESS if place else "Wir zeigen Untertitel. Sie können auch nur mit dem Telefon zuhören.",
            admission=Event.Admission.OPEN,
            phase=self.drafting,
            **more,
        )

    def _registration(self, offset: int, *, opens: int, days_before: int) -> dict[str, Any]:
        closes = self.almanac.day(offset) - datetime.timedelta(days=days_before)
        return {"registration_opens_on": self.almanac.day(opens), "registration_closes_on": closes}

    def _tourism(self) -> None:
        tourism = self.tell.event(
            Kind.WORKSHOP,
            "Workshop Kulturlandschaft und Tourismus",
            self.almanac.on(-76),
            **MORNING,
            **self._registration(-76, opens=-110, days_before=6),
            fields=[3],
            agenda=["Begrüßung | Landratsamt", "Gäste zwischen Heide und Elbe", "Ideen für ein Netz der Wege"],
            topic="Wie Kulturlandschaft und Tourismus zusammenpassen.",
            place="Kurhaus, Parkstraße 2, 04849 Bad Düben (Beispiel)",
            municipality=self.places["Bad Düben"],
            admission=Event.Admission.OPEN,
            phase=self.working,
            milestone=self.tell.milestone("Workshop Kulturlandschaft und Tourismus"),
        )
        guests = self.tell.enrol(tourism, people(5), on=self.almanac.day(-100))
        actions.call_off(
            tourism,
            reason="Es gab zu wenige Anmeldungen; die Arbeitsgruppe Lebenswerter Landkreis übernimmt das Thema.",
            by=self.office,
            at=moment(self.almanac.day(-85)),
            feedback_until=self.almanac.day(-60),
        )
        written = [
            self.tell.feedback(guest, text, on=self.almanac.day(-78 + number))
            for number, (guest, text) in enumerate(zip(guests, sitzungen.TOURISM_FEEDBACK, strict=False))
        ]
        self.tell.result_of(written[0], sitzungen.TOURISM_RESULT, on=self.almanac.day(-58))

    def _heath(self) -> None:
        """A forum of the next days, called off just now: people are writing."""
        heath = self._open(
            Kind.FORUM, "Bürgerforum Dübener Heide", 2, "Kurhaus, Parkstraße 2, 04849 Bad Düben (Beispiel)", "Bad Düben", opens=-40, seats=60,
            topic="Ein Abend zu Bus, Wald und Wasser in der Dübener Heide.",
            agenda=["Begrüßung | Landratsamt", "Was die Heide braucht"],
            fields=[3, 4],
        )  # fmt: skip
        self.tell.paper(
            heath, "Die Dübener Heide in Zahlen", "Vierzehn Orte.", "Drei Buslinien.", "Ein Wald, der trocken wird."
        )
        guests = self.tell.enrol(heath, people(6), on=self.almanac.day(-25))
        self.tell.give_addresses(heath)
        actions.call_off(
            heath,
            reason=sitzungen.HEATH_REASON,
            by=self.office,
            at=moment(self.almanac.day(-5)),
            feedback_until=self.almanac.day(14),
            message="Die Unterlagen bekommen Sie trotzdem. Wir würden gern lesen, was Sie an dem Abend sagen wollten.",
        )
        for number, (guest, text) in enumerate(zip(guests, sitzungen.HEATH_FEEDBACK, strict=False)):
            self.tell.feedback(guest, text, on=self.almanac.day(-3), wants_talk=number == 1, is_settled=number == 2)

    def _moved_and_put_off(self) -> None:
        doctors = self.tell.event(
            Kind.EXPERT_TALK,
            "Fachgespräch Hausärztliche Versorgung",
            self.almanac.on(-3),
            **AFTERNOON,
            **self._registration(-3, opens=-40, days_before=2),
            fields=[3],
            agenda=["Lage der Praxen | Gesundheitsamt", "Stipendien und Gemeindeschwestern"],
            topic="Ärztinnen, Ärzte, Kassen und Gemeinden sprechen darüber, wie Praxen im Osten des Landkreises bleiben.",
            place="Landratsamt, Schloßstraße 27, 04860 Torgau (Beispiel)",
            municipality=self.places["Torgau"],
            admission=Event.Admission.OPEN,
            seats=30,
            phase=self.drafting,
        )
        self.tell.enrol(doctors, people(3), on=self.almanac.day(-30))
        self.tell.give_addresses(doctors)
        actions.reschedule(
            doctors,
            to=When(self.almanac.on(23), **AFTERNOON),
            reason="Die Kassenärztliche Vereinigung kann erst an diesem Tag teilnehmen.",
            by=self.office,
            at=moment(self.almanac.day(-10)),
        )
        meadows = self.tell.event(
            Kind.EXPERT_TALK,
            "Fachgespräch Auenwiesen an der Mulde",
            self.almanac.on(4),
            **AFTERNOON,
            fields=[4],
            topic="Was geschieht mit den Wiesen, wenn der Deich zurückverlegt wird?",
            place="Landratsamt, Außenstelle, Bahnhofstraße 12, 04838 Eilenburg (Beispiel)",
            municipality=self.places["Eilenburg"],
            phase=self.drafting,
        )
        actions.postpone(
            meadows,
            reason="Das Gutachten liegt noch nicht vor.",
            by=self.office,
            at=moment(self.almanac.day(-2)),
        )

    def _by_invitation(self) -> None:
        """A workshop for invited people: some said yes, some no, some nothing yet."""
        areas = self.tell.event(
            Kind.WORKSHOP,
            "Werkstatt Gewerbeflächen an der Bahn",
            self.almanac.on(9),
            **MORNING,
            **self._registration(9, opens=-12, days_before=3),
            fields=[1],
            agenda=["Brachen mit Gleisanschluss | Amt für Wirtschaftsförderung", "Wer macht mit?"],
            topic="Gemeinden, Bahn und Betriebe gehen die Liste der Brachen durch.",
            place="Gründerzentrum an der Mulde, Mühlstraße 8, 04838 Eilenburg (Beispiel)",
            municipality=self.places["Eilenburg"],
            seats=16,
            phase=self.drafting,
        )
        self.tell.paper(areas, "Liste der Brachen", "Elf Grundstücke mit Gleis.")
        self.tell.paper(areas, "Preise der Grundstücke", "Vertraulich.", audience=Audience.INTERNAL)
        invited = [Person(f"Gast {number}", f"eingeladen{number}@example.org", name) for number, name in enumerate(
            ("Stadt Delitzsch", "Stadt Eilenburg", "Gemeinde Rackwitz", "Logistikbetrieb am Flughafen",
             "Gleisbaubetrieb", "Gemeinde Mockrehna", "Handwerksverbund zwischen Mulde und Elbe", "Stadt Torgau"),
            start=1,
        )]  # fmt: skip
        actions.invite(areas, invited, at=moment(self.almanac.day(-12)))
        actions.send(
            areas,
            kind=Mailing.Kind.INVITATION,
            audience=Mailing.Audience.INVITED,
            subject="Einladung: Werkstatt Gewerbeflächen an der Bahn",
            text="wir laden Sie herzlich ein, die Liste der Brachen mit uns durchzugehen.",
            by=self.office,
            at=moment(self.almanac.day(-11)),
        )
        guests = list(Registration.objects.filter(event=areas).order_by("pk"))
        for guest in guests[:4]:
            actions.accept(guest, at=moment(self.almanac.day(-7)))
        for guest in guests[4:6]:
            actions.cancel(guest, at=moment(self.almanac.day(-6)))
        actions.send(
            areas,
            kind=Mailing.Kind.MESSAGE,
            audience=Mailing.Audience.CONFIRMED,
            subject="Bitte bringen Sie Pläne mit",
            text="falls Sie Pläne der Grundstücke haben, bringen Sie sie bitte zur Werkstatt mit.",
            by=self.office,
            at=moment(self.almanac.day(-2)),
        )


def people(count: int) -> list[Person]:
    """Return invented people, some for an organisation, some with a wish."""
    return [
        Person(
            f"Gast {number}",
            organisation=ORGANISATIONS[number % len(ORGANISATIONS)],
            requirements=REQUIREMENTS.get(number, ""),
        )
        for number in range(1, count + 1)
    ]
