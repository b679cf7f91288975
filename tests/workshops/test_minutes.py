"""The page of the minutes: written by several at once, nothing lost, released by the chair, taken back to be corrected."""

from __future__ import annotations

import datetime
import io
from typing import Any

import docx
import pytest
import time_machine
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from district.models import Role, User
from tests.factories import (
    AgendaItemFactory,
    ConceptFactory,
    EventFactory,
    FeedbackFactory,
    FieldOfActionFactory,
    OutcomeFactory,
    RegistrationFactory,
    UserFactory,
    WorkingGroupFactory,
    when,
)
from workshops.actions import begin_minutes, hold, note, release, reopen, settle_outcome, write_minutes
from workshops.models import AgendaItem, Discussion, Event, Minutes, MinutesStep, Outcome

pytestmark = pytest.mark.django_db

NOW = datetime.datetime(2026, 9, 1, 17, 3, tzinfo=datetime.UTC)
JSON = {"Accept": "application/json"}
# A chair comes from outside, and sees what is internal of the own group alone.
READERS = set(Role) - {Role.GROUP_CHAIR}


@pytest.fixture(autouse=True)
def now() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def office() -> Client:
    return as_person(UserFactory(role=Role.PROJECT_OFFICE))


@pytest.fixture
def item() -> AgendaItem:
    made: AgendaItem = AgendaItemFactory(title="Busse")
    return made


