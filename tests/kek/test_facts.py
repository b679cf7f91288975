"""What the district's own page tells of its process („Projektverlauf“), the public pages of the KEK 2030 tell as well.

One row per sentence of that page and per line of the table in FACTS: where the statement stands, and in which words.
"""

from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser

import pytest
from django.test import Client

from workshops.models import Event, WorkingGroup

HOME = "/kek-2030/"
TIMELINE = "/kek-2030/zeitplan/"
RESOLUTION = "/kek-2030/beschluss/"
DATES = "/kek-2030/termine/"
GROUPS = "/kek-2030/arbeitsgruppen/"

# Where a sentence announces what has happened since, the page says that it did.
SENTENCES = [
    ("two years are planned for it", HOME, ["Zwei Jahre waren für die Erarbeitung vorgesehen"]),
    ("the work started in 2018", HOME, ["sie begann im Jahr 2018"]),
    ("the council is to resolve it early in 2021", HOME, ["Anfang 2021 hat der Kreistag das Konzept beschlossen"]),
    ("then it is carried out", HOME, ["seither geht es um die Umsetzung"]),
    ("the picture can be enlarged", TIMELINE, ["vergrößern"]),
    ("the picture is called", TIMELINE, ["Methodisches Vorgehen"]),
    ("the picture is credited", TIMELINE, ["Originalgrafik: Georg Consulting"]),
    (
        "it began with analyses and expert talks for strengths, weaknesses, opportunities and threats",
        TIMELINE,
        [
            "umfangreiche statistische Analysen und Gespräche mit Fachleuten",
            "die Stärken und Schwächen sowie die Chancen und Risiken für die Entwicklung des Landkreises zu erkennen",
        ],
    ),
    (
        "working groups and cross-cutting workshops followed in June 2019",
        TIMELINE,
        ["ab Juni 2019 fachliche Arbeitsgruppen und Workshops zu Themen, die quer zu allen Fachgebieten liegen"],
    ),
    (
        "their purpose: needs, common goals, feasible projects and measures",
        TIMELINE,
        [
            "mit den Akteuren in Nordsachsen wurden dort Handlungsbedarfe erörtert",
            "strategische Ziele für die Kreisentwicklung vereinbart",
            "Projekte und Maßnahmen entwickelt, die sich umsetzen lassen",
        ],
    ),
    (
        "in 2020 the results are discussed and sharpened, with the mayors among others",
        TIMELINE,
        [
            "Im Jahr 2020 wurden die Ergebnisse der Arbeitsgruppen und Workshops",
            "in verschiedenen Veranstaltungsformaten diskutiert und geschärft",
            "unter anderem mit den Bürgermeisterinnen und Bürgermeistern",
        ],
    ),
    (
        "more public relations, and citizens can bring ideas and wishes",
        TIMELINE,
        [
            "Zugleich wurde die Öffentlichkeitsarbeit verstärkt",
            "hatten die Möglichkeit, ihre Ideen und Wünsche zur Kreisentwicklung einzubringen",
        ],
    ),
    ("citizens find it on the start page too", HOME, ["mit ihren Ideen und Wünschen für den Landkreis"]),
    (
        "an internal steering group of the head of administration meets regularly, steers and controls",
        TIMELINE,
        [
            "ist intern und wird aus der Verwaltungsspitze des Landratsamtes gebildet",
            "kommt regelmäßig zusammen",
            "steuert und kontrolliert den Projektverlauf",
        ],
    ),
    (
        "comprehensive public relations include the council bodies",
        TIMELINE,
        ["umfassenden Öffentlichkeitsarbeit begleitet", "schließt auch die Gremien des Landkreises ein"],
    ),
    (
        "first planned for the council in December 2020",
        TIMELINE,
        ["Ursprünglich sollte der Kreistag das Konzept im Dezember 2020 beschließen"],
    ),
    ("moved because of the pandemic", TIMELINE, ["Diese Sitzung musste wegen der Corona-Pandemie verschoben werden"]),
    ("the paper shows the session that fell out", RESOLUTION, ["Dezember 2020", "wegen der Corona-Pandemie"]),
    ("to be made up for early in 2021", TIMELINE, ["sollte Anfang 2021 nachgeholt werden"]),
    (
        "projects and measures stand in a document of their own",
        TIMELINE,
        ["Dafür braucht es konkrete Projekte und Maßnahmen", "in einem eigenen Dokument"],
    ),
    (
        "catalogue and evaluation concept come to the council, expected by the middle of 2021",
        TIMELINE,
        ["dem Kreistag samt Evaluierungskonzept voraussichtlich Mitte 2021 vorgelegt"],
    ),
]

