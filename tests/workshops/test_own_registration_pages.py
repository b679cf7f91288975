"""What the link in somebody's mails opens: how it stands, yes and no, papers, feedback, and what is stored."""

from __future__ import annotations

import datetime
import json
import uuid
from collections.abc import Iterator
from datetime import UTC, date, timedelta
from pathlib import Path
from typing import Any

import icalendar
import pghistory.models
import pytest
import time_machine
from django.test import Client
from pytest_django import Settings

from district import form_keys
from district.models import Concept, OutgoingMail, Role
from tests.factories import (
    ConceptFactory,
    DistrictFactory,
    EventFactory,
    FeedbackFactory,
    LegalTextFactory,
    OutcomeFactory,
    PaperFactory,
    RegistrationFactory,
    UserFactory,
    when,
)
from tests.html_forms import unchanged
from tests.milestones.queries import queries
from tests.workshops.visits import html, path, read
from workshops import actions, links
from workshops.models import Event, Feedback, Registration
from workshops.models.registrations import State

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

NOW = datetime.datetime(2026, 7, 1, 9, 0, tzinfo=UTC)
ADDRESS = "anna@example.org"
PAGES = ("registration", "accept", "cancel", "feedback", "own_calendar", "stored", "erase")


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture(autouse=True)
def _portal(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    DistrictFactory()
    LegalTextFactory()


@pytest.fixture
def event() -> Event:
    made: Event = EventFactory(
        concept=ConceptFactory(slug="kek", short_title="KEK Probe"), title="Forum Torgau", seats=2
    )
    return made


# The personal page


@pytest.mark.parametrize("page", PAGES)
def test_nothing_behind_the_link_is_kept_told_or_indexed(client: Client, event: Event, page: str) -> None:
    response = client.get(path(RegistrationFactory(event=event), page))
    assert response.status_code in (200, 303)
    assert response["Cache-Control"] == "no-store"
    assert response["Referrer-Policy"] == "no-referrer"
    assert "noindex" in response["X-Robots-Tag"]
    assert not response.cookies


@pytest.mark.parametrize("page", PAGES)
def test_a_forged_link_opens_nothing(client: Client, event: Event, page: str) -> None:
    made = RegistrationFactory(event=event)
    genuine = links.secret_of(made)
    unproven = RegistrationFactory(event=event, state=State.UNCONFIRMED, confirmed_at=None)
    forged = (
        genuine[:-1] + ("A" if genuine[-1] != "A" else "B"),
        genuine[:40],
        made.key.hex,
        "x",
        "%00",
        links.secret_of(unproven),  # Nobody is given it before the address is proven.
    )
    for secret in forged:
        address = path(made, page).replace(genuine, secret)
        assert client.get(address).status_code == 404
        assert client.post(address).status_code in (404, 405)
    made.refresh_from_db()
    assert (made.state, made.erased_at) == (State.CONFIRMED, None)


def test_a_cut_off_link_is_explained_and_guessing_is_counted(client: Client, event: Event, settings: Settings) -> None:
    settings.ALLOWANCES = {**settings.ALLOWANCES, "secrets": (2, 60)}
    cut_off = client.get("/kek/termine/anmeldung/")
    assert cut_off.status_code == 404
    assert "Dieser Link ist unvollständig oder unbekannt." in html(cut_off)
    assert [client.get("/kek/termine/anmeldung/a:b/").status_code for _ in range(3)] == [404, 404, 429]


def test_a_link_opens_its_own_concept_alone(client: Client, event: Event) -> None:
    ConceptFactory(slug="anderes")
    made = RegistrationFactory(event=event)
    assert client.get(path(made).replace("/kek/", "/anderes/")).status_code == 404


def test_who_has_a_seat_sees_everything_that_belongs_to_it(client: Client, event: Event) -> None:
    Event.objects.update(online_url="https://raum.example/geheim", accessibility="Ohne Stufen.")
    PaperFactory(event=event, title="Für alle", audience="public")
    mine = PaperFactory(event=event, title="Für Angemeldete")
    internal = PaperFactory(event=event, title="Geheim", audience="internal")
    made = RegistrationFactory(event=event, name="Anna", organisation="Verein")
    page = html(client.get(path(made)))
    for words in ("Sie sind angemeldet.", "1. September 2026, 18 bis 20 Uhr", "Bürgerhaus", "Ohne Stufen.", "Anna"):
        assert words in page
    for words in ("https://raum.example/geheim", "Für alle", "Für Angemeldete", "Am Einlass vorzeigen", "<svg"):
        assert words in page
    assert "Geheim<" not in page

    file = client.get(f"{path(made)}unterlagen/{mine.pk}/")
    assert b"".join(file.streaming_content) == b"%PDF-1.7\n"  # type: ignore[attr-defined]  # a file is streamed
    assert "attachment" in file["Content-Disposition"]
    foreign = PaperFactory(event=EventFactory(concept=event.concept))
    for pk in (internal.pk, foreign.pk, 0):
        assert client.get(f"{path(made)}unterlagen/{pk}/").status_code == 404


def test_the_code_for_the_door_names_the_row_and_not_the_secret(
    client: Client, event: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    coded: list[str] = []
    monkeypatch.setattr("workshops.views.own_registration.qr_code", lambda url, **_: coded.append(url))
    made = RegistrationFactory(event=event)
    client.get(path(made))
    assert coded == [f"http://testserver{links.door_path(made)}"]
    assert links.secret_of(made) not in coded[0]


@pytest.mark.parametrize("state", [State.WAITING, State.INVITED, State.CANCELLED])
def test_without_a_seat_there_is_neither_a_code_nor_the_way_online(client: Client, event: Event, state: State) -> None:
    Event.objects.update(online_url="https://raum.example/geheim")
    made = RegistrationFactory(event=event, state=state, confirmed_at=NOW if state == State.WAITING else None)
    page = html(client.get(path(made)))
    assert "raum.example" not in page
    assert "<svg" not in page
    assert "raum.example" not in client.get(path(made, "own_calendar")).content.decode()


def test_who_waits_reads_the_place_in_the_queue(client: Client, event: Event) -> None:
    first, second, third = (
        RegistrationFactory(event=event, state=State.WAITING, confirmed_at=NOW - timedelta(hours=ago))
        for ago in (3, 2, 2)
    )
    for place, made in enumerate((first, second, third), start=1):
        assert f"an Stelle {place} der Warteliste" in html(client.get(path(made)))


def test_papers_are_for_those_who_come_might_come_or_are_asked(client: Client, event: Event) -> None:
    paper = PaperFactory(event=event, title="Entwurf")
    for state, status in ((State.INVITED, 200), (State.WAITING, 200), (State.CANCELLED, 404)):
        made = RegistrationFactory(event=event, state=state, confirmed_at=NOW if state == State.WAITING else None)
        assert read(client.get(f"{path(made)}unterlagen/{paper.pk}/")).status_code == status
        assert ("Entwurf" in html(client.get(path(made)))) == (status == 200)


def test_a_paper_whose_file_is_lost_is_listed_and_the_download_says_so(client: Client, event: Event) -> None:
    paper = PaperFactory(event=event)
    paper.file.storage.delete(paper.file.name)
    made = RegistrationFactory(event=event)
    assert f"unterlagen/{paper.pk}/" in html(client.get(path(made)))
    lost = client.get(f"{path(made)}unterlagen/{paper.pk}/")
    assert (lost.status_code, lost["Cache-Control"]) == (404, "no-store")
    assert "Diese Unterlage ist zurzeit nicht verfügbar." in html(lost)
    assert f'href="{path(made)}">Zurück zur Veranstaltung' in html(lost)


def test_the_page_costs_the_same_with_one_and_three_papers(client: Client, event: Event) -> None:
    made = RegistrationFactory(event=event)
    PaperFactory(event=event)
    one = queries(client, path(made))
    PaperFactory.create_batch(2, event=event)
    assert queries(client, path(made)) == one


def test_the_calendar_file_has_the_way_online_for_who_has_a_seat(client: Client, event: Event) -> None:
    Event.objects.update(online_url="https://raum.example/geheim")
    made = RegistrationFactory(event=event)
    response = client.get(path(made, "own_calendar"))
    assert response["Content-Type"].startswith("text/calendar")
    assert response["Content-Disposition"] == 'attachment; filename="forum-torgau.ics"'
    (entry,) = icalendar.Calendar.from_ical(response.content).walk("VEVENT")
    assert entry["SUMMARY"] == "Forum Torgau"
    assert "https://raum.example/geheim" in str(entry["DESCRIPTION"])


def test_the_calendar_leads_to_the_event_where_everybody_sees_it_and_never_to_the_own_page(
    client: Client, event: Event
) -> None:
    made = RegistrationFactory(event=event)
    for is_public in (True, False):
        Event.objects.update(is_public=is_public)
        content = client.get(path(made, "own_calendar")).content
        (entry,) = icalendar.Calendar.from_ical(content).walk("VEVENT")
        assert str(entry.get("URL", "")).endswith(event.get_absolute_url() if is_public else "")
        assert ("URL" in entry) == is_public
        assert links.secret_of(made) not in content.decode().replace("\r\n ", "")


def test_a_hidden_event_stays_open_to_those_registered(client: Client, event: Event) -> None:
    made = RegistrationFactory(event=event)
    Event.objects.update(is_public=False)
    page = html(client.get(path(made)))
    assert "Forum Torgau" in page
    assert event.get_absolute_url() not in page.replace(path(made), "")


# Yes and no


def test_who_is_invited_says_yes_or_no_by_a_button(client: Client, event: Event) -> None:
    yes, no = RegistrationFactory.create_batch(2, event=event, state=State.INVITED, confirmed_at=None)
    page = html(client.get(path(yes)))
    assert "Sie sind eingeladen." in page
    assert "Ja, ich nehme teil" in page
    for page_name in ("accept", "cancel"):
        client.get(path(yes, page_name))
    yes.refresh_from_db()
    assert yes.state == State.INVITED  # Opening changes nothing.

    accepted = client.post(path(yes, "accept"))
    declined = client.post(path(no, "cancel"))
    assert (accepted.status_code, accepted["Location"]) == (303, path(yes))
    assert (declined.status_code, declined["Location"]) == (303, path(no))
    assert "Sie sind angemeldet." in html(client.get(path(yes)))
    assert "Sie haben abgesagt." in html(client.get(path(no)))


def test_cancelling_asks_first_and_lets_the_next_move_up(client: Client, event: Event) -> None:
    made, _other = RegistrationFactory.create_batch(2, event=event)
    waiting = RegistrationFactory(event=event, state=State.WAITING)
    assert "Möchten Sie sich abmelden?" in html(client.get(path(made, "cancel")))
    made.refresh_from_db()
    assert made.state == State.CONFIRMED
    assert client.post(path(made, "cancel")).status_code == 303
    assert client.post(path(made, "cancel")).status_code == 303  # twice does no harm
    for each in (made, waiting):
        each.refresh_from_db()
    assert (made.state, waiting.state) == (State.CANCELLED, State.CONFIRMED)

    page = html(client.get(path(made)))
    assert "Doch teilnehmen" in page
    client.post(path(made, "accept"))
    assert "Sie stehen auf der Warteliste." in html(client.get(path(made)))


def test_saying_yes_and_no_again_and_again_does_not_flood_anybody(
    client: Client, event: Event, settings: Settings, clock: time_machine.Traveller
) -> None:
    settings.ALLOWANCES = {**settings.ALLOWANCES, "mails": (2, 60)}
    made, other = RegistrationFactory.create_batch(2, event=event, state=State.INVITED, confirmed_at=None)
    answers = [client.post(path(made, page)) for _round in range(30) for page in ("accept", "cancel")]
    assert [answer.status_code for answer in answers[:6]] == [303, 303, 303, 303, 429, 303]
    assert OutgoingMail.objects.count() == 4
    held_up = client.post(path(made, "accept"))
    assert int(held_up["Retry-After"]) > 0
    assert "Zusagen können Sie wieder in 1 Minute." in html(held_up)
    assert "Sie haben abgesagt." in html(held_up)

    # Everybody else says yes as before, who was held up a minute later, and no is possible always.
    assert client.post(path(other, "accept")).status_code == 303
    clock.shift(timedelta(minutes=1))
    for page, state in (("accept", State.CONFIRMED), ("cancel", State.CANCELLED)):
        assert client.post(path(made, page)).status_code == 303
        made.refresh_from_db()
        assert made.state == state


def test_once_it_has_begun_nobody_is_offered_what_cannot_be_any_more(
    client: Client, clock: time_machine.Traveller
) -> None:
    event = EventFactory(concept__slug="kek", ends_at=None, registration_closes_on=date(2026, 9, 1))
    seated, waiting, invited = (
        RegistrationFactory(event=event, state=state) for state in (State.CONFIRMED, State.WAITING, State.INVITED)
    )
    clock.move_to(datetime.datetime(2026, 9, 1, 16, 5, tzinfo=UTC))  # 18:05 here
    page = html(client.get(path(seated)))
    assert "Ein Platz ist für Sie reserviert." in page
    assert "<svg" in page  # the code for the door: people come late
    assert path(seated, "cancel") not in page
    assert client.get(path(seated, "cancel")).status_code == 409
    for made, words in ((waiting, "Sie standen auf der Warteliste."), (invited, "Sie waren eingeladen.")):
        page = html(client.get(path(made)))
        assert "Dieser Termin hat schon begonnen." in page
        assert words in page
        assert client.post(path(made, "cancel")).status_code == 409
    assert client.post(path(invited, "accept")).status_code == 409
    assert "Dieser Termin hat schon begonnen." in html(client.get(f"/kek/termine/{event.pk}/anmelden/"))


def test_who_comes_after_all_reads_why_that_cannot_be(client: Client, event: Event) -> None:
    made = RegistrationFactory(event=event, state=State.CANCELLED, confirmed_at=None, email=ADDRESS)
    RegistrationFactory(event=event, email=ADDRESS)
    second = client.post(path(made, "accept"))
    assert second.status_code == 409
    assert "gibt es für den Termin schon eine Anmeldung" in html(second)
    Event.objects.update(registration_closes_on=date(2026, 6, 30))
    late = client.post(path(made, "accept"))
    assert late.status_code == 409
    assert "Die Anmeldung ist beendet." in html(late)
    assert "Doch teilnehmen" not in html(client.get(path(made)))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"state": "held"}, "Dieser Termin ist vorbei."),
        ({"state": "called_off"}, "Diese Veranstaltung ist abgesagt."),
        ({}, "abgeschlossen"),
    ],
)
def test_what_is_over_is_neither_cancelled_nor_accepted(
    client: Client, event: Event, changes: dict[str, Any], words: str
) -> None:
    made = RegistrationFactory(event=event)
    if changes:
        Event.objects.update(**changes)
    else:
        Concept.objects.update(process_closed_on=NOW.date())
    page = html(client.get(path(made)))
    assert words in page
    assert path(made, "cancel") not in page
    assert "<svg" not in page
    assert client.post(path(made, "cancel")).status_code == 409
    made.refresh_from_db()
    assert made.state == State.CONFIRMED


