"""Moving, postponing, calling off, recording, copying and repeating in „Verwaltung“: asked, previewed, done once, told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from html import unescape
from typing import Any

import pytest
import time_machine
from django.test import Client

from district.models import OutgoingMail
from tests.factories import (
    AgendaItemFactory,
    EventFactory,
    MilestoneFactory,
    PaperFactory,
    RegistrationFactory,
    WorkingGroupFactory,
    when,
)
from workshops import series
from workshops.forms.planning import mark_of
from workshops.models import Change, Event, Mailing

from .sample import NOW, again
from .staff import log_in, log_in_chair, told, url

pytestmark = pytest.mark.django_db

VERBS = ("move", "postpone", "call_off", "hold", "copy", "series")


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def office(client: Client) -> Client:
    log_in(client)
    return client


@pytest.fixture
def event() -> Event:
    """A forum that somebody comes to, somebody waits for, and one without an address comes to as well."""
    event: Event = EventFactory(title="Forum Torgau", seats=2)
    RegistrationFactory(event=event, name="Gast mit Platz")
    RegistrationFactory(event=event, name="Gast ohne Adresse", email="")
    RegistrationFactory(event=event, name="Gast in der Schlange", state="waiting")
    return event


def sent(event: Event, **answers: Any) -> dict[str, Any]:
    return {"seen": mark_of(event), "reason": "Der Saal ist belegt.", "message": "", **answers}


ANSWERS: dict[str, dict[str, Any]] = {
    "move": {"date": "8.9.2026", "starts_at": "19:00", "ends_at": "21:00"},
    "postpone": {},
    "call_off": {"feedback_until": "2026-09-20"},
    "copy": {"date": "6.10.2026", "title": "Forum Torgau"},
    "series": {"every": "2", "unit": "weeks", "times": "2"},
}


# Rights


@pytest.mark.parametrize("verb", VERBS)
def test_a_chair_acts_on_the_own_group_alone(client: Client, verb: str) -> None:
    own, other = WorkingGroupFactory(), WorkingGroupFactory()
    log_in_chair(client, own)
    for group, status in ((own, 200), (other, 403)):
        session = EventFactory(concept=group.concept, group=group, date=when("1.6.2026"), registration_closes_on=None,
                               registration_opens_on=None)  # fmt: skip
        assert client.get(url(session, verb)).status_code == status
        assert client.post(url(session, verb), {}).status_code == status
    assert client.get(url(EventFactory(), verb)).status_code == 403  # of no group


@pytest.mark.parametrize("verb", VERBS)
def test_nobody_acts_when_the_process_is_closed(office: Client, verb: str) -> None:
    event = EventFactory(concept__process_closed_on=date(2026, 6, 1))
    assert office.post(url(event, verb), sent(event, **ANSWERS.get(verb, {}), confirm="1")).status_code == 403


# Asking and previewing


@pytest.mark.parametrize("verb", ANSWERS)
def test_asking_and_previewing_change_nothing(office: Client, event: Event, verb: str) -> None:
    assert office.get(url(event, verb)).status_code == 200
    response = office.post(url(event, verb), sent(event, **ANSWERS[verb]))
    assert response.context["effect"] is not None
    assert "Das geschieht, wenn Sie bestätigen" in response.content.decode()
    assert (Event.objects.count(), Change.objects.count(), Mailing.objects.count()) == (1, 0, 0)
    assert not OutgoingMail.objects.exists()
    assert mark_of(again(event)) == mark_of(event)


def test_the_answers_can_be_changed_after_the_preview(office: Client, event: Event) -> None:
    html = office.post(url(event, "move"), sent(event, date="8.9.2026", edit="1")).content.decode()
    assert "Der Saal ist belegt.</textarea>" in html
    assert not Change.objects.exists()


def test_the_preview_of_a_move_shows_the_mail_as_it_is_read_without_the_link_of_anybody(
    office: Client, event: Event
) -> None:
    answers = sent(event, **ANSWERS["move"], message="Der Einlass beginnt um 18:30 Uhr.")
    effect = office.post(url(event, "move"), answers).context["effect"]
    assert effect.foretold == (
        "„Forum Torgau“ wird verlegt: neuer Termin 8. September 2026, 19 bis 21 Uhr, bisher 1. September 2026, 18 bis 20 Uhr.",
        "Öffentliche Begründung: Der Saal ist belegt.",
        "Die Anmeldung endet mit dem neuen Termin am 6. September 2026.",
        "2 Personen bekommen eine E-Mail.",
        "1 Person hat keine E-Mail-Adresse angegeben: Bitte sagen Sie ihr selbst Bescheid.",
    )
    assert effect.letter.subject.startswith("Neuer Termin: Forum Torgau")
    for words in ("Guten Tag Gast in der Schlange,", "8. September 2026", "Der Einlass beginnt um 18:30 Uhr.", "/…/"):
        assert words in effect.letter.text


def test_the_preview_of_a_call_off_has_the_papers_and_the_way_to_write_instead(office: Client, event: Event) -> None:
    PaperFactory(event=event, title="Eckpunkte")
    PaperFactory(event=event, title="Internes", audience="internal")
    effect = office.post(url(event, "call_off"), sent(event, **ANSWERS["call_off"])).context["effect"]
    assert "Darin steht 1 Unterlage." in effect.foretold
    assert "Eckpunkte" in effect.letter.text
    assert "Internes" not in effect.letter.text
    assert "rueckmeldung" in effect.letter.text
    assert "20. September 2026" in effect.letter.text


def test_three_weeks_for_feedback_are_proposed(office: Client, event: Event) -> None:
    form = office.get(url(event, "call_off")).context["form"]
    assert form["feedback_until"].value() == date(2026, 7, 22)


def test_where_nobody_is_written_to_there_is_no_mail_to_show(office: Client) -> None:
    event = EventFactory()
    effect = office.post(url(event, "call_off"), sent(event, **ANSWERS["call_off"])).context["effect"]
    assert effect.letter is None
    assert effect.foretold[-1] == "Niemand bekommt eine E-Mail."


@pytest.mark.parametrize(
    ("verb", "of_milestone"), [("move", "postpone"), ("postpone", "postpone"), ("call_off", "call_off")]
)
def test_a_milestone_in_the_timeline_is_pointed_out(office: Client, verb: str, of_milestone: str) -> None:
    milestone = MilestoneFactory(title="Auftaktforum", current=when("1.9.2026"))
    event = EventFactory(concept=milestone.concept, milestone=milestone)
    html = office.post(url(event, verb), sent(event, **ANSWERS[verb])).content.decode()
    assert "als Meilenstein „Auftaktforum“ (1. September 2026)" in html
    way = {"postpone": "verschieben", "call_off": "absagen"}[of_milestone]
    assert f'href="/verwaltung/milestones/milestone/{milestone.pk}/{way}/"' in html


def test_who_leads_a_group_is_not_sent_to_a_milestone(client: Client) -> None:
    milestone = MilestoneFactory(current=when("1.9.2026"))
    group = WorkingGroupFactory(concept=milestone.concept)
    log_in_chair(client, group)
    event = EventFactory(concept=milestone.concept, group=group, milestone=milestone)
    assert client.post(url(event, "call_off"), sent(event, **ANSWERS["call_off"])).context["effect"].ways == ()


@pytest.mark.parametrize(
    ("verb", "foretold", "told_after"),
    [
        ("move", "„Forum Torgau“ wird verlegt: neuer Termin 8. September 2026", "„Forum Torgau“ ist verlegt: "),
        ("postpone", "wird verschoben; der neue Termin ist dann offen.", "ist verschoben; der neue Termin ist offen."),
        ("call_off", "(1. September 2026, 18 bis 20 Uhr) wird abgesagt.", "ist abgesagt."),
        ("copy", "„Forum Torgau“ wird angelegt: 6. Oktober 2026", "„Forum Torgau“ ist angelegt: 6. Oktober 2026"),
        ("series", "2 weitere Termine werden angelegt.", "2 weitere Termine sind angelegt."),
    ],
)
def test_the_preview_says_what_will_happen_and_the_message_what_has(
    office: Client, event: Event, verb: str, foretold: str, told_after: str
) -> None:
    answers = sent(event, **ANSWERS[verb])
    preview = office.post(url(event, verb), answers)
    html = unescape(preview.content.decode())
    assert foretold in html
    assert told_after not in html
    if preview.context["effect"].letter:
        assert "Noch ist nichts verschickt." in html
    (message,) = told(office.post(url(event, verb), {**answers, "confirm": "1"}))
    assert told_after in message
    assert foretold not in message


# Doing


def test_moving_moves_writes_and_tells(office: Client, event: Event) -> None:
    response = office.post(url(event, "move"), sent(event, **ANSWERS["move"], confirm="1", next="/verwaltung/start/"))
    assert response["Location"] == "/verwaltung/start/"
    assert told(response)[0].startswith("„Forum Torgau“ ist verlegt: neuer Termin 8. September 2026, 19 bis 21 Uhr")
    event = again(event)
    assert (str(event.date), event.registration_closes_on) == ("8. September 2026", date(2026, 9, 6))
    assert Mailing.objects.get().recipients == 2


def test_postponing_leaves_the_date_open(office: Client, event: Event) -> None:
    response = office.post(url(event, "postpone"), sent(event, confirm="1"))
    assert response["Location"] == url(event, "change")
    assert again(event).state == "postponed"


def test_calling_off_asks_for_feedback_until_the_day(office: Client, event: Event) -> None:
    office.post(url(event, "call_off"), sent(event, **ANSWERS["call_off"], confirm="1"))
    event = again(event)
    assert (event.state, event.feedback_until) == ("called_off", date(2026, 9, 20))


def test_that_it_took_place_is_recorded_and_leads_to_the_minutes(office: Client) -> None:
    event = EventFactory(date=when("30.6.2026"), registration_closes_on=None, registration_opens_on=None)
    response = office.post(url(event, "hold"), {"seen": mark_of(event)})
    assert again(event).state == "held"
    assert url(event, "minutes") in told(response)[0]


def test_copying_leads_to_the_copy(office: Client, event: Event) -> None:
    AgendaItemFactory(event=event, title="Begrüßung")
    response = office.post(url(event, "copy"), sent(event, **ANSWERS["copy"], confirm="1"))
    fresh = Event.objects.exclude(pk=event.pk).get()
    assert response["Location"] == url(fresh, "change")
    assert ([item.title for item in fresh.agenda.all()], fresh.is_public) == (["Begrüßung"], False)


def test_a_series_shows_each_day_and_makes_them(office: Client) -> None:
    event = EventFactory(title="Sitzung", date=when("19.11.2026"), starts_at=None, ends_at=None)
    answers = sent(event, every="6", unit="days", until="2026-12-25")
    days = office.post(url(event, "series"), answers).context["effect"].days
    assert [(f"{day.date:%d.%m.}", day.remark) for day in days] == [
        ("25.11.", ""), ("01.12.", ""), ("07.12.", ""), ("13.12.", "Wochenende"), ("19.12.", "Wochenende"),
        ("25.12.", "Feiertag"),
    ]  # fmt: skip
    office.post(url(event, "series"), {**answers, "confirm": "1"})
    assert Event.objects.filter(title="Sitzung").count() == 7


def test_a_series_of_typed_days(office: Client, event: Event) -> None:
    office.post(url(event, "series"), sent(event, days="3.11.2026\n\n6. Oktober 2026; 1.12.2026", confirm="1"))
    fresh = Event.objects.exclude(pk=event.pk).order_by("date")
    assert [str(each.date) for each in fresh] == ["6. Oktober 2026", "3. November 2026", "1. Dezember 2026"]


# What is refused: told, and nothing is lost


@pytest.mark.parametrize(
    ("verb", "changes", "field", "message"),
    [
        ("move", {"reason": " "}, "reason", "Bitte geben Sie eine Begründung an."),
        ("move", {"date": "31.2.2026"}, "date", None),
        ("move", {"date": "1.9.2026", "starts_at": "18:00", "ends_at": "20:00"}, "date", "Das ist der bisherige Termin."),
        ("move", {"ends_at": "18:00"}, "ends_at", "Eine Veranstaltung endet nicht vor ihrem Beginn."),
        ("move", {"last_day": "2026-09-07"}, "last_day", None),
        ("move", {"date": "Oktober 2026"}, "starts_at", None),
        ("call_off", {"reason": ""}, "reason", "Bitte geben Sie eine Begründung an."),
        ("call_off", {"feedback_until": "2026-06-30"}, "feedback_until", "Dieser Tag ist schon vorbei."),
        ("copy", {"date": "1.9.2026"}, "date", "Am 1. September 2026 gibt es „Forum Torgau“ schon."),
        ("series", {"every": ""}, "every", "Bitte geben Sie einen Abstand an, oder unten die einzelnen Tage."),
        ("series", {"times": ""}, "until", None),
        ("series", {"times": "", "until": "2026-09-02"}, "until", "Bis zu diesem Tag gibt es keinen weiteren Termin."),
        ("series", {"days": "1.10.2026"}, "days", "Bitte geben Sie entweder einen Abstand oder einzelne Tage an."),
        ("series", {"every": "", "times": "", "days": "irgendwann"}, "days", None),
        ("series", {"every": "", "times": "", "days": "Oktober 2026"}, "days",
         "„Oktober 2026“ ist kein Tag. Bitte geben Sie jeden Termin auf den Tag genau an."),
        ("series", {"times": "53"}, "__all__", "Höchstens 52 Termine auf einmal."),
        ("series", {"every": "", "times": "", "days": "1.10.2026, 1.10.2026"}, "__all__", "Ein Tag kommt mehrmals vor."),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_told_at_its_field(
    office: Client, event: Event, verb: str, changes: dict[str, str], field: str, message: str | None
) -> None:
    response = office.post(url(event, verb), sent(event, **{**ANSWERS[verb], **changes, "confirm": "1"}))
    assert response.status_code == 200
    errors = response.context["form"].errors
    assert list(errors) == [field]
    assert message is None or errors[field] == [message]
    assert (Event.objects.count(), Change.objects.count()) == (1, 0)


def test_a_rhythm_needs_a_day_to_begin_with(office: Client) -> None:
    event = EventFactory(date=when("Oktober 2026"), starts_at=None, ends_at=None)
    response = office.post(url(event, "series"), sent(event, **ANSWERS["series"]))
    assert list(response.context["form"].errors) == ["every"]


@pytest.mark.parametrize("verb", ["move", "postpone", "call_off"])
def test_sending_twice_does_it_once_and_says_how_it_stands(office: Client, event: Event, verb: str) -> None:
    data = sent(event, **ANSWERS[verb], confirm="1")
    assert office.post(url(event, verb), data).status_code == 302
    again_sent = office.post(url(event, verb), data)
    assert again_sent.context["told"].startswith("Jemand anderes war schneller:")
    assert (Change.objects.count(), Mailing.objects.count()) == (1, 1)


@pytest.mark.parametrize(("verb", "made"), [("copy", 1), ("series", 2)])
def test_a_copy_sent_twice_is_made_once(office: Client, event: Event, verb: str, made: int) -> None:
    data = sent(event, **ANSWERS[verb], confirm="1")
    office.post(url(event, verb), data)
    assert "schon." in str(office.post(url(event, verb), data).context["form"].errors)
    assert Event.objects.count() == 1 + made


def test_who_acts_on_what_has_changed_meanwhile_is_told_and_can_go_on(office: Client, event: Event) -> None:
    data = sent(event, date="15.9.2026", reason="Ein langer Text.", confirm="1")
    office.post(url(event, "move"), sent(event, **ANSWERS["move"], confirm="1"))
    response = office.post(url(event, "move"), data)
    html = response.content.decode()
    assert "8. September 2026, 19 bis 21 Uhr, geplant" in response.context["told"]
    assert "Ein langer Text.</textarea>" in html
    anew = {**data, "seen": response.context["form"]["seen"].value()}
    assert office.post(url(event, "move"), anew).status_code == 302
    assert str(again(event).date) == "15. September 2026"


@pytest.mark.parametrize(
    ("state", "possible"),
    [
        ("planned", {"move", "postpone", "call_off"}),
        ("postponed", {"move", "call_off"}),
        ("held", set()),
        ("called_off", set()),
    ],
)
def test_what_is_not_possible_is_not_asked(office: Client, state: str, possible: set[str]) -> None:
    event = EventFactory(state=state)
    html = office.get(url(event, "change")).content.decode()
    for verb in VERBS:
        is_offered = verb in possible | {"copy", "series"}
        assert (f'"{url(event, verb)}"' in html) == is_offered
        response = office.get(url(event, verb))
        assert response.status_code == (200 if is_offered else 302)
        assert is_offered or told(response)


def test_an_event_ahead_has_not_taken_place_yet(office: Client, event: Event) -> None:
    assert told(office.get(url(event, "hold"))) == ["Dieser Termin liegt noch in der Zukunft."]
    office.post(url(event, "hold"), {"seen": mark_of(event)})
    assert again(event).state == "planned"


def test_a_way_back_to_another_site_is_not_taken(office: Client, event: Event) -> None:
    data = sent(event, **ANSWERS["move"], confirm="1", next="https://example.org/")
    assert office.post(url(event, "move"), data)["Location"] == url(event, "change")


# The days of a series


def test_days_follow_each_other_up_to_and_including_the_last() -> None:
    first = date(2026, 9, 1)
    assert series.days_after(first, every=7, until=date(2026, 9, 15), most=9) == [date(2026, 9, 8), date(2026, 9, 15)]
    assert series.days_after(first, every=1, times=2, most=9) == [date(2026, 9, 2), date(2026, 9, 3)]
    assert len(series.days_after(first, every=1, until=date(2199, 1, 1), most=9)) == 10


def test_typed_days_are_read_and_a_wrong_line_is_named() -> None:
    assert series.days_in("1.9.2026,\n2026-09-08;\n") == [date(2026, 9, 1), date(2026, 9, 8)]
    with pytest.raises(ValueError, match="„kaputt“"):
        series.days_in("1.9.2026\nkaputt")
