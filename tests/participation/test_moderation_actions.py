"""What the moderation does with ideas, comments and reports, and whom each step is told."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.test import Client

from participation.actions import (
    Part,
    assign,
    decline,
    decline_comment,
    expire,
    merge,
    publish,
    publish_comment,
    redact,
    reopen,
    split,
    support,
    withdraw,
    withdraw_support,
)
from participation.actions.reports import keep, take_down
from participation.journey import journeys
from participation.models import Comment, Idea, IdeaFile, IdeaStep, Report, Support, Supporter
from tests.factories import (
    AssessmentFactory,
    CommentFactory,
    DepartmentFactory,
    IdeaFactory,
    MunicipalityFactory,
    RoundFactory,
    SectionFactory,
    SubmitterFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

State = Idea.State
Kind = IdeaStep.Kind
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
PARTS = [Part("Bank", "Eine Bank am Markt."), Part("Baum", "Ein Baum am Markt.")]


@pytest.fixture
def sent(django_capture_on_commit_callbacks: Any) -> Callable[[Callable[[], object]], list[tuple[str, str]]]:
    """Do something and return the mails that left, as pairs of recipient and subject."""

    def run(act: Callable[[], object]) -> list[tuple[str, str]]:
        mail.outbox.clear()
        with django_capture_on_commit_callbacks(execute=True):
            act()
        return [(each.to[0], str(each.subject)) for each in mail.outbox]

    return run


def a_file(idea: Idea, name: str = "bild.jpg", **fields: Any) -> IdeaFile:
    return IdeaFile.objects.create(
        idea=idea, form_key=uuid.uuid4(), file=ContentFile(b"x", name), name=name, size=1, **fields
    )


def kinds(idea: Idea) -> list[str]:
    return list(idea.steps.values_list("kind", flat=True))


def told(refused: pytest.ExceptionInfo[ValidationError]) -> list[str]:
    return refused.value.messages


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


# Publishing and redacting


def test_publishing_makes_an_idea_public_and_counts_it_as_checked() -> None:
    idea, by = IdeaFactory(), UserFactory()
    (published,) = publish([idea], by=by, at=NOW)
    published.refresh_from_db()
    assert (published.state, published.is_public) == (State.PUBLISHED, True)
    assert (published.published_at, published.checked_at) == (NOW, NOW)
    last = published.steps.last()
    assert last
    assert (last.kind, last.audience, last.by, last.at) == (Kind.PUBLISHED, IdeaStep.Audience.PUBLIC, by, NOW)


def test_publishing_is_told_to_who_gave_a_confirmed_address_alone(sent: Any) -> None:
    known = IdeaFactory(submitter=SubmitterFactory(confirmed=True))
    unconfirmed = IdeaFactory(submitter=SubmitterFactory(email="unbestaetigt@example.org"))
    mails = sent(lambda: publish([known, unconfirmed, IdeaFactory()], by=UserFactory(), at=NOW))
    assert [to for to, _subject in mails] == [known.submitter.email]
    assert known.reference in mails[0][1]


def test_an_idea_published_unseen_is_only_marked_as_checked(sent: Any) -> None:
    idea = IdeaFactory(public=True, checked_at=None, submitter=SubmitterFactory(confirmed=True))
    assert sent(lambda: publish([idea], by=UserFactory(), at=NOW)) == []
    idea.refresh_from_db()
    assert (idea.state, idea.checked_at) == (State.PUBLISHED, NOW)
    assert kinds(idea) == [Kind.RECEIVED, Kind.PUBLISHED]


def test_redacting_keeps_the_first_words_and_marks_the_text() -> None:
    idea, by = IdeaFactory(title="Frau M. stört", text="Frau M. ist zu laut."), UserFactory()
    publish([idea], by=by, at=NOW, title="[Name] stört", text="[Name] ist zu laut.")
    idea.refresh_from_db()
    assert (idea.title, idea.text) == ("[Name] stört", "[Name] ist zu laut. [redigiert]")
    redact(idea, title="Lärm", text="Es ist zu laut. [redigiert]", by=by, at=NOW)
    idea.refresh_from_db()
    assert (idea.original_title, idea.original_text) == ("Frau M. stört", "Frau M. ist zu laut.")
    assert idea.is_redacted
    assert kinds(idea) == [Kind.RECEIVED, Kind.REDACTED, Kind.PUBLISHED, Kind.REDACTED]
    assert {step.audience for step in idea.steps.filter(kind=Kind.REDACTED)} == {IdeaStep.Audience.PUBLIC}


def test_publishing_with_the_same_words_redacts_nothing() -> None:
    idea = IdeaFactory()
    publish([idea], by=UserFactory(), at=NOW, title=idea.title, text=idea.text)
    idea.refresh_from_db()
    assert not idea.is_redacted


def test_redacting_needs_a_text_a_change_and_a_public_idea() -> None:
    by = UserFactory()
    public = IdeaFactory(public=True)
    with pytest.raises(ValidationError) as refused:
        redact(public, title=public.title, text=public.text, by=by, at=NOW)
    assert refused.value.message_dict == {"text": ["Sie haben nichts geändert."]}
    with pytest.raises(ValidationError) as refused:
        redact(public, title="x", text=" ", by=by, at=NOW)
    assert refused.value.message_dict == {"text": ["Bitte geben Sie einen Text ein."]}
    with pytest.raises(ValidationError):
        redact(IdeaFactory(), title="x", text="y", by=by, at=NOW)


def test_exactly_the_files_ticked_stay_internal() -> None:
    idea, by = IdeaFactory(), UserFactory()
    face, plan = a_file(idea, "gesicht.jpg"), a_file(idea, "plan.pdf")
    publish([idea], by=by, at=NOW, held_back=[face])
    assert list(IdeaFile.objects.public()) == [plan]
    redact(idea, title=idea.title, text=idea.text, held_back=[plan], by=by, at=NOW)
    assert list(IdeaFile.objects.public()) == [face]


def test_publishing_without_a_word_about_files_leaves_them_as_they_are() -> None:
    idea, by = IdeaFactory(), UserFactory()
    a_file(idea, is_public=False)
    publish([idea], by=by, at=NOW)
    assert not IdeaFile.objects.public().exists()


def test_files_of_another_idea_are_not_touched() -> None:
    mine, other = IdeaFactory(), IdeaFactory(public=True)
    file = a_file(other)
    publish([mine], by=UserFactory(), at=NOW, held_back=[file])
    file.refresh_from_db()
    assert file.is_public


def test_an_idea_in_weighing_is_not_published_over_it() -> None:
    idea = IdeaFactory(public=True)
    AssessmentFactory(round=idea.round, ideas=[idea])
    with pytest.raises(ValidationError) as refused:
        publish([idea], by=UserFactory(), at=NOW)
    assert told(refused) == [f"{idea.reference} ist „in Abwägung“: dieser Schritt ist nicht möglich."]


@pytest.mark.parametrize("state", [State.DECLINED, State.WITHDRAWN, State.SPLIT])
def test_several_are_published_together_or_not_at_all(state: str) -> None:
    fine, other = IdeaFactory(), IdeaFactory(state=state)
    with pytest.raises(ValidationError):
        publish([fine, other], by=UserFactory(), at=NOW)
    fine.refresh_from_db()
    assert fine.state == State.RECEIVED


# Declining and reopening


def test_declining_needs_a_reason_and_tells_it_to_the_holder_alone(sent: Any) -> None:
    idea, by = IdeaFactory(submitter=SubmitterFactory(confirmed=True)), UserFactory()
    with pytest.raises(ValidationError) as refused:
        decline([idea], reason="  ", by=by, at=NOW)
    assert refused.value.message_dict == {"reason": ["Bitte geben Sie einen Grund an."]}
    mails = sent(lambda: decline([idea], reason="Werbung.", by=by, at=NOW))
    assert [to for to, _subject in mails] == [idea.submitter.email]
    assert "Werbung." in mail.outbox[0].body
    idea.refresh_from_db()
    last = idea.steps.last()
    assert last
    assert (idea.state, last.note, last.audience) == (State.DECLINED, "Werbung.", IdeaStep.Audience.HOLDER)


def test_taking_down_an_idea_takes_it_out_of_a_weighing_in_work() -> None:
    idea = IdeaFactory(public=True)
    assessment = AssessmentFactory(round=idea.round, ideas=[idea])
    decline([idea], reason="Beleidigung.", by=UserFactory(), at=NOW)
    assert not assessment.ideas.exists()


def test_taking_down_tells_that_it_was_public_and_declining_that_it_never_will_be(sent: Any) -> None:
    new = IdeaFactory(submitter=SubmitterFactory(confirmed=True))
    public = IdeaFactory(public=True, submitter=SubmitterFactory(confirmed=True))
    sent(lambda: decline([new, public], reason="Werbung.", by=UserFactory(), at=NOW))
    first, second = mail.outbox
    assert "können ihn nicht veröffentlichen" in first.body
    assert "wird nicht veröffentlicht" in first.subject
    assert "haben ihn aus dem Portal genommen" in second.body
    assert "veröffentlich" not in second.subject + str(second.body)
    meanings = [journeys(idea.submitter, target_days=60)[0].meaning for idea in (new, public)]
    assert ["aus dem Portal genommen" in meaning for meaning in meanings] == [False, True]


def test_what_is_part_of_a_declined_idea_waits_for_the_moderation_again(sent: Any) -> None:
    asked, by = RoundFactory(), UserFactory()
    part = IdeaFactory(public=True, round=asked, submitter=SubmitterFactory(confirmed=True))
    lead = IdeaFactory(public=True, round=asked)
    merge([part], into=lead, by=by, at=NOW)
    assert [to for to, _ in sent(lambda: decline([lead], reason="Werbung.", by=by, at=NOW))] == [part.submitter.email]
    part.refresh_from_db()
    last = part.steps.last()
    assert last
    assert (part.state, part.merged_into, last.kind, last.by) == (State.RECEIVED, None, Kind.REOPENED, by)
    assert list(Idea.objects.awaiting_moderation()) == [part]


def test_what_was_declined_by_mistake_waits_again_and_its_author_is_told(sent: Any) -> None:
    idea, by = IdeaFactory(submitter=SubmitterFactory(confirmed=True)), UserFactory()
    decline([idea], reason="Werbung.", by=by, at=NOW)
    assert len(sent(lambda: reopen(idea, by=by, at=NOW))) == 1
    assert list(Idea.objects.awaiting_moderation()) == [idea]


@pytest.mark.parametrize("state", [State.RECEIVED, State.SPLIT, State.WITHDRAWN])
def test_only_what_was_declined_or_merged_can_be_reopened(state: str) -> None:
    with pytest.raises(ValidationError):
        reopen(IdeaFactory(state=state), by=UserFactory(), at=NOW)


# Merging


def supporters(count: int) -> list[Supporter]:
    return [Supporter.objects.create(digest=f"{number}") for number in range(count)]


def voices(idea: Idea) -> tuple[int, set[Supporter]]:
    """Return how many supports are counted beside an idea, and whose rows stand behind that."""
    idea.refresh_from_db()
    return idea.support_count, {each.supporter for each in idea.supports.all()}


def test_merging_counts_supports_once_each_and_moves_comments() -> None:
    asked = RoundFactory()
    lead, other = IdeaFactory(public=True, round=asked), IdeaFactory(public=True, round=asked)
    both, mine, theirs = supporters(3)
    for idea, supporter in ((lead, both), (lead, mine), (other, both), (other, theirs)):
        support(idea, supporter=supporter, at=NOW)
    comment = CommentFactory(idea=other, public=True)
    merge([other], into=lead, by=UserFactory(), at=NOW)
    for idea in (lead, other):
        idea.refresh_from_db()
    assert (lead.support_count, lead.comment_count) == (3, 1)
    assert {support.supporter for support in lead.supports.all()} == {both, mine, theirs}
    assert (other.state, other.merged_into, other.support_count) == (State.MERGED, lead, 0)
    comment.refresh_from_db()
    assert comment.idea == lead


def test_both_sides_of_a_merge_are_on_record_and_the_author_keeps_the_link(sent: Any) -> None:
    asked = RoundFactory()
    lead = IdeaFactory(public=True, round=asked)
    other = IdeaFactory(round=asked, submitter=SubmitterFactory(confirmed=True))
    mails = sent(lambda: merge([other], into=lead, by=UserFactory(), at=NOW))
    assert [to for to, _subject in mails] == [other.submitter.email]
    assert [(step.kind, step.other) for step in other.steps.all()][-1] == (Kind.MERGED, lead)
    assert [(step.kind, step.other) for step in lead.steps.all()][-1] == (Kind.ABSORBED, other)
    assert list(other.submitter.ideas.all()) == [other]


def test_what_was_merged_before_moves_along() -> None:
    first, second, third = IdeaFactory.create_batch(3, public=True, round=RoundFactory())
    by = UserFactory()
    merge([first], into=second, by=by, at=NOW)
    merge([second], into=third, by=by, at=NOW)
    first.refresh_from_db()
    assert first.merged_into == third


def test_a_merge_never_goes_into_itself_another_round_another_section_or_what_has_ended() -> None:
    idea, by = IdeaFactory(), UserFactory()
    section = SectionFactory()
    cases = [
        (idea, idea, "Bitte wählen Sie eine andere Idee als Ziel."),
        (
            idea,
            IdeaFactory(public=True),
            "Zusammenführen lässt sich nur, was zur selben Runde und zum selben Abschnitt",
        ),
        (
            IdeaFactory(round=section.round, section=section),
            IdeaFactory(round=section.round),
            "Zusammenführen lässt sich",
        ),
        (idea, IdeaFactory(round=idea.round, state=State.DECLINED), "kann keine Idee aufnehmen."),
        (idea, IdeaFactory(round=idea.round, state=State.WITHDRAWN), "kann keine Idee aufnehmen."),
    ]
    for source, target, message in cases:
        with pytest.raises(ValidationError) as refused:
            merge([source], into=target, by=by, at=NOW)
        assert message in told(refused)[0]
    idea.refresh_from_db()
    assert idea.state == State.RECEIVED


def test_only_what_was_public_and_still_goes_on_is_named_on_the_page_of_the_whole(client: Client) -> None:
    asked, by = RoundFactory(), UserFactory()
    lead = IdeaFactory(public=True, round=asked)
    titles = ["Bleibt hier", "Zog jemand zurück", "Nahm die Moderation weg", "War nie öffentlich"]
    stays, withdrawn, declined = (IdeaFactory(public=True, round=asked, title=title) for title in titles[:3])
    unseen = IdeaFactory(round=asked, title=titles[3])
    merge([stays, withdrawn, declined, unseen], into=lead, by=by, at=NOW)
    withdraw(withdrawn, at=NOW)
    declined.refresh_from_db()
    declined.state = State.RECEIVED
    declined.save()
    decline([declined], reason="Werbung.", by=by, at=NOW)
    page = client.get(lead.get_absolute_url()).text
    assert [title in page for title in titles] == [True, False, False, False]


def test_after_reopening_a_merged_idea_goes_its_own_way() -> None:
    asked, by = RoundFactory(), UserFactory()
    lead, other = IdeaFactory(public=True, round=asked), IdeaFactory(round=asked)
    merge([other], into=lead, by=by, at=NOW)
    reopened = reopen(other, by=by, at=NOW)
    assert (reopened.state, reopened.merged_into) == (State.RECEIVED, None)


def test_after_a_wrong_merge_both_have_the_voices_that_were_theirs() -> None:
    asked, by = RoundFactory(), UserFactory()
    lead, other, third = IdeaFactory.create_batch(3, public=True, round=asked)
    both, mine, theirs, late, thirds = supporters(5)
    given = [(lead, both), (lead, mine), (other, both), (other, theirs), (third, theirs), (third, thirds)]
    for minute, (idea, supporter) in enumerate(given):
        support(idea, supporter=supporter, at=NOW + timedelta(minutes=minute))
    comments = {idea: CommentFactory(idea=idea, public=True) for idea in (lead, other, third)}
    reply = CommentFactory(idea=other, parent=comments[other], public=True)
    report = a_report(idea=other, comment=comments[other])
    merge([third], into=other, by=by, at=NOW)
    merge([other], into=lead, by=by, at=NOW)
    support(lead, supporter=late, at=NOW + timedelta(hours=1))
    late_reply = CommentFactory(idea=lead, parent=comments[other], public=True)
    reopen(other, by=by, at=NOW)
    for row in (lead, other, third, *comments.values(), reply, late_reply, report):
        row.refresh_from_db()
    assert {each.supporter for each in lead.supports.all()} == {both, mine, late, theirs, thirds}
    assert {each.supporter for each in other.supports.all()} == {both, theirs}
    assert (lead.support_count, other.support_count, third.support_count) == (5, 2, 0)
    assert {row.idea for row in (comments[other], reply, late_reply, report)} == {other}
    assert (comments[lead].idea, comments[third].idea) == (lead, lead)
    assert (lead.comment_count, other.comment_count, third.comment_count) == (2, 3, 0)


def test_who_takes_a_support_back_does_not_find_it_again_when_the_merge_is_undone() -> None:
    asked, by = RoundFactory(), UserFactory()
    lead, other = IdeaFactory.create_batch(2, public=True, round=asked)
    (person,) = supporters(1)
    support(other, supporter=person, at=NOW)
    merge([other], into=lead, by=by, at=NOW)
    withdraw_support(lead, supporter=person)
    reopen(other, by=by, at=NOW)
    other.refresh_from_db()
    assert (other.support_count, Support.objects.count()) == (0, 0)


def test_a_part_that_was_merged_with_its_sibling_by_mistake_takes_nothing_along() -> None:
    idea, by = IdeaFactory(public=True), UserFactory()
    people = supporters(2)
    for person in people:
        support(idea, supporter=person, at=NOW)
    first, second = split(idea, parts=PARTS, by=by, at=NOW)
    merge([second], into=first, by=by, at=NOW)
    reopen(second, by=by, at=NOW)
    assert [voices(part) for part in (first, second)] == [(2, set(people))] * 2


def test_of_two_merged_that_share_supporters_one_goes_and_the_other_stays() -> None:
    idea, by = IdeaFactory(public=True), UserFactory()
    lead = IdeaFactory(public=True, round=idea.round)
    shared, own = supporters(2)
    support(idea, supporter=shared, at=NOW)
    support(lead, supporter=own, at=NOW)
    first, second = split(idea, parts=PARTS, by=by, at=NOW)
    merge([first, second], into=lead, by=by, at=NOW)
    assert voices(lead) == (2, {shared, own})
    reopen(first, by=by, at=NOW)
    assert [voices(each) for each in (first, lead)] == [(1, {shared}), (2, {shared, own})]
    reopen(second, by=by, at=NOW)
    assert [voices(each) for each in (first, second, lead)] == [(1, {shared}), (1, {shared}), (1, {own})]


def test_who_supports_the_whole_on_purpose_stays_when_the_merge_is_undone() -> None:
    asked, by = RoundFactory(), UserFactory()
    lead, other = IdeaFactory.create_batch(2, public=True, round=asked)
    along, on_purpose = supporters(2)
    for person in (along, on_purpose):
        support(other, supporter=person, at=NOW)
    merge([other], into=lead, by=by, at=NOW)
    support(lead, supporter=on_purpose, at=NOW)
    support(other, supporter=along, at=NOW)  # a link that was mailed before the merge
    assert voices(lead) == (2, {along, on_purpose})
    reopen(other, by=by, at=NOW)
    assert [voices(each) for each in (lead, other)] == [(1, {on_purpose}), (2, {along, on_purpose})]


def test_what_came_to_a_whole_before_its_split_goes_home_from_its_first_part() -> None:
    idea, by = IdeaFactory(public=True), UserFactory()
    merged = IdeaFactory(public=True, round=idea.round)
    mine, theirs = supporters(2)
    support(idea, supporter=mine, at=NOW)
    support(merged, supporter=theirs, at=NOW)
    comment = CommentFactory(idea=merged, public=True)
    merge([merged], into=idea, by=by, at=NOW)
    first, second = split(idea, parts=PARTS, by=by, at=NOW)
    assert [voices(part) for part in (first, second)] == [(2, {mine, theirs})] * 2
    reopen(merged, by=by, at=NOW)
    comment.refresh_from_db()
    assert [voices(each) for each in (first, merged)] == [(1, {mine}), (1, {theirs})]
    assert comment.idea == merged


def test_a_comment_goes_home_from_each_merge_to_where_it_was_before_that_one() -> None:
    asked, by = RoundFactory(), UserFactory()
    idea, first_lead, second_lead = IdeaFactory.create_batch(3, public=True, round=asked)
    comment = CommentFactory(idea=idea, public=True)
    merge([idea], into=first_lead, by=by, at=NOW)
    reopen(idea, by=by, at=NOW)
    part, _second = split(idea, parts=PARTS, by=by, at=NOW)
    merge([part], into=second_lead, by=by, at=NOW)
    reopen(part, by=by, at=NOW)
    comment.refresh_from_db()
    second_lead.refresh_from_db()
    assert (comment.idea, part.comment_count, second_lead.comment_count) == (part, 1, 0)


def test_a_reply_stays_with_its_comment_through_two_merges_and_back() -> None:
    asked, by = RoundFactory(), UserFactory()
    idea, lead, last = IdeaFactory.create_batch(3, public=True, round=asked)
    comment = CommentFactory(idea=idea, public=True)
    merge([idea], into=lead, by=by, at=NOW)
    reply = CommentFactory(idea=lead, parent=comment, public=True)
    merge([lead], into=last, by=by, at=NOW)
    for reopened, stands_at in ((lead, last), (idea, idea)):
        reopen(reopened, by=by, at=NOW)
        for each in (comment, reply):
            each.refresh_from_db()
        assert [comment.idea, reply.idea] == [stands_at, stands_at]


def test_who_takes_back_all_supports_is_forgotten_whatever_became_of_what_they_supported() -> None:
    asked, by = RoundFactory(), UserFactory()
    lead, withdrawn, divided = IdeaFactory.create_batch(3, public=True, round=asked)
    person = Supporter.objects.create(digest="x", created_at=NOW)
    for idea in (withdrawn, divided):
        support(idea, supporter=person, at=NOW)
    merge([withdrawn], into=lead, by=by, at=NOW)
    withdraw(withdrawn, at=NOW)
    assert voices(lead) == (1, {person})
    for idea in (lead, *split(divided, parts=PARTS, by=by, at=NOW)):
        withdraw_support(idea, supporter=person)
    assert not Support.objects.exists()
    assert expire(at=NOW + timedelta(days=4)).supporters == 1


def test_a_split_settles_the_reports_about_the_whole() -> None:
    idea, by = IdeaFactory(public=True), UserFactory()
    report = a_report(idea=idea)
    split(idea, parts=PARTS, by=by, at=NOW)
    report.refresh_from_db()
    assert (report.handled_at, report.handled_by) == (NOW, by)


# Splitting and assigning


def test_each_part_is_published_with_the_supports_of_the_whole_and_the_authors_link(sent: Any) -> None:
    idea = IdeaFactory(public=True, submitter=SubmitterFactory(confirmed=True), department=DepartmentFactory())
    for supporter in supporters(2):
        support(idea, supporter=supporter, at=NOW)
    made: list[Idea] = []
    mails = sent(lambda: made.extend(split(idea, parts=PARTS, by=UserFactory(), at=NOW)))
    assert [to for to, _subject in mails] == [idea.submitter.email]
    idea.refresh_from_db()
    assert idea.state == State.SPLIT
    assert [(part.title, part.state, part.support_count, part.submitter) for part in made] == [
        ("Bank", State.PUBLISHED, 2, idea.submitter),
        ("Baum", State.PUBLISHED, 2, idea.submitter),
    ]
    assert [part.supports.count() for part in made] == [2, 2]
    assert {part.department for part in made} == {idea.department}
    assert [kinds(part) for part in made] == [[Kind.SPLIT_OFF, Kind.PUBLISHED]] * 2
    assert list(idea.parts.order_by("pk")) == made


def test_what_readers_saw_of_the_whole_goes_on_with_its_first_part() -> None:
    idea, by = IdeaFactory(public=True), UserFactory()
    merged = IdeaFactory(public=True, round=idea.round)
    merge([merged], into=idea, by=by, at=NOW)
    file, comment = a_file(idea), CommentFactory(idea=idea, public=True)
    CommentFactory(idea=idea)
    report = a_report(idea=idea, comment=comment)
    first, second = split(idea, parts=PARTS, by=by, at=NOW)
    for row in (idea, first, second, merged, file, comment, report):
        row.refresh_from_db()
    assert {row.idea for row in (file, comment, report)} == {first}
    assert [each.comment_count for each in (idea, first, second)] == [0, 1, 0]
    assert merged.merged_into == first
    assert list(IdeaFile.objects.public()) == [file]


def test_a_part_lies_where_the_whole_lay_unless_it_lies_in_another_municipality() -> None:
    here, elsewhere = MunicipalityFactory.create_batch(2)
    idea = IdeaFactory(public=True, municipality=here, latitude=51.5, longitude=13)
    parts = [*PARTS, Part("Hier", "Hier.", municipality=here), Part("Dort", "Dort.", municipality=elsewhere)]
    made = split(idea, parts=parts, by=UserFactory(), at=NOW)
    assert [(part.latitude, part.longitude) for part in made] == [(51.5, 13)] * 3 + [(None, None)]


@pytest.mark.parametrize("parts", [[], PARTS[:1], [PARTS[0], Part("", "Text")], [PARTS[0], Part("Titel", " ")]])
def test_a_split_needs_two_parts_with_words(parts: list[Part]) -> None:
    idea = IdeaFactory()
    with pytest.raises(ValidationError):
        split(idea, parts=parts, by=UserFactory(), at=NOW)
    assert Idea.objects.count() == 1


def test_assigning_is_known_to_the_administration_alone_and_written_once() -> None:
    idea, department, by = IdeaFactory(public=True), DepartmentFactory(name="Straßenamt"), UserFactory()
    assign([idea], department=department, by=by, at=NOW)
    assign([idea], department=department, by=by, at=NOW)
    assigned = idea.steps.filter(kind=Kind.ASSIGNED)
    assert [(step.note, step.audience) for step in assigned] == [("Straßenamt", IdeaStep.Audience.STAFF)]
    assign([idea], department=None, by=by, at=NOW)
    idea.refresh_from_db()
    assert idea.department is None


def test_what_has_ended_is_not_assigned() -> None:
    with pytest.raises(ValidationError):
        assign([IdeaFactory(state=State.DECLINED)], department=DepartmentFactory(), by=UserFactory(), at=NOW)


# Comments and reports


def test_a_comment_is_counted_while_it_is_public() -> None:
    comment, by = CommentFactory(), UserFactory()
    publish_comment([comment], by=by, at=NOW)
    comment.idea.refresh_from_db()
    assert comment.idea.comment_count == 1
    decline_comment([comment], reason="Beleidigung.", by=by, at=NOW)
    comment.refresh_from_db()
    comment.idea.refresh_from_db()
    assert (comment.state, comment.decline_note, comment.idea.comment_count) == (
        Comment.State.DECLINED,
        "Beleidigung.",
        0,
    )


def a_report(**about: Any) -> Report:
    report: Report = Report.objects.create(reason="Das beleidigt jemanden.", created_at=NOW, **about)
    return report


def test_leaving_a_text_settles_all_reports_about_it_and_no_other() -> None:
    idea, by = IdeaFactory(public=True), UserFactory()
    first, second = a_report(idea=idea), a_report(idea=idea)
    of_a_comment = a_report(idea=idea, comment=CommentFactory(idea=idea, public=True))
    assert keep(first, by=by, at=NOW) == 2
    second.refresh_from_db()
    assert (second.handled_at, second.handled_by) == (NOW, by)
    assert list(Report.objects.open()) == [of_a_comment]
    idea.refresh_from_db()
    assert idea.is_public


def test_taking_a_reported_idea_down_tells_its_author_why(sent: Any) -> None:
    idea = IdeaFactory(public=True, submitter=SubmitterFactory(confirmed=True))
    report = a_report(idea=idea)
    assert len(sent(lambda: take_down(report, reason="Beleidigung.", by=UserFactory(), at=NOW))) == 1
    idea.refresh_from_db()
    assert idea.state == State.DECLINED
    assert not Report.objects.open().exists()


def test_taking_a_reported_comment_down_leaves_its_idea() -> None:
    comment = CommentFactory(public=True)
    take_down(a_report(idea=comment.idea, comment=comment), reason="Beleidigung.", by=UserFactory(), at=NOW)
    comment.refresh_from_db()
    comment.idea.refresh_from_db()
    assert (comment.state, comment.idea.is_public) == (Comment.State.DECLINED, True)


def test_a_report_is_settled_once_and_stays_open_where_nothing_was_decided() -> None:
    report, by = a_report(idea=IdeaFactory(public=True)), UserFactory()
    with pytest.raises(ValidationError):
        take_down(report, reason="", by=by, at=NOW)
    assert Report.objects.open().exists()
    keep(report, by=by, at=NOW)
    with pytest.raises(ValidationError) as refused:
        take_down(report, reason="Beleidigung.", by=by, at=NOW + timedelta(hours=1))
    assert told(refused) == ["Diese Meldung ist schon erledigt."]


def test_reports_end_with_the_text_they_are_about() -> None:
    asked, by = RoundFactory(), UserFactory()
    declined, merged, lead = IdeaFactory.create_batch(3, public=True, round=asked)
    comment = CommentFactory(idea=merged, public=True)
    settled = [a_report(idea=declined), a_report(idea=merged)]
    of_the_lead, of_a_comment = a_report(idea=lead), a_report(idea=merged, comment=comment)
    decline([declined], reason="Werbung.", by=by, at=NOW)
    merge([merged], into=lead, by=by, at=NOW)
    for report in settled:
        report.refresh_from_db()
        assert (report.handled_at, report.handled_by) == (NOW, by)
    assert list(Report.objects.open()) == [of_the_lead, of_a_comment]
    of_a_comment.refresh_from_db()
    assert of_a_comment.idea == lead
    assert take_down(of_a_comment, reason="Beleidigung.", by=by, at=NOW) == 1
