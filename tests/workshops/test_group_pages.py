"""Public pages of the working groups: who works in them, when they meet, what they brought."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from icalendar import Calendar
from time_machine import TimeMachineFixture

from catalogue.actions import promote
from catalogue.models import State
from district.models import Concept
from tests.factories import (
    AgendaItemFactory,
    ConceptFactory,
    EventFactory,
    FieldOfActionFactory,
    MembershipFactory,
    NeedFactory,
    OutcomeFactory,
    UserFactory,
    WorkingGroupFactory,
    when,
)
from tests.milestones.queries import queries
from workshops.models import Event, GroupField, Outcome, WorkingGroup

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_on_the_first_of_july")]

GROUPS = "/kek/arbeitsgruppen/"
NOW = datetime.datetime(2026, 7, 1, 10, tzinfo=datetime.UTC)


@pytest.fixture
def _on_the_first_of_july(time_machine: TimeMachineFixture) -> Iterator[None]:
    time_machine.move_to(NOW)
    with translation.override("de"):  # whatever page was asked for before
        yield


@pytest.fixture
def concept() -> Concept:
    return ConceptFactory(slug="kek", short_title="KEK Probe")


@pytest.fixture
def group(concept: Concept) -> WorkingGroup:
    return WorkingGroupFactory(concept=concept, name="Bildung", slug="bildung", task="Wege zum Beruf finden.")


def page(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    assert not response.cookies
    return " ".join(response.content.decode().split())


def words(html: str) -> str:
    """What a reader reads."""
    return " ".join(re.sub(r"<[^>]+>", " ", html.partition("<main")[2]).split())


def session(group: WorkingGroup, date: str, **fields: object) -> Event:
    without_registration = {"registration_opens_on": None, "registration_closes_on": None}
    given = {"concept": group.concept, "group": group, "kind": Event.Kind.GROUP_SESSION, "date": when(date)}
    return EventFactory(**given | without_registration | fields)


def outcome(group: WorkingGroup, **fields: object) -> Outcome:
    event = fields.pop("event", None) or EventFactory(concept=group.concept, group=group)
    return OutcomeFactory(**{"event": event, "group": group, "released_at": NOW, **fields})


# The list


def test_without_groups_the_page_says_so(client: Client, concept: Concept) -> None:
    assert "Zu diesem Konzept ist noch keine Arbeitsgruppe veröffentlicht." in page(client, GROUPS)


def test_a_closed_concept_without_groups_says_that_its_process_is_over(client: Client) -> None:
    ConceptFactory(slug="kek", process_closed_on=datetime.date(2021, 6, 30))
    assert "sein Verfahren ist abgeschlossen" in page(client, GROUPS)


def test_the_list_tells_state_fields_next_session_and_outcomes(client: Client, group: WorkingGroup) -> None:
    GroupField.objects.create(group=group, field_of_action=FieldOfActionFactory(concept=group.concept, name="Schule"))
    session(group, "2. Oktober 2026")
    session(group, "2. September 2026")
    session(group, "2. August 2026", is_public=False)
    event = session(group, "2. Juni 2026")
    OutcomeFactory.create_batch(2, event=event, group=group, released_at=NOW)
    OutcomeFactory(event=event, group=group)
    told = words(page(client, GROUPS))
    assert "Bildung arbeitet Handlungsfelder Schule Nächste Sitzung 2. September 2026, 18 bis 20 Uhr" in told
    assert "Veröffentlichte Ergebnisse 2" in told


def test_a_session_without_a_new_date_is_not_the_next_one(client: Client, group: WorkingGroup) -> None:
    session(group, "2. August 2026", state=Event.State.POSTPONED)
    assert "Nächste Sitzung noch nicht angekündigt" in words(page(client, GROUPS))


@pytest.mark.parametrize(
    ("starts", "concluded_on", "state"),
    [
        ("Ende 2026", None, "in Vorbereitung"),
        ("Januar 2026", None, "arbeitet"),
        ("Januar 2026", datetime.date(2026, 6, 1), "abgeschlossen"),
    ],
)
def test_the_state_follows_from_the_dates(
    client: Client, concept: Concept, starts: str, concluded_on: datetime.date | None, state: str
) -> None:
    group = WorkingGroupFactory(concept=concept, starts=when(starts), concluded_on=concluded_on)
    for path in (GROUPS, group.get_absolute_url()):
        assert f'<span class="kern-label">{state}</span>' in page(client, path)


def test_hidden_groups_are_nowhere(client: Client, concept: Concept) -> None:
    hidden = WorkingGroupFactory(concept=concept, name="Geheime Gruppe", is_public=False)
    elsewhere = WorkingGroupFactory(concept=ConceptFactory(slug="anderes"), name="Fremde Gruppe")
    html = page(client, GROUPS)
    assert ("Geheime Gruppe" in html, "Fremde Gruppe" in html) == (False, False)
    foreign = elsewhere.get_absolute_url().replace("/anderes/", "/kek/")
    for path in (hidden.get_absolute_url(), foreign):
        assert client.get(path).status_code == 404
        assert client.get(f"{path}kalender.ics").status_code == 404
    Concept.objects.filter(slug="anderes").update(is_public=False)
    assert client.get(elsewhere.get_absolute_url()).status_code == 404


# One group


def test_who_works_in_it_is_told_by_organisation_and_function_the_chair_first(
    client: Client, group: WorkingGroup
) -> None:
    consent = {"name": "Erika Muster", "consented_on": datetime.date(2026, 1, 2)}
    MembershipFactory(group=group, organisation="Akademie", function="Leitung", **consent)
    MembershipFactory(group=group, organisation="Landratsamt", function="Schulamt", **consent)
    MembershipFactory(group=group, organisation="Landratsamt", function="Projektkoordination", **consent)
    MembershipFactory(group=group, organisation="Landratsamt", function="Projektkoordination", **consent)
    MembershipFactory(group=group, organisation="Wirtschaftsverband", function="Vorstand", is_chair=True, **consent)
    MembershipFactory(group=group, organisation="Weggangverein", left_on=datetime.date(2026, 5, 1))
    html = page(client, group.get_absolute_url())
    assert (
        "Wirtschaftsverband Vorstand leitet die Gruppe Akademie Leitung Landratsamt Schulamt Projektkoordination "
        "Sitzungen als Kalender"
    ) in words(html)
    assert ("Erika" in html, "Weggangverein" in html) == (False, False)


def test_names_of_members_are_not_even_loaded(client: Client, group: WorkingGroup) -> None:
    MembershipFactory(group=group)
    with CaptureQueriesContext(connection) as captured:
        page(client, group.get_absolute_url())
    asked = [query["sql"] for query in captured.captured_queries if "workshops_membership" in query["sql"]]
    assert len(asked) == 1
    assert all(f'"workshops_membership"."{column}"' not in asked[0] for column in ("name", "email", "phone"))


def test_coming_sessions_stand_before_past_ones(client: Client, group: WorkingGroup) -> None:
    session(group, "2. Juni 2026", title="Erste Sitzung")
    session(group, "2. September 2026", title="Zweite Sitzung")
    session(group, "3. September 2026", title="Geheime Sitzung", is_public=False)
    told = words(page(client, group.get_absolute_url()))
    assert "Geheime Sitzung" not in told
    order = ["Wege zum Beruf finden.", "Kommende Termine", "Zweite Sitzung", "Frühere Termine", "Erste Sitzung"]
    assert [told.index(each) for each in order] == sorted(told.index(each) for each in order)


def test_past_sessions_come_page_by_page(client: Client, group: WorkingGroup) -> None:
    for number in range(21):
        session(group, f"{number + 1}.05.2026")
    assert page(client, group.get_absolute_url()).count("<article") == 1 + 20
    assert page(client, f"{group.get_absolute_url()}?page=2").count("<article") == 1 + 1


def test_outcomes_are_told_by_kind_with_where_they_come_from(client: Client, group: WorkingGroup) -> None:
    event = session(group, "2. Juni 2026", title="Erste Sitzung", state=Event.State.HELD)
    item = AgendaItemFactory(event=event, order=2, title="Ausbildung")
    outcome(group, event=event, item=item, title="Es fehlen Lehrwerkstätten")
    outcome(group, event=event, kind=Outcome.Kind.DECISION, title="Die Kammer zählt nach", owner="Kammer")
    outcome(group, event=event, title="Geheimer Bedarf", is_public=False)
    outcome(group, event=event, title="Nicht freigegeben", released_at=None)
    told = words(page(client, group.get_absolute_url()))
    assert (
        "Handlungsbedarfe Es fehlen Lehrwerkstätten Erste Sitzung , 2. Juni 2026 TOP 2. Ausbildung "
        "Festlegungen Die Kammer zählt nach offen Wer kümmert sich: Kammer Erste Sitzung , 2. Juni 2026"
    ) in told
    assert ("Geheimer Bedarf" in told, "Nicht freigegeben" in told) == (False, False)


def test_open_points_say_until_when_and_whether_they_are_done(client: Client, group: WorkingGroup) -> None:
    point = {"kind": Outcome.Kind.OPEN_POINT}
    outcome(group, title="Erstens", due_on=datetime.date(2026, 7, 2), **point)
    outcome(group, title="Zweitens", due_on=datetime.date(2026, 6, 30), **point)
    outcome(group, title="Drittens", due_on=datetime.date(2026, 6, 30), done_on=datetime.date(2026, 6, 15), **point)
    told = words(page(client, group.get_absolute_url()))
    assert "Erstens offen bis 2. Juli 2026" in told
    assert "Zweitens überfällig bis 30. Juni 2026" in told
    assert "Drittens erledigt am 15. Juni 2026 vorgesehen bis 30. Juni 2026" in told


def test_an_outcome_leads_to_the_entry_that_it_became_once_that_is_public(client: Client, group: WorkingGroup) -> None:
    shown = NeedFactory(field_of_action__concept=group.concept, number="B 7", title="Lehrwerkstätten")
    draft = NeedFactory(field_of_action=shown.field_of_action, title="Geheimer Entwurf", state=State.DRAFT)
    office = UserFactory()
    for entry in (shown, draft):
        promote(outcome(group), entry, by=office, at=NOW)
    html = page(client, group.get_absolute_url())
    assert f'Daraus wurde: Handlungsbedarf <a class="kern-link" href="{shown.get_absolute_url()}" lang="de">' in html
    assert html.count("Daraus wurde:") == 1
    assert "Geheimer Entwurf" not in html


def test_a_group_without_anything_says_so(client: Client, group: WorkingGroup) -> None:
    html = page(client, group.get_absolute_url())
    for sentence in (
        "Die Mitglieder sind noch nicht eingetragen.",
        "Zurzeit ist kein Termin angekündigt.",
        "Noch sind keine Ergebnisse veröffentlicht.",
    ):
        assert sentence in html
    assert "Frühere Termine" not in html


def test_a_closed_concept_shows_the_group_of_its_last_day(client: Client) -> None:
    concept = ConceptFactory(slug="kek", process_closed_on=datetime.date(2021, 6, 30))
    group = WorkingGroupFactory(concept=concept, starts=when("2019"), concluded_on=datetime.date(2021, 9, 1))
    html = page(client, group.get_absolute_url())
    assert '<span class="kern-label">arbeitet</span>' in html
    assert "Die Seite zeigt den Stand dieses Tages" in html


def test_the_calendar_has_the_public_sessions(client: Client, group: WorkingGroup) -> None:
    shown = session(group, "2. September 2026", title="Zweite Sitzung", online_url="https://treffen.example.org/x")
    session(group, "3. September 2026", is_public=False)
    EventFactory(concept=group.concept)
    path = f"{group.get_absolute_url()}kalender.ics"
    assert path in page(client, group.get_absolute_url())
    response = client.get(path)
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert b"treffen.example.org" not in response.content
    calendar = Calendar.from_ical(response.content)
    assert calendar["X-WR-CALNAME"] == "KEK Probe: Bildung"
    assert [(str(event["SUMMARY"]), str(event["UID"])) for event in calendar.walk("VEVENT")] == [
        ("Zweite Sitzung", f"event-{shown.pk}@testserver")
    ]


def test_content_is_marked_as_german_on_english_pages(client: Client, group: WorkingGroup) -> None:
    html = page(client, f"/en{group.get_absolute_url()}")
    assert '<html lang="en">' in html
    assert '<h1 class="kern-heading-x-large" lang="de">Bildung</h1>' in html


def test_markup_in_a_text_stays_text(client: Client, group: WorkingGroup) -> None:
    WorkingGroup.objects.update(name="<script>alert(1)</script>", task="<b>fett</b>")
    for path in (GROUPS, group.get_absolute_url()):
        html = page(client, path)
        assert ("<script>alert" in html, "<b>fett" in html) == (False, False)


# Speed: as many queries for three rows as for one


def grow(group: WorkingGroup) -> None:
    """Add a field, a member, a coming and a past session, and what came of it."""
    GroupField.objects.create(group=group, field_of_action=FieldOfActionFactory(concept=group.concept))
    MembershipFactory(group=group)
    session(group, "2. September 2026", seats=5)
    event = session(group, "2. Juni 2026")
    found = outcome(group, event=event, item=AgendaItemFactory(event=event))
    promote(found, NeedFactory(field_of_action__concept=group.concept), by=UserFactory(), at=NOW)


def test_the_list_takes_the_same_queries_for_one_and_for_three(client: Client, concept: Concept) -> None:
    grow(WorkingGroupFactory(concept=concept))
    one = queries(client, GROUPS)
    for _each in range(2):
        grow(WorkingGroupFactory(concept=concept))
    assert queries(client, GROUPS) == one


@pytest.mark.parametrize("page_of_group", ["", "kalender.ics"])
def test_a_group_takes_the_same_queries_for_one_row_and_for_three(
    client: Client, group: WorkingGroup, page_of_group: str
) -> None:
    path = f"{group.get_absolute_url()}{page_of_group}"
    grow(group)
    one = queries(client, path)
    for _each in range(2):
        grow(group)
    assert queries(client, path) == one