def as_person(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def url(name: str, event: Event, *more: Any) -> str:
    return reverse(f"admin:workshops_event_{name}", args=[event.pk, *more])


def text_of(item: AgendaItem, text: str, seen: int = 0) -> dict[str, Any]:
    return {f"item-{item.pk}-text": text, f"item-{item.pk}-seen": seen}


def closing(summary: str = "", internal: str = "", seen: int = 0) -> dict[str, Any]:
    return {"closing-summary": summary, "closing-internal": internal, "closing-seen": seen}


def new(key: Any, **changes: Any) -> dict[str, Any]:
    fields = {"kind": "need", "title": "Busse fehlen", "owner": "", "due_on": "", "field_of_action": "", **changes}
    return {f"new-{key}-{name}": value for name, value in fields.items()}


def told(response: Any) -> str:
    return " ".join(str(message) for message in get_messages(response.wsgi_request))


def html(response: Any) -> str:
    return str(response.content.decode())


def written(event: Event, summary: str = "Es ging um Busse.", internal: str = "") -> Minutes:
    minutes = begin_minutes(event, at=NOW)
    return write_minutes(minutes, summary=summary, internal=internal, seen=minutes.revision)


def released(event: Event) -> Minutes:
    by = UserFactory()
    minutes = written(event)
    hold(event, by=by, at=NOW)
    return release(minutes, by=by, at=NOW)


# Who may


@pytest.mark.parametrize("role", Role)
def test_a_role_reads_and_writes_as_the_rules_say(item: AgendaItem, role: Role) -> None:
    client, event = as_person(UserFactory(role=role)), item.event
    reads, writes = role in READERS, role == Role.PROJECT_OFFICE
    for name in ("minutes", "minutes_pdf", "minutes_docx"):
        assert client.get(url(name, event)).status_code == (200 if reads else 403)
    assert client.post(url("minutes", event), text_of(item, "Neu.")).status_code == (302 if writes else 403)
    assert Discussion.objects.exists() == writes
    outcome = OutcomeFactory(event=event, item=item)
    assert client.get(url("outcome", event, outcome.pk)).status_code == (200 if writes else 403)
    assert client.get(url("minutes_release", event)).status_code == (200 if writes else 403)
    released(event)
    assert client.get(url("minutes_reopen", event)).status_code == (200 if writes else 403)


def test_a_chair_writes_and_releases_the_own_group_and_sees_no_other() -> None:
    chair = UserFactory(role=Role.GROUP_CHAIR)
    own = WorkingGroupFactory(chair=chair)
    mine = AgendaItemFactory(event__group=own, event__concept=own.concept)
    foreign = AgendaItemFactory(event__group=WorkingGroupFactory(concept=own.concept), event__concept=own.concept)
    client = as_person(chair)
    assert client.post(url("minutes", mine.event), text_of(mine, "Neu.")).status_code == 302
    assert Discussion.objects.get().item == mine
    assert client.get(url("minutes_release", mine.event)).status_code == 200
    for name in ("minutes", "minutes_pdf", "minutes_docx", "minutes_release", "minutes_reopen"):
        assert client.get(url(name, foreign.event)).status_code == 403
    outcome = OutcomeFactory(event=foreign.event, item=foreign)
    assert client.post(url("outcome", foreign.event, outcome.pk), {"verb": "drop"}).status_code == 403


def test_who_only_reads_gets_words_and_no_fields(item: AgendaItem) -> None:
    begin_minutes(item.event, at=NOW)
    note(item, text="Streng vertraulich.", seen=0)
    page = html(as_person(UserFactory(role=Role.STEERING_GROUP)).get(url("minutes", item.event)))
    assert "Streng vertraulich." in page
    assert "<textarea" not in page
    assert "minutes.js" not in page


def test_nothing_is_written_once_the_process_is_closed(office: Client) -> None:
    concept = ConceptFactory(process_closed_on=datetime.date(2026, 8, 1))
    closed = AgendaItemFactory(event__concept=concept)
    assert "<textarea" not in html(office.get(url("minutes", closed.event)))
    assert office.post(url("minutes", closed.event), text_of(closed, "Neu.")).status_code == 403


# Writing


def test_looking_begins_no_minutes(office: Client, item: AgendaItem) -> None:
    assert office.get(url("minutes", item.event)).status_code == 200
    assert not Minutes.objects.exists()


def test_one_button_saves_all_that_is_on_the_page(office: Client, item: AgendaItem) -> None:
    other = AgendaItemFactory(event=item.event)
    sent = {**text_of(item, "Erstens."), **text_of(other, "Zweitens."), **closing("Kurz.", "Intern.")}
    response = office.post(url("minutes", item.event), {**sent, "verb": f"save-{item.pk}"})
    assert response["Location"] == f"{url('minutes', item.event)}#punkt-{item.pk}"
    assert list(Discussion.objects.order_by("pk").values_list("text", flat=True)) == ["Erstens.", "Zweitens."]
    minutes = Minutes.objects.get()
    assert (minutes.summary, minutes.internal) == ("Kurz.", "Intern.")
    page = html(office.get(url("minutes", item.event)))
    assert all(words in page for words in ("Erstens.", "Zweitens.", "Kurz.", "Intern."))


def test_the_script_sends_what_changed_and_learns_the_new_revision(office: Client, item: AgendaItem) -> None:
    answer = office.post(url("minutes", item.event), text_of(item, "Neu."), headers=JSON)
    assert answer.json() == {"at": "19:03", "refused": "", "seen": {f"item-{item.pk}": 1}, "trouble": {}}
    again = office.post(url("minutes", item.event), text_of(item, "Neuer.", seen=1), headers=JSON)
    assert again.json()["seen"] == {f"item-{item.pk}": 2}
    assert Discussion.objects.get().text == "Neuer."


def test_two_who_write_the_same_text_see_both_and_lose_nothing(office: Client, item: AgendaItem) -> None:
    office.post(url("minutes", item.event), text_of(item, "Von der anderen."))
    other = AgendaItemFactory(event=item.event)
    mine = {**text_of(item, "Von mir."), **text_of(other, "Woanders.")}
    page = html(office.post(url("minutes", item.event), {**mine, "verb": "save"}))
    assert "Von der anderen." in page
    assert ">\nVon mir.</textarea>" in page
    assert Discussion.objects.get(item=item).text == "Von der anderen."
    assert Discussion.objects.get(item=other).text == "Woanders."  # the rest is saved all the same
    # Another button decides nothing about it; the one below both texts does.
    office.post(url("minutes", item.event), {**mine, f"item-{other.pk}-seen": 1, "verb": f"save-{other.pk}"})
    assert Discussion.objects.get(item=item).text == "Von der anderen."
    assert f'value="replace-item-{item.pk}-1"' in page
    replaced = office.post(url("minutes", item.event), {**mine, "verb": f"replace-item-{item.pk}-1"})
    assert replaced.status_code == 302
    assert Discussion.objects.get(item=item).text == "Von mir."


def test_the_script_is_told_of_a_conflict_and_of_a_text_too_long(office: Client, item: AgendaItem) -> None:
    office.post(url("minutes", item.event), {**text_of(item, "Sie."), **closing("Kurz.")})
    sent = {**text_of(item, "Ich."), **closing("x" * 5001, seen=1)}
    answer = office.post(url("minutes", item.event), sent, headers=JSON).json()
    assert answer["seen"] == {}
    assert "Sie." in answer["trouble"][f"item-{item.pk}"]
    assert "Zu lang: 5001 Zeichen, erlaubt sind 5000." in answer["trouble"]["closing"]
    assert (Discussion.objects.get().text, Minutes.objects.get().summary) == ("Sie.", "Kurz.")


def test_saving_the_same_words_again_is_no_conflict(office: Client, item: AgendaItem) -> None:
    for _time in range(2):  # the answer to the first was lost on its way
        assert office.post(url("minutes", item.event), text_of(item, "Neu."), headers=JSON).json()["trouble"] == {}
    assert Discussion.objects.get().revision == 1


def test_what_was_typed_into_released_minutes_is_shown_again(office: Client, item: AgendaItem) -> None:
    released(item.event)
    page = html(office.post(url("minutes", item.event), text_of(item, "Zu spät geschrieben.")))
    assert "inzwischen freigegeben" in page
    assert "Zu spät geschrieben." in page
    assert not Discussion.objects.exists()
    answer = office.post(url("minutes", item.event), text_of(item, "Zu spät."), headers=JSON).json()
    assert (answer["seen"], "freigegeben" in answer["refused"]) == ({}, True)


def test_the_words_to_a_point_taken_off_the_agenda_are_shown_again(office: Client, item: AgendaItem) -> None:
    gone = AgendaItemFactory(event=item.event)
    sent = text_of(gone, "Dazu wurde geredet.")
    gone.delete()
    page = html(office.post(url("minutes", item.event), sent))
    assert "von der Tagesordnung genommen" in page
    assert "Dazu wurde geredet." in page


def test_an_outcome_of_a_point_taken_off_the_agenda_is_shown_again(office: Client, item: AgendaItem) -> None:
    gone = AgendaItemFactory(event=item.event)
    sent = new(gone.pk, title="Mehr Busse", owner="Bauamt")
    gone.delete()
    page = html(office.post(url("minutes", item.event), {**sent, "verb": f"add-{gone.pk}"}))
    for words in ("von der Tagesordnung genommen", "Mehr Busse", "Bauamt"):
        assert words in page
    assert "Das Ergebnis ist festgehalten." not in page
    assert not Outcome.objects.exists()


@pytest.mark.parametrize("state", [Event.State.CALLED_OFF, Event.State.POSTPONED])
def test_what_was_typed_for_an_event_without_minutes_is_shown_again(
    office: Client, item: AgendaItem, state: str
) -> None:
    Event.objects.update(state=state, registration_opens_on=None, registration_closes_on=None)
    sent = {**text_of(item, "Busse."), **new(item.pk, title="Mehr Busse"), "point-title": "Noch etwas"}
    page = html(office.post(url("minutes", item.event), sent))
    for words in ("Ein Protokoll" if state == Event.State.POSTPONED else "kein Protokoll", "Busse.", "Mehr Busse"):
        assert words in page
    assert "Noch etwas" in page
    answer = office.post(url("minutes", item.event), text_of(item, "Busse."), headers=JSON).json()
    assert (bool(answer["refused"]), answer["seen"]) == (True, {})
    assert (Minutes.objects.exists(), Outcome.objects.exists(), Discussion.objects.exists()) == (False, False, False)


def test_the_page_sent_twice_records_one_outcome_and_one_point(office: Client, item: AgendaItem) -> None:
    sent = {**new(item.pk), "point-title": "Noch etwas"}
    for _time in range(2):
        assert office.post(url("minutes", item.event), sent).status_code == 302
    assert Outcome.objects.get().item == item
    assert [each.title for each in item.event.agenda.all()] == ["Busse", "Noch etwas"]


def test_a_point_that_came_up_is_put_at_the_end(office: Client, item: AgendaItem) -> None:
    sent = {"point-title": "  Neuer   Punkt ", "verb": "point"}
    assert office.post(url("minutes", item.event), sent).status_code == 302
    assert list(item.event.agenda.values_list("order", "title")) == [
        (item.order, "Busse"),
        (item.order + 1, "Neuer Punkt"),
    ]


def test_minutes_of_an_event_that_was_called_off_lead_to_the_feedback(office: Client) -> None:
    event = EventFactory(state=Event.State.CALLED_OFF)
    assert url("feedback", event) in html(office.get(url("minutes", event))).split("abgesagt: Zu ihr", 1)[1]


@pytest.mark.parametrize("verb", ["", "nonsense", "edit-", "edit-x", "done-99999999999999999999", "replace-x-1"])
def test_a_button_that_is_none_does_no_harm(office: Client, item: AgendaItem, verb: str) -> None:
    assert office.post(url("minutes", item.event), {**text_of(item, "Neu."), "verb": verb}).status_code == 302
    assert Discussion.objects.get().text == "Neu."


def test_three_items_take_the_same_queries_as_one(office: Client) -> None:
    event = EventFactory()
    begin_minutes(event, at=NOW)

    def fill() -> None:
        item = AgendaItemFactory(event=event)
        note(item, text="Gesagt.", seen=0)
        OutcomeFactory(event=event, item=item, field_of_action=FieldOfActionFactory(concept=event.concept))

    def count() -> int:
        office.get(url("minutes", event))
        with CaptureQueriesContext(connection) as captured:
            assert office.get(url("minutes", event)).status_code == 200
        return len(captured)

    fill()
    one = count()
    fill()
    fill()
    assert count() == one


# Outcomes


def test_an_outcome_is_recorded_at_its_item_together_with_the_texts(office: Client, item: AgendaItem) -> None:
    field = FieldOfActionFactory(concept=item.event.concept)
    more = {"owner": "Kämmerei", "due_on": "2026-12-01", "field_of_action": field.pk, "is_public": "on"}
    sent = {**text_of(item, "Gesagt."), **new(item.pk, kind="decision", **more), "verb": f"add-{item.pk}"}
    response = office.post(url("minutes", item.event), sent)
    assert response["Location"].endswith(f"#punkt-{item.pk}")
    outcome = Outcome.objects.get()
    assert (outcome.item, outcome.kind, outcome.title) == (item, "decision", "Busse fehlen")
    assert (outcome.owner, outcome.due_on) == ("Kämmerei", datetime.date(2026, 12, 1))
    assert (outcome.field_of_action, outcome.is_public, outcome.released_at) == (field, True, None)
    assert Discussion.objects.get().text == "Gesagt."


def test_an_outcome_that_was_begun_is_not_lost_by_another_button(office: Client, item: AgendaItem) -> None:
    office.post(url("minutes", item.event), {**new("0", is_public=""), "verb": "save"})
    outcome = Outcome.objects.get()
    assert (outcome.item, outcome.is_public) == (None, False)
    page = html(office.post(url("minutes", item.event), {**new(item.pk, title="", owner="Bauamt"), "verb": "save"}))
    assert "Bitte geben Sie an, was herauskam." in page
    assert 'value="Bauamt"' in page
    assert Outcome.objects.count() == 1


def test_a_recorded_outcome_is_not_recorded_twice_when_another_text_is_in_trouble(
    office: Client, item: AgendaItem
) -> None:
    office.post(url("minutes", item.event), text_of(item, "Sie."))
    page = html(office.post(url("minutes", item.event), {**text_of(item, "Ich."), **new(item.pk), "verb": "save"}))
    assert Outcome.objects.count() == 1
    assert 'value="Busse fehlen"' not in page


def test_an_outcome_is_changed_on_top_of_what_was_seen(office: Client, item: AgendaItem) -> None:
    begin_minutes(item.event, at=NOW)
    outcome = OutcomeFactory(event=item.event, item=item, title="Alt")
    address = url("outcome", item.event, outcome.pk)
    sent = {"kind": "need", "title": "Von ihr", "seen": 0, "is_public": "on"}
    assert office.post(address, sent)["Location"].endswith(f"#ergebnis-{outcome.pk}")
    page = html(office.post(address, {**sent, "title": "Von mir"}))
    assert "Jemand anderes war schneller" in page
    assert "Von ihr" in page
    assert 'value="Von mir"' in page
    assert Outcome.objects.get().title == "Von ihr"
    office.post(address, {**sent, "title": "Von mir", "seen": 1})
    assert Outcome.objects.get().title == "Von mir"


def test_an_outcome_is_dropped_unless_it_was_public(office: Client, item: AgendaItem) -> None:
    begin_minutes(item.event, at=NOW)
    mistake, kept = OutcomeFactory(event=item.event), OutcomeFactory(event=item.event, released_at=NOW)
    for outcome in (mistake, kept):
        last = office.post(url("outcome", item.event, outcome.pk), {"verb": "drop"})
    assert list(Outcome.objects.all()) == [kept]
    assert "war schon öffentlich und bleibt" in told(last)


def test_an_open_point_is_done_and_open_again_also_when_all_is_released(office: Client, item: AgendaItem) -> None:
    outcome = OutcomeFactory(event=item.event, item=item, kind="open_point")
    released(item.event)
    office.post(url("minutes", item.event), {"verb": f"done-{outcome.pk}"})
    assert Outcome.objects.get().done_on == datetime.date(2026, 9, 1)
    office.post(url("minutes", item.event), {"verb": f"undone-{outcome.pk}"})
    assert Outcome.objects.get().done_on is None
    office.post(url("outcome", item.event, outcome.pk), {"verb": "done"})
    assert Outcome.objects.get().done_on is not None


def test_a_need_is_never_done(office: Client, item: AgendaItem) -> None:
    outcome = OutcomeFactory(event=item.event, item=item)
    office.post(url("minutes", item.event), {"verb": f"done-{outcome.pk}"})
    assert Outcome.objects.get().done_on is None


def test_an_outcome_that_somebody_changes_meanwhile_is_told(
    office: Client, item: AgendaItem, monkeypatch: pytest.MonkeyPatch
) -> None:
    outcome = OutcomeFactory(event=item.event, item=item, kind="open_point")

    def settle(outcome: Outcome, *, on: datetime.date | None) -> Outcome:
        Outcome.objects.update(kind="need")  # the moment before it is settled
        return settle_outcome(outcome, on=on)

    monkeypatch.setattr("workshops.staff.minutes.settle_outcome", settle)
    response = office.post(url("minutes", item.event), {"verb": f"done-{outcome.pk}"})
    assert (response.status_code, told(response)) == (302, "Erledigt werden offene Punkte und Festlegungen.")


def test_a_released_outcome_is_read_and_not_written(office: Client, item: AgendaItem) -> None:
    outcome = OutcomeFactory(event=item.event, item=item, title="Steht fest")
    released(item.event)
    address = url("outcome", item.event, outcome.pk)
    assert 'name="title"' not in html(office.get(address))
    office.post(address, {"kind": "need", "title": "Anders", "seen": 0})
    assert Outcome.objects.get().title == "Steht fest"


def test_an_outcome_of_another_event_is_not_found(office: Client, item: AgendaItem) -> None:
    assert office.get(url("outcome", item.event, OutcomeFactory().pk)).status_code == 404


# Release


def test_the_page_of_the_release_shows_what_becomes_public_and_what_does_not(office: Client, item: AgendaItem) -> None:
    event = item.event
    OutcomeFactory(event=event, item=item, title="Für alle", owner="Bauamt", due_on=datetime.date(2026, 12, 5))
    OutcomeFactory(event=event, item=item, title="Nur für uns", is_public=False)
    OutcomeFactory(event=event, feedback=FeedbackFactory(event=event), title="Aus einer Zuschrift")
    written(event, internal="Geheimes.")
    note(item, text="Vorbehalte.", seen=0)
    hold(event, by=UserFactory(), at=NOW)
    page = html(office.get(url("minutes_release", event)))
    shown, kept = page.split("Das bleibt intern")
    assert "Es ging um Busse." in shown
    for words in ("Für alle", "Bauamt", "05.12.2026"):
        assert words in shown
    assert "Nur für uns" not in shown
    assert "Nur für uns" in kept
    assert not [words for words in ("Geheimes.", "Vorbehalte.", "Aus einer Zuschrift") if words in page]


def test_before_the_release_it_is_recorded_that_the_event_took_place(office: Client, item: AgendaItem) -> None:
    event = item.event
    written(event)
    address = url("minutes_release", event)
    page = office.get(address)
    assert "Hat die Veranstaltung stattgefunden?" in html(page)
    assert office.post(address, {"verb": "hold"})["Location"] == address
    assert Event.objects.get(pk=event.pk).state == Event.State.HELD
    seen = office.get(address).context["form"]["seen"].value()
    assert office.post(address, {"seen": seen}).status_code == 302
    assert Minutes.objects.get().is_released


def test_an_event_that_lies_ahead_was_not_held_yet(office: Client) -> None:
    event = EventFactory(date=when("02.10.2026"))
    written(event)
    response = office.post(url("minutes_release", event), {"verb": "hold"})
    assert "liegt noch in der Zukunft" in told(response)
    assert Event.objects.get(pk=event.pk).state == Event.State.PLANNED


def test_without_a_summary_nothing_is_released(office: Client, item: AgendaItem) -> None:
    begin_minutes(item.event, at=NOW)
    hold(item.event, by=UserFactory(), at=NOW)
    address = url("minutes_release", item.event)
    response = office.get(address)
    assert "Die Zusammenfassung fehlt noch." in html(response)
    refused = office.post(address, {"seen": response.context["form"]["seen"].value()})
    assert "Bitte schreiben Sie eine Zusammenfassung" in html(refused)
    assert not Minutes.objects.get().is_released


def test_those_who_were_there_can_be_told_and_the_page_says_how_many(office: Client, item: AgendaItem) -> None:
    event = item.event
    RegistrationFactory.create_batch(2, event=event, attended_at=NOW)
    RegistrationFactory(event=event)
    written(event)
    hold(event, by=UserFactory(), at=NOW)
    address = url("minutes_release", event)
    page = office.get(address)
    assert "An 2 Personen, die da waren und eine E-Mail-Adresse haben." in html(page)
    assert page.context["form"]["tell"].value() is True
    office.post(address, {"seen": page.context["form"]["seen"].value(), "tell": "on"})
    mailing = event.mailings.get()
    assert (mailing.kind, mailing.recipients) == ("minutes", 2)
    reopen(Minutes.objects.get(), reason="Ein Fehler.", by=UserFactory(), at=NOW)
    again = office.get(address)
    assert again.context["form"]["tell"].value() is False  # they have been told
    office.post(address, {"seen": again.context["form"]["seen"].value()})
    assert (Minutes.objects.get().is_released, event.mailings.count()) == (True, 1)


def test_nobody_is_told_where_nobody_has_an_address(office: Client, item: AgendaItem) -> None:
    RegistrationFactory(event=item.event, email="")
    written(item.event)
    hold(item.event, by=UserFactory(), at=NOW)
    assert "Angemeldeten mitteilen" not in html(office.get(url("minutes_release", item.event)))


def test_what_somebody_changed_meanwhile_is_looked_at_again_before_it_is_released(
    office: Client, item: AgendaItem
) -> None:
    minutes = written(item.event)
    hold(item.event, by=UserFactory(), at=NOW)
    address = url("minutes_release", item.event)
    seen = office.get(address).context["form"]["seen"].value()
    write_minutes(minutes, summary="Noch nicht abgestimmt.", internal="", seen=minutes.revision)
    response = office.post(address, {"seen": seen})
    assert "inzwischen geändert" in told(response)
    assert not Minutes.objects.get().is_released


def test_the_button_saves_before_it_leads_to_the_release(office: Client, item: AgendaItem) -> None:
    response = office.post(url("minutes", item.event), {**closing("Kurz."), "verb": "release"})
    assert response["Location"] == url("minutes_release", item.event)
    assert Minutes.objects.get().summary == "Kurz."


def test_released_minutes_are_taken_back_for_a_reason_that_stays(item: AgendaItem) -> None:
    person = UserFactory(role=Role.PROJECT_OFFICE, function="Projektkoordination")
    client = as_person(person)
    released(item.event)
    assert "<textarea" not in html(client.get(url("minutes", item.event)))
    address = url("minutes_reopen", item.event)
    assert "Bitte begründen Sie, was berichtigt werden soll." in html(client.post(address, {"reason": " "}))
    assert client.post(address, {"reason": "Das Datum ist falsch."}).status_code == 302
    assert not Minutes.objects.get().is_released
    step = MinutesStep.objects.get(kind="reopened")
    assert (step.reason, step.by) == ("Das Datum ist falsch.", person)
    page = html(client.get(url("minutes", item.event)))
    assert "<textarea" in page
    assert "Das Datum ist falsch." in page
    assert client.get(address)["Location"] == url("minutes", item.event)


def test_an_outcome_in_the_catalogue_says_so_and_one_to_be_taken_leads_there(office: Client, item: AgendaItem) -> None:
    need, point = OutcomeFactory(event=item.event, item=item), OutcomeFactory(event=item.event, kind="open_point")
    assert reverse("admin:catalogue_promote", args=[need.pk]) not in html(office.get(url("minutes", item.event)))
    released(item.event)
    page = html(office.get(url("minutes", item.event)))
    assert reverse("admin:catalogue_promote", args=[need.pk]) in page
    assert reverse("admin:catalogue_promote", args=[point.pk]) not in page


# Files


def test_the_files_are_the_internal_ones(office: Client, item: AgendaItem) -> None:
    written(item.event, internal="Nur für uns.")
    settle_outcome(OutcomeFactory(event=item.event, kind="decision"), on=datetime.date(2026, 9, 1))
    as_word = office.get(url("minutes_docx", item.event))
    words = "\n".join(paragraph.text for paragraph in docx.Document(io.BytesIO(as_word.content)).paragraphs)
    assert "Nur für uns." in words
    as_pdf = office.get(url("minutes_pdf", item.event))
    assert as_pdf.content.startswith(b"%PDF")
    assert "attachment" in as_pdf["Content-Disposition"]
    assert "no-store" in as_pdf["Cache-Control"]