FORUM_OFFER = "bekam die Unterlagen, wurde um eine schriftliche Rückmeldung gebeten und konnte direkt mit der"
FACTS = [
    ("Demografiestudie Nordsachsen", "2017", "Leibniz-Instituts für Länderkunde (IfL) in Leipzig"),
    ("Start der Arbeit am Konzept", "Ende 2018", "zwei Jahre vorgesehen"),
    ("Beginn der Fachgespräche", "Februar 2019", "im Landratsamt und mit Fachleuten von außen"),
    ("Statistische Analysen und SWOT-Analyse", "2019", "die sozialen und wirtschaftlichen Verhältnisse"),
    ("Arbeitsgruppe Wirtschaft & Innovation", "3. Juni 2019", ""),
    ("Arbeitsgruppe Bildung & Qualifikation", "5. Juni 2019", ""),
    ("Arbeitsgruppe Lebenswerter Landkreis", "6. Juni 2019", ""),
    ("Workshop Infrastruktur & Mobilität", "2. Juli 2019", "Querschnittsthema"),
    ("Workshop Flächen – Natur – Umwelt", "3. Juli 2019", "Querschnittsthema"),
    ("Workshop Tourismus", "4. Juli 2019", "Querschnittsthema"),
    ("Erster Entwurf des Konzepts", "Anfang 2020", "intern geschärft"),
    ("Einteilung in vier Handlungsfelder", "Anfang 2020", "Die Projektsteuerungsgruppe legt fest"),
    ("Diskussion mit den Bürgermeisterinnen und Bürgermeistern", "2020", "In mehreren Veranstaltungsformaten"),
    ("Breite Bürgerbeteiligung", "Mitte 2020", "Frühsommer 2020"),
    ("Pressereihe zum Konzept beginnt", "September 2020", "Drei regionale Tageszeitungen"),
    ("Pressereihe zum Konzept endet", "Oktober 2020", ""),
    ("Regionalforum Eilenburg", "2. November 2020", FORUM_OFFER),
    ("Regionalforum Collm bei Oschatz", "7. November 2020", FORUM_OFFER),
    ("Regionalforum Torgau", "10. November 2020", FORUM_OFFER),
    ("Redaktionsschluss des Abschlussberichts", "3. Dezember 2020", ""),
    ("Beschluss des Kreistages über das Konzept", "24. März 2021", "Dezember 2020"),
    ("Projektkatalog mit Evaluierungskonzept im Kreistag", "30. Juni 2021", "Mitte 2021"),
]

# Each stands in the list of dates and has a page of its own.
EVENTS = [
    ("Fachgespräche im Landratsamt und mit Fachleuten von außen", "Februar 2019", "fanden laufend Fachgespräche statt"),
    ("Erste Sitzung der Arbeitsgruppe Wirtschaft & Innovation", "3. Juni 2019", "nimmt ihre Arbeit auf"),
    ("Erste Sitzung der Arbeitsgruppe Bildung & Qualifikation", "5. Juni 2019", "nimmt ihre Arbeit auf"),
    ("Erste Sitzung der Arbeitsgruppe Lebenswerter Landkreis", "6. Juni 2019", "nimmt ihre Arbeit auf"),
    ("Workshop Infrastruktur & Mobilität", "2. Juli 2019", "Querschnittsthema"),
    ("Workshop Flächen – Natur – Umwelt", "3. Juli 2019", "Querschnittsthema"),
    ("Workshop Tourismus", "4. Juli 2019", "Querschnittsthema"),
    ("Diskussion mit den Bürgermeisterinnen und Bürgermeistern", "2020", "In mehreren Veranstaltungsformaten"),
    ("Regionalforum Eilenburg", "2. November 2020, 18 bis 20 Uhr", "Bürgerhaus Eilenburg"),
    ("Regionalforum Collm bei Oschatz", "7. November 2020, 18 bis 20 Uhr", "Collm bei Oschatz"),
    ("Regionalforum Torgau", "10. November 2020, 18 bis 20 Uhr", "Haus der Presse, Torgau"),
]


@pytest.fixture(scope="module", autouse=True)
def _read_anew(sample_data: None) -> Iterator[None]:
    yield
    visible_text.cache_clear()


class _Text(HTMLParser):
    """Collects what a person reads; a picture does not count, because its words must stand beside it as text."""

    UNSEEN = {"head", "script", "style", "svg", "template"}

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.unseen: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self.UNSEEN:
            self.unseen.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.unseen and tag == self.unseen[-1]:
            self.unseen.pop()

    def handle_data(self, data: str) -> None:
        if not self.unseen:
            self.words.append(data)


@cache
def visible_text(path: str) -> str:
    response = Client().get(path)
    assert response.status_code == 200
    parser = _Text()
    parser.feed(response.content.decode())
    return " ".join("".join(parser.words).replace("\N{SOFT HYPHEN}", "").split())


@pytest.mark.django_db
@pytest.mark.parametrize(("path", "statements"), [row[1:] for row in SENTENCES], ids=[row[0] for row in SENTENCES])
def test_every_sentence_of_the_districts_page_is_told(path: str, statements: list[str]) -> None:
    text = visible_text(path)
    assert [statement for statement in statements if statement not in text] == []