def test_the_page_tells_what_happened_to_the_date(client: Client, event: Event) -> None:
    made, office = RegistrationFactory(event=event), UserFactory()
    move = actions.When(date=when("15.09.2026"), starts_at=datetime.time(19), ends_at=datetime.time(21))
    actions.reschedule(event, to=move, reason="Der Saal ist belegt.", by=office, at=NOW)
    page = html(client.get(path(made)))
    assert "15. September 2026, 19 bis 21 Uhr" in page
    assert "verlegt von „1. September 2026, 18 Uhr“" in page
    assert "Der Saal ist belegt." in page

    actions.postpone(event, reason="Alle sind krank.", by=office, at=NOW)
    Event.objects.update(online_url="https://raum.example/geheim")
    postponed = html(client.get(path(made)))
    assert "Der neue Termin steht noch nicht fest." in postponed
    assert "Alle sind krank." in postponed
    assert "raum.example" not in postponed


# Called off, but not lost


@pytest.fixture
def called_off(event: Event) -> Registration:
    made: Registration = RegistrationFactory(event=event)
    PaperFactory(event=event, title="Vorstellung")
    actions.call_off(event, reason="Die Pandemie.", by=UserFactory(), at=NOW, feedback_until=date(2026, 7, 20))
    made.event.refresh_from_db()
    return made


