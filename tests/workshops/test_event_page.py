"""The public page of an event: who can come, what happened to its date, what it brought, and what is kept from readers."""

from __future__ import annotations

import datetime
import io
import re
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import docx
import pytest
from django.core.files.storage import FileSystemStorage
from django.test import Client
from django.utils import translation
from icalendar import Calendar
from pytest_django import Settings
from time_machine import TimeMachineFixture

from catalogue.actions import promote
from district.models import Concept, User
from tests.factories import (
    AgendaItemFactory,
    ConceptFactory,
    EventFactory,
    FeedbackFactory,
    FieldOfActionFactory,
    MilestoneFactory,
    MunicipalityFactory,
    NeedFactory,
    OutcomeFactory,
    PaperFactory,
    PhaseFactory,
    RegistrationFactory,
    UserFactory,
    WorkingGroupFactory,
    when,
)
from tests.milestones.queries import queries
from workshops import actions
from workshops.models import AgendaItem, Event, EventField, Minutes, Outcome, Paper, Registration

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_on_the_first_of_july")]

NOW = datetime.datetime(2026, 7, 1, 10, tzinfo=datetime.UTC)
MEETING = "https://treffen.example.org/geheim"
WITHOUT_REGISTRATION: dict[str, Any] = {"registration_opens_on": None, "registration_closes_on": None}


@pytest.fixture
def _on_the_first_of_july(time_machine: TimeMachineFixture) -> Iterator[None]:
    time_machine.move_to(NOW)
    with translation.override("de"):  # whatever page was asked for before
        yield


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def concept() -> Concept:
    return ConceptFactory(slug="kek")


@pytest.fixture
def event(concept: Concept) -> Event:
    return EventFactory(concept=concept, title="Forum Torgau")


@pytest.fixture
def office() -> User:
    return UserFactory()


def page(client: Client, event: Event, prefix: str = "") -> str:
    response = client.get(f"{prefix}{event.get_absolute_url()}")
    assert response.status_code == 200
    assert not response.cookies
    return " ".join(response.content.decode().split())


def words(client: Client, event: Event) -> str:
    """What a reader reads."""
    return " ".join(re.sub(r"<[^>]+>", " ", page(client, event).partition("<main")[2]).split())


def now(event: Event) -> Event:
    return Event.objects.get(pk=event.pk)


def held(concept: Concept, office: User, **fields: Any) -> Minutes:
    """Make minutes of an event in June with one agenda item, not released yet."""
    event = EventFactory(concept=concept, date=when("2. Juni 2026"), **WITHOUT_REGISTRATION | fields)
    AgendaItemFactory(event=event, order=1, title="Lage")
    actions.hold(event, by=office, at=NOW)
    minutes = actions.begin_minutes(event, at=NOW)
    return actions.write_minutes(minutes, summary="Es wurde beraten.", internal="Geheimes Internum", seen=0)


def record(minutes: Minutes, title: str, **found: Any) -> Outcome:
    item = AgendaItem.objects.filter(event=minutes.event).first()
    return actions.record_outcome(minutes.event, actions.Found("need", title, **found), item=item, at=NOW)


# Who may see it


@pytest.mark.parametrize("address", ["", "termin.ics", "protokoll.pdf"])
def test_events_that_are_not_shown_are_not_there(client: Client, event: Event, address: str) -> None:
    path = event.get_absolute_url()
    foreign = ConceptFactory(slug="anderes")
    assert client.get(path.replace("/kek/", f"/{foreign.slug}/") + address).status_code == 404
    Event.objects.update(is_public=False)
    assert client.get(path + address).status_code == 404
    Event.objects.update(is_public=True)
    Concept.objects.filter(slug="kek").update(is_public=False)
    assert client.get(path + address).status_code == 404


def test_a_hidden_group_is_not_named(client: Client, concept: Concept) -> None:
    hidden = WorkingGroupFactory(concept=concept, name="Geheime Gruppe", is_public=False)
    milestone = MilestoneFactory(phase__concept=concept, title="Geheimer Meilenstein", is_public=False)
    html = page(client, EventFactory(concept=concept, group=hidden, milestone=milestone))
    assert ("Geheime Gruppe" in html, "Geheimer Meilenstein" in html) == (False, False)


