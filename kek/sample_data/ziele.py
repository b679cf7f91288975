"""Needs, goals and measures of the Fortschreibung: all invented, as believable as the example they belong to.

The concept itself is marked as an example, and so is each of its pages.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from catalogue.actions import move
from catalogue.models import Entry, Goal, Measure, Need, State
from district.models import Concept, FieldOfAction

from . import nordsachsen

_Row = TypeVar("_Row", bound=Entry)


@dataclass(frozen=True)
class Told:
    """An entry as the tables below tell it; `answers_to` are the numbers of needs (goals) or goals (measures)."""

    number: str
    title: str
    text: str
    answers_to: tuple[str, ...] = ()
    state: State = State.PROPOSED
    reason: str = ""

    @property
    def parent(self) -> str:
        """The number of the strategic goal above, „Z 1“ of „Z 1.2“; empty for one that stands for itself."""
        return self.number.rpartition(".")[0]


# By the number of the field of action.
NEEDS: dict[int, tuple[Told, ...]] = {
    1: (
        Told(
            "B 1.1",
            "Viele Handwerksbetriebe finden keine Nachfolge",
            "In den nächsten zehn Jahren geben zahlreiche Inhaberinnen und Inhaber ihren Betrieb aus Altersgründen auf. "
            "Wo niemand übernimmt, gehen Aufträge, Ausbildungsplätze und Können verloren.",
        ),
        Told(
            "B 1.2",
            "Gewerbeflächen an der Bahn werden knapp",
            "Betriebe, die ihre Güter auf die Schiene bringen wollen, finden kaum noch passende Grundstücke. Zugleich "
            "liegen alte Anschlussgleise brach.",
        ),
        Told(
            "B 1.3",
            "Trockene Sommer treffen Höfe und Betriebe",
            "Auf den leichten Böden zwischen Mulde und Elbe sinkt das Grundwasser. Landwirtschaft, Gartenbau und "
            "Ernährungsgewerbe brauchen Wege, mit weniger Wasser auszukommen.",
        ),
    ),
    2: (
        Told(
            "B 2.1",
            "Der Weg zur Berufsschule ist für viele zu lang",
            "Wer in der Dübener Heide oder im Norden des Landkreises wohnt, ist morgens oft mehr als anderthalb Stunden "
            "unterwegs. Das hält Jugendliche von einer Ausbildung in der Heimat ab.",
        ),
        Told(
            "B 2.2",
            "In Kitas und Schulen auf dem Land fehlen Fachkräfte",
            "Stellen in kleinen Einrichtungen bleiben länger unbesetzt als in der Nähe von Leipzig. Unterricht und "
            "Betreuung fallen dort häufiger aus.",
        ),
        Told(
            "B 2.3",
            "Wer zum Lernen fortzieht, kommt selten zurück",
            "Nach Ausbildung oder Studium fehlt vielen der Überblick, welche Stellen und Wohnungen es in der alten Heimat gibt.",
        ),
    ),
    3: (
        Told(
            "B 3.1",
            "Hausarztpraxen werden nicht nachbesetzt",
            "Ein großer Teil der Hausärztinnen und Hausärzte geht bis 2035 in den Ruhestand. Schon heute nehmen Praxen im "
            "Osten des Landkreises keine neuen Patientinnen und Patienten mehr auf.",
        ),
        Told(
            "B 3.2",
            "In kleinen Orten fehlt ein Laden",
            "Wer kein Auto fährt, erreicht in vielen Dörfern keinen Ort zum Einkaufen. Mit dem Laden geht auch der Treffpunkt.",
        ),
        Told(
            "B 3.3",
            "Vereine finden keinen Nachwuchs für den Vorstand",
            "Anträge, Abrechnungen und Haftungsfragen schrecken ab. Feuerwehren, Sport- und Heimatvereine bitten um "
            "Entlastung.",
        ),
    ),
    4: (
        Told(
            "B 4.1",
            "Abends und am Wochenende fährt in vielen Orten kein Bus",
            "Außerhalb der Schulzeiten sind Dörfer abseits der Bahn kaum angebunden. Anschlüsse an die S-Bahn werden "
            "oft knapp verpasst.",
        ),
        Told(
            "B 4.2",
            "Die Radwege an Mulde und Elbe haben Lücken",
            "Alltagsradler und Gäste müssen auf Landstraßen ausweichen. Zwischen Bahnhöfen und Radwegen fehlen sichere "
            "Zubringer.",
        ),
        Told(
            "B 4.3",
            "Auf Hochwasser folgt Trockenheit",
            "Die Fluten von 2002 und 2013 und die Dürre seit 2018 haben gezeigt, dass Vorsorge beides umfassen muss.",
        ),
    ),
}

GOALS: dict[int, tuple[Told, ...]] = {
    1: (
        Told(
            "Z 1",
            "Betriebe bleiben in der Region",
            "Handwerk und Mittelstand im Landkreis werden weitergeführt und neu gegründet.",
            ("B 1.1",),
            State.AGREED,
        ),
        Told(
            "Z 1.1",
            "Jeder zweite Betrieb, der übergeben werden soll, findet bis 2030 eine Nachfolge im Landkreis",
            "Gezählt werden Betriebe, die sich bei den Kammern oder der Wirtschaftsförderung gemeldet haben.",
            ("B 1.1",),
            State.AGREED,
        ),
        Told(
            "Z 1.2",
            "Wer gründet, bekommt Rat aus einer Hand",
            "Eine Anlaufstelle begleitet von der Idee bis zum ersten Auftrag und kennt die Wege zu Förderung und Räumen.",
            ("B 1.1",),
        ),
        Told(
            "Z 2",
            "Die Wirtschaft wächst mit weniger Fläche und weniger Wasser",
            "Vorhandenes wird genutzt, bevor neuer Boden versiegelt wird.",
            ("B 1.2", "B 1.3"),
        ),
        Told(
            "Z 2.1",
            "Neue Gewerbeflächen entstehen zuerst an der Bahn und auf Brachen",
            "Grundstücke mit Gleisanschluss werden gesichert und gemeinsam von mehreren Gemeinden vermarktet.",
            ("B 1.2",),
        ),
        Told(
            "Z 2.2",
            "Landwirtschaft und Gewerbe entnehmen ein Fünftel weniger Grundwasser",
            "Vergleichsjahr ist 2025. Der Weg dahin führt über Speicher, sparsame Bewässerung und Brauchwasser.",
            ("B 1.3", "B 4.3"),
        ),
    ),
    2: (
        Told(
            "Z 3",
            "Berufliche Bildung bleibt erreichbar",
            "Jugendliche können im Landkreis lernen, was die Betriebe brauchen.",
            ("B 2.1",),
        ),
        Told(
            "Z 3.1",
            "Alle Standorte der Berufsschulzentren bleiben erhalten und arbeiten zusammen",
            "Klassen werden zwischen den Standorten abgestimmt, Fachunterricht wird zeitweise digital geteilt.",
            ("B 2.1", "B 2.2"),
            State.AGREED,
        ),
        Told(
            "Z 3.2",
            "Kein Weg zur Berufsschule dauert länger als eine Stunde",
            "Wo Bus und Bahn das nicht leisten, gibt es Fahrdienste oder Wohnheimplätze.",
            ("B 2.1",),
        ),
        Told(
            "Z 4",
            "Wer hier lernt, findet hier eine Zukunft",
            "Junge Menschen kennen die Möglichkeiten in ihrer Nähe, bevor sie sich für einen Ort entscheiden.",
            ("B 2.2", "B 2.3"),
        ),
        Told(
            "Z 4.1",
            "Jede Oberschule und jedes Gymnasium arbeitet mit mindestens fünf Betrieben zusammen",
            "Praktika, Werkstatttage und Besuche im Unterricht gehören fest zum Schuljahr.",
            ("B 2.3",),
        ),
        Told(
            "Z 4.2",
            "Rückkehr wird leicht gemacht",
            "Eine Stelle vermittelt Arbeit, Wohnung und Kitaplatz zusammen.",
            ("B 2.3", "B 2.2"),
        ),
    ),
    3: (
        Told(
            "Z 5",
            "Medizin und Pflege sind in der Nähe",
            "Menschen jeden Alters werden gut versorgt, auch ohne eigenes Auto.",
            ("B 3.1",),
        ),
        Told(
            "Z 5.1",
            "Die nächste Hausarztpraxis ist in höchstens 20 Minuten erreichbar",
            "Gemessen wird die Fahrzeit mit dem Auto und, wo es sie gibt, mit Bus und Bahn.",
            ("B 3.1",),
            State.AGREED,
        ),
        Told(
            "Z 5.2",
            "Ältere Menschen können in ihrem Ort bleiben",
            "Pflege, Hilfe im Haushalt und barrierefreie Wohnungen gibt es auch in kleinen Gemeinden.",
            ("B 3.1", "B 3.2"),
        ),
        Told(
            "Z 6",
            "Jeder Ort hat einen Mittelpunkt",
            "Ob Laden, Vereinsheim oder Bürgerhaus: Es gibt einen Platz, an dem man einander trifft.",
            ("B 3.2", "B 3.3"),
        ),
        Told(
            "Z 6.1",
            "Einkaufen geht in höchstens fünf Kilometern Entfernung",
            "Gezählt werden Läden, Wochenmärkte und rollende Geschäfte mit Waren des täglichen Bedarfs.",
            ("B 3.2",),
        ),
        Told(
            "Z 6.2",
            "Das Ehrenamt wird von Verwaltungsarbeit entlastet",
            "Vereine finden Hilfe bei Anträgen, Abrechnung und Versicherung.",
            ("B 3.3",),
        ),
    ),
    4: (
        Told(
            "Z 7",
            "Mobil ohne eigenes Auto",
            "Bus, Bahn und Rad werden zur verlässlichen Wahl, auch abends und am Wochenende.",
            ("B 4.1", "B 4.2"),
        ),
        Told(
            "Z 7.1",
            "Jeder Ort ist mindestens stündlich mit Bus oder Bahn erreichbar",
            "Das gilt täglich von 6 bis 22 Uhr. In kleinen Orten zählt auch ein Rufbus, der eine Stunde vorher bestellt wird.",
            ("B 4.1",),
            State.AGREED,
        ),
        Told(
            "Z 7.2",
            "Die Radwege an Mulde und Elbe sind ohne Lücke befahrbar",
            "Von den Bahnhöfen führen sichere Zubringer an die Flüsse.",
            ("B 4.2",),
        ),
        Told(
            "Z 8",
            "Gewappnet für Hochwasser und Trockenheit",
            "Wasser wird bei Hochwasser zurückgehalten und für trockene Zeiten gespeichert.",
            ("B 4.3",),
        ),
        Told(
            "Z 8.1",
            "Mulde und Elbe bekommen mehr Raum",
            "Auen werden wieder angebunden, wo keine Siedlung betroffen ist.",
            ("B 4.3",),
        ),
        Told(
            "Z 8.2",
            "Orte speichern Regenwasser, statt es abzuleiten",
            "Teiche, Zisternen und Mulden halten das Wasser dort, wo es fällt.",
            ("B 4.3", "B 1.3"),
        ),
    ),
}

MEASURES: dict[int, tuple[Told, ...]] = {
    1: (
        Told(
            "M 1.01",
            "Nachfolgebörse für das Handwerk",
            "Die Wirtschaftsförderung bringt gemeinsam mit den Kammern Betriebe und Interessierte zusammen: mit einer "
            "vertraulichen Vermittlung, drei Abenden im Jahr und einem Probejahr im Betrieb.",
            ("Z 1.1",),
            State.AGREED,
        ),
        Told(
            "M 1.02",
            "Gründungslotsen in Eilenburg und Torgau",
            "Zwei Fachleute beraten an je zwei Tagen in der Woche und helfen bei Anträgen auf Förderung.",
            ("Z 1.2",),
        ),
        Told(
            "M 1.03",
            "Verzeichnis der Brachen mit Gleisanschluss",
            "Alle Grundstücke an Bahnstrecken werden erfasst, bewertet und den Gemeinden als Karte bereitgestellt.",
            ("Z 2.1",),
        ),
        Told(
            "M 1.04",
            "Modellhöfe für sparsame Bewässerung",
            "Vier Höfe erproben Tröpfchenbewässerung, Speicherteiche und trockenfeste Sorten und zeigen die Ergebnisse "
            "auf Feldtagen.",
            ("Z 2.2", "Z 8.2"),
        ),
    ),
    2: (
        Told(
            "M 2.01",
            "Frühbus zu den Berufsschulzentren",
            "Auf drei Linien fährt an Schultagen ein zusätzlicher Bus, der auf den Unterrichtsbeginn abgestimmt ist.",
            ("Z 3.2", "Z 7.1"),
        ),
        Told(
            "M 2.02",
            "Wohnheimplätze für Auszubildende in Torgau",
            "In einem leer stehenden Gebäude nahe dem Bahnhof entstehen 40 Plätze.",
            ("Z 3.1", "Z 3.2"),
        ),
        Told(
            "M 2.03",
            "Praktikumswoche Nordsachsen",
            "In den Ferien lernen Jugendliche an fünf Tagen fünf Betriebe kennen. Anmeldung und Einteilung laufen über ein "
            "gemeinsames Portal.",
            ("Z 4.1",),
            State.AGREED,
        ),
        Told(
            "M 2.04",
            "Rückkehrtag zwischen Weihnachten und Neujahr",
            "Wenn viele ihre Familien besuchen, stellen sich Betriebe, Kitas und Wohnungsgesellschaften vor.",
            ("Z 4.2",),
        ),
    ),
    3: (
        Told(
            "M 3.01",
            "Stipendien für angehende Landärztinnen und Landärzte",
            "Wer sich verpflichtet, fünf Jahre im Landkreis zu arbeiten, wird im Studium unterstützt.",
            ("Z 5.1",),
        ),
        Told(
            "M 3.02",
            "Gemeindeschwestern für die Dübener Heide und das Collmer Land",
            "Pflegefachkräfte besuchen ältere Menschen zu Hause, erkennen Hilfebedarf früh und entlasten die Praxen.",
            ("Z 5.1", "Z 5.2"),
        ),
        Told(
            "M 3.03",
            "Anschubhilfe für Dorfläden",
            "Der Landkreis berät Genossenschaften und Betreiber und fördert die Einrichtung, auch von Läden, die außerhalb der "
            "Öffnungszeiten ohne Personal zugänglich sind.",
            ("Z 6.1",),
        ),
        Told(
            "M 3.04",
            "Vereinsbüro mit Sprechtagen",
            "Eine Stelle im Landratsamt hilft bei Anträgen und Abrechnungen und kommt einmal im Monat in vier Städte.",
            ("Z 6.2",),
        ),
    ),
    4: (
        Told(
            "M 4.01",
            "Taktbusse, die auf die S-Bahn warten",
            "Sechs Linien fahren im Stundentakt und erreichen die Bahnhöfe mit gesichertem Anschluss nach Leipzig.",
            ("Z 7.1",),
        ),
        Told(
            "M 4.02",
            "Rufbus für kleine Orte",
            "Wo kein Linienbus lohnt, fährt auf Bestellung ein Kleinbus zum Fahrpreis des Verbundes.",
            ("Z 7.1", "Z 5.2"),
        ),
        Told(
            "M 4.03",
            "Lückenschluss des Radweges an der Mulde",
            "Zwischen Eilenburg und Bad Düben werden drei Abschnitte gebaut und beschildert.",
            ("Z 7.2",),
        ),
        Told(
            "M 4.04",
            "Neue Straßenbrücke über die Elbe bei Dommitzsch",
            "Eine Brücke für den Autoverkehr sollte den Umweg über Torgau ersparen.",
            ("Z 7",),
            State.DROPPED,
            "Die Kosten stehen in keinem Verhältnis zum erwarteten Verkehr. Stattdessen sollen die Fährzeiten ausgeweitet werden.",
        ),
        Told(
            "M 4.05",
            "Auenwiesen an der Mulde wieder anbinden",
            "Auf zwei Flächen unterhalb von Eilenburg wird der Deich zurückverlegt, sobald die Eigentümer zustimmen.",
            ("Z 8.1",),
        ),
        Told(
            "M 4.06",
            "Regenwasserspeicher an Schulen und Sporthallen",
            "Kreiseigene Gebäude werden nach und nach mit Zisternen ausgestattet. Die Reihenfolge wird noch geprüft.",
            ("Z 8.2",),
            State.DRAFT,
        ),
    ),
}


def load(concept: Concept) -> None:
    """Load needs, goals and measures, and move them to where they stand."""
    fields = {field.number: field for field in concept.fields_of_action.select_related("concept")}
    needs: dict[str, Need] = {}
    goals: dict[str, Goal] = {}
    for number, field in fields.items():
        for told in NEEDS[number]:
            needs[told.number] = _write(Need(), told, field)
    for number, field in fields.items():
        for told in GOALS[number]:
            kind = Goal.Kind.SUB_GOAL if told.parent else Goal.Kind.STRATEGIC
            goal = _write(Goal(kind=kind, parent=goals.get(told.parent)), told, field)
            goal.needs.set([needs[answered] for answered in told.answers_to])
            goals[told.number] = goal
    for number, field in fields.items():
        for told in MEASURES[number]:
            measure = _write(Measure(), told, field)
            measure.goals.set([goals[answered] for answered in told.answers_to])


def _write(entry: _Row, told: Told, field: FieldOfAction) -> _Row:
    """Save an entry as draft or proposal, and let the project office move it on from there."""
    entry.concept, entry.field_of_action = field.concept, field
    entry.number, entry.title, entry.text = told.number, told.title, told.text
    entry.state = State.DRAFT if told.state == State.DRAFT else State.PROPOSED
    entry.full_clean()
    entry.save()
    if told.state == entry.state:
        return entry
    return move(entry, to=told.state, reason=told.reason, by=nordsachsen.project_office())