def write(client: Client, registration: Registration, clock: time_machine.Traveller, **given: Any) -> Any:
    sent = unchanged(html(client.get(path(registration, "feedback"))), "rueckmeldung")
    clock.shift(timedelta(seconds=10))
    return client.post(path(registration, "feedback"), {**sent, **given})


def test_called_off_leads_to_papers_and_feedback(client: Client, called_off: Registration) -> None:
    page = html(client.get(path(called_off)))
    assert "Diese Veranstaltung ist abgesagt." in page
    assert "Die Pandemie." in page
    assert "Vorstellung" in page
    assert path(called_off, "feedback") in page
    feedback = html(client.get(path(called_off, "feedback")))
    assert "Vorstellung" in feedback
    assert "bis zum 20. Juli 2026" in feedback


def test_feedback_is_stored_once_and_shown(
    client: Client, called_off: Registration, clock: time_machine.Traveller
) -> None:
    sent = unchanged(html(client.get(path(called_off, "feedback"))), "rueckmeldung")
    clock.shift(timedelta(seconds=10))
    given = {**sent, "text": "Der Bus\r\nfehlt. <b>", "wants_talk": "on", "phone": "03421 000000"}
    for _ in range(2):
        response = client.post(path(called_off, "feedback"), given)
        assert (response.status_code, response["Location"]) == (303, f"{path(called_off, 'feedback')}?gesendet=1")
    made = Feedback.objects.get()
    assert (made.text, made.wants_talk, made.phone) == ("Der Bus\nfehlt. <b>", True, "03421 000000")
    assert (made.event, made.registration) == (called_off.event, called_off)
    page = html(client.get(response["Location"]))
    assert "Danke! Ihre Rückmeldung ist angekommen." in page
    assert "Der Bus<br>fehlt. &lt;b&gt;" in page

    client.post(path(called_off, "feedback"), {**given, "text": "Und der Zug."})
    assert set(Feedback.objects.values_list("text", flat=True)) == {"Der Bus\nfehlt. <b>", "Und der Zug."}