def test_nobody_is_named(client: Client, event: Event, office: User) -> None:
    RegistrationFactory(event=event, name="Erika Muster", organisation="Musterverein")
    actions.postpone(event, reason="Der Saal ist gesperrt.", by=office, at=NOW)
    html = page(client, event)
    assert [each in html for each in ("Erika", "Musterverein", office.function, office.email)] == [False] * 4


# When and where


def test_the_page_tells_when_where_and_what_for(client: Client, concept: Concept) -> None:
    group = WorkingGroupFactory(concept=concept, name="Bildung")
    event = EventFactory(
        concept=concept,
        group=group,
        municipality=MunicipalityFactory(name="Torgau"),
        milestone=MilestoneFactory(phase__concept=concept, title="Drei Foren"),
        accessibility="Stufenloser Zugang.",
        topic="Wir hören zu.",
        phase=PhaseFactory(concept=concept, title="Leitbild und Ziele"),
    )
    EventField.objects.create(event=event, field_of_action=FieldOfActionFactory(concept=concept, name="Schule"))
    html, told = page(client, event), words(client, event)
    assert '<time datetime="2026-09-01T18:00:00+02:00">1. September 2026, 18 bis 20 Uhr</time>' in html
    assert "Dienstag, 1. September 2026, 18 bis 20 Uhr Bürgerhaus, Markt 1, Torgau geplant" in told
    assert (
        "Barrierefreiheit Stufenloser Zugang. Arbeitsgruppe Bildung Handlungsfeld Schule Phase Leitbild und Ziele"
        in told
    )
    assert "Worum es geht Wir hören zu." in told
    assert f"/kek/zeitplan/#meilenstein-{event.milestone.pk}" in html


@pytest.mark.parametrize(
    ("date", "told"),
    [("September 2026", '<time datetime="2026-09">September 2026</time>'), ("Ende 2026", "Ende 2026")],
)
def test_an_approximate_date_is_told_as_exactly_as_it_is_known(
    client: Client, concept: Concept, date: str, told: str
) -> None:
    event = EventFactory(
        concept=concept, date=when(date), starts_at=None, ends_at=None, place="", **WITHOUT_REGISTRATION
    )
    html = page(client, event)
    assert told in html
    assert ('<time datetime="Ende' in html, "Der Ort steht noch nicht fest." in html) == (False, True)


def test_the_agenda_comes_in_its_order_with_speaker_and_minutes(client: Client, event: Event) -> None:
    AgendaItemFactory(event=event, order=2, title="Aussprache")
    AgendaItemFactory(event=event, order=1, title="Einführung", speaker="Erster Beigeordneter", minutes=10)
    assert "1. Einführung Erster Beigeordneter · 10 Minuten 2. Aussprache" in words(client, event)


def test_the_link_to_take_part_online_is_nowhere(client: Client, event: Event) -> None:
    Event.objects.update(online_url=MEETING)
    html = page(client, event)
    assert "Online-Teilnahme möglich; den Link bekommt, wer angemeldet ist." in html
    assert MEETING not in html
    assert MEETING not in client.get(f"{event.get_absolute_url()}termin.ics").content.decode()


def test_whoever_takes_part_online_without_registration_asks_the_district(client: Client, concept: Concept) -> None:
    event = EventFactory(concept=concept, online_url=MEETING, **WITHOUT_REGISTRATION)
    html = page(client, event)
    assert ("wer angemeldet ist" in html, "den Zugang nennt Ihnen der Landkreis" in html) == (False, True)


# Papers


def test_public_papers_are_downloads_and_the_others_a_number(client: Client, event: Event) -> None:
    paper = PaperFactory(event=event, title="Der Entwurf", audience=Paper.Audience.PUBLIC)
    kept = [
        PaperFactory(event=event, title="Für Gäste", audience=Paper.Audience.REGISTERED),
        PaperFactory(event=event, title="Für Gäste zwei", audience=Paper.Audience.REGISTERED),
        PaperFactory(event=event, title="Rohdaten", audience=Paper.Audience.INTERNAL),
    ]
    html = page(client, event)
    assert f'href="{paper.get_absolute_url()}"' in html
    assert "2 Unterlagen bekommt, wer angemeldet ist." in html
    assert ("Für Gäste" in html, "Rohdaten" in html) == (False, False)
    response = client.get(paper.get_absolute_url())
    assert b"".join(response.streaming_content) == b"%PDF-1.7\n"  # type: ignore[attr-defined]  # a file is streamed
    assert response["Content-Disposition"] == 'attachment; filename="der-entwurf.pdf"'
    assert [client.get(each.get_absolute_url()).status_code for each in kept] == [404, 404, 404]
    Event.objects.update(is_public=False)
    assert client.get(paper.get_absolute_url()).status_code == 404


