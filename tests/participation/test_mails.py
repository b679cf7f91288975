"""What people who gave an address are written, at which step, and how they end it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.mail import EmailMessage
from django.test import Client
from pytest_django import Settings

from district.models import OutgoingMail
from participation import links
from participation.actions import (
    Contribution,
    Part,
    Sender,
    begin,
    decline,
    erase,
    merge,
    propose,
    publish,
    redact,
    release,
    reopen,
    request_support,
    revise,
    split,
    submit,
    unsubscribe,
)
from participation.actions.weighing import Draft
from participation.models import Assessment, Idea, IdeaFile, Submitter
from tests.factories import (
    ConceptFactory,
    DistrictFactory,
    FieldOfActionFactory,
    IdeaFactory,
    RoundFactory,
    SubmitterFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PORTAL = "https://kek.example"

Sent = Callable[..., list[EmailMessage]]


@pytest.fixture(autouse=True)
def _portal(settings: Settings) -> None:
    settings.PORTAL_URL = PORTAL
    DistrictFactory()


@pytest.fixture
def sent(django_capture_on_commit_callbacks: Any) -> Sent:
    """Do something and return the mails that left because of it."""

    def sent(act: Callable[..., Any], *args: Any, **kwargs: Any) -> list[EmailMessage]:
        mail.outbox.clear()
        with django_capture_on_commit_callbacks(execute=True):
            act(*args, **kwargs)
        return list(mail.outbox)

    return sent


@pytest.fixture
def idea() -> Idea:
    concept = ConceptFactory(slug="kek")
    asked = RoundFactory(concept=concept, slug="ideen", title="Ideen 2026", closes_on=date(2026, 12, 31))
    made: Idea = IdeaFactory(round=asked, title="Bus & Bahn", submitter=SubmitterFactory(confirmed=True))
    return made


def answer(idea: Idea, **more: Any) -> None:
    draft = Draft(summary="Ein Bus.", decision="partly", reason="Ab 2027 fährt er freitags.", **more)
    author = UserFactory()
    release([propose(begin([idea], draft=draft, by=author, at=NOW), by=author, at=NOW)], by=UserFactory(), at=NOW)


def status_of(idea: Idea, language: str = "") -> str:
    return f"{PORTAL}{language}/kek/beteiligung/stand/{links.secret_of(idea.submitter)}/"


def test_a_receipt_names_the_number_and_opens_nothing_before_the_address_is_proven(
    client: Client, idea: Idea, sent: Sent
) -> None:
    (receipt,) = sent(
        submit,
        Contribution(title="Bänke & <Bäume>", text="Mehr davon."),
        to=idea.round,
        key=uuid.uuid4(),
        sender=Sender(email="anna@example.org"),
        at=NOW,
    )
    made = Idea.objects.latest("pk")
    assert receipt.subject == f"Ihr Beitrag {made.reference} ist angekommen"
    assert "innerhalb von drei Tagen" in receipt.body
    # The address may be mistyped, and the reader a stranger.
    assert links.secret_of(made.submitter) not in str(receipt.message())
    for words in ("/stand/", "Bänke", "Mehr davon."):
        assert words not in receipt.body
    (confirm,) = (line for line in receipt.body.splitlines() if "/bestaetigen/" in line)
    with time_machine.travel(NOW, tick=False):
        opened = client.get(confirm.removeprefix(PORTAL))
        (confirmed,) = sent(client.post, confirm.removeprefix(PORTAL))
        assert sent(client.post, confirm.removeprefix(PORTAL)) == []
    assert opened.status_code == 200
    assert links.secret_of(made.submitter) not in opened.text
    assert confirmed.subject == "Ihre E-Mail-Adresse ist bestätigt"
    assert confirmed.to == ["anna@example.org"]
    assert f"{made.reference} Bänke & <Bäume>" in confirmed.body
    assert status_of(made) in confirmed.body.splitlines()
    assert confirmed.extra_headers["List-Unsubscribe"] == f"<{status_of(made)}abbestellen/>"
    assert confirmed.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "\n\n\n" not in f"{confirmed.body}{receipt.body}"


@pytest.mark.parametrize("forget", [unsubscribe, erase])
def test_a_receipt_that_waits_is_called_back_by_whoever_has_the_link(idea: Idea, forget: Callable[..., Any]) -> None:
    made = submit(
        Contribution(text="Mehr Bänke."),
        to=idea.round,
        key=uuid.uuid4(),
        sender=Sender(email="anna@example.org"),
        at=NOW,
    )
    waiting = OutgoingMail.objects.get()
    forget(made.submitter, at=NOW)
    waiting.refresh_from_db()
    assert (waiting.sealed, waiting.last_error) == ("", "CalledBack")


def test_publishing_is_told_with_the_public_page(idea: Idea, sent: Sent) -> None:
    (told,) = sent(publish, [idea], by=UserFactory(), at=NOW)
    assert told.subject == f"Ihr Beitrag {idea.reference} ist veröffentlicht"
    assert f"{PORTAL}/kek/beteiligung/ideen/ideen/{idea.pk}/" in told.body.splitlines()
    assert "Bus & Bahn" in told.body
    assert "[redigiert]" not in told.body


def test_that_words_were_redacted_is_told(idea: Idea, sent: Sent) -> None:
    (told,) = sent(publish, [idea], by=UserFactory(), at=NOW, text="Herr [redigiert] fährt.")
    assert "„[redigiert]“ ersetzt" in told.body


def test_that_words_of_a_published_idea_were_redacted_is_told(idea: Idea, sent: Sent) -> None:
    publish([idea], by=UserFactory(), at=NOW)
    (told,) = sent(redact, idea, title="Bus", text="Herr [redigiert] fährt.", by=UserFactory(), at=NOW)
    assert told.subject == f"Wir haben Ihren Beitrag {idea.reference} redigiert"
    assert "„[redigiert]“ ersetzt" in told.body
    assert f"{PORTAL}/kek/beteiligung/ideen/ideen/{idea.pk}/" in told.body.splitlines()
    assert status_of(idea) in told.body.splitlines()


def test_that_words_published_unseen_were_redacted_is_told(idea: Idea, sent: Sent) -> None:
    publish([idea], by=UserFactory(), at=NOW)
    (told,) = sent(publish, [idea], text="Herr [redigiert] fährt.", by=UserFactory(), at=NOW)
    assert told.subject == f"Wir haben Ihren Beitrag {idea.reference} redigiert"


def test_that_a_file_is_held_back_is_not_told(idea: Idea, sent: Sent) -> None:
    IdeaFile.objects.create(idea=idea, form_key=idea.key, file="a.pdf", name="a.pdf", size=9)
    publish([idea], by=UserFactory(), at=NOW)
    held_back = idea.files.all()
    assert sent(redact, idea, title=idea.title, text=idea.text, held_back=held_back, by=UserFactory(), at=NOW) == []


def test_that_a_weighing_begins_is_told_to_whoever_it_takes_in(idea: Idea, sent: Sent) -> None:
    late = IdeaFactory(round=idea.round, public=True, submitter=SubmitterFactory(confirmed=True))
    publish([idea], by=UserFactory(), at=NOW)
    draft, author = Draft(summary="Ein Bus."), UserFactory()
    (told,) = sent(begin, [idea], draft=draft, by=author, at=NOW)
    assert told.subject == f"Über Ihren Beitrag {idea.reference} wird jetzt beraten"
    assert f"{PORTAL}/kek/beteiligung/ideen/ideen/{idea.pk}/" in told.body.splitlines()
    assert status_of(idea) in told.body.splitlines()
    assert "Ein Bus." not in told.body

    (told,) = sent(revise, Assessment.objects.get(), draft=draft, ideas=[idea, late], by=author, at=NOW)
    assert told.to == [late.submitter.email]
    assert sent(revise, Assessment.objects.get(), draft=draft, ideas=[idea], by=author, at=NOW) == []


def test_declining_is_told_with_its_reason(idea: Idea, sent: Sent) -> None:
    (told,) = sent(decline, [idea], reason="Das ist Sache des Bundes.", by=UserFactory(), at=NOW)
    assert told.subject == f"Ihr Beitrag {idea.reference} wird nicht veröffentlicht"
    assert "Das ist Sache des Bundes." in told.body


def test_a_second_look_is_told(idea: Idea, sent: Sent) -> None:
    decline([idea], reason="Ein Versehen.", by=UserFactory(), at=NOW)
    (told,) = sent(reopen, idea, by=UserFactory(), at=NOW)
    assert told.subject == f"Ihr Beitrag {idea.reference} wird noch einmal geprüft"
    assert "gilt nicht mehr" in told.body


def test_merging_is_told_and_the_answer_reaches_everybody(idea: Idea, sent: Sent) -> None:
    lead = IdeaFactory(round=idea.round, public=True, title="Rufbus", submitter=SubmitterFactory(confirmed=True))
    (told,) = sent(merge, [idea], into=lead, by=UserFactory(), at=NOW)
    assert told.to == [idea.submitter.email]
    assert f"{PORTAL}/kek/beteiligung/ideen/ideen/{lead.pk}/" in told.body.splitlines()

    answers = {message.to[0]: message for message in sent(answer, lead)}
    assert answers.keys() == {idea.submitter.email, lead.submitter.email}
    own = answers[idea.submitter.email]
    assert own.subject == f"Antwort auf Ihren Beitrag {idea.reference}"
    assert f"über die Idee {lead.reference} entschieden" in own.body
    assert status_of(idea) in own.body.splitlines()
    assert status_of(lead) not in own.body


def test_who_was_merged_into_an_unpublished_idea_does_not_read_its_words(idea: Idea, sent: Sent) -> None:
    lead = IdeaFactory(round=idea.round, title="Frau Muster hat gesagt")
    (told,) = sent(merge, [idea], into=lead, by=UserFactory(), at=NOW)
    assert lead.reference in told.body
    assert "Frau Muster" not in told.body


def test_splitting_is_told_with_the_parts(idea: Idea, sent: Sent) -> None:
    parts = [Part("Bus", "Ein Bus."), Part("Bahn", "Eine Bahn.")]
    (told,) = sent(split, idea, parts=parts, by=UserFactory(), at=NOW)
    for part in idea.parts.all():
        assert f"{part.reference} {part.title}" in told.body
        assert f"{PORTAL}/kek/beteiligung/ideen/ideen/{part.pk}/" in told.body


def test_the_answer_says_decision_reason_and_what_it_flowed_into(idea: Idea, sent: Sent) -> None:
    shared = {"concept": idea.concept, "field_of_action": FieldOfActionFactory(concept=idea.concept)}
    public = idea.concept.measures.create(**shared, number="M 1", title="Abendbus", state="proposed")
    internal = idea.concept.measures.create(**shared, number="M 2", title="Noch geheim")
    publish([idea], by=UserFactory(), at=NOW)
    _begun, told = sent(answer, idea, measures=(public, internal))
    assert "Entscheidung: teilweise berücksichtigt" in told.body
    assert "Ab 2027 fährt er freitags." in told.body
    assert f"{PORTAL}{public.get_absolute_url()}" in told.body
    assert "Das ist eingeflossen in:" in told.body
    assert "Noch geheim" not in told.body


def test_a_support_is_confirmed_by_a_link_without_a_way_to_unsubscribe(idea: Idea, sent: Sent) -> None:
    publish([idea], by=UserFactory(), at=NOW)
    idea.refresh_from_db()
    (told,) = sent(request_support, idea, email="anna@example.org", language="de", at=NOW)
    assert told.subject == f"Bitte bestätigen: Sie unterstützen {idea.reference}"
    assert "/kek/beteiligung/unterstuetzung/" in told.body
    assert "List-Unsubscribe" not in told.extra_headers


def test_a_person_who_wrote_in_english_is_answered_with_english_pages(idea: Idea, sent: Sent) -> None:
    Submitter.objects.update(language="en")
    idea.submitter.refresh_from_db()
    (told,) = sent(publish, [idea], by=UserFactory(), at=NOW)
    assert status_of(idea, "/en") in told.body.splitlines()
    assert f"{PORTAL}/en/kek/beteiligung/ideen/ideen/{idea.pk}/" in told.body.splitlines()


@pytest.mark.parametrize("changes", [{"email_confirmed_at": None}, {"email": ""}])
def test_nobody_is_written_to_without_a_confirmed_address(idea: Idea, sent: Sent, changes: dict[str, Any]) -> None:
    Submitter.objects.update(**changes)
    assert sent(publish, [idea], by=UserFactory(), at=NOW) == []


def test_every_mail_says_who_sent_it_and_breaks_no_line_in_its_subject(idea: Idea, sent: Sent) -> None:
    Idea.objects.update(title="Zwei\nZeilen")
    idea.refresh_from_db()
    for told in [*sent(publish, [idea], by=UserFactory(), at=NOW), *sent(answer, idea)]:
        assert "\n" not in told.subject
        assert "Landratsamt Nordsachsen" in told.body
        assert "{{" not in told.body
        assert "&amp;" not in told.body
        assert "\n\n\n" not in told.body