def test_the_wish_to_talk_needs_no_text_and_a_number_needs_the_wish(
    client: Client, called_off: Registration, clock: time_machine.Traveller
) -> None:
    empty = write(client, called_off, clock, text=" \0")
    assert "Bitte geben Sie einen Text ein." in html(empty)
    unasked = write(client, called_off, clock, text="Der Bus fehlt.", phone="03421 000000")
    assert "Sie haben eine Telefonnummer angegeben." in html(unasked)
    typed = unchanged(html(unasked), "rueckmeldung")
    assert (typed["text"].strip(), typed["phone"]) == ("Der Bus fehlt.", "03421 000000")
    assert not Feedback.objects.exists()
    assert write(client, called_off, clock, text="", wants_talk="on").status_code == 303
    assert Feedback.objects.get().wants_talk


def test_feedback_that_is_too_long_too_fast_or_too_much_is_not_lost(
    client: Client, called_off: Registration, clock: time_machine.Traveller, settings: Settings
) -> None:
    settings.ALLOWANCES = {**settings.ALLOWANCES, "feedback": (1, 10)}
    long = write(client, called_off, clock, text="x" * 10_000)
    assert "Zu lang: 10000 Zeichen, erlaubt sind 5000." in html(long)
    assert "x" * 10_000 in html(long)
    for key, words in ((form_keys.new().signed, "Noch ein Klick"), ("forged", "zu lange geöffnet")):
        held_up = client.post(path(called_off, "feedback"), {"key": key, "text": "Der Bus fehlt."})
        assert words in html(held_up)
        assert "Der Bus fehlt." in html(held_up)
    assert "unsichtbares Feld" in html(write(client, called_off, clock, text="Der Bus fehlt.", homepage="x"))
    assert not Feedback.objects.exists()
    assert write(client, called_off, clock, text="Der Bus fehlt.").status_code == 303
    too_much = write(client, called_off, clock, text="Und der Zug.")
    assert too_much.status_code == 429
    assert "Und der Zug." in html(too_much)


