"""A round's page: its question and how it stands, the ideas with their filters, the map's points, and a draft."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

import pytest
from django.test import Client
from django.utils.html import escape
from time_machine import TimeMachineFixture

from district.models import FieldOfAction, Municipality
from participation import points
from participation.models import Idea, IdeaFile, Round
from participation.rules import is_shown
from tests.factories import (
    ConceptFactory,
    FieldOfActionFactory,
    IdeaFactory,
    MilestoneFactory,
    MunicipalityFactory,
    RoundFactory,
    SectionFactory,
)
from tests.milestones.queries import queries

from .answers import answer, weigh

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_in_march")]

IDEAS = "/kek/beteiligung/ideen/"
POINTS = f"{IDEAS}ideen.geojson"
DAY = datetime.date


@pytest.fixture
def _in_march(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(datetime.datetime(2026, 3, 1, 10, tzinfo=datetime.UTC))


@pytest.fixture
def asked() -> Round:
    return RoundFactory(
        concept__slug="kek", slug="ideen", title="Ideen 2026", question="Was soll besser werden?", introduction="Zeile."
    )


@pytest.fixture
def torgau() -> Municipality:
    return MunicipalityFactory(ags="14730310", name="Torgau", latitude=51.56, longitude=13.0)


@pytest.fixture
def mobility(asked: Round) -> FieldOfAction:
    return FieldOfActionFactory(concept=asked.concept, number=4, name="Mobilität")


def page(client: Client, path: str = IDEAS, **query: str) -> str:
    response = client.get(path, query)
    assert response.status_code == 200
    assert not response.cookies
    return " ".join(response.content.decode().split())


def shown(client: Client, *ideas: Idea, **query: str) -> list[Idea]:
    """Return which of the ideas the page shows, in its order."""
    html = page(client, **query)
    found = [(html.find(f'data-idea="{idea.pk}"'), idea) for idea in ideas]
    return [idea for place, idea in sorted(found, key=lambda each: each[0]) if place >= 0]


def features(client: Client, **query: str) -> list[dict[str, Any]]:
    response = client.get(POINTS, query)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/geo+json"
    found: list[dict[str, Any]] = response.json()["features"]
    return found


# The round


def test_a_running_round_asks_for_ideas(client: Client, asked: Round) -> None:
    html = page(client)
    for words in ("Ideen 2026", "Was soll besser werden?", "Zeile.", "läuft", "31. Dezember 2026"):
        assert words in html
    assert 'href="/kek/beteiligung/ideen/mitmachen/"' in html
    assert "Noch ist nichts veröffentlicht." in html
    assert "<form" not in html


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"opens_on": DAY(2026, 3, 2)}, "Diese Beteiligung hat noch nicht begonnen."),
        ({"closes_on": DAY(2026, 2, 28)}, "Diese Beteiligung ist beendet."),
        ({"called_off_on": DAY(2026, 2, 1), "called_off_reason": "Sturm."}, "Diese Beteiligung wurde abgesagt."),
    ],
)
def test_elsewhen_it_says_why_there_is_no_button(
    client: Client, asked: Round, changes: dict[str, Any], words: str
) -> None:
    Round.objects.filter(pk=asked.pk).update(**changes)
    html = page(client)
    assert words in html
    assert "mitmachen/" not in html
    assert changes.get("called_off_reason", "") in html


def test_the_result_is_told_once_the_round_is_over(client: Client, asked: Round) -> None:
    asked.conclusion = "Es ging oft um Busse."
    asked.save()
    assert "Es ging oft um Busse." not in page(client)
    Round.objects.filter(pk=asked.pk).update(closes_on=DAY(2026, 2, 28))
    assert "Es ging oft um Busse." in page(client)


def test_a_narrowed_list_has_its_map_show_where_its_ideas_lie(client: Client, asked: Round) -> None:
    IdeaFactory(round=asked, public=True, title="Rufbus")
    assert "data-narrowed" not in page(client)
    assert "data-narrowed" in page(client, q="Rufbus")


def test_the_milestone_is_named_unless_it_is_internal(client: Client, asked: Round) -> None:
    asked.milestone = MilestoneFactory(phase__concept=asked.concept, title="Bürgerforum")
    asked.save()
    assert f"/kek/zeitplan/#meilenstein-{asked.milestone.pk}" in page(client)
    asked.milestone.is_public = False
    asked.milestone.save()
    assert "Bürgerforum" not in page(client)


def test_a_round_that_nobody_may_see_does_not_exist(client: Client, asked: Round) -> None:
    for path in ("/kek/beteiligung/anders/", "/anderes/beteiligung/ideen/"):
        assert client.get(path).status_code == 404
    Round.objects.filter(pk=asked.pk).update(is_public=False)
    assert client.get(IDEAS).status_code == client.get(POINTS).status_code == 404
    Round.objects.filter(pk=asked.pk).update(is_public=True)
    asked.concept.is_public = False
    asked.concept.save()
    assert client.get(IDEAS).status_code == client.get(POINTS).status_code == 404


def test_a_round_is_not_found_under_another_concept(client: Client, asked: Round) -> None:
    ConceptFactory(slug="anderes")
    assert client.get("/anderes/beteiligung/ideen/").status_code == 404


# The ideas


def test_a_card_shows_what_an_idea_is_about(
    client: Client, asked: Round, torgau: Municipality, mobility: FieldOfAction
) -> None:
    idea = IdeaFactory(
        round=asked, public=True, title="Bus & Bahn", municipality=torgau, field_of_action=mobility, text="Mehr davon."
    )
    Idea.objects.filter(pk=idea.pk).update(support_count=12, comment_count=1)
    html = page(client)
    for words in ("Bus &amp; Bahn", "Mehr davon.", "Torgau", "Mobilität", "2. Februar 2026", "veröffentlicht"):
        assert words in html
    assert "12 Unterstützungen" in html
    assert "1 Kommentar<" in html
    assert "1 Idee " in html
    assert f'href="/kek/beteiligung/ideen/ideen/{idea.pk}/"' in html


def test_invented_ideas_say_so(client: Client) -> None:
    asked = RoundFactory(concept__slug="kek", concept__is_example=True, slug="ideen")
    IdeaFactory(round=asked, public=True)
    card = page(client).partition("data-idea=")[2]
    assert "Beispiel" in card


def test_what_a_weighing_will_decide_is_not_told_before_its_release(client: Client, asked: Round) -> None:
    idea = IdeaFactory(round=asked, public=True)
    weigh(idea, decision="rejected", reason="Ein internes Wort.")
    html = page(client)
    assert "in Abwägung" in html
    for secret in ("nicht berücksichtigt", "Ein internes Wort."):
        assert secret not in html


def test_an_answer_is_told_by_its_decision(client: Client, asked: Round) -> None:
    answer(IdeaFactory(round=asked, public=True), decision="partly")
    assert "beantwortet: teilweise berücksichtigt" in page(client)


def test_nothing_but_public_ideas_of_the_round_is_shown(client: Client, asked: Round, torgau: Municipality) -> None:
    seen = IdeaFactory(round=asked, public=True, title="Öffentlich", municipality=torgau)
    for state in ("received", "declined", "split", "withdrawn"):
        IdeaFactory(round=asked, title=f"Geheim {state}", state=state, municipality=torgau, steps=False)
    IdeaFactory(round=asked, title="Geheim merged", state="merged", merged_into=seen, municipality=torgau, steps=False)
    IdeaFactory(public=True, title="Geheim anderswo", municipality=torgau)
    for query in ({}, {"q": "Geheim"}, {"gemeinde": "14730310"}, {"sortierung": "unterstuetzung"}):
        html = page(client, **query)
        for secret in ("received", "declined", "split", "withdrawn", "merged", "anderswo"):
            assert f"Geheim {secret}" not in html
    assert "1 Idee " in page(client)
    assert [(each["properties"]["title"], each["properties"]["count"]) for each in features(client)] == [
        ("Torgau: 1 Idee ohne Punkt", 1)
    ]


def test_ideas_are_narrowed_by_each_filter(
    client: Client, asked: Round, torgau: Municipality, mobility: FieldOfAction
) -> None:
    plain, placed, themed, weighed, answered = IdeaFactory.create_batch(5, round=asked, public=True)
    Idea.objects.filter(pk=placed.pk).update(municipality=torgau)
    Idea.objects.filter(pk=themed.pk).update(field_of_action=mobility)
    weigh(weighed)
    answer(answered)
    everything = (plain, placed, themed, weighed, answered)
    assert shown(client, *everything, gemeinde="14730310") == [placed]
    assert shown(client, *everything, handlungsfeld="4") == [themed]
    assert shown(client, *everything, stand="in-abwaegung") == [weighed]
    assert shown(client, *everything, stand="beantwortet") == [answered]
    assert shown(client, *everything, mit_antwort="on") == [answered]
    assert set(shown(client, *everything, stand="veroeffentlicht")) == {plain, placed, themed}
    assert shown(client, *everything, gemeinde="14730310", handlungsfeld="4") == []


def test_ideas_are_sorted_as_wished(client: Client, asked: Round) -> None:
    first, second, third = (
        IdeaFactory(round=asked, public=True, published_at=datetime.datetime(2026, 2, day, tzinfo=datetime.UTC))
        for day in (2, 3, 4)
    )
    Idea.objects.filter(pk=second.pk).update(support_count=9)
    answer(third, at=datetime.datetime(2026, 2, 25, tzinfo=datetime.UTC))
    answer(first, at=datetime.datetime(2026, 2, 26, tzinfo=datetime.UTC))
    everything = (first, second, third)
    assert shown(client, *everything) == [third, second, first]
    assert shown(client, *everything, sortierung="neueste") == [third, second, first]
    assert shown(client, *everything, sortierung="unterstuetzung") == [second, third, first]
    assert shown(client, *everything, sortierung="antwort") == [first, third]
    assert "2 Ideen" in page(client, sortierung="antwort")


@pytest.mark.parametrize("query", ["gemeinde=99999999", "handlungsfeld=x", "stand=received", "sortierung=zufall"])
def test_a_filter_that_does_not_exist_gets_a_message(
    client: Client, asked: Round, torgau: Municipality, mobility: FieldOfAction, query: str
) -> None:
    IdeaFactory(round=asked, public=True, municipality=torgau, field_of_action=mobility)
    name, value = query.split("=")
    html = page(client, **{name: value})
    assert "Bitte prüfen Sie Ihre Eingaben" in html
    assert "data-idea" not in html
    assert features(client, **{name: value}) == []


def test_each_filter_can_be_lifted_alone(
    client: Client, asked: Round, torgau: Municipality, mobility: FieldOfAction
) -> None:
    html = page(client, gemeinde="14730310", q="Bus & Bahn", handlungsfeld="4", sortierung="neueste", nach="1-1")
    for rest in (
        "handlungsfeld=4&gemeinde=14730310&sortierung=neueste",
        "q=Bus+%26+Bahn&gemeinde=14730310&sortierung=neueste",
        "q=Bus+%26+Bahn&handlungsfeld=4&sortierung=neueste",
    ):
        assert f'href="{IDEAS}?{escape(rest)}#ideen"' in html
    assert 'Suche: <span lang="de">Bus &amp; Bahn</span>' in html
    assert 'Gemeinde: <span lang="de">Torgau</span>' in html


def test_pages_keep_the_filters(client: Client, asked: Round, torgau: Municipality) -> None:
    ideas = IdeaFactory.create_batch(21, round=asked, public=True, municipality=torgau)
    html = page(client, gemeinde="14730310")
    cursor = f"1770026400000000-{ideas[1].pk}"  # 2 February 2026, 10:00 UTC
    assert f'href="?{escape(f"gemeinde=14730310&nach={cursor}")}#ideen" rel="next"' in html
    assert shown(client, *ideas, gemeinde="14730310", nach=cursor) == [ideas[0]]


def test_words_without_a_hit_get_advice(client: Client, asked: Round) -> None:
    IdeaFactory(round=asked, public=True)
    html = page(client, q="Unauffindbares")
    assert "Nichts gefunden" in html
    assert "weniger oder anderen Wörtern" in html


def test_where_nothing_is_answered_the_order_of_answers_says_so(client: Client, asked: Round) -> None:
    IdeaFactory(round=asked, public=True)
    html = page(client, sortierung="antwort")
    assert "Nichts gefunden" in html
    assert "Noch ist nichts veröffentlicht." not in html


def test_the_list_takes_few_queries_and_always_the_same(
    client: Client, asked: Round, torgau: Municipality, mobility: FieldOfAction
) -> None:
    def add() -> None:
        answer(
            IdeaFactory(round=asked, public=True, title="", municipality=torgau, field_of_action=mobility),
            IdeaFactory(round=asked, public=True, title="Radweg", municipality=torgau, latitude=51.5, longitude=13.0),
        )

    paths = (IDEAS, f"{IDEAS}?gemeinde=14730310", f"{IDEAS}?sortierung=antwort", f"{IDEAS}?q=Radweg", POINTS)
    add()
    with_one = [queries(client, path) for path in paths]
    add()
    add()
    assert [queries(client, path) for path in paths] == with_one
    assert with_one == [5, 5, 5, 7, 5]


# The map


def test_points_tell_the_map_what_it_shows(client: Client, asked: Round) -> None:
    idea = IdeaFactory(round=asked, public=True, title="<b>Bänke</b>", latitude=51.56, longitude=13.0)
    assert features(client) == [
        {
            "type": "Feature",
            "id": idea.pk,
            "geometry": {"type": "Point", "coordinates": [13.0, 51.56]},
            "properties": {
                "url": idea.get_absolute_url(),
                "title": "<b>Bänke</b>",
                "status": "veröffentlicht",
                "count": 1,
            },
        }
    ]


def test_ideas_without_a_point_are_counted_at_their_municipality(
    client: Client, asked: Round, torgau: Municipality
) -> None:
    first, second = IdeaFactory.create_batch(2, round=asked, public=True, municipality=torgau)
    IdeaFactory(round=asked, public=True)
    (feature,) = features(client, q="Radweg")
    assert feature["id"] == "gemeinde-14730310"
    assert feature["geometry"]["coordinates"] == [13.0, 51.56]
    assert feature["properties"] == {
        "url": f"{IDEAS}?q=Radweg&gemeinde=14730310",
        "title": "Torgau: 2 Ideen ohne Punkt",
        "count": 2,
        "ideas": [second.pk, first.pk],
    }


def test_points_follow_the_filters(client: Client, asked: Round, mobility: FieldOfAction) -> None:
    place = {"latitude": 51.5, "longitude": 13.0, "round": asked, "public": True}
    themed, _other = IdeaFactory(field_of_action=mobility, **place), IdeaFactory(**place)
    assert [each["id"] for each in features(client, handlungsfeld="4")] == [themed.pk]
    assert f'data-points="{POINTS}?handlungsfeld=4"' in page(client, handlungsfeld="4")


def test_the_newest_points_alone_are_sent(client: Client, asked: Round, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(points, "MOST_POINTS", 2)
    made = IdeaFactory.create_batch(3, round=asked, public=True, latitude=51.5, longitude=13.0)
    assert [each["id"] for each in features(client)] == [made[2].pk, made[1].pk]


# A draft


@pytest.fixture
def draft() -> Round:
    return RoundFactory(concept__slug="kek", slug="entwurf", kind=Round.Kind.DRAFT, title="Entwurf des Zielsystems")


DRAFT = "/kek/beteiligung/entwurf/"


def test_a_draft_stands_there_with_contents_and_sections(client: Client, draft: Round) -> None:
    SectionFactory(
        round=draft, order=1, number="2", heading="Mobilität", text="Erster Absatz.\n\nZweiter <b>Absatz</b>."
    )
    SectionFactory(round=draft, order=2, number="2.1", heading="Bus und Bahn")
    html = page(client, DRAFT)
    assert '<a class="kern-link" href="#abschnitt-2-1"><span lang="de">2.1 Bus und Bahn</span></a>' in html
    assert 'id="abschnitt-2-1"' in html
    assert "<p>Erster Absatz.</p> <p>Zweiter &lt;b&gt;Absatz&lt;/b&gt;.</p>" in html
    assert 'href="/kek/beteiligung/entwurf/mitmachen/?abschnitt=2.1"' in html
    assert html.count("Noch keine Stellungnahme") == 2


def test_a_section_shows_the_newest_of_what_was_said_to_it(client: Client, draft: Round) -> None:
    first, second = SectionFactory.create_batch(2, round=draft)
    said = [
        IdeaFactory(round=draft, section=first, public=True, title="", text=f"Stellungnahme Nummer {number}.")
        for number in range(1, 5)
    ]
    IdeaFactory(round=draft, section=first, title="", text="Noch in Prüfung.")
    html = page(client, DRAFT)
    assert "Noch in Prüfung." not in html
    assert "4 Stellungnahmen" in html
    assert [number for number in range(1, 5) if f"Stellungnahme Nummer {number}." in html] == [2, 3, 4]
    assert f'href="?abschnitt={first.number}"' in html
    listed = page(client, DRAFT, abschnitt=first.number)
    assert listed.count("data-idea=") == len(said)
    assert "Stellungnahme zu" in listed
    assert "data-map" not in listed
    assert page(client, DRAFT, abschnitt=second.number).count("data-idea=") == 0


def test_a_draft_that_is_closed_takes_nothing(client: Client, draft: Round) -> None:
    SectionFactory(round=draft)
    Round.objects.filter(pk=draft.pk).update(closes_on=DAY(2026, 2, 1))
    assert "mitmachen/" not in page(client, DRAFT)


@pytest.mark.parametrize("opens_on", [DAY(2026, 1, 1), DAY(2026, 3, 2)])
def test_a_draft_without_sections_says_so_once(client: Client, draft: Round, opens_on: datetime.date) -> None:
    Round.objects.filter(pk=draft.pk).update(opens_on=opens_on)
    assert page(client, DRAFT).count("Der Entwurf ist noch nicht veröffentlicht.") == 1


@pytest.mark.parametrize(("round_is_public", "concept_is_public"), [(True, True), (True, False), (False, True)])
def test_what_hangs_on_a_round_is_public_where_round_and_concept_are(
    round_is_public: bool, concept_is_public: bool
) -> None:
    asked = RoundFactory(is_public=round_is_public, concept__is_public=concept_is_public)
    idea = IdeaFactory(round=asked, public=True)
    IdeaFile.objects.create(idea=idea, form_key=uuid.uuid4(), file="plan.pdf", name="plan.pdf", size=1)
    found = [rows.public().exists() for rows in (Round.objects, Idea.objects, IdeaFile.objects)]
    assert {*found, asked.is_shown, is_shown(idea)} == {round_is_public and concept_is_public}


def test_a_draft_takes_the_same_queries_whatever_was_said(client: Client, draft: Round) -> None:
    first = SectionFactory(round=draft)
    IdeaFactory(round=draft, section=first, public=True, title="")
    listed = f"{DRAFT}?abschnitt={first.number}"
    with_one = queries(client, DRAFT), queries(client, listed)
    for section in (first, *SectionFactory.create_batch(2, round=draft)):
        IdeaFactory.create_batch(2, round=draft, section=section, public=True, title="")
    assert (queries(client, DRAFT), queries(client, listed)) == with_one
