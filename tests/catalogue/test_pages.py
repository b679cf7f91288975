"""Public pages of the catalogue: the goal system, the list of measures, one entry with its red thread."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest
from django.test import Client

from catalogue.actions import promote
from catalogue.models import Entry, Goal, Measure, Need, State
from district.models import Concept, FieldOfAction
from tests.factories import (
    AgendaItemFactory,
    ConceptFactory,
    EventFactory,
    FieldOfActionFactory,
    GoalFactory,
    MeasureFactory,
    NeedFactory,
    OutcomeFactory,
    UserFactory,
    WorkingGroupFactory,
    when,
)
from tests.milestones.queries import queries
from workshops.models import Minutes

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 7, 1, 10, tzinfo=UTC)
GOALS, MEASURES = "/kek/ziele/", "/kek/massnahmen/"


@pytest.fixture
def concept() -> Concept:
    return ConceptFactory(slug="kek", is_example=True)


@pytest.fixture
def field(concept: Concept) -> FieldOfAction:
    return FieldOfActionFactory(
        concept=concept, number=4, name="Mobilität", mission_statement="Alle kommen überall hin."
    )


def page(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    assert not response.cookies
    return " ".join(response.content.decode().split())


def strands(html: str) -> dict[str, list[str]]:
    """What the red thread names: per heading the titles below it."""
    found = {}
    for part in re.split(r"<h3[^>]*>", html.partition("</dl>")[2])[1:]:
        found[part.partition("</h3>")[0]] = re.findall(r'lang="de">([^<]+)</a>', part)
    return found


# The goal system


def test_without_goals_the_page_shows_the_leitbild_and_says_what_is_missing(
    client: Client, field: FieldOfAction
) -> None:
    html = page(client, GOALS)
    assert "Für dieses Konzept sind noch keine Ziele veröffentlicht." in html
    assert "Alle kommen überall hin." in html
    assert "<form" not in html


def test_a_closed_concept_says_where_its_goals_and_measures_stand(client: Client) -> None:
    ConceptFactory(slug="kek", process_closed_on=date(2021, 6, 30))
    assert "Die Ziele stehen im beschlossenen Konzept; hier sind sie nicht einzeln aufgeführt." in page(client, GOALS)
    assert "Die Maßnahmen stehen im Projektkatalog zum beschlossenen Konzept" in page(client, MEASURES)


def test_the_goal_system_reads_from_the_leitbild_to_the_sub_goals(client: Client, field: FieldOfAction) -> None:
    need = NeedFactory(field_of_action=field, title="Abends fährt kein Bus")
    goal = GoalFactory(field_of_action=field, title="Mobil ohne Auto", needs=[need])
    GoalFactory(parent=goal, title="Stündlich ein Bus", state=State.AGREED)
    html = page(client, GOALS)
    told = ["Mobilität", "Leitbild", "Alle kommen überall hin.", "Mobil ohne Auto", "Stündlich ein Bus", "Abends fährt"]
    places = [html.rindex(words) for words in told]
    assert places == sorted(places)
    assert html.count('<span class="kern-label">abgestimmt</span>') == 1
    assert '<span class="kern-label">vorgeschlagen</span>' not in html
    assert '<span class="kern-label">Beispiel</span>' in html


def test_words_find_entries_and_show_the_goal_above_them(client: Client, field: FieldOfAction) -> None:
    above = GoalFactory(field_of_action=field, title="Mobil ohne Auto")
    GoalFactory(parent=above, title="Stündlich ein Bus")
    GoalFactory(parent=above, title="Radwege ohne Lücke")
    NeedFactory(field_of_action=field, title="Es fehlt an Ärzten", text="Der Bus hilft da nicht.")
    GoalFactory(field_of_action=FieldOfActionFactory(concept=field.concept, number=5, name="Medizin"))
    html = page(client, f"{GOALS}?q=BUS")
    assert "2 Einträge gefunden" in html
    for shown in ("Mobil ohne Auto", "Stündlich ein Bus", "Es fehlt an Ärzten"):
        assert shown in html
    for hidden in ("Radwege ohne Lücke", "feld-5", "Alle kommen überall hin."):
        assert hidden not in html
    assert "Radwege ohne Lücke" in page(client, f"{GOALS}?q=mobil+auto")


def test_a_field_of_action_narrows_both_lists(client: Client, field: FieldOfAction) -> None:
    other = FieldOfActionFactory(concept=field.concept, number=5, name="Medizin")
    for each in (field, other):
        GoalFactory(field_of_action=each, title=f"Ziel der {each.name}")
        MeasureFactory(field_of_action=each, title=f"Maßnahme der {each.name}")
    assert ("Ziel der Medizin" in (html := page(client, f"{GOALS}?field=5")), "Ziel der Mobilität" in html) == (
        True,
        False,
    )
    html = page(client, f"{MEASURES}?field=5")
    assert ("Maßnahme der Medizin" in html, "Maßnahme der Mobilität" in html) == (True, False)


@pytest.mark.parametrize("wrong", ["field=9", "field=viele", "field=99999999999999999999", "q=%00", "q=" + "x" * 101])
@pytest.mark.parametrize("path", [GOALS, MEASURES])
def test_a_filter_that_makes_no_sense_is_told_and_finds_nothing(
    client: Client, field: FieldOfAction, path: str, wrong: str
) -> None:
    GoalFactory(field_of_action=field)
    MeasureFactory(field_of_action=field)
    html = page(client, f"{path}?{wrong}")
    assert "Bitte prüfen Sie Ihre Eingaben" in html
    assert "0 Einträge gefunden" in html


# The measures


def test_measures_are_cards_in_the_order_of_their_numbers(client: Client, field: FieldOfAction) -> None:
    MeasureFactory(field_of_action=field, number="M 10", title="Rufbus", text="Wort " * 40, state=State.AGREED)
    MeasureFactory(field_of_action=field, number="M 9", title="Taktbus")
    html = page(client, MEASURES)
    assert html.index("Taktbus") < html.index("Rufbus")
    assert "M 10 · Mobilität" in html
    assert html.count("Wort") == 30
    assert ">abgestimmt<" in html


def test_measures_come_page_by_page(client: Client, field: FieldOfAction) -> None:
    MeasureFactory.create_batch(25, field_of_action=field)
    assert page(client, MEASURES).count("<article") == 24
    assert page(client, f"{MEASURES}?page=2&field=4").count("<article") == 1


def test_without_measures_the_page_says_so(client: Client, field: FieldOfAction) -> None:
    assert "Für dieses Konzept sind noch keine Maßnahmen veröffentlicht." in page(client, MEASURES)
    assert "Dazu gibt es keine Maßnahme." in page(client, f"{MEASURES}?q=Seilbahn")
    assert "Dazu gibt es weder Handlungsbedarf noch Ziele." in page(client, f"{GOALS}?q=Seilbahn")


# One entry


def test_the_red_thread_is_walked_in_both_directions(client: Client, field: FieldOfAction) -> None:
    need = NeedFactory(field_of_action=field, title="Abends fährt kein Bus")
    above = GoalFactory(field_of_action=field, title="Mobil ohne Auto", needs=[need])
    goal = GoalFactory(parent=above, title="Stündlich ein Bus")
    measure = MeasureFactory(field_of_action=field, title="Rufbus", goals=[goal])
    assert strands(page(client, need.get_absolute_url())) == {"Ziele": ["Mobil ohne Auto"]}
    assert strands(page(client, above.get_absolute_url())) == {
        "Handlungsbedarf": ["Abends fährt kein Bus"],
        "Teilziele": ["Stündlich ein Bus"],
        "Maßnahmen": ["Rufbus"],
    }
    assert strands(page(client, goal.get_absolute_url())) == {
        "Strategisches Ziel": ["Mobil ohne Auto"],
        "Maßnahmen": ["Rufbus"],
    }
    assert strands(page(client, measure.get_absolute_url())) == {
        "Handlungsbedarf": ["Abends fährt kein Bus"],
        "Ziele": ["Stündlich ein Bus"],
    }


def test_an_entry_without_links_has_no_empty_headings(client: Client, field: FieldOfAction) -> None:
    html = page(client, NeedFactory(field_of_action=field).get_absolute_url())
    assert ("Woher kommt das?" in html, "Was folgt daraus?" in html) == (False, False)


def test_drafts_are_nowhere(client: Client, field: FieldOfAction) -> None:
    need = NeedFactory(field_of_action=field, title="Geheimer Bedarf", state=State.DRAFT)
    goal = GoalFactory(field_of_action=field, title="Geheimes Ziel", needs=[need], state=State.DRAFT)
    measure = MeasureFactory(field_of_action=field, title="Geheime Maßnahme", goals=[goal], state=State.DRAFT)
    for draft in (need, goal, measure):
        assert client.get(draft.get_absolute_url()).status_code == 404
    shown_goal = GoalFactory(field_of_action=field, needs=[need])
    GoalFactory(parent=shown_goal, title="Geheimes Teilziel", state=State.DRAFT)
    measure.goals.add(shown_goal)
    shown_need = NeedFactory(field_of_action=field)
    goal.needs.add(shown_need)
    shown_measure = MeasureFactory(field_of_action=field, goals=[goal])
    public = [shown_goal.get_absolute_url(), shown_need.get_absolute_url(), shown_measure.get_absolute_url()]
    for path in (GOALS, MEASURES, f"{GOALS}?q=geheim", f"{MEASURES}?q=geheim", *public):
        assert "Geheime" not in page(client, path)


def test_an_entry_names_the_outcomes_it_was_taken_from(client: Client, field: FieldOfAction) -> None:
    group = WorkingGroupFactory(concept=field.concept, name="Mobil")
    event = EventFactory(concept=field.concept, title="Erste Sitzung", date=when("2. September 2026"), group=group)
    item = AgendaItemFactory(event=event, order=2, title="Abendlinien")
    for entry in (NeedFactory(field_of_action=field), GoalFactory(field_of_action=field)):
        found = OutcomeFactory(event=event, item=item, group=group, title="Abends fährt kein Bus", released_at=NOW)
        OutcomeFactory(event=event, title="Nicht übernommen", released_at=NOW)
        promote(found, entry, by=UserFactory(), at=NOW)
        html = page(client, entry.get_absolute_url())
        told = " ".join(re.sub(r"<[^>]+>", " ", html.partition("Woher kommt das?")[2]).split())
        assert told.startswith(
            "Ergebnisse aus Arbeitsgruppen und Veranstaltungen „Abends fährt kein Bus“ "
            "Erste Sitzung , 2. September 2026, TOP 2. Abendlinien · Arbeitsgruppe Mobil"
        )
        assert f'href="{event.get_absolute_url()}#ergebnis-{found.pk}"' in html
        assert f'href="{group.get_absolute_url()}"' in html
        assert "Nicht übernommen" not in html


def test_an_entry_tells_of_its_outcomes_only_what_readers_may_see(client: Client, field: FieldOfAction) -> None:
    need = NeedFactory(field_of_action=field)
    group = WorkingGroupFactory(concept=field.concept, is_public=False)
    secret = EventFactory(concept=field.concept, group=group, title="Geheime Sitzung", is_public=False)
    event = EventFactory(concept=field.concept, group=group, title="Erste Sitzung")
    kept = {"event": event, "group": group, "released_at": NOW}
    for outcome in (
        OutcomeFactory(title="Wort eins", **kept | {"event": secret}),
        OutcomeFactory(title="Wort zwei", is_public=False, **kept),
    ):
        promote(outcome, need, by=UserFactory(), at=NOW)
    assert "Woher kommt das?" not in page(client, need.get_absolute_url())
    promote(OutcomeFactory(title="Wort drei", **kept), need, by=UserFactory(), at=NOW)
    html = page(client, need.get_absolute_url())
    assert ("Wort drei" in html, "Erste Sitzung" in html, group.name in html) == (True, True, False)
    # While the minutes are corrected the origin stays, and its words do not.
    Minutes.objects.create(event=event)
    html = page(client, need.get_absolute_url())
    assert ("Wort drei" in html, "Erste Sitzung" in html, "wird gerade berichtigt" in html) == (False, True, True)


def test_a_dropped_entry_stays_and_says_why(client: Client, field: FieldOfAction) -> None:
    measure = MeasureFactory(field_of_action=field, state=State.DROPPED, drop_reason="Die Fähre genügt.")
    html = page(client, measure.get_absolute_url())
    assert "Dieser Eintrag ist verworfen." in html
    assert "Die Fähre genügt." in html


@pytest.mark.parametrize("factory", [NeedFactory, GoalFactory, MeasureFactory])
def test_an_entry_belongs_to_its_concept(client: Client, concept: Concept, factory: type[NeedFactory]) -> None:
    entry = factory(field_of_action__concept=ConceptFactory(slug="anderes"))
    assert client.get(entry.get_absolute_url()).status_code == 200
    assert client.get(entry.get_absolute_url().replace("/anderes/", "/kek/")).status_code == 404
    Concept.objects.filter(slug="anderes").update(is_public=False)
    assert client.get(entry.get_absolute_url()).status_code == 404


def test_markup_in_a_text_stays_text(client: Client, field: FieldOfAction) -> None:
    goal = GoalFactory(field_of_action=field, title="<script>alert(1)</script>", text="<b>fett</b>")
    for path in (GOALS, goal.get_absolute_url()):
        html = page(client, path)
        assert ("<script>alert" in html, "<b>fett" in html) == (False, False)


def test_content_is_marked_as_german_on_english_pages(client: Client, field: FieldOfAction) -> None:
    goal = GoalFactory(field_of_action=field, title="Mobil ohne Auto")
    html = page(client, f"/en{goal.get_absolute_url()}")
    assert '<html lang="en">' in html
    assert '<h1 class="kern-heading-x-large" lang="de">Mobil ohne Auto</h1>' in html


# Speed: as many queries for three rows as for one


def grow(field: FieldOfAction) -> tuple[Need, Goal, Measure]:
    """Add a need, a goal with a sub-goal and a measure, all linked."""
    need = NeedFactory(field_of_action=field)
    goal = GoalFactory(field_of_action=field, needs=[need])
    return need, goal, MeasureFactory(field_of_action=field, goals=[goal, GoalFactory(parent=goal, needs=[need])])


def bring(need: Need) -> None:
    """Take another outcome into a need."""
    group = WorkingGroupFactory(concept=need.concept)
    event = EventFactory(concept=need.concept, group=group)
    item = AgendaItemFactory(event=event)
    outcome = OutcomeFactory(event=event, item=item, group=group, released_at=NOW)
    promote(outcome, need, by=UserFactory(), at=NOW)


@pytest.mark.parametrize("path", [GOALS, f"{GOALS}?q=was", f"{GOALS}?field=4", MEASURES, f"{MEASURES}?q=was&field=4"])
def test_lists_take_the_same_queries_for_one_and_for_three(client: Client, field: FieldOfAction, path: str) -> None:
    grow(field)
    one = queries(client, path)
    for number in (5, 6):
        grow(FieldOfActionFactory(concept=field.concept, number=number))
    assert queries(client, path) == one


def test_an_entry_takes_the_same_queries_for_one_link_and_for_three(client: Client, field: FieldOfAction) -> None:
    first = grow(field)
    bring(first[0])
    paths = [entry.get_absolute_url() for entry in first]
    one = [queries(client, path) for path in paths]
    need, goal, measure = first
    for _each in range(2):
        more: tuple[Need, Goal, Measure] = grow(field)
        need.goals.add(more[1])
        goal.needs.add(more[0])
        goal.measures.add(more[2])
        GoalFactory(parent=goal)
        measure.goals.add(more[1])
        bring(need)
    assert [queries(client, path) for path in paths] == one


def test_every_kind_of_entry_has_an_address_of_its_own(field: FieldOfAction) -> None:
    entries: list[Entry] = [NeedFactory(field_of_action=field), GoalFactory(field_of_action=field)]
    entries.append(MeasureFactory(field_of_action=field))
    assert [entry.get_absolute_url() for entry in entries] == [
        f"/kek/handlungsbedarf/{entries[0].pk}/",
        f"/kek/ziele/{entries[1].pk}/",
        f"/kek/massnahmen/{entries[2].pk}/",
    ]