def test_the_page_never_asks_the_storage_and_a_lost_file_is_told_at_the_download(client: Client, event: Event) -> None:
    paper = PaperFactory(event=event, title="Der Entwurf", audience=Paper.Audience.PUBLIC)
    unknown = PaperFactory(event=event, title="Die Karte", audience=Paper.Audience.PUBLIC)
    Paper.objects.filter(pk=unknown.pk).update(size=0)
    with mock.patch.object(FileSystemStorage, "size", side_effect=AssertionError("The page asks the storage.")):
        html = page(client, event)
    assert '<span lang="de">Der Entwurf</span> (PDF, 9' in html
    assert '<span lang="de">Die Karte</span> (PDF)' in html
    paper.file.storage.delete(paper.file.name)
    lost = client.get(paper.get_absolute_url())
    assert (lost.status_code, bool(lost.cookies)) == (404, False)
    assert "Diese Unterlage ist zurzeit nicht verfügbar." in lost.content.decode()
    assert f'href="{event.get_absolute_url()}">Zurück zur Veranstaltung' in lost.content.decode()


# Who can come


def test_free_seats_and_the_way_to_register_are_told(client: Client, event: Event) -> None:
    Event.objects.update(seats=3)
    RegistrationFactory(event=event)
    RegistrationFactory(event=event, state=Registration.State.UNCONFIRMED, confirmed_at=None)
    html = page(client, event)
    assert "noch 2 von 3 Plätzen frei" in html
    assert f'href="{event.get_absolute_url()}anmelden/"><span class="kern-label">Jetzt anmelden' in html
    assert 'Anmeldung bis <time datetime="2026-08-30">30. August 2026</time>' in html


def test_seats_that_others_wait_for_are_not_offered(client: Client, event: Event) -> None:
    Event.objects.update(seats=1)
    RegistrationFactory(event=event, state=Registration.State.WAITING)
    html = page(client, event)
    assert ("Auf die Warteliste" in html, "Plätzen frei" in html) == (True, False)


def test_nobody_is_asked_to_register_before_a_new_date_is_found(client: Client, event: Event, office: User) -> None:
    actions.postpone(event, reason="Der Saal ist gesperrt.", by=office, at=NOW)
    html = page(client, event)
    assert "Anmelden können Sie sich, sobald der neue Termin feststeht." in html
    assert ("/anmelden/" in html, "Plätzen frei" in html, "Anmeldung bis" in html) == (False, False, False)


def test_a_full_event_offers_the_waiting_list(client: Client, event: Event) -> None:
    Event.objects.update(seats=1)
    RegistrationFactory(event=event)
    html = page(client, event)
    assert ("ausgebucht: Warteliste" in html, "Auf die Warteliste" in html) == (True, True)
    assert "Jetzt anmelden" not in html


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"admission": "invited"}, "nur auf Einladung Wer eingeladen ist, sagt über den Link"),
        ({"admission": "invited", **WITHOUT_REGISTRATION}, "nur auf Einladung"),
        (WITHOUT_REGISTRATION, "Für diesen Termin ist keine Anmeldung nötig."),
        (
            {"registration_opens_on": datetime.date(2026, 8, 1)},
            "Die Anmeldung hat noch nicht begonnen. Anmelden können Sie sich von 1. August 2026 bis 30. August 2026",
        ),
        ({"registration_closes_on": datetime.date(2026, 6, 30)}, "Die Anmeldung ist beendet."),
    ],
)
def test_where_nobody_can_register_the_page_says_why(
    client: Client, event: Event, fields: dict[str, Any], told: str
) -> None:
    Event.objects.update(**fields)
    assert told in words(client, event)
    assert "/anmelden/" not in page(client, event)


@pytest.mark.parametrize(
    ("date", "state", "badge"),
    [
        ("30. Juni 2026", Event.State.PLANNED, "vorbei"),
        ("30. Juni 2026", Event.State.HELD, "durchgeführt"),
        ("1. September 2026", Event.State.CALLED_OFF, "abgesagt"),
    ],
)
def test_nobody_registers_for_what_is_over(client: Client, concept: Concept, date: str, state: str, badge: str) -> None:
    html = page(client, EventFactory(concept=concept, date=when(date), state=state, **WITHOUT_REGISTRATION))
    assert f'<span class="kern-label">{badge}</span>' in html
    assert "Teilnehmen" not in html


