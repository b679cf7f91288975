"""Timeline, postponements and method as pages and files."""

import datetime
from xml.etree import ElementTree

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from district.models import Concept
from milestones.models import Phase
from tests.factories import (
    BodyFactory,
    ConceptFactory,
    CouncilSessionFactory,
    MilestoneFactory,
    PhaseFactory,
    PostponementFactory,
    when,
)

from .queries import queries

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_on_the_first_of_july")]

TIMELINE = "/kek/zeitplan/"
PAGES = [TIMELINE, "/kek/zeitplan/verschiebungen/", "/kek/zeitplan/methode/"]
FILES = ["/kek/zeitplan/zeitplan.svg", "/kek/zeitplan/methode.svg"]


@pytest.fixture
def _on_the_first_of_july(time_machine: time_machine.TimeMachineFixture) -> None:
    time_machine.move_to(datetime.datetime(2020, 7, 1, 10, tzinfo=datetime.UTC))


@pytest.fixture
def concept() -> Concept:
    return ConceptFactory(slug="kek", short_title="KEK Probe")


def at(day: str) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.fromisoformat(day))


def page(client: Client, path: str = TIMELINE) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("path", PAGES + FILES)
def test_a_concept_that_is_not_public_has_no_pages(client: Client, concept: Concept, path: str) -> None:
    concept.is_public = False
    concept.save()
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", PAGES + FILES)
def test_an_unknown_concept_has_no_pages(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", PAGES + FILES)
def test_a_concept_without_phases_has_friendly_pages(client: Client, concept: Concept, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 200
    if path in PAGES:
        assert "portal-empty" in response.content.decode()
        assert "<svg" not in response.content.decode()


@pytest.mark.parametrize("path", PAGES)
def test_nothing_can_be_sent_to_the_pages(client: Client, concept: Concept, path: str) -> None:
    assert client.post(path).status_code == 405


def test_the_list_says_what_the_picture_shows(client: Client, concept: Concept) -> None:
    phase = PhaseFactory(concept=concept, title="Erarbeitung", text="Es wird erarbeitet.")
    milestone = MilestoneFactory(
        phase=phase, title="Kreistag beschließt", current=when("März 2020"), note="Eine Erläuterung."
    )
    PostponementFactory(milestone=milestone, to_date=when("Mai 2020"), reason="Erster Grund.")
    PostponementFactory(milestone=milestone, to_date=when("Ende 2020"), reason="Zweiter Grund.")
    html = page(client)
    assert f'id="meilenstein-{milestone.pk}"' in html
    for words in (
        "Es wird erarbeitet.",
        "Eine Erläuterung.",
        "voraussichtlich Ende 2020",
        "ursprünglich geplant: März 2020",
        "Verschoben von „März 2020“ auf „Mai 2020“:",
        "Erster Grund.",
        "Verschoben von „Mai 2020“ auf „Ende 2020“:",
        "Zweiter Grund.",
    ):
        assert words in html


def test_what_is_called_off_reached_and_overdue_is_said_in_words(client: Client, concept: Concept) -> None:
    phase = PhaseFactory(concept=concept)
    MilestoneFactory(phase=phase, called_off=datetime.date(2020, 5, 2), called_off__reason="Keine Veranstaltungen.")
    MilestoneFactory(phase=phase, reached="15. Mai 2020")
    MilestoneFactory(phase=phase, current=when("3. Juni 2020"))
    html = page(client)
    assert "Abgesagt am 2. Mai 2020:" in html
    assert "Keine Veranstaltungen." in html
    for label in ("abgesagt", "erreicht", "überfällig"):
        assert f'<span class="kern-label">{label}</span>' in html


@pytest.mark.parametrize("path", PAGES + FILES)
def test_internal_milestones_stay_internal(client: Client, concept: Concept, path: str) -> None:
    milestone = MilestoneFactory(phase__concept=concept, title="Streng intern", is_public=False)
    PostponementFactory(milestone=milestone, reason="Ein interner Grund.")
    html = page(client, path)
    assert "Streng intern" not in html
    assert "Ein interner Grund." not in html


def test_a_closed_concept_shows_the_state_of_its_last_day(client: Client, concept: Concept) -> None:
    concept.process_closed_on = datetime.date(2020, 5, 20)
    concept.save()
    MilestoneFactory(phase__concept=concept, current=when("3. Juni 2020"))
    html = page(client)
    assert '<strong>Stand: <time datetime="2020-05-20">20. Mai 2020</time>.</strong>' in html
    assert "Stand: 20. Mai 2020" in html
    assert "überfällig" not in html


def test_numbers_in_pictures_are_not_written_the_german_way(client: Client, concept: Concept) -> None:
    for number in range(12):
        MilestoneFactory(phase__concept=concept, title=f"Meilenstein {number}", current=when("Mitte 2020"))
    root = ElementTree.fromstring(page(client, FILES[0]))
    numbers = [
        element.get(name)
        for element in root.iter()
        for name in ("x", "y", "x1", "x2", "y1", "y2", "width", "height", "offset")
        if element.get(name)
    ]
    assert len(numbers) > 100
    assert all(float(number) > -1000 for number in numbers if number)
    assert float(root.get("height", "0")) > 1000


def test_content_cannot_break_out_of_the_pictures(client: Client, concept: Concept) -> None:
    evil = '<script>alert(1)</script> & "mehr"'
    MilestoneFactory(phase__concept=concept, phase__title=evil, phase__summary=evil, title=evil)
    for path in PAGES + FILES:
        assert "<script>alert" not in page(client, path)
    for path in FILES:
        ElementTree.fromstring(page(client, path))


@pytest.mark.parametrize(
    ("path", "name"),
    [(FILES[0], "zeitplan-kek.svg"), (FILES[1], "methodisches-vorgehen-kek.svg")],
)
def test_pictures_are_sent_as_files(client: Client, concept: Concept, path: str, name: str) -> None:
    PhaseFactory(concept=concept)
    response = client.get(path)
    assert response["Content-Type"] == "image/svg+xml; charset=utf-8"
    assert response["Content-Disposition"] == f'attachment; filename="{name}"'
    root = ElementTree.fromstring(response.content)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert "KEK Probe" in root.findtext("{http://www.w3.org/2000/svg}title", "")


def test_an_example_is_called_one_in_its_files(client: Client, concept: Concept) -> None:
    concept.is_example = True
    concept.save()
    PhaseFactory(concept=concept)
    for path in FILES:
        assert "KEK Probe (Beispiel)" in page(client, path)


def test_the_timeline_shows_the_latest_twenty_postponements_newest_first(client: Client, concept: Concept) -> None:
    phase = PhaseFactory(concept=concept)
    for number in range(22):
        milestone = MilestoneFactory(phase=phase, title=f"Termin {number:02}")
        PostponementFactory(
            milestone=milestone, reason=f"Grund {number:02}.", recorded_at=at(f"2020-06-{number + 1:02}")
        )
    html = page(client).split('id="verschiebungen"')[1]
    assert "Grund 21." in html
    assert "Grund 02." in html
    assert "Grund 01." not in html
    assert html.index("Grund 21.") < html.index("Grund 02.")


def test_all_postponements_are_listed_on_pages_of_twenty(client: Client, concept: Concept) -> None:
    phase = PhaseFactory(concept=concept)
    for number in range(21):
        PostponementFactory(milestone=MilestoneFactory(phase=phase), recorded_at=at(f"2020-06-{number + 1:02}"))
    assert page(client, PAGES[1]).count('class="timeline-move"') == 20
    assert page(client, f"{PAGES[1]}?page=2").count('class="timeline-move"') == 1
    assert page(client, f"{PAGES[1]}?page=unsinn").count('class="timeline-move"') == 20


def test_postponements_are_found_by_words_and_cause(client: Client, concept: Concept) -> None:
    phase = PhaseFactory(concept=concept)
    council = MilestoneFactory(phase=phase, title="Beschluss des Kreistages")
    forum = MilestoneFactory(phase=phase, title="Regionalforum")
    PostponementFactory(milestone=council, reason="Die Sitzung fällt aus.", cause="pandemic")
    PostponementFactory(milestone=forum, reason="Der Saal ist belegt.", cause="other")

    def found(query: str) -> list[str]:
        html = page(client, f"{PAGES[1]}?{query}")
        return [reason for reason in ("Die Sitzung fällt aus.", "Der Saal ist belegt.") if reason in html]

    assert found("q=kreistag+sitzung") == ["Die Sitzung fällt aus."]
    assert found("q=saal") == ["Der Saal ist belegt."]
    assert found("q=saal&cause=pandemic") == []
    assert found("cause=other") == ["Der Saal ist belegt."]
    assert found("q=") == ["Die Sitzung fällt aus.", "Der Saal ist belegt."]
    assert found("q=50%25_") == []


@pytest.mark.parametrize("query", ["cause=unsinn", "q=" + "x" * 101, "q=%00"])
def test_a_filter_that_makes_no_sense_gets_a_message(client: Client, concept: Concept, query: str) -> None:
    PostponementFactory(milestone__phase__concept=concept)
    html = page(client, f"{PAGES[1]}?{query}")
    assert "data-error-summary" in html
    assert 'class="timeline-move"' not in html


def test_a_postponement_tells_cause_session_and_what_it_follows_from(client: Client, concept: Concept) -> None:
    phase = PhaseFactory(concept=concept)
    session = CouncilSessionFactory(body=BodyFactory(name="Kreisausschuss"), date=when("3. Juni 2020"))
    first = PostponementFactory(milestone=MilestoneFactory(phase=phase, title="Entwurf"), decided_in=session)
    PostponementFactory(milestone=MilestoneFactory(phase=phase), moved_along_with=first, cause="predecessor")
    html = page(client, PAGES[1])
    assert "Kreisausschuss, 3. Juni 2020" in html
    assert "Vorgänger verschoben; mitverschoben mit" in html
    assert "„Entwurf“" in html


def test_neither_closed_sessions_nor_internal_milestones_are_named(client: Client, concept: Concept) -> None:
    phase = PhaseFactory(concept=concept)
    session = CouncilSessionFactory(body=BodyFactory(name="Geheimes Gremium"), is_public=False)
    first = PostponementFactory(
        milestone=MilestoneFactory(phase=phase, title="Interner Termin", is_public=False), decided_in=session
    )
    PostponementFactory(milestone=MilestoneFactory(phase=phase), moved_along_with=first, decided_in=session)
    html = page(client, PAGES[1])
    assert "Geheimes Gremium" not in html
    assert "Interner Termin" not in html


def test_the_method_is_a_picture_and_a_list_and_opens_in_a_dialog(client: Client, concept: Concept) -> None:
    PhaseFactory(concept=concept, title="Analyse", summary="Zahlen und Gespräche.")
    PhaseFactory(
        concept=concept, title="Steuerungsgruppe", summary="Sie steuert.", method_step=Phase.MethodStep.STEERING
    )
    html = page(client)
    assert 'href="/kek/zeitplan/methode/" data-dialog="methode-gross"' in html
    assert '<dialog class="kern-dialog method-dialog" id="methode-gross"' in html
    alone = page(client, PAGES[2])
    assert "Dasselbe als Liste" in alone
    for words in ("Zahlen und Gespräche.", "Sie steuert.", "Januar 2020 – Dezember 2020"):
        assert words in alone


def test_english_pages_have_english_dates_and_mark_german_content(client: Client, concept: Concept) -> None:
    MilestoneFactory(phase__concept=concept, title="Kreistag beschließt", current=when("Dezember 2020"))
    html = page(client, "/en" + TIMELINE)
    assert '<html lang="en">' in html
    assert "December 2020" in html
    assert '<h4 class="timeline-milestone__title" lang="de">Kreistag beschließt</h4>' in html


@pytest.mark.parametrize("path", [*PAGES, *FILES])
def test_the_number_of_queries_does_not_grow(client: Client, concept: Concept, path: str) -> None:
    def add() -> None:
        phase = PhaseFactory(concept=concept)
        session = CouncilSessionFactory()
        for _ in range(2):
            milestone = MilestoneFactory(phase=phase)
            first = PostponementFactory(milestone=milestone, decided_in=session)
            PostponementFactory(milestone=MilestoneFactory(phase=phase), moved_along_with=first, decided_in=session)
        MilestoneFactory(phase=phase, reached="2. Juni 2020")
        MilestoneFactory(phase=phase, called_off=datetime.date(2020, 5, 1))

    add()
    with_one = queries(client, path)
    add()
    add()
    assert queries(client, path) == with_one
