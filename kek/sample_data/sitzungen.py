"""What the groups of the example are, when they met, and what their sessions brought: all invented.

Days are distances from the day of loading; who speaks stands behind a bar.
"""

from __future__ import annotations

from dataclasses import dataclass

from .veranstaltungen import Record, Result


@dataclass(frozen=True)
class Member:
    """Somebody who belongs to a group; who left did so at a distance from the day of loading."""

    function: str
    organisation: str
    is_chair: bool = False
    left: int | None = None


@dataclass(frozen=True)
class Session:
    """A session of a group; `state` says what is on record."""

    offset: int
    agenda: tuple[str, ...]
    record: Record | None = None
    state: str = "released"


@dataclass(frozen=True)
class Told:
    """A group, its members, its sessions so far and the days of those to come."""

    name: str
    slug: str
    task: str
    place: str
    municipality: str
    members: tuple[Member, ...]
    sessions: tuple[Session, ...]
    coming: tuple[int, ...]


OPENING = "Begrüßung und Rückblick | Leitung der Arbeitsgruppe"

# By the number of the field of action.
GROUPS: dict[int, Told] = {
    1: Told(
        "Wirtschaft & Innovation",
        "wirtschaft-innovation",
        "Die Gruppe prüft, welche Ziele für Betriebe, Flächen und Landwirtschaft aus dem KEK 2030 bleiben, und schlägt neue vor. "
        "Sie bewertet Projekte danach, ob Gemeinden und Betriebe sie gemeinsam tragen können.",
        "Landratsamt, Schloßstraße 27, 04860 Torgau (Beispiel)",
        "Torgau",
        (
            Member("Leitung", "Gründerzentrum an der Mulde", is_chair=True),
            Member("Geschäftsführung", "Handwerksverbund zwischen Mulde und Elbe"),
            Member("Amtsleitung", "Amt für Wirtschaftsförderung"),
            Member("Betriebsleitung", "Agrargemeinschaft Collmer Land"),
            Member("Betriebsrat", "Logistikbetrieb am Flughafen"),
            Member("Bauamt", "Stadt Delitzsch"),
        ),
        (
            Session(
                -150,
                (OPENING, "Was aus den Zielen von 2030 wurde | Projektkoordination", "Nachfolge im Handwerk"),
                Record(
                    "Die Gruppe hat die Bilanz der Ziele von 2030 beraten. Am meisten bewegt die Mitglieder, dass für viele "
                    "Handwerksbetriebe niemand in Sicht ist, der sie übernimmt.",
                    "Zahlen der Kammern liegen vor, sind aber noch nicht zur Veröffentlichung bestimmt.",
                    (
                        "Vorstellung der Mitglieder.",
                        "Zwei von fünf Zielen gelten als erreicht.",
                        "Jeder dritte Betrieb ist betroffen.",
                    ),
                    (
                        Result(
                            "need",
                            "Für jeden dritten Handwerksbetrieb ist die Nachfolge offen",
                            "Die Inhaberinnen und Inhaber suchen zu spät, und Interessierte kennen die Betriebe nicht.",
                            item=3,
                            becomes="B 1.1",
                        ),
                        Result(
                            "decision",
                            "Die Gruppe tagt alle acht Wochen",
                            item=1,
                            owner="Leitung der Arbeitsgruppe",
                            done=1,
                        ),
                    ),
                ),
            ),
            Session(
                -94,
                (
                    OPENING,
                    "Börse für die Nachfolge | Amt für Wirtschaftsförderung",
                    "Wasser sparen auf Höfen und in Betrieben",
                ),
                Record(
                    "Die Gruppe schlägt eine Börse vor, die Betriebe und Interessierte zusammenbringt. Außerdem soll die "
                    "Wirtschaft mit weniger Grundwasser auskommen.",
                    notes=("", "Vertraulichkeit ist die Bedingung.", "Vergleichsjahr ist strittig."),
                    results=(
                        Result(
                            "measure", "Eine vertrauliche Börse für die Nachfolge im Handwerk", item=2, becomes="M 1.01"
                        ),
                        Result(
                            "goal",
                            "Ein Fünftel weniger Grundwasser für Landwirtschaft und Gewerbe",
                            item=3,
                            becomes="Z 2.2",
                        ),
                        Result(
                            "open_point",
                            "Entnahmen aus dem Grundwasser der letzten zehn Jahre zusammenstellen",
                            item=3,
                            owner="Umweltamt",
                            due=60,
                            done=52,
                        ),
                    ),
                ),
            ),
        ),
        (8, 64),
    ),
    2: Told(
        "Bildung & Qualifikation",
        "bildung-qualifikation",
        "Die Gruppe fragt, wie Kitas, Schulen und Ausbildung im Landkreis erreichbar bleiben und wie Fortgezogene zurückfinden.",
        "Berufsschulzentrum, Aula, Schulstraße 9, 04838 Eilenburg (Beispiel)",
        "Eilenburg",
        (
            Member("Leitung", "Volkshochschule an der Mulde", is_chair=True),
            Member("Leitung bis zum Wechsel", "Berufsschulzentrum Torgau (Beispiel)", left=-75),
            Member("Schulleitung", "Oberschule in der Dübener Heide"),
            Member("Ausbildungsleitung", "Maschinenbaubetrieb in Schkeuditz"),
            Member("Vorsitz", "Kreiselternrat"),
            Member("Amtsleitung", "Jugendamt"),
        ),
        (
            Session(
                -148,
                (OPENING, "Wege zur Berufsschule | Kreiselternrat", "Fachkräfte in Kitas und Schulen"),
                Record(
                    "Aus vielen Orten dauert der Weg zur Berufsschule länger als eine Stunde. Die Gruppe sieht darin einen "
                    "Grund, warum Jugendliche fortziehen.",
                    notes=("", "Beispiele aus Dommitzsch und Trossin.", "Das Jugendamt legt Zahlen nach."),
                    results=(
                        Result(
                            "need",
                            "Morgens fährt aus dem Norden des Landkreises kein Bus, der zum Unterricht passt",
                            "Wer um 7 Uhr in Torgau sein muss, hat aus mehreren Dörfern keine Verbindung.",
                            item=2,
                            becomes="B 2.1",
                        ),
                        Result("measure", "Ein früher Bus zu den Berufsschulzentren", item=2, becomes="M 2.01"),
                    ),
                ),
            ),
            Session(
                -90,
                (OPENING, "Betriebe in der Schule | Maschinenbaubetrieb in Schkeuditz", "Rückkehr in die Heimat"),
                Record(
                    "Betriebe und Schulen wollen fest zusammenarbeiten. Wer zurückkehren will, soll eine Stelle finden, die Arbeit, "
                    "Wohnung und Kitaplatz zusammen vermittelt.",
                    results=(
                        Result(
                            "goal", "Jede weiterführende Schule hat fünf Betriebe als Partner", item=2, becomes="Z 4.1"
                        ),
                        Result("measure", "Ein Wegweiser für alle, die zurückkehren wollen", item=3),
                        Result(
                            "open_point",
                            "Liste der Betriebe, die Praktika anbieten",
                            item=2,
                            owner="Amt für Wirtschaftsförderung",
                            due=110,
                        ),
                    ),
                ),
            ),
            Session(-13, (OPENING, "Zielentwurf der Gruppe", "Was in den Entwurf soll"), state="no minutes"),
        ),
        (22,),
    ),
    3: Told(
        "Lebenswerter Landkreis",
        "lebenswerter-landkreis",
        "Die Gruppe arbeitet daran, dass Menschen jeden Alters in Städten und Dörfern Arzt, Laden und Nachbarschaft in "
        "erreichbarer Nähe finden. Seit der Absage des Workshops zum Tourismus gehört auch dieses Thema dazu.",
        "Bürgerhaus, großer Saal, Rathausstraße 6, 04758 Oschatz (Beispiel)",
        "Oschatz",
        (
            Member("Leitung", "Verbund der Mehrgenerationenhäuser", is_chair=True),
            Member("Amtsleitung", "Gesundheitsamt"),
            Member("Ärztliche Leitung", "Hausarztnetz Collmer Land"),
            Member("Vorstand", "Dorfladen-Genossenschaft an der Elbe"),
            Member("Wehrleitung", "Ortsfeuerwehr in der Dübener Heide"),
            Member("Beirat", "Seniorenbeirat"),
            Member("Geschäftsführung", "Tourismusverband zwischen Heide und Elbe"),
        ),
        (
            Session(
                -146,
                (OPENING, "Hausärztliche Versorgung | Gesundheitsamt", "Läden und Treffpunkte"),
                Record(
                    "Die Gruppe hat beraten, wie Arzt und Laden in der Nähe bleiben. Einig ist sie, dass kein Weg zur "
                    "Hausarztpraxis länger als 20 Minuten dauern soll.",
                    "Zwei Praxen haben vertraulich angekündigt, in den nächsten Jahren zu schließen.",
                    ("", "Karte der Praxen gezeigt.", "Beispiel einer Genossenschaft vorgestellt."),
                    (
                        Result("goal", "Höchstens 20 Minuten bis zur Hausarztpraxis", item=2, becomes="Z 5.1"),
                        Result("measure", "Anschubhilfe für Dorfläden", item=3, becomes="M 3.03"),
                        Result(
                            "open_point",
                            "Gespräch mit den beiden Praxen führen",
                            item=2,
                            owner="Gesundheitsamt",
                            due=90,
                            done=80,
                            is_public=False,
                        ),
                    ),
                ),
            ),
            Session(
                -34,
                (
                    OPENING,
                    "Tourismus: Was die Gruppe übernimmt | Tourismusverband zwischen Heide und Elbe",
                    "Ehrenamt entlasten",
                ),
                Record(
                    "Die Gruppe übernimmt das Thema des abgesagten Workshops zum Tourismus und hat die Rückmeldungen dazu gelesen. "
                    "Vereine wünschen sich Hilfe bei Anträgen und Abrechnung.",
                    notes=("", "Drei Rückmeldungen ausgewertet.", "Sprechtage kommen gut an."),
                    results=(
                        Result("measure", "Sprechtage für Vereine in vier Städten", item=3, becomes="M 3.04"),
                        Result(
                            "open_point",
                            "Übersicht der Rad- und Wanderwege mit Lücken beschaffen",
                            item=2,
                            owner="Tourismusverband zwischen Heide und Elbe",
                            due=24,
                        ),
                        Result(
                            "open_point",
                            "Vereine nach der Last der Abrechnungen fragen",
                            item=3,
                            owner="Leitung der Arbeitsgruppe",
                            due=52,
                        ),
                        Result(
                            "decision",
                            "Der Tourismus bekommt ein eigenes Kapitel im Zielentwurf",
                            item=2,
                            owner="Projektkoordination",
                            due=46,
                        ),
                    ),
                ),
            ),
        ),
        (6, 34, 62),
    ),
    4: Told(
        "Infrastruktur & Mobilität",
        "infrastruktur-mobilitaet",
        "Die Gruppe verbindet Bus, Bahn und Rad zu einem Netz und bereitet den Landkreis auf Hochwasser und Trockenheit vor.",
        "Landratsamt, Außenstelle, Schulgasse 5, 04509 Delitzsch (Beispiel)",
        "Delitzsch",
        (
            Member("Leitung", "Verkehrsgesellschaft des Landkreises (Beispiel)", is_chair=True),
            Member("Leitung bis zum Wechsel", "Planungsverband an der Mulde", left=-75),
            Member("Amtsleitung", "Amt für Bau und Verkehr"),
            Member("Amtsleitung", "Umweltamt"),
            Member("Vorstand", "Radverein Muldental"),
            Member("Wehrleitung", "Hochwasserwehr an der Elbe"),
        ),
        (
            Session(
                -144,
                (
                    OPENING,
                    "Takt und Anschluss | Verkehrsgesellschaft des Landkreises (Beispiel)",
                    "Lücken im Radnetz | Radverein Muldental",
                ),
                Record(
                    "Die Gruppe will, dass jeder Ort täglich bis 22 Uhr erreichbar ist. Wo kein Linienbus lohnt, soll ein Rufbus fahren.",
                    notes=("", "Kosten je Linie liegen vor.", "Drei Abschnitte an der Mulde."),
                    results=(
                        Result("goal", "Jeder Ort ist stündlich erreichbar", item=2, becomes="Z 7.1"),
                        Result("measure", "Ein Rufbus für kleine Orte", item=2, becomes="M 4.02"),
                        Result("measure", "Den Radweg an der Mulde schließen", item=3, becomes="M 4.03"),
                    ),
                ),
            ),
            Session(
                -20,
                (OPENING, "Ergebnisse des Workshops zum Wasser", "Zielentwurf der Gruppe"),
                Record(
                    "Die Gruppe arbeitet die Ergebnisse des Workshops zum Wasser ein.",
                    "Entwurf: Die Leitung stimmt den Wortlaut noch mit dem Umweltamt ab.",
                    ("Kurz gehalten.", "Der Ausschuss hat um die Einarbeitung gebeten.", ""),
                    (Result("open_point", "Wortlaut zu den Auenwiesen abstimmen", item=3, owner="Umweltamt", due=30),),
                ),
                state="draft",
            ),
        ),
        (15,),
    ),
}