def test_a_closed_concept_takes_nobody(client: Client) -> None:
    concept = ConceptFactory(slug="kek", process_closed_on=datetime.date(2026, 6, 15))
    html = page(client, EventFactory(concept=concept, seats=5))
    assert "Das Verfahren zu diesem Konzept ist abgeschlossen." in html
    assert "Die Seite zeigt den Stand dieses Tages" in html
    assert ("/anmelden/" in html, "Plätzen frei" in html) == (False, False)


# What happened to the date


def test_a_moved_date_keeps_its_history(client: Client, event: Event, office: User) -> None:
    to = actions.When(when("8. September 2026"), datetime.time(18, 30), datetime.time(20))
    actions.reschedule(event, to=to, reason="Am 1. September ist Wahl.", by=office, at=NOW)
    actions.postpone(now(event), reason="Der Saal ist gesperrt.", by=office, at=NOW + datetime.timedelta(hours=1))
    told = words(client, event)
    assert "Diese Veranstaltung ist verschoben. Ein neuer Termin steht noch nicht fest. Der Saal ist gesperrt." in told
    assert "Bisher geplant: Dienstag, 8. September 2026, 18:30 bis 20 Uhr" in told
    assert (
        "Was mit dem Termin geschah "
        "1. Juli 2026 verschoben, neuer Termin offen; geplant war „8. September 2026, 18:30 Uhr“ "
        "Der Saal ist gesperrt. "
        "1. Juli 2026 verlegt von „1. September 2026, 18 Uhr“ auf „8. September 2026, 18:30 Uhr“ "
        "Am 1. September ist Wahl."
    ) in told


def test_that_an_event_took_place_is_no_change_of_its_date(client: Client, concept: Concept, office: User) -> None:
    assert "Was mit dem Termin geschah" not in page(client, held(concept, office).event)


def test_called_off_and_not_lost(client: Client, event: Event, office: User) -> None:
    registration = RegistrationFactory(event=event)
    until = datetime.date(2026, 7, 31)
    actions.call_off(event, reason="Die Lage lässt es nicht zu.", by=office, at=NOW, feedback_until=until)
    for text in ("Der Bus fehlt.", "Die Bahn fehlt."):
        actions.give_feedback(registration, text=text, key=uuid.uuid4(), at=NOW)
    feedback = event.feedback.first()
    found = actions.record_outcome(
        now(event), actions.Found("need", "Am Wochenende fährt nichts"), at=NOW, feedback=feedback
    )
    told = words(client, event)
    assert "Diese Veranstaltung ist abgesagt. Die Lage lässt es nicht zu. ( 1. Juli 2026 )" in told
    assert "kann schriftlich antworten, bis zum 31. Juli 2026" in told
    assert "2 schriftliche Rückmeldungen sind eingegangen." in told
    assert [each in told for each in ("Der Bus fehlt.", "Am Wochenende fährt nichts", "Teilnehmen")] == [False] * 3
    actions.release_outcome(found, at=NOW)
    assert "Was die Rückmeldungen ergeben haben Handlungsbedarfe Am Wochenende fährt nichts" in words(client, event)


@pytest.mark.parametrize(
    ("audience", "got_papers"),
    [(Paper.Audience.PUBLIC, True), (Paper.Audience.REGISTERED, True), (Paper.Audience.INTERNAL, False), (None, False)],
)
def test_papers_are_said_to_be_sent_where_there_are_some(
    client: Client, event: Event, office: User, time_machine: TimeMachineFixture, audience: str | None, got_papers: bool
) -> None:
    if audience:
        PaperFactory(event=event, audience=audience)
    actions.call_off(event, reason="Sturm.", by=office, at=NOW, feedback_until=datetime.date(2026, 7, 31))
    asked = words(client, event)
    time_machine.move_to(datetime.datetime(2026, 8, 1, 10, tzinfo=datetime.UTC))
    over = words(client, event)
    assert ["hat die Unterlagen bekommen" in told for told in (asked, over)] == [got_papers] * 2
    assert "schriftlich antworten, bis zum 31. Juli 2026" in asked
    assert "konnte schriftlich antworten." in over