def test_a_key_of_somebody_else_swallows_nothing(
    client: Client, called_off: Registration, clock: time_machine.Traveller
) -> None:
    key = form_keys.new()
    other = RegistrationFactory(event=called_off.event)
    FeedbackFactory(event=called_off.event, registration=other, key=key.key, text="Der Bus fehlt.")
    clock.shift(timedelta(seconds=10))
    client.post(path(called_off, "feedback"), {"key": key.signed, "text": "Der Bus fehlt."})
    assert called_off.feedback.count() == 1


def test_after_the_last_day_the_typed_words_come_back(
    client: Client, called_off: Registration, clock: time_machine.Traveller
) -> None:
    FeedbackFactory(event=called_off.event, registration=called_off, text="Schon gesagt.")
    clock.move_to(datetime.datetime(2026, 7, 20, 21, 59, tzinfo=UTC))
    assert client.get(path(called_off, "feedback")).status_code == 200
    key = form_keys.new().signed
    clock.shift(timedelta(minutes=2))
    late = client.post(path(called_off, "feedback"), {"key": key, "text": "Der Bus <fehlt>."})
    assert late.status_code == 409
    page = html(late)
    for words in ("Die Zeit für Rückmeldungen ist vorbei.", "20. Juli 2026", "Der Bus &lt;fehlt&gt;.", "Schon gesagt."):
        assert words in page
    assert Feedback.objects.count() == 1