class _Milestones(_Text):
    """Collects the text of each milestone in the list, by its title."""

    def __init__(self) -> None:
        super().__init__()
        self.entries: list[list[str]] = []
        self.depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        super().handle_starttag(tag, attrs)
        if self.depth:
            self.depth += tag == "li"
        elif tag == "li" and (dict(attrs).get("id") or "").startswith("meilenstein-"):
            self.depth = 1
            self.entries.append([])

    def handle_endtag(self, tag: str) -> None:
        super().handle_endtag(tag)
        if tag == "li" and self.depth:
            self.depth -= 1

    def handle_data(self, data: str) -> None:
        if self.depth and data.strip():
            self.entries[-1].append(" ".join(data.split()))


@cache
def listed_milestones() -> dict[str, str]:
    parser = _Milestones()
    parser.feed(Client().get(TIMELINE).content.decode())
    return {entry[0]: " | ".join(entry) for entry in parser.entries}


@pytest.mark.django_db
@pytest.mark.parametrize(("title", "date", "remark"), FACTS, ids=[row[0] for row in FACTS])
def test_every_fact_stands_in_the_list_with_its_date_as_exactly_as_it_is_known(
    title: str, date: str, remark: str
) -> None:
    entries = [text for name, text in listed_milestones().items() if name.startswith(title)]
    assert len(entries) == 1
    assert date in entries[0].split(" | ")
    assert remark in entries[0]


@pytest.mark.django_db
def test_nothing_else_stands_in_the_list() -> None:
    assert len(listed_milestones()) == len(FACTS)


@pytest.mark.django_db
@pytest.mark.parametrize("title", ["Breite Bürgerbeteiligung", *(row[0] for row in FACTS if "Regionalforum" in row[0])])
def test_what_the_pandemic_stopped_is_told_as_called_off(title: str) -> None:
    text = listed_milestones()[title]
    assert "abgesagt" in text
    assert "Corona-Pandemie" in text


@pytest.mark.django_db
def test_the_way_of_the_resolution_is_told_with_its_reason() -> None:
    text = listed_milestones()["Beschluss des Kreistages über das Konzept"]
    assert "verschoben von „Dezember 2020“ auf „Anfang 2021“".lower() in text.lower()
    assert "Aufgrund der Corona-Pandemie musste die Sitzung des Kreistages" in text


@pytest.mark.django_db
def test_the_vote_is_told() -> None:
    text = visible_text(RESOLUTION)
    assert [
        part for part in ("41 Ja, 8 Nein, 15 Enthaltungen", "Ö 4.3", "ungeändert beschlossen") if part not in text
    ] == []


@pytest.mark.django_db
def test_those_who_registered_for_a_forum_are_told_on_the_start_page_what_they_were_offered() -> None:
    text = visible_text(HOME)
    assert (
        "bekam die Unterlagen zugesandt, wurde um eine schriftliche Rückmeldung gebeten und konnte direkt mit der"
        in text
    )


@pytest.mark.django_db
def test_fields_of_action_stand_on_the_start_page() -> None:
    text = visible_text(HOME)
    fields = (
        "Wirtschaft & Innovation",
        "Bildung & Qualifikation",
        "Lebenswerter Landkreis",
        "Infrastruktur & Mobilität",
    )
    assert [field for field in fields if field not in text] == []


@pytest.mark.django_db
def test_who_commissioned_drafted_and_funded_the_concept_is_told() -> None:
    text = visible_text(HOME)
    parts = ("Landratsamt Nordsachsen", "Georg Consulting aus Hamburg", "FR-Regio")
    assert [part for part in parts if part not in text] == []


@pytest.mark.django_db
@pytest.mark.parametrize(("title", "date", "remark"), EVENTS, ids=[row[0] for row in EVENTS])
def test_every_event_stands_in_the_list_and_on_a_page_of_its_own(title: str, date: str, remark: str) -> None:
    listed = visible_text(DATES)
    assert [words for words in (title, date) if words not in listed] == []
    page = visible_text(Event.objects.get(concept__slug="kek-2030", title=title).get_absolute_url())
    assert [words for words in (title, date, remark) if words not in page] == []


@pytest.mark.django_db
def test_no_other_event_stands_in_the_list() -> None:
    assert Event.objects.filter(concept__slug="kek-2030").count() == len(EVENTS)


@pytest.mark.django_db
@pytest.mark.parametrize("title", [row[0] for row in EVENTS if "Regionalforum" in row[0]])
def test_what_those_registered_for_a_forum_were_offered_is_told_where_it_was_called_off(title: str) -> None:
    text = visible_text(Event.objects.get(concept__slug="kek-2030", title=title).get_absolute_url())
    words = ("abgesagt", "Wegen der Corona-Pandemie konnte das Forum nicht stattfinden", FORUM_OFFER)
    assert [part for part in words if part not in text] == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("Wirtschaft & Innovation", "3. Juni 2019"),
        ("Bildung & Qualifikation", "5. Juni 2019"),
        ("Lebenswerter Landkreis", "6. Juni 2019"),
    ],
)
def test_the_three_groups_are_there_with_their_first_day(name: str, day: str) -> None:
    assert name in visible_text(GROUPS)
    page = visible_text(WorkingGroup.objects.get(concept__slug="kek-2030", name=name).get_absolute_url())
    assert [words for words in (day, "strategische Ziele", "Projekte und Maßnahmen") if words not in page] == []