def test_feedback_is_not_counted_where_nobody_was_asked(client: Client, concept: Concept) -> None:
    event = EventFactory(concept=concept, state=Event.State.CALLED_OFF)
    assert "Rückmeldung" not in page(client, event)


# Minutes


def test_released_minutes_show_summary_outcomes_and_files(client: Client, concept: Concept, office: User) -> None:
    minutes = held(concept, office)
    record(minutes, "Es fehlen Lehrwerkstätten", text="Drei von vier Betrieben sagen das.")
    record(minutes, "Geheimer Bedarf", is_public=False)
    path = minutes.event.get_absolute_url()
    told = words(client, minutes.event)
    assert "Das Protokoll ist noch nicht veröffentlicht." in told
    assert ("Es wurde beraten." in told, "Lehrwerkstätten" in told) == (False, False)
    assert [client.get(f"{path}protokoll.{ending}").status_code for ending in ("pdf", "docx")] == [404, 404]
    actions.release(minutes, by=office, at=NOW)
    html, told = page(client, minutes.event), words(client, minutes.event)
    assert "Es wurde beraten." in told
    assert "Handlungsbedarfe Es fehlen Lehrwerkstätten Drei von vier Betrieben sagen das. TOP 1. Lage" in told
    assert ("Geheimer Bedarf" in html, "Geheimes Internum" in html) == (False, False)
    for ending, magic in (("pdf", b"%PDF"), ("docx", b"PK")):
        assert f'href="{path}protokoll.{ending}"' in html
        response = client.get(f"{path}protokoll.{ending}")
        assert response.content.startswith(magic)
        assert response["Content-Disposition"].startswith("attachment;")
    assert client.get(f"{path}protokoll.odt").status_code == 404


def test_files_of_the_minutes_are_typeset_so_often_for_a_visitor(
    client: Client, concept: Concept, office: User, settings: Settings
) -> None:
    settings.ALLOWANCES = {**settings.ALLOWANCES, "documents": (2, 60)}
    minutes = actions.release(held(concept, office), by=office, at=NOW)
    path = f"{minutes.event.get_absolute_url()}protokoll"
    assert client.get(f"{path}.odt").status_code == 404  # costs nothing and does not count
    answers = [client.get(f"{path}.{ending}") for ending in ("pdf", "docx", "docx")]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[-1]["Retry-After"] == "60"
    assert client.get(f"{path}.docx", REMOTE_ADDR="192.0.2.7").status_code == 200


def test_the_file_of_the_minutes_does_not_name_a_hidden_group(client: Client, concept: Concept, office: User) -> None:
    hidden = WorkingGroupFactory(concept=concept, name="Geheime Gruppe", is_public=False)
    minutes = actions.release(held(concept, office, group=hidden), by=office, at=NOW)
    content = client.get(f"{minutes.event.get_absolute_url()}protokoll.docx").content
    told = " ".join(paragraph.text for paragraph in docx.Document(io.BytesIO(content)).paragraphs)
    assert ("Es wurde beraten." in told, "Geheime Gruppe" in told) == (True, False)


def test_minutes_taken_back_say_so_and_show_nothing_until_they_are_released_again(
    client: Client, concept: Concept, office: User
) -> None:
    minutes = held(concept, office)
    record(minutes, "Es fehlen Lehrwerkstätten")
    minutes = actions.release(minutes, by=office, at=NOW)
    minutes = actions.reopen(minutes, reason="Eine Zahl war falsch.", by=office, at=NOW)
    told = words(client, minutes.event)
    assert "Das Protokoll wird gerade berichtigt." in told
    assert "Zur Berichtigung zurückgenommen am 1. Juli 2026 : Eine Zahl war falsch." in told
    assert ("Es wurde beraten." in told, "Lehrwerkstätten" in told) == (False, False)
    assert client.get(f"{minutes.event.get_absolute_url()}protokoll.pdf").status_code == 404
    actions.release(minutes, by=office, at=NOW)
    told = words(client, minutes.event)
    assert ("Es wurde beraten." in told, "Lehrwerkstätten" in told, "gerade berichtigt" in told) == (True, True, False)
    assert "Eine Zahl war falsch." in told


