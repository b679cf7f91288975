"""Forgetting: at once for who asks, in time for everybody, and never what was answered."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pghistory.models
import pytest
import time_machine
from django.core import mail
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from district.models import OutgoingMail
from district.sealing import unseal
from participation.actions import (
    begin,
    decline,
    erase,
    erasure,
    expire,
    merge,
    propose,
    release,
    request_support,
    submit,
    support,
    unsubscribe,
    withdraw,
)
from participation.actions.erasure import Expired
from participation.actions.submission import Contribution, Sender, ask_to_confirm
from participation.actions.weighing import Draft
from participation.models import Confirmation, Idea, IdeaFile, IdeaStep, Report, Submitter, Supporter
from tests.factories import (
    CommentFactory,
    DistrictFactory,
    IdeaFactory,
    RoundFactory,
    SubmitterFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
DAY = timedelta(days=1)
DRAFT = Draft(summary="Gewünscht wird ein Radweg.", decision="adopted", reason="Der Radweg wird gebaut.")


def answer(*ideas: Idea, at: datetime) -> None:
    writer, releaser = UserFactory(), UserFactory()
    release([propose(begin(ideas, draft=DRAFT, by=writer, at=at), by=writer, at=at)], by=releaser, at=at)


def merged_into_a_lead() -> tuple[Idea, Idea]:
    """An idea with another as its part, whose author gets mail; the part was there first."""
    merged = IdeaFactory(public=True, submitter=SubmitterFactory(confirmed=True))
    lead = IdeaFactory(public=True, round=merged.round)
    merge([merged], into=lead, by=UserFactory(), at=NOW)
    return lead, merged


def contact_of(submitter: Submitter) -> tuple[str, str, str]:
    submitter.refresh_from_db()
    return submitter.email, submitter.pseudonym, submitter.postal_address


def test_withdrawing_takes_an_idea_off_the_public_pages() -> None:
    idea = withdraw(IdeaFactory(public=True), at=NOW)
    idea.refresh_from_db()
    assert (idea.state, idea.is_public, bool(idea.text)) == (Idea.State.WITHDRAWN, False, True)


def test_erasing_forgets_words_place_files_and_contact_at_once(
    settings: Any, tmp_path: Path, django_capture_on_commit_callbacks: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    idea = IdeaFactory(
        public=True, latitude=51.5, longitude=13, submitter=SubmitterFactory(confirmed=True, pseudonym="Anna")
    )
    file = IdeaFile.objects.create(
        idea=idea, form_key=idea.key, file=ContentFile(b"%PDF", name="a.pdf"), name="Plan.pdf", size=4
    )
    path = Path(file.file.path)
    assert path.exists()

    with django_capture_on_commit_callbacks(execute=True):
        erase(idea.submitter, at=NOW)

    idea.refresh_from_db()
    assert (idea.state, idea.title, idea.text, idea.latitude, idea.longitude) == ("withdrawn", "", "", None, None)
    assert contact_of(idea.submitter) == ("", "", "")
    assert not path.exists()
    assert not IdeaFile.objects.exists()
    assert [step.kind for step in idea.steps.all()] == ["received", "published", "withdrawn", "erased"]
    assert str(idea) == f"{idea.reference} gelöschter Text"


def test_what_was_answered_keeps_its_words_without_a_name() -> None:
    idea = IdeaFactory(
        public=True,
        submitter=SubmitterFactory(confirmed=True, pseudonym="Anna"),
        original_text="Mein Nachbar Karl schläft schlecht.",
        latitude=51.5,
        longitude=13,
    )
    answer(idea, at=NOW)
    erase(idea.submitter, at=NOW)
    idea.refresh_from_db()
    assert (idea.state, bool(idea.text)) == (Idea.State.ANSWERED, True)
    assert (idea.original_text, idea.latitude, idea.longitude) == ("", None, None)
    assert contact_of(idea.submitter) == ("", "", "")


def test_erasing_twice_is_erasing_once() -> None:
    idea = IdeaFactory(public=True)
    erase(idea.submitter, at=NOW)
    erase(idea.submitter, at=NOW + DAY)
    assert Submitter.objects.get().erased_at == NOW


def test_erasing_withdraws_comments_too() -> None:
    made = CommentFactory(public=True)
    erase(made.submitter, at=NOW)
    made.refresh_from_db()
    assert (made.state, made.text) == ("withdrawn", "")


def test_the_audit_trail_never_knew_what_was_erased() -> None:
    submitter = SubmitterFactory(email="anna@example.org", pseudonym="Anna Beispiel", postal_address="Am Markt 1")
    IdeaFactory(
        public=True, submitter=submitter, title="Mein Titel", text="Mein Wortlaut", source_note="Brief von Frau M."
    )
    erase(submitter, at=NOW)
    trail = str(list(pghistory.models.Events.objects.values()))
    assert "participation.Submitter" in trail
    for word in ("anna@example.org", "Anna Beispiel", "Am Markt", "Mein Titel", "Mein Wortlaut", "Frau M."):
        assert word not in trail


def test_unsubscribing_erases_the_address_and_its_links() -> None:
    submitter = SubmitterFactory(confirmed=True, pseudonym="Anna")
    ask_to_confirm(submitter, at=NOW)
    unsubscribe(submitter, at=NOW)
    assert contact_of(submitter) == ("", "Anna", "")
    assert not Confirmation.objects.exists()


def test_an_unconfirmed_address_is_erased_after_72_hours_and_the_idea_stays() -> None:
    idea = submit(
        Contribution(text="Mehr Bänke."),
        to=RoundFactory(),
        key=IdeaFactory.build().key,
        sender=Sender(email="anna@example.org", pseudonym="Anna"),
        at=NOW,
    )
    assert expire(at=NOW + timedelta(hours=72), dry_run=True).unconfirmed_addresses == 0
    assert expire(at=NOW + timedelta(hours=72, seconds=1)).unconfirmed_addresses == 1
    assert contact_of(idea.submitter) == ("", "Anna", "")
    idea.refresh_from_db()
    assert idea.text == "Mehr Bänke."


def test_contact_data_are_erased_some_months_after_the_answer() -> None:
    DistrictFactory(contact_retention_months=2)
    idea = IdeaFactory(public=True, submitter=SubmitterFactory(confirmed=True, pseudonym="Anna"))
    answer(idea, at=NOW)
    assert expire(at=NOW + 60 * DAY).contacts == 0
    assert expire(at=NOW + 61 * DAY).contacts == 1
    assert contact_of(idea.submitter) == ("", "", "")
    idea.refresh_from_db()
    assert idea.text


def test_the_mails_of_all_whose_contact_data_go_are_called_back_in_one_go() -> None:
    recent = IdeaFactory(public=True, submitter=SubmitterFactory(confirmed=True, created_at=NOW + 300 * DAY))

    def called_back(count: int) -> int:
        people = [SubmitterFactory(confirmed=True) for _ in range(count)]
        answer(*[IdeaFactory(round=recent.round, public=True, submitter=each) for each in people], at=NOW)
        with CaptureQueriesContext(connection) as captured:
            assert expire(at=NOW + 300 * DAY).contacts == count
        return len([query for query in captured if "district_outgoingmail" in query["sql"]])

    answer(recent, at=NOW + 300 * DAY)
    assert called_back(1) == called_back(3) > 0
    waiting = OutgoingMail.objects.waiting()
    assert {unseal(each.sealed)["to"] for each in waiting} == {recent.submitter.email}
    assert OutgoingMail.objects.exclude(given_up_at=None).count() == 4 * waiting.count() > 0


def test_contact_data_stay_as_long_as_somebody_waits() -> None:
    waiting = IdeaFactory(public=True, submitter=SubmitterFactory(confirmed=True))
    lead = IdeaFactory(round=waiting.round, public=True)
    merged = IdeaFactory(round=waiting.round, public=True, submitter=SubmitterFactory(confirmed=True))
    merge([merged], into=lead, by=UserFactory(), at=NOW)
    assert expire(at=NOW + 3000 * DAY, dry_run=True).contacts == 0
    answer(lead, at=NOW + DAY)
    assert expire(at=NOW + 3000 * DAY, dry_run=True).contacts == 1


def test_contact_data_of_a_declined_idea_are_erased_too() -> None:
    idea = IdeaFactory(submitter=SubmitterFactory(pseudonym="Anna"))
    decline([idea], reason="Werbung.", by=UserFactory(), at=NOW)
    assert expire(at=NOW + 182 * DAY).contacts == 0
    assert expire(at=NOW + 183 * DAY).contacts == 1


def test_a_dry_run_counts_and_erases_nothing(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    submitter = SubmitterFactory(email="x@example.org", created_at=NOW)
    IdeaFactory(submitter=submitter)
    ask_to_confirm(submitter, at=NOW)
    IdeaFile.objects.create(
        form_key=IdeaFactory.build().key, file=ContentFile(b"%PDF", name="a.pdf"), name="a.pdf", size=4, created_at=NOW
    )
    later = NOW + 4 * DAY
    Supporter.objects.create(digest="x", created_at=NOW)
    expected = Expired(unconfirmed_addresses=1, contacts=0, abandoned_files=1, links=1, supporters=1)
    assert expire(at=later, dry_run=True) == expected
    assert expire(at=later) == expected
    assert expire(at=later) == Expired(0, 0, 0, 0, 0)


def test_who_asked_for_a_link_of_support_and_never_used_it_is_forgotten_after_72_hours() -> None:
    idea = IdeaFactory(public=True)
    request_support(idea, email="anna@example.org", language="de", at=NOW)
    support(idea, supporter=Supporter.objects.create(digest="counted", created_at=NOW), at=NOW)
    Supporter.objects.create(digest="of a request just now", created_at=NOW + 3 * DAY)
    assert expire(at=NOW + 3 * DAY).supporters == 0
    assert expire(at=NOW + 3 * DAY + timedelta(seconds=1)).supporters == 1
    assert set(Supporter.objects.values_list("digest", flat=True)) == {"counted", "of a request just now"}


def test_what_was_sent_with_a_file_while_forms_are_cleared_keeps_it(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MEDIA_ROOT = tmp_path
    keys = [IdeaFactory.build().key for _ in range(2)]
    for key in keys:
        IdeaFile.objects.create(
            form_key=key, file=ContentFile(b"%PDF", name="a.pdf"), name="a.pdf", size=4, created_at=NOW
        )
    clear = erasure.delete_file

    def clear_and_send(file: IdeaFile) -> None:
        clear(file)
        submit(Contribution(text="Mehr Bänke."), to=RoundFactory(), key=keys[1], sender=Sender(), at=NOW)

    monkeypatch.setattr(erasure, "delete_file", clear_and_send)
    expire(at=NOW + 2 * DAY)
    assert [file.form_key for file in IdeaFile.objects.exclude(idea=None)] == [keys[1]]


def test_a_file_that_the_disk_does_not_give_up_stops_nothing(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    file = IdeaFile.objects.create(
        form_key=IdeaFactory.build().key, file=ContentFile(b"%PDF", name="a.pdf"), name="a.pdf", size=4
    )

    def refuse(*_: Any) -> None:
        raise PermissionError

    monkeypatch.setattr(FileSystemStorage, "delete", refuse)
    with django_capture_on_commit_callbacks(execute=True):
        erasure.delete_file(file)
    assert not IdeaFile.objects.exists()


def test_what_is_part_of_a_withdrawn_idea_waits_for_the_moderation_again(
    django_capture_on_commit_callbacks: Any,
) -> None:
    lead, merged = merged_into_a_lead()
    report = Report.objects.create(idea=lead, reason="Stört.", created_at=NOW)
    with django_capture_on_commit_callbacks(execute=True):
        withdraw(lead, at=NOW)
    merged.refresh_from_db()
    assert (merged.state, merged.merged_into, merged.checked_at) == (Idea.State.RECEIVED, None, None)
    assert list(Idea.objects.awaiting_moderation()) == [merged]
    last = merged.steps.last()
    assert last
    assert (last.kind, last.audience, last.by) == (IdeaStep.Kind.REOPENED, IdeaStep.Audience.HOLDER, None)
    assert [sent.to for sent in mail.outbox] == [[merged.submitter.email]]
    report.refresh_from_db()
    assert (report.handled_at, report.handled_by) == (NOW, None)


def test_what_is_part_of_an_erased_idea_waits_again_and_what_was_withdrawn_does_not() -> None:
    lead, merged = merged_into_a_lead()
    gone = IdeaFactory(public=True, round=lead.round)
    own = IdeaFactory(public=True, round=lead.round, submitter=lead.submitter)
    merge([gone, own], into=lead, by=UserFactory(), at=NOW)
    withdraw(gone, at=NOW)
    erase(lead.submitter, at=NOW)
    states = {idea.pk: idea.state for idea in Idea.objects.all()}
    assert states == {merged.pk: "received", lead.pk: "withdrawn", gone.pk: "withdrawn", own.pk: "withdrawn"}
    assert not own.steps.filter(kind=IdeaStep.Kind.REOPENED).exists()


def test_the_command_says_how_much_and_leaves_a_trace_without_the_data() -> None:
    SubmitterFactory(email="anna@example.org", created_at=NOW)
    output = StringIO()
    with time_machine.travel(NOW + 4 * DAY, tick=False):
        call_command("erase_expired", "--dry-run", stdout=output)
        assert Submitter.objects.get().email
        assert "Unterstützungen ohne Bestätigung: 0" in output.getvalue()
        call_command("erase_expired", stdout=output)
    assert output.getvalue().count("Unbestätigte E-Mail-Adressen: 1") == 2
    last = (
        pghistory.models.Events.objects.filter(pgh_model="participation.SubmitterEvent")
        .order_by("pgh_created_at")
        .last()
    )
    assert last is None or "anna" not in str(last.pgh_data)
    assert Submitter.objects.get().email == ""


def test_an_idea_step_stays() -> None:
    from django.db import InternalError, transaction

    idea = IdeaFactory()
    with pytest.raises(InternalError, match="append_only"), transaction.atomic():
        IdeaStep.objects.filter(idea=idea).delete()
