"""Groups and events of the KEK Nordsachsen 2030 (FACTS), and what became of the three forums that the pandemic stopped.

Only what is known is told as it was; who registered for the forums and what they wrote is invented and says so (README).
"""

from __future__ import annotations

import datetime
from typing import Any

from district import post
from district.approximate_date import ApproximateDate as When
from district.models import Concept, Municipality
from workshops import actions
from workshops.actions import Person
from workshops.models import Event

from . import nordsachsen
from .chronicle import moment
from .veranstaltungen import EVENING, Organiser, Record, Result

Kind = Event.Kind
Date = datetime.date

GROUPS_CONCLUDED_ON = Date(2019, 12, 31)
REGISTRATION: dict[str, Any] = {
    "registration_opens_on": Date(2020, 10, 5),
    "registration_closes_on": Date(2020, 10, 30),
}
FORUMS_CALLED_OFF_ON = Date(2020, 10, 30)
FEEDBACK_UNTIL = Date(2020, 11, 25)
FORGOTTEN_ON = Date(2021, 2, 1)

# Minutes of the real process are not at hand: what stands in their place says what is known, and that.
NO_WORDING = "Das Protokoll selbst liegt dem Portal nicht vor; dieser Text ist für das Portal geschrieben."
TASK = (
    "Die Arbeitsgruppe erörtert mit den Akteuren in Nordsachsen, was im Handlungsfeld nötig ist, verständigt sich auf "
    "strategische Ziele und entwickelt Projekte und Maßnahmen, die sich umsetzen lassen."
)
GROUPS = (
    (1, "Wirtschaft & Innovation", "wirtschaft-innovation", 3),
    (2, "Bildung & Qualifikation", "bildung-qualifikation", 5),
    (3, "Lebenswerter Landkreis", "lebenswerter-landkreis", 6),
)
WORKSHOPS = (("Infrastruktur & Mobilität", 2), ("Flächen – Natur – Umwelt", 3), ("Tourismus", 4))

# Title as the milestone has it, day, place, municipality, and what people (invented) wrote.
FORUMS = (
    ("Regionalforum Eilenburg", 2, "Bürgerhaus Eilenburg", "Eilenburg", (
        "Zwischen Eilenburg und den Dörfern fehlt abends der Bus. Wer in Leipzig arbeitet, kommt nach der Spätschicht nicht heim.",
        "Bitte denken Sie an die kleinen Handwerksbetriebe, die niemanden für die Nachfolge finden.",
    )),
    ("Regionalforum Collm bei Oschatz", 7, "Collm bei Oschatz", "Wermsdorf", (
        "Im Collmer Land sollte es weiter eine Hausarztpraxis geben, die man ohne Auto erreicht.",
    )),
    ("Regionalforum Torgau", 10, "Haus der Presse, Torgau", "Torgau", (
        "Der Radweg an der Elbe zieht viele Gäste an. Zwischen Bahnhof und Fluss fehlt ein sicheres Stück.",
        "Ich wünsche mir, dass die Ergebnisse nach der Pandemie noch einmal vor Ort vorgestellt werden.",
    )),
)  # fmt: skip
FORUM_TOPIC = (
    "Der Landkreis wollte hier über den Entwurf des Konzepts sprechen. Wer angemeldet war, bekam die Unterlagen, wurde um eine "
    "schriftliche Rückmeldung gebeten und konnte direkt mit der Projektkoordination sprechen.\n\n"
    "Beispiel: Unterlage, Anmeldungen und Rückmeldungen auf dieser Seite sind erfunden."
)
GUESTS = 4
PAPER = (
    "Wirtschaft & Innovation: Betriebe, Fachkräfte und Flächen.",
    "Bildung & Qualifikation: Schulen, Ausbildung und lebenslanges Lernen.",
    "Lebenswerter Landkreis: Wohnen, Versorgung und Ehrenamt in Städten und Dörfern.",
    "Infrastruktur & Mobilität: Wege, Netze, Natur und Klima.",
)


def load(concept: Concept) -> None:
    """Tell of the groups and events before the process is closed."""
    tell = Organiser(concept, nordsachsen.project_office())
    _talks(tell)
    _groups_and_workshops(tell)
    _mayors(tell)
    _forums(tell)


def _talks(tell: Organiser) -> None:
    talks = tell.event(
        Kind.EXPERT_TALK,
        "Fachgespräche im Landratsamt und mit Fachleuten von außen",
        When.month(2019, 2),
        topic=(
            "Ab Februar 2019 fanden laufend Fachgespräche statt. Zusammen mit den statistischen Analysen zeigten sie die Stärken "
            "und Schwächen, die Chancen und Risiken für die Entwicklung des Landkreises."
        ),
        phase=tell.phase("Analyse"),
        milestone=tell.milestone("Beginn der Fachgespräche"),
    )
    tell.hold(talks, Record(f"Beispiel: Die Gespräche begannen im Februar 2019. {NO_WORDING}"))