def test_an_outcome_names_the_entry_that_it_became(client: Client, concept: Concept, office: User) -> None:
    minutes = held(concept, office)
    outcome = record(minutes, "Es fehlen Lehrwerkstätten")
    actions.release(minutes, by=office, at=NOW)
    need = NeedFactory(field_of_action__concept=concept, number="B 7", title="Lehrwerkstätten")
    promote(outcome, need, by=office, at=NOW)
    html = page(client, minutes.event)
    assert f'id="ergebnis-{outcome.pk}"' in html
    assert f'<a class="kern-link" href="{need.get_absolute_url()}" lang="de">B 7 Lehrwerkstätten</a>' in html


@pytest.mark.parametrize("kind", ["need", "goal", "measure", "open_point", "decision"])
def test_who_sees_to_an_outcome_and_by_when_is_told_of_every_kind(
    client: Client, concept: Concept, office: User, kind: str
) -> None:
    minutes = held(concept, office)
    found = actions.Found(kind, "Lehrwerkstätten", owner="Bauamt", due_on=datetime.date(2026, 12, 5))
    actions.record_outcome(minutes.event, found, at=NOW)
    actions.release(minutes, by=office, at=NOW)
    assert "Wer kümmert sich: Bauamt · bis 5. Dezember 2026" in words(client, minutes.event)
    assert "by 5 December 2026" in " ".join(re.sub(r"<[^>]+>", " ", page(client, minutes.event, prefix="/en")).split())


# For one's own calendar, and in English


def test_the_event_can_be_taken_into_a_calendar(client: Client, event: Event) -> None:
    path = f"{event.get_absolute_url()}termin.ics"
    assert f'href="{path}"' in page(client, event)
    response = client.get(path)
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    (entry,) = Calendar.from_ical(response.content).walk("VEVENT")
    assert (str(entry["SUMMARY"]), str(entry["URL"])) == ("Forum Torgau", f"http://testserver/kek/termine/{event.pk}/")


def test_content_is_marked_as_german_on_english_pages(client: Client, event: Event) -> None:
    html = page(client, event, prefix="/en")
    assert '<html lang="en">' in html
    assert '<h1 class="kern-heading-x-large" lang="de">Forum Torgau</h1>' in html
    assert re.search(r'<li lang="de"><span [^>]*aria-current="page">Forum Torgau</span>', html)


# Speed: as many queries for three rows as for one


def test_an_event_ahead_takes_the_same_queries_for_one_row_and_for_three(
    client: Client, event: Event, office: User
) -> None:
    Event.objects.update(seats=10)

    def grow(day: int) -> None:
        AgendaItemFactory(event=event)
        PaperFactory(event=event, audience=Paper.Audience.PUBLIC)
        RegistrationFactory(event=event)
        EventField.objects.create(event=event, field_of_action=FieldOfActionFactory(concept=event.concept))
        to = actions.When(when(datetime.date(2026, 9, day)), datetime.time(18))
        actions.reschedule(now(event), to=to, reason="Der Saal ist belegt.", by=office, at=NOW)

    grow(2)
    one = queries(client, event.get_absolute_url())
    grow(3)
    grow(4)
    assert queries(client, event.get_absolute_url()) == one


def test_what_it_brought_takes_the_same_queries_for_one_row_and_for_three(
    client: Client, concept: Concept, office: User
) -> None:
    minutes = held(concept, office, group=WorkingGroupFactory(concept=concept))
    released = actions.release(minutes, by=office, at=NOW)
    event = released.event
    field = FieldOfActionFactory(concept=concept)

    def grow() -> None:
        reopened = actions.reopen(event.minutes, reason="Es fehlte etwas.", by=office, at=NOW)
        found = record(reopened, f"Was noch herauskam ({event.outcomes.count()})", field_of_action=field)
        actions.release(reopened, by=office, at=NOW)
        promote(found, NeedFactory(field_of_action=field), by=office, at=NOW)

    grow()
    one = queries(client, event.get_absolute_url())
    grow()
    grow()
    assert page(client, event).count("Daraus wurde:") == 3
    assert queries(client, event.get_absolute_url()) == one


def test_feedback_takes_the_same_queries_for_one_row_and_for_three(client: Client, concept: Concept) -> None:
    event = EventFactory(concept=concept, state=Event.State.CALLED_OFF)

    def grow() -> None:
        OutcomeFactory(event=event, feedback=FeedbackFactory(event=event), released_at=NOW)

    grow()
    one = queries(client, event.get_absolute_url())
    grow()
    grow()
    assert queries(client, event.get_absolute_url()) == one
