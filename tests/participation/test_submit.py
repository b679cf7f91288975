"""Handing an idea in: stored once, told at once, never to a round that takes nothing."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail
from django.core.exceptions import ValidationError

from participation.actions import Contribution, Sender, confirm_address, submit
from participation.models import Confirmation, Idea, IdeaStep, Submitter
from tests.factories import ConceptFactory, RoundFactory, SectionFactory, UserFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
KEY = uuid.UUID("7c5d4c3e-6f0a-4f59-9a52-2f4de1c0a001")
NOBODY = Sender()


def hand_in(**changes: object) -> Idea:
    given = {"to": RoundFactory(), "key": KEY, "sender": NOBODY, "at": NOW, **changes}
    contribution = given.pop("contribution", Contribution(title="Bus am Abend", text="Nach 20 Uhr fährt keiner mehr."))
    return submit(contribution, **given)  # type: ignore[arg-type]


def test_an_idea_waits_for_moderation_with_its_first_step() -> None:
    idea = hand_in()
    assert (idea.state, idea.is_public, idea.submitted_at) == (Idea.State.RECEIVED, False, NOW)
    assert idea.reference == f"KEK-2026-{idea.pk:06}"
    assert [(step.kind, step.at, step.by) for step in idea.steps.all()] == [(IdeaStep.Kind.RECEIVED, NOW, None)]


def test_the_same_key_again_gives_the_same_idea() -> None:
    asked = RoundFactory()
    first, second = hand_in(to=asked), hand_in(to=asked, contribution=Contribution(text="Etwas anderes"))
    assert first == second
    assert (Idea.objects.count(), Submitter.objects.count()) == (1, 1)


def test_a_repeated_request_is_acknowledged_though_the_round_has_ended() -> None:
    asked = RoundFactory(closes_on=date(2026, 11, 23))
    idea = hand_in(to=asked)
    assert hand_in(to=asked, at=NOW + timedelta(days=1)) == idea


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"opens_on": date(2026, 11, 24)}, "Diese Beteiligung hat noch nicht begonnen."),
        ({"closes_on": date(2026, 11, 22)}, "Diese Beteiligung ist beendet."),
        (
            {"called_off_on": date(2026, 3, 1), "called_off_reason": "Pandemie"},
            "Diese Beteiligung ist abgesagt.",
        ),
        (
            {"concept__process_closed_on": date(2026, 11, 1)},
            "Das Verfahren zu diesem Konzept ist abgeschlossen.",
        ),
    ],
)
def test_a_round_that_is_not_running_takes_nothing(changes: dict[str, object], message: str) -> None:
    with pytest.raises(ValidationError) as refused:
        hand_in(to=RoundFactory(**changes))
    assert refused.value.messages == [message]
    assert not Idea.objects.exists()


def test_a_clerk_records_what_came_on_paper_after_the_end_and_does_not_become_the_author() -> None:
    clerk = UserFactory()
    idea = hand_in(
        to=RoundFactory(closes_on=date(2026, 11, 1)),
        by=clerk,
        sender=Sender(pseudonym="Bürgerin aus Eilenburg"),
        contribution=Contribution(text="Mehr Bänke.", source=Idea.Source.LETTER),
    )
    assert (str(idea.submitter), idea.source) == ("Bürgerin aus Eilenburg", Idea.Source.LETTER)
    assert [step.by for step in idea.steps.all()] == [clerk]


def test_an_idea_needs_a_text() -> None:
    with pytest.raises(ValidationError) as refused:
        hand_in(contribution=Contribution(title="Bus", text="  \n "))
    assert refused.value.message_dict == {"text": ["Bitte geben Sie einen Text ein."]}


def test_a_round_may_publish_unseen_and_the_moderation_still_has_to_look() -> None:
    idea = hand_in(to=RoundFactory(ideas_checked_first=False))
    assert (idea.state, idea.published_at, idea.checked_at) == (Idea.State.PUBLISHED, NOW, None)
    assert list(Idea.objects.awaiting_moderation()) == [idea]


def test_a_comment_on_a_section_takes_its_field_of_action() -> None:
    concept = ConceptFactory()
    field = concept.fields_of_action.create(number=4, name="Infrastruktur")
    section = SectionFactory(round__concept=concept, field_of_action=field)
    idea = hand_in(to=section.round, contribution=Contribution(text="Bitte konkreter.", section=section))
    assert (idea.section, idea.field_of_action) == (section, field)
    assert idea.name == f"Stellungnahme zu {section}"


@pytest.mark.parametrize("text", ["Kauft bei HTTPS://example.org!", "www.example.org", "<a href=x>"])
def test_links_are_flagged(text: str) -> None:
    assert hand_in(contribution=Contribution(text=text)).has_links


def test_whoever_gives_an_address_gets_a_receipt_with_a_link_that_confirms_it(
    django_capture_on_commit_callbacks: object,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        idea = hand_in(sender=Sender(email="anna@example.org"))
    (receipt,) = mail.outbox
    confirmation = Confirmation.objects.get()
    assert receipt.to == ["anna@example.org"]
    assert idea.reference in receipt.subject
    assert confirmation.digest not in receipt.body
    assert confirmation.expires_at == NOW + timedelta(hours=72)
    assert not idea.submitter.gets_mail

    submitter = confirm_address(confirmation, at=NOW + timedelta(hours=71))
    assert submitter.gets_mail


def test_a_confirming_link_works_once_and_for_three_days() -> None:
    hand_in(sender=Sender(email="anna@example.org"))
    confirmation = Confirmation.objects.get()
    with pytest.raises(ValidationError) as refused:
        confirm_address(confirmation, at=NOW + timedelta(hours=72))
    assert refused.value.messages == ["Dieser Link ist abgelaufen."]
    confirm_address(confirmation, at=NOW)
    with pytest.raises(ValidationError) as refused:
        confirm_address(confirmation, at=NOW)
    assert refused.value.messages == ["Dieser Link wurde schon benutzt."]