def test_an_event_that_takes_place_asks_for_no_feedback(client: Client, event: Event) -> None:
    made = RegistrationFactory(event=event)
    page = html(client.get(path(made, "feedback")))
    assert "gibt es keine schriftlichen Rückmeldungen" in page
    assert path(made, "feedback") not in html(client.get(path(made)))


# What is stored, and forgetting it


def test_all_that_is_stored_can_be_taken_along(client: Client, called_off: Registration) -> None:
    Registration.objects.update(name="Anna", organisation="Verein", requirements="Rampe")
    actions.give_feedback(
        called_off, text="Der Bus fehlt.", key=uuid.uuid4(), at=NOW, wants_talk=True, phone="03421 000000"
    )
    response = client.get(path(called_off, "stored"))
    assert response["Content-Type"] == "application/json"
    found = json.loads(response.content)
    assert found["veranstaltung"]["titel"] == "Forum Torgau"
    told = {name: found["anmeldung"][name] for name in ("name", "organisation", "was_ich_brauche", "stand")}
    assert told == {"name": "Anna", "organisation": "Verein", "was_ich_brauche": "Rampe", "stand": "angemeldet"}
    assert found["rueckmeldungen"] == [
        {
            "text": "Der Bus fehlt.",
            "wuenscht_ein_gespraech": True,
            "telefon": "03421 000000",
            "eingegangen_am": "2026-07-01T11:00:00+02:00",
            "erledigt_am": None,
        }
    ]