MOBILITY = Record(
    "Fünfzig Fachleute haben beraten, wie Bus, Bahn und Rad zwischen Heide, Mulde und Elbe zusammenpassen. Der größte Wunsch: "
    "Busse, die auf die S-Bahn warten.",
    notes=("", "Drei Tische, je eine Karte.", "Jeder Tisch nennt zwei Vorschläge."),
    results=(
        Result(
            "need", "Abends und am Wochenende enden viele Wege am Bahnhof",
            "Wer nach 19 Uhr ankommt, findet in den meisten Orten keinen Bus mehr.", item=2, becomes="B 4.1",
        ),
        Result("measure", "Busse, die auf die S-Bahn warten", item=3, becomes="M 4.01"),
        Result("decision", "Die Karte der Anschlüsse wird veröffentlicht", item=3, owner="Amt für Bau und Verkehr", due=40, done=33),
    ),
)  # fmt: skip
WATER = Record(
    "Der Workshop hat gezeigt, dass Hochwasser und Trockenheit zusammen gedacht werden müssen: Wasser soll dort bleiben, wo es "
    "fällt, und die Flüsse brauchen mehr Raum.",
    "Zu zwei Flächen laufen Gespräche mit den Eigentümern; sie werden nicht genannt.",
    ("", "Pegel und Grundwasser der letzten zwanzig Jahre.", "Vier Gruppen, ein Rundgang."),
    (
        Result(
            "need", "Auf jedes Hochwasser folgt ein trockener Sommer",
            "Beides wird bisher getrennt geplant.", item=2, becomes="B 4.3",
        ),
        Result("goal", "Mulde und Elbe bekommen mehr Raum", item=3, becomes="Z 8.1"),
        Result("measure", "Flächen für Sonnenstrom zuerst auf Dächern und Brachen", item=3),
        Result("open_point", "Eigentümer der Auenwiesen noch einmal ansprechen", item=3, owner="Umweltamt", due=90, is_public=False),
    ),
)  # fmt: skip

TOURISM_FEEDBACK = (
    "Für Gäste mit Rad fehlt zwischen Bahnhof und Elbe ein sicheres Stück. Das Thema darf nicht untergehen.",
    "Bitte ein Treffen an einem Abend: Wer in einer Pension arbeitet, kann vormittags nicht.",
    "Ein gemeinsamer Veranstaltungskalender für Heide und Elbe würde allen helfen.",
)
TOURISM_RESULT = Result(
    "need", "Zwischen Bahnhöfen und Flüssen fehlen sichere Radwege",
    "Das schrieben mehrere, die sich zum abgesagten Workshop angemeldet hatten.", becomes="B 4.2",
)  # fmt: skip
HEATH_FEEDBACK = (
    "Ich wollte fragen, ob der Rufbus auch am Sonntag fährt. Ohne ihn kommt meine Mutter nicht zum Friedhof.",
    "Der Wald brennt, und die Feuerwehr hat kein Wasser. Darüber hätte ich gern gesprochen.",
    "Schade um den Abend. Bitte holen Sie ihn nach.",
)

HEATH_REASON = "Der Saal ist nach einem Wasserschaden gesperrt; ein anderer war so schnell nicht zu finden."