def _groups_and_workshops(tell: Organiser) -> None:
    phase = tell.phase("Arbeitsgruppen und Workshops")
    for number, name, slug, day in GROUPS:
        date = When.day(2019, 6, day)
        group = tell.group(number, name, slug=slug, task=TASK, starts=date, concluded_on=GROUPS_CONCLUDED_ON)
        session = tell.event(
            Kind.GROUP_SESSION,
            f"Erste Sitzung der Arbeitsgruppe {name}",
            date,
            group=group,
            fields=[number],
            topic="Die Arbeitsgruppe nimmt ihre Arbeit auf.",
            phase=phase,
            milestone=tell.milestone(f"Arbeitsgruppe {name} nimmt die Arbeit auf"),
        )
        tell.hold(session, Record(f"Beispiel: Die Arbeitsgruppe hat ihre Arbeit aufgenommen. {NO_WORDING}"))
    for name, day in WORKSHOPS:
        workshop = tell.event(
            Kind.WORKSHOP,
            f"Workshop {name}",
            When.day(2019, 7, day),
            fields=[4] if name == "Infrastruktur & Mobilität" else [],
            topic="Ein Workshop zu einem Querschnittsthema, das alle Arbeitsgruppen angeht.",
            phase=phase,
            milestone=tell.milestone(f"Workshop {name}"),
        )
        tell.hold(
            workshop,
            Record(
                f"Beispiel: Der Workshop hat ein Thema behandelt, das quer zu allen Fachgebieten liegt. {NO_WORDING}"
            ),
        )


def _mayors(tell: Organiser) -> None:
    mayors = tell.event(
        Kind.MAYORS,
        "Diskussion mit den Bürgermeisterinnen und Bürgermeistern",
        When.year(2020),
        topic="In mehreren Veranstaltungsformaten wurden die Ergebnisse der Arbeitsgruppen und Workshops diskutiert und geschärft.",
        phase=tell.phase("Diskussion und Beteiligung"),
        milestone=tell.milestone("Diskussion mit den Bürgermeisterinnen und Bürgermeistern"),
    )
    tell.hold(mayors, Record(f"Beispiel: Die Ergebnisse wurden im Jahr 2020 mehrmals besprochen. {NO_WORDING}"), days=0)


def _forums(tell: Organiser) -> None:
    """Everybody could register; three days before the first forum all were called off, and people wrote instead."""
    phase = tell.phase("Diskussion und Beteiligung")
    forums = [
        tell.event(
            Kind.FORUM,
            title,
            When.day(2020, 11, day),
            **EVENING,
            place=place,
            municipality=Municipality.objects.get(name=municipality),
            admission=Event.Admission.OPEN,
            topic=FORUM_TOPIC,
            phase=phase,
            milestone=tell.milestone(title),
            **REGISTRATION,
        )
        for title, day, place, municipality, _texts in FORUMS
    ]
    guests = {
        forum: tell.enrol(forum, [Person(f"Gast {number}") for number in range(1, GUESTS + 1)], on=Date(2020, 10, 12))
        for forum in forums
    }
    for forum in forums:
        tell.paper(forum, "Das Konzept in vier Handlungsfeldern (Beispiel)", *PAPER)
        tell.give_addresses(forum)
        actions.call_off(
            forum,
            reason="Wegen der Corona-Pandemie konnte das Forum nicht stattfinden.",
            by=tell.by,
            at=moment(FORUMS_CALLED_OFF_ON),
            feedback_until=FEEDBACK_UNTIL,
        )
    written = [
        tell.feedback(guest, f"Beispiel: {text}", on=Date(2020, 11, 9 + number), wants_talk=number == 1)
        for (*_place, texts), forum in zip(FORUMS, forums, strict=True)
        for number, (guest, text) in enumerate(zip(guests[forum], texts, strict=False))
    ]
    need = Result(
        "need",
        "Beispiel: Abends fehlt der Bus von Eilenburg in die Dörfer",
        "Aus einer schriftlichen Rückmeldung zum abgesagten Regionalforum. Rückmeldung und Ergebnis sind erfunden.",
    )
    tell.result_of(written[0], need, on=Date(2020, 11, 27))
    actions.expire(at=moment(FORGOTTEN_ON))
    post.forget(at=moment(FORGOTTEN_ON) + 2 * post.KEPT)