def test_every_column_about_somebody_is_in_what_is_stored() -> None:
    """A column that is added must be told, or named here as nobody's own."""
    told = {
        "name",
        "organisation",
        "email",
        "requirements",
        "language",
        "source",
        "state",
        "created_at",
        "invited_at",
        "confirmed_at",
        "moved_up_at",
        "cancelled_at",
        "seated_from",
        "reminded_at",
        "attended_at",
        "event",
    }
    technical = {"id", "key", "token_digest", "token_expires_at", "erased_at"}
    assert {field.name for field in Registration._meta.concrete_fields} == told | technical


def test_erasing_asks_gives_the_seat_back_and_leaves_an_empty_page(client: Client, event: Event) -> None:
    made, _other = RegistrationFactory.create_batch(2, event=event, name="Anna Muster")
    waiting = RegistrationFactory(event=event, state=State.WAITING)
    assert "Möchten Sie alles löschen" in html(client.get(path(made, "erase")))
    erased = client.post(path(made, "erase"))
    assert erased["Location"] == path(made)
    waiting.refresh_from_db()
    assert waiting.state == State.CONFIRMED
    for page in PAGES:
        gone = client.get(path(made, page))
        assert gone.status_code == 410
        assert gone["Cache-Control"] == "no-store"
        assert "Alles ist gelöscht." in html(gone)
        assert "Anna Muster" not in html(gone)
    assert client.post(path(made, "accept")).status_code == 410
    made.refresh_from_db()
    assert (made.name, made.email, made.state) == ("", "", State.CANCELLED)


def test_what_is_gone_at_the_moment_of_erasing_is_said_to_be_erased(
    client: Client, event: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, erase = RegistrationFactory(event=event), actions.erase

    def too_late(registration: Registration, **given: Any) -> Registration:
        Registration.objects.filter(pk=registration.pk).delete()
        return erase(registration, **given)

    monkeypatch.setattr("workshops.views.own_registration.actions.erase", too_late)
    gone = client.post(path(made, "erase"))
    assert (gone.status_code, gone["Cache-Control"]) == (410, "no-store")
    assert "Alles ist gelöscht." in html(gone)


def test_erasing_keeps_the_words_that_became_an_outcome_without_the_name(
    client: Client, called_off: Registration
) -> None:
    used, unused = (
        FeedbackFactory(event=called_off.event, registration=called_off, phone="03421 000000") for _ in range(2)
    )
    OutcomeFactory(event=called_off.event, feedback=used)
    client.post(path(called_off, "erase"))
    kept = Feedback.objects.get()
    assert (kept.pk, kept.registration, kept.phone) == (used.pk, None, "")
    assert not Feedback.objects.filter(pk=unused.pk).exists()
    typed = client.post(path(called_off, "feedback"), {"text": "Noch etwas."})
    assert typed.status_code == 410
    assert "Noch etwas." in html(typed)


def test_the_audit_trail_learns_neither_link_nor_who_is_logged_in(client: Client, event: Event) -> None:
    client.force_login(UserFactory(role=Role.MODERATION), backend="allauth.account.auth_backends.AuthenticationBackend")
    client.post(path(RegistrationFactory(event=event), "cancel"))
    contexts = [context.metadata for context in pghistory.models.Context.objects.all()]
    assert [(each["url"], each["user"]) for each in contexts] == [("/kek/termine/anmeldung/…/absagen/", None)]
