"""Recording what came by letter, telephone or at an event: in the name of whoever made it."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from district.models import Role
from participation.actions import Contribution, Sender, expire
from participation.actions.offline import Entry, record
from participation.models import Confirmation, Idea, Round, Submitter
from tests.factories import (
    ConceptFactory,
    FieldOfActionFactory,
    MunicipalityFactory,
    RoundFactory,
    SectionFactory,
    UserFactory,
)

from .desks import desk, log_in, told

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
KEY = uuid.UUID("7c5d4c3e-6f0a-4f59-9a52-2f4de1c0a002")


@pytest.fixture(autouse=True)
def today() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def an_entry(**changes: Any) -> Entry:
    given: dict[str, Any] = {
        "key": KEY,
        "contribution": Contribution(text="Mehr Bänke.", source=Idea.Source.LETTER),
        "sender": Sender(pseudonym="Bürgerin aus Eilenburg"),
        "received_on": date(2026, 11, 2),
    }
    return Entry(**(given | changes))


# The action


def test_the_author_is_who_wrote_and_the_day_is_that_of_the_letter() -> None:
    clerk = UserFactory()
    idea = record(an_entry(), to=RoundFactory(), by=clerk, at=NOW)
    assert (str(idea.submitter), idea.state) == ("Bürgerin aus Eilenburg", Idea.State.RECEIVED)
    assert f"{timezone.localtime(idea.submitted_at):%d.%m.%Y %H:%M}" == "02.11.2026 12:00"
    assert [step.by for step in idea.steps.all()] == [clerk]


def test_what_came_today_has_the_hour_of_recording() -> None:
    idea = record(an_entry(received_on=date(2026, 11, 23)), to=RoundFactory(), by=UserFactory(), at=NOW)
    assert idea.submitted_at == NOW


def test_a_round_that_has_ended_or_was_called_off_still_takes_letters() -> None:
    for asked in (
        RoundFactory(closes_on=date(2026, 1, 31)),
        RoundFactory(called_off_on=date(2026, 3, 1), called_off_reason="Pandemie"),
    ):
        assert record(an_entry(key=uuid.uuid4()), to=asked, by=UserFactory(), at=NOW).round == asked


def test_a_day_ahead_is_refused() -> None:
    with pytest.raises(ValidationError) as refused:
        record(an_entry(received_on=date(2026, 11, 24)), to=RoundFactory(), by=UserFactory(), at=NOW)
    assert refused.value.message_dict == {"received_on": ["Dieser Tag liegt in der Zukunft."]}


def test_an_address_is_kept_with_consent_alone_and_then_needs_no_mail_to_confirm_it() -> None:
    sender = Sender(email="anna@example.org")
    with pytest.raises(ValidationError):
        record(an_entry(sender=sender), to=RoundFactory(), by=UserFactory(), at=NOW)
    assert not Submitter.objects.exists()
    idea = record(an_entry(sender=sender, may_write=True), to=RoundFactory(), by=UserFactory(), at=NOW)
    assert idea.submitter.gets_mail
    assert idea.submitter.email_confirmed_at == NOW
    assert (mail.outbox, Confirmation.objects.count()) == ([], 0)


def test_an_address_with_consent_is_not_erased_as_unconfirmed() -> None:
    entry = an_entry(sender=Sender(email="anna@example.org"), may_write=True)
    idea = record(entry, to=RoundFactory(), by=UserFactory(), at=NOW)
    expire(at=NOW + timedelta(hours=73))
    idea.submitter.refresh_from_db()
    assert idea.submitter.email == "anna@example.org"


def test_the_same_key_again_stores_nothing_new() -> None:
    asked, by = RoundFactory(), UserFactory()
    first = record(an_entry(), to=asked, by=by, at=NOW)
    assert record(an_entry(contribution=Contribution(text="Anderes")), to=asked, by=by, at=NOW) == first
    assert Idea.objects.get().text == "Mehr Bänke."


# The page


def url(asked: Round, **more: str) -> str:
    return reverse("admin:participation_idea_record", query={"round": asked.pk, **more})


def answers(**changes: Any) -> dict[str, Any]:
    return {
        "key": str(KEY),
        "source": "letter",
        "received_on": "2026-11-02",
        "title": "Bänke",
        "text": "Mehr Bänke.",
        **changes,
    }


def test_the_round_is_chosen_first_and_closed_concepts_are_not_offered(client: Client) -> None:
    log_in(client)
    asked = RoundFactory(title="Ideen für morgen")
    RoundFactory(title="Ideen von gestern", concept__process_closed_on=date(2026, 1, 1))
    page = client.get(reverse("admin:participation_idea_record"))
    html = page.content.decode()
    assert ("Ideen für morgen" in html, "Ideen von gestern" in html) == (True, False)
    for wrong in ("", "x", "999999", "9" * 40):
        assert client.get(reverse("admin:participation_idea_record"), {"round": wrong}).status_code == 200
    assert client.get(url(asked)).context["form"].initial["received_on"] == date(2026, 11, 23)


def test_what_was_typed_in_is_stored_and_then_looked_at(client: Client) -> None:
    clerk = log_in(client)
    concept = ConceptFactory()
    asked, field, here = RoundFactory(concept=concept), FieldOfActionFactory(concept=concept), MunicipalityFactory()
    response = client.post(
        url(asked),
        answers(
            source="event",
            source_note="Regionalforum Eilenburg",
            field_of_action=field.pk,
            place=here.pk,
            pseudonym="Anna",
            postal_address="Am Markt 1\r\n04838 Eilenburg",
            email="anna@example.org",
            may_write="on",
        ),
    )
    idea = Idea.objects.get()
    assert response["Location"] == desk(idea)
    assert told(response) == [f"{idea} ist erfasst."]
    assert (idea.source, idea.source_note, idea.field_of_action, idea.municipality) == (
        "event",
        "Regionalforum Eilenburg",
        field,
        here,
    )
    submitter = idea.submitter
    assert (submitter.pseudonym, submitter.postal_address, submitter.gets_mail) == (
        "Anna",
        "Am Markt 1\n04838 Eilenburg",
        True,
    )
    assert idea.steps.get().by == clerk


def test_the_whole_district_can_be_meant(client: Client) -> None:
    log_in(client)
    client.post(url(RoundFactory()), answers(place="everywhere"))
    assert Idea.objects.get().is_everywhere


def test_for_the_next_letter_of_the_pile_what_is_the_same_stays(client: Client) -> None:
    log_in(client)
    asked = RoundFactory()
    response = client.post(url(asked), answers(source_note="Brief", another="1"))
    following = client.get(response["Location"]).context["form"]
    assert [following[name].value() for name in ("source", "source_note", "received_on")] == [
        "letter",
        "Brief",
        "2026-11-02",
    ]
    assert following["key"].value() != KEY


def test_a_double_click_stores_it_once(client: Client) -> None:
    log_in(client)
    asked = RoundFactory()
    locations = {client.post(url(asked), answers())["Location"] for _click in range(2)}
    assert locations == {desk(Idea.objects.get())}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"text": " "}, "text"),
        ({"source": "online"}, "source"),
        ({"source": ""}, "source"),
        ({"received_on": ""}, "received_on"),
        ({"received_on": "2026-11-24"}, "received_on"),
        ({"received_on": "0026-11-02"}, "received_on"),
        ({"email": "anna@example.org"}, "may_write"),
        ({"email": "anna", "may_write": "on"}, "email"),
        ({"place": "999999"}, "place"),
        ({"title": "x" * 121}, "title"),
    ],
)
def test_what_does_not_fit_is_told_at_its_field(client: Client, changes: dict[str, str], field: str) -> None:
    log_in(client)
    page = client.post(url(RoundFactory()), answers(**changes))
    assert set(page.context["form"].errors) == {field}
    assert not Idea.objects.exists()


def test_to_a_draft_something_is_said_about_a_section(client: Client) -> None:
    log_in(client)
    section = SectionFactory()
    other = SectionFactory()
    page = client.post(url(section.round), answers(section=other.pk))
    assert set(page.context["form"].errors) == {"section"}
    client.post(url(section.round), answers(section=section.pk))
    assert Idea.objects.get().section == section


def test_the_desk_leads_to_the_receipt_for_the_letter_of_reply(client: Client) -> None:
    log_in(client)
    client.post(url(RoundFactory()), answers())
    idea = Idea.objects.get()
    page = client.get(desk(idea))
    assert page.context["receipt"].endswith("/beleg/")
    assert client.get(page.context["receipt"]).status_code == 200


@pytest.mark.parametrize("role", Role)
def test_only_moderation_and_project_office_record(client: Client, role: Role) -> None:
    log_in(client, role)
    may = role in {Role.MODERATION, Role.PROJECT_OFFICE}
    asked, closed = RoundFactory(), RoundFactory(concept__process_closed_on=date(2026, 1, 1))
    for name in ("record", "import", "import_template"):
        address = reverse(f"admin:participation_idea_{name}", query={"round": asked.pk})
        assert client.get(address).status_code == (200 if may else 403)
        shut = reverse(f"admin:participation_idea_{name}", query={"round": closed.pk})
        assert client.get(shut).status_code == 403
    assert client.post(url(closed), answers()).status_code == 403
    assert client.post(url(asked), answers()).status_code == (302 if may else 403)
    assert Idea.objects.count() == may
