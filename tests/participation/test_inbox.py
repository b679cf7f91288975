"""The moderation's pages: what waits, one decision after the other, and several at once."""

from __future__ import annotations

import re
import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from district.models import Role
from participation.actions import decline, publish
from participation.inbox import Criteria, Inbox, Kind, Place
from participation.models import Comment, DeclineReason, Idea, IdeaFile, IdeaStep, Report
from tests.factories import (
    AssessmentFactory,
    CommentFactory,
    ConceptFactory,
    DepartmentFactory,
    DistrictFactory,
    FieldOfActionFactory,
    IdeaFactory,
    MunicipalityFactory,
    RoundFactory,
    SectionFactory,
    SubmitterFactory,
    UserFactory,
)

from .desks import INBOX, TOGETHER, decide, desk, log_in, mark, told

pytestmark = pytest.mark.django_db

State = Idea.State
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def today(settings: Any, tmp_path: Any) -> Any:
    settings.MEDIA_ROOT = tmp_path
    with time_machine.travel(NOW, tick=False):
        yield


def days_ago(count: int) -> datetime:
    return NOW - timedelta(days=count)


def a_report(days: int = 1, **about: Any) -> Report:
    report: Report = Report.objects.create(reason="Das beleidigt jemanden.", created_at=days_ago(days), **about)
    return report


def things(inbox: Inbox) -> list[Any]:
    return [entry.thing for entry in inbox.page(1)]


# The queue


def test_ideas_comments_and_reports_stand_in_one_queue_the_oldest_first() -> None:
    public = IdeaFactory(public=True)
    report = a_report(days=3, idea=public)
    comment = CommentFactory(idea=public, submitted_at=days_ago(2))
    young, old = IdeaFactory(submitted_at=days_ago(1)), IdeaFactory(submitted_at=days_ago(9))
    inbox = Inbox()
    assert things(inbox) == [old, report, comment, young]
    assert inbox.counts == {Kind.IDEA: 2, Kind.COMMENT: 1, Kind.REPORT: 1}
    assert [entry.waiting_days(NOW.date()) for entry in inbox.page(1)] == [9, 3, 2, 1]


def test_what_was_looked_at_and_what_belongs_to_a_closed_concept_is_not_in_it() -> None:
    IdeaFactory(public=True)
    IdeaFactory(state=State.DECLINED, checked_at=NOW)
    IdeaFactory(state=State.WITHDRAWN)
    CommentFactory(public=True)
    closed = IdeaFactory(public=True, checked_at=None, round__concept__process_closed_on=date(2026, 1, 1))
    CommentFactory(idea=closed)
    a_report(idea=closed)
    assert things(Inbox()) == []


def test_what_a_round_published_unseen_waits_too() -> None:
    idea = IdeaFactory(public=True, checked_at=None)
    (entry,) = Inbox().page(1)
    assert (entry.thing, entry.is_public) == (idea, True)


def test_the_next_one_follows_within_the_filters_and_after_the_last_the_first_again() -> None:
    asked = RoundFactory()
    first, second, third = (IdeaFactory(round=asked, submitted_at=days_ago(days)) for days in (3, 2, 1))
    elsewhere = IdeaFactory(submitted_at=days_ago(2))
    inbox = Inbox(Criteria(round=asked))

    def after(idea: Idea) -> Any:
        entry = inbox.after(Place.of(idea))
        return entry and entry.thing

    assert [after(first), after(second), after(third)] == [second, third, first]
    assert after(elsewhere) == third
    publish([second, third], by=UserFactory(), at=NOW)
    assert after(first) is None


def test_of_two_of_the_same_moment_each_is_reached() -> None:
    ideas = [IdeaFactory(submitted_at=days_ago(1)) for _number in range(3)]
    comment = CommentFactory(idea=IdeaFactory(public=True), submitted_at=days_ago(1))
    reached, place = [], Place(days_ago(2), 0, 0)
    for _step in range(4):
        entry = Inbox().after(place)
        assert entry
        reached.append(entry.thing)
        place = entry.place
    assert reached == [*ideas, comment]


def test_pages_have_no_gap_and_no_repetition() -> None:
    ideas = [IdeaFactory(submitted_at=days_ago(40 - number), steps=False) for number in range(30)]
    inbox = Inbox()
    assert [entry.thing for number in (1, 2) for entry in inbox.page(number)] == ideas
    assert len(inbox.page(2)) == 5
    assert inbox.page("unsinn").number == 1


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ({"kind": "idea"}, ["idea", "linked", "letter"]),
        ({"kind": "comment"}, ["comment"]),
        ({"kind": "report"}, ["report"]),
        ({"links": "on"}, ["linked"]),
        ({"source": "letter"}, ["letter"]),
        ({"source": "online"}, ["idea", "linked", "comment", "report"]),
        ({"municipality": "here"}, ["idea"]),
        ({"field": "field"}, ["linked"]),
        ({"round": "round"}, ["letter"]),
        ({"q": "Freibad"}, ["letter"]),
        ({"q": "freibäder"}, ["letter"]),
        ({"q": "wünsche"}, ["comment"]),
        ({"q": "beleidigt"}, ["report"]),
        ({"q": "reference"}, ["letter"]),
        ({"q": "number"}, ["letter"]),
        ({"q": "a\x00b"}, None),
        ({"round": "unsinn", "kind": "unsinn", "q": "x" * 101}, None),
    ],
)
def test_filters_and_search(client: Client, chosen: dict[str, str], expected: list[str] | None) -> None:
    asked, here = RoundFactory(), MunicipalityFactory()
    field = FieldOfActionFactory()
    public = IdeaFactory(public=True)
    rows: dict[str, Any] = {
        "idea": IdeaFactory(municipality=here),
        "linked": IdeaFactory(has_links=True, field_of_action=field, round__concept=field.concept),
        "letter": IdeaFactory(round=asked, source="letter", title="Ein Freibad"),
        "comment": CommentFactory(idea=public),
        "report": a_report(idea=public),
    }
    names = {
        "here": here.pk,
        "field": field.pk,
        "round": asked.pk,
        "reference": rows["letter"].reference.lower(),
        "number": rows["letter"].pk,
    }
    log_in(client)
    response = client.get(INBOX, {name: names.get(value, value) for name, value in chosen.items()})
    assert response.status_code == 200
    found = {line.entry.thing for line in response.context["lines"]}
    assert found == {rows[name] for name in (rows if expected is None else expected)}


def test_the_filters_stay_in_the_links_of_the_list(client: Client) -> None:
    idea = IdeaFactory()
    log_in(client)
    html = client.get(INBOX, {"kind": "idea", "round": idea.round_id, "page": "1"}).content.decode()
    assert f'href="{desk(idea)}?kind=idea&amp;round={idea.round_id}"' in html
    assert f'href="?round={idea.round_id}&amp;kind=comment"' in html


def test_an_empty_inbox_says_so(client: Client) -> None:
    log_in(client)
    assert "Der Eingang ist leer" in client.get(INBOX).content.decode()
    assert "Mit diesen Filtern wartet nichts." in client.get(INBOX, {"q": "Rad"}).content.decode()


def everything(count: int) -> Idea:
    for number in range(count):
        municipality = MunicipalityFactory()
        public = IdeaFactory(public=True, municipality=municipality)
        IdeaFactory(municipality=municipality, field_of_action=FieldOfActionFactory(concept=public.concept))
        CommentFactory(idea=public, submitted_at=days_ago(number))
        a_report(idea=public, comment=CommentFactory(idea=public, public=True))
    return Idea.objects.awaiting_moderation()[0]


def count_queries(client: Client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_the_inbox_takes_as_many_queries_with_one_of_each_as_with_three(client: Client) -> None:
    log_in(client)
    everything(1)
    one = count_queries(client, INBOX)
    everything(2)
    assert count_queries(client, INBOX) == one


def test_a_desk_takes_as_many_queries_with_one_idea_beside_it_as_with_three(client: Client) -> None:
    log_in(client)
    idea = IdeaFactory(title="Radweg nach Torgau")

    def beside(count: int) -> None:
        for _number in range(count):
            other = IdeaFactory(title="Radweg nach Torgau", round=idea.round, municipality=MunicipalityFactory())
            IdeaStep.objects.create(idea=idea, kind="absorbed", audience="public", other=other, by=UserFactory())
            IdeaFactory(round=idea.round, state=State.MERGED, merged_into=idea, title="Anderes")

    beside(1)
    one = count_queries(client, desk(idea))
    beside(2)
    assert count_queries(client, desk(idea)) == one


# One decision after the other


def test_publishing_leads_to_the_next_idea_with_the_filters(client: Client) -> None:
    log_in(client)
    first, second = (IdeaFactory(submitted_at=days_ago(days)) for days in (3, 2))
    response = decide(client, first, "publish", query="?kind=idea")
    assert response["Location"] == f"{desk(second)}?kind=idea"
    assert told(response) == [f"{first.reference} ist veröffentlicht."]
    last = decide(client, second, "publish", query="?kind=idea")
    assert last["Location"] == f"{INBOX}?kind=idea"
    assert Idea.objects.public().count() == 2


def test_the_desk_shows_what_a_decision_needs(client: Client) -> None:
    log_in(client)
    idea = IdeaFactory(
        title="Radweg nach Torgau",
        has_links=True,
        municipality=MunicipalityFactory(name="Belgern"),
        submitter=SubmitterFactory(confirmed=True, pseudonym="Anwohnerin", postal_address="Am Markt 1"),
    )
    alike = IdeaFactory(title="Ein Radweg bis Torgau", round=idea.round)
    IdeaFactory(title="Ein Radweg bis Torgau")  # in another round
    response = client.get(desk(idea))
    html = response.content.decode()
    for words in ("Radweg nach Torgau", "enthält Links", "Belgern", "Anwohnerin", "Am Markt 1", idea.submitter.email):
        assert words in html
    assert response.context["alike"] == [alike]
    assert "wartet seit 295 Tagen" in html


def test_publishing_redacted_keeps_the_words_and_the_files_back(client: Client) -> None:
    log_in(client)
    idea = IdeaFactory(title="Lärm", text="Herr M. ist laut.\nJeden Tag.")
    file = IdeaFile.objects.create(
        idea=idea, form_key=uuid.uuid4(), file=ContentFile(b"x", "x.jpg"), name="Gesicht.jpg", size=1
    )
    decide(client, idea, "redact", title="Lärm", text="[Name] ist laut.\r\nJeden Tag.", held_back=[file.pk])
    idea.refresh_from_db()
    file.refresh_from_db()
    assert (idea.state, idea.text, idea.original_text) == (
        State.PUBLISHED,
        "[Name] ist laut.\nJeden Tag. [redigiert]",
        "Herr M. ist laut.\nJeden Tag.",
    )
    assert not file.is_public
    assert "Herr M. ist laut." in client.get(desk(idea)).content.decode()


def test_sending_the_redaction_form_untouched_changes_no_word(client: Client) -> None:
    log_in(client)
    idea = IdeaFactory(text="Zeile eins.\nZeile zwei.")
    decide(client, idea, "redact", title=idea.title, text="Zeile eins.\r\nZeile zwei.")
    idea.refresh_from_db()
    assert (idea.state, idea.is_redacted) == (State.PUBLISHED, False)


def test_a_template_is_taken_where_no_reason_was_written(client: Client) -> None:
    log_in(client)
    template = DeclineReason.objects.create(title="Werbung", text="Ihr Beitrag ist Werbung.")
    first, second = IdeaFactory(), IdeaFactory()
    decide(client, first, "decline", template=template.pk, reason="")
    decide(client, second, "decline", template=template.pk, reason="Eigene Worte.")
    notes = [idea.steps.get(kind="declined").note for idea in (first, second)]
    assert notes == ["Ihr Beitrag ist Werbung.", "Eigene Worte."]


def test_declining_without_any_reason_is_refused_at_the_field(client: Client) -> None:
    log_in(client)
    idea = IdeaFactory()
    response = decide(client, idea, "decline", reason=" ")
    html = response.content.decode()
    assert response.status_code == 200
    assert 'href="#id_decline-reason"' in html
    assert re.search(r'<details class="moderation-more" data-key="a" open>', html)
    idea.refresh_from_db()
    assert idea.state == State.RECEIVED


def test_an_idea_is_found_and_put_together_with_another(client: Client) -> None:
    log_in(client)
    idea = IdeaFactory()
    other = IdeaFactory(title="Freibad öffnen", round=idea.round, public=True)
    page = client.get(desk(idea), {"words": "Freibad"})
    assert page.context["found"] == [other]
    assert client.get(desk(idea), {"words": other.reference}).context["found"] == [other]
    assert client.get(desk(idea), {"words": "\x00"}).context["found"] == []
    response = decide(client, idea, "merge", other=other.reference)
    assert told(response) == [f"{idea.reference} ist jetzt Teil von {other}."]
    idea.refresh_from_db()
    assert idea.merged_into == other


def test_another_idea_is_taken_in_without_leaving_the_desk(client: Client) -> None:
    log_in(client)
    idea = IdeaFactory()
    other = IdeaFactory(round=idea.round)
    response = decide(client, idea, "absorb", other=str(other.pk), query="?kind=idea")
    assert response["Location"] == f"{desk(idea)}?kind=idea"
    other.refresh_from_db()
    assert other.merged_into == idea


@pytest.mark.parametrize("number", ["", "KEK-2026-999999", "unsinn", "9" * 40])
def test_a_number_that_names_no_idea_is_refused_at_the_field(client: Client, number: str) -> None:
    log_in(client)
    idea = IdeaFactory()
    response = decide(client, idea, "merge", other=number)
    assert response.status_code == 200
    assert response.context["forms"]["merge"].errors["other"]


def test_merging_across_rounds_is_refused_with_the_reason(client: Client) -> None:
    log_in(client)
    idea = IdeaFactory()
    response = decide(client, idea, "merge", other=IdeaFactory().reference)
    assert "Zusammenführen lässt sich nur, was zur selben Runde" in response.content.decode()


def test_assigning_stays_at_the_desk_and_reopening_brings_it_back(client: Client) -> None:
    log_in(client)
    idea, department = IdeaFactory(), DepartmentFactory(name="Straßenamt")
    DepartmentFactory(name="Altes Amt", dissolved_on=date(2020, 1, 1))
    assert "Altes Amt" not in client.get(desk(idea)).content.decode()
    response = decide(client, idea, "assign", department=department.pk)
    assert (response["Location"], told(response)) == (desk(idea), [f"{idea.reference} ist zugewiesen: Straßenamt."])
    decline([idea], reason="Werbung.", by=UserFactory(), at=NOW)
    idea.refresh_from_db()
    decide(client, idea, "reopen")
    idea.refresh_from_db()
    assert (idea.state, idea.department) == (State.RECEIVED, department)


def test_the_second_of_two_moderators_is_told_and_nothing_happens_twice(client: Client) -> None:
    idea = IdeaFactory()
    publish([idea], by=UserFactory(function="Frühschicht"), at=NOW)
    log_in(client)
    response = decide(client, idea, "publish", seen="received")
    assert response["Location"] == desk(idea)
    assert told(response) == [
        f"{idea.reference} ist inzwischen „veröffentlicht“. Das lässt sich deshalb nicht mehr tun."
    ]
    late = decide(client, idea, "decline", seen="received", reason="Werbung.")
    assert "wurde inzwischen von „Frühschicht“ bearbeitet" in told(late)[-1]
    idea.refresh_from_db()
    assert idea.state == State.PUBLISHED


@pytest.mark.parametrize("state", [State.SPLIT, State.WITHDRAWN])
def test_where_nothing_can_be_decided_the_desk_says_so(client: Client, state: str) -> None:
    log_in(client)
    idea = IdeaFactory(state=state, text="")
    assert "Hier ist nichts mehr zu entscheiden." in client.get(desk(idea)).content.decode()


def test_an_idea_in_weighing_can_be_redacted_but_not_published_or_merged(client: Client) -> None:
    log_in(client)
    idea = IdeaFactory(public=True)
    AssessmentFactory(round=idea.round, ideas=[idea])
    assert set(client.get(desk(idea)).context["forms"]) == {"redact", "decline", "absorb", "assign"}
    decide(client, idea, "redact", title="Neu", text="Neu")
    idea.refresh_from_db()
    assert (idea.state, idea.title, idea.is_redacted) == (State.IN_REVIEW, "Neu", True)


def test_a_decision_that_does_not_exist_is_a_bad_request(client: Client) -> None:
    log_in(client)
    assert client.post(desk(IdeaFactory()), {"verb": "eat"}).status_code == 400


def test_a_get_never_decides(client: Client) -> None:
    log_in(client)
    idea = IdeaFactory()
    client.get(desk(idea), {"verb": "publish", "publish-seen": "received"})
    assert client.get(TOGETHER).status_code == 405
    idea.refresh_from_db()
    assert idea.state == State.RECEIVED


def test_files_are_handed_out_to_be_saved_also_while_they_are_internal(client: Client) -> None:
    log_in(client)
    file = IdeaFile.objects.create(
        idea=IdeaFactory(), form_key=uuid.uuid4(), file=ContentFile(b"\xff\xd8\xff", "x.jpg"), name="Radweg.jpg", size=3
    )
    url = reverse("admin:participation_idea_file", args=[file.pk])
    response = client.get(url)
    assert (b"".join(response), response["Content-Disposition"]) == (
        b"\xff\xd8\xff",
        'attachment; filename="radweg.jpg"',
    )
    abandoned = IdeaFile.objects.create(form_key=uuid.uuid4(), file=ContentFile(b"x", "x.jpg"), name="x.jpg", size=1)
    assert client.get(reverse("admin:participation_idea_file", args=[abandoned.pk])).status_code == 404


# Splitting


def split_url(idea: Idea) -> str:
    return reverse("admin:participation_idea_split", args=[idea.pk])


def parts(*words: tuple[str, str], **more: Any) -> dict[str, Any]:
    data: dict[str, Any] = {"seen": "received", "count": len(words), **more}
    for number, (title, text) in enumerate(words, start=1):
        data |= {f"part-{number}-title": title, f"part-{number}-text": text}
    return data


def test_the_parts_start_with_the_words_of_the_whole(client: Client) -> None:
    log_in(client)
    idea = IdeaFactory(title="Bank und Baum", text="Beides am Markt.")
    assert client.get(split_url(idea)).content.decode().count('value="Bank und Baum"') == 2


def test_a_part_is_added_without_losing_what_was_written(client: Client) -> None:
    log_in(client)
    idea = IdeaFactory(title="Bank und Baum")
    page = client.post(split_url(idea), parts(("Bank", "Eine Bank."), ("", ""), add="1"))
    html = page.content.decode()
    assert len(page.context["parts"]) == 3
    assert 'value="Bank"' in html
    assert "data-error-summary" not in html
    assert Idea.objects.count() == 1


def test_splitting_publishes_the_parts_and_leads_on(client: Client) -> None:
    log_in(client)
    idea, following = IdeaFactory(submitted_at=days_ago(3)), IdeaFactory(submitted_at=days_ago(2))
    words = [("Bank", "Eine Bank."), ("Baum", "Ein Baum."), ("", "")]
    response = client.post(f"{split_url(idea)}?kind=idea", parts(*words))
    made = list(idea.parts.order_by("pk"))
    assert response["Location"] == f"{desk(following)}?kind=idea"
    assert [part.title for part in made] == ["Bank", "Baum"]
    assert told(response) == [f"{idea.reference} ist aufgeteilt in {made[0].reference}, {made[1].reference}."]


def test_a_part_without_words_is_refused_where_two_are_needed(client: Client) -> None:
    log_in(client)
    idea = IdeaFactory()
    page = client.post(split_url(idea), parts(("Bank", "Eine Bank."), ("", "")))
    assert 'href="#id_part-2-title"' in page.content.decode()
    assert Idea.objects.count() == 1


def test_a_contribution_to_a_section_is_split_without_titles(client: Client) -> None:
    log_in(client)
    section = SectionFactory()
    idea = IdeaFactory(round=section.round, section=section, title="")
    client.post(split_url(idea), parts(("", "Eins."), ("", "Zwei.")))
    assert [part.section for part in idea.parts.all()] == [section, section]


def test_what_somebody_else_decided_is_not_split_any_more(client: Client) -> None:
    log_in(client)
    idea = IdeaFactory()
    publish([idea], by=UserFactory(), at=NOW)
    response = client.post(split_url(idea), parts(("Bank", "Eine Bank."), ("Baum", "Ein Baum.")))
    assert response["Location"] == desk(idea)
    assert "wurde inzwischen" in told(response)[0]
    decline([idea], reason="Werbung.", by=UserFactory(), at=NOW)
    assert client.get(split_url(idea))["Location"] == desk(idea)
    assert Idea.objects.count() == 1


@pytest.mark.parametrize("count", ["1", "11", "999999999", "x", ""])
def test_a_number_of_parts_that_cannot_be_is_no_error(client: Client, count: str) -> None:
    log_in(client)
    idea = IdeaFactory()
    page = client.post(split_url(idea), {**parts(("A", "B"), ("C", "D")), "count": count})
    assert page.status_code == 200
    assert Idea.objects.count() == 1


# Comments and reports


def comment_url(comment: Comment) -> str:
    return reverse("admin:participation_comment_moderate", args=[comment.pk])


def report_url(report: Report) -> str:
    return reverse("admin:participation_report_moderate", args=[report.pk])


def test_a_comment_is_published_or_declined_and_the_next_follows(client: Client) -> None:
    log_in(client)
    idea = IdeaFactory(public=True)
    first, second = (CommentFactory(idea=idea, submitted_at=days_ago(days)) for days in (3, 2))
    response = client.post(comment_url(first), {"verb": "publish", "publish-seen": "received"})
    assert response["Location"] == comment_url(second)
    data = {"verb": "decline", "decline-seen": "received", "decline-reason": "Beleidigung."}
    assert client.post(comment_url(second), data)["Location"] == INBOX
    for comment in (first, second):
        comment.refresh_from_db()
    assert (first.state, second.state, second.decline_note) == ("published", "declined", "Beleidigung.")


def test_a_comment_declined_without_a_reason_is_refused_at_the_field(client: Client) -> None:
    log_in(client)
    comment = CommentFactory()
    page = client.post(comment_url(comment), {"verb": "decline", "decline-seen": "received"})
    assert 'href="#id_decline-reason"' in page.content.decode()


def test_a_comment_that_was_dealt_with_is_not_decided_again(client: Client) -> None:
    log_in(client)
    comment = CommentFactory(public=True)
    late = client.post(comment_url(comment), {"verb": "publish", "publish-seen": "received"})
    assert told(late) == ["Der Kommentar ist inzwischen „veröffentlicht“. Das lässt sich deshalb nicht mehr tun."]
    data = {"verb": "decline", "decline-seen": "received", "decline-reason": "Beleidigung."}
    assert "inzwischen bearbeitet" in told(client.post(comment_url(comment), data))[-1]
    assert client.post(comment_url(comment), {"verb": "eat"}).status_code == 400
    comment.refresh_from_db()
    assert comment.state == "published"


def test_a_report_shows_the_reported_text_and_is_settled_either_way(client: Client) -> None:
    log_in(client)
    idea = IdeaFactory(public=True, text="Frecher Text.")
    report = a_report(idea=idea)
    assert "Frecher Text." in client.get(report_url(report)).content.decode()
    assert told(client.post(report_url(report), {"verb": "keep"})) == [
        "Der Beitrag bleibt stehen, die Meldung ist erledigt."
    ]
    again = a_report(idea=idea)
    page = client.post(report_url(again), {"verb": "take_down", "take_down-seen": "x", "take_down-reason": ""})
    assert 'href="#id_take_down-reason"' in page.content.decode()
    data = {"verb": "take_down", "take_down-seen": "published-checked", "take_down-reason": "Frech."}
    assert client.post(report_url(again), data)["Location"] == INBOX
    idea.refresh_from_db()
    assert idea.state == State.DECLINED


def test_a_report_settled_by_somebody_else_is_told(client: Client) -> None:
    log_in(client)
    report = a_report(idea=IdeaFactory(public=True), handled_at=NOW, handled_by=UserFactory())
    response = client.post(report_url(report), {"verb": "keep"})
    assert told(response) == ["Diese Meldung hat inzwischen jemand anderes erledigt."]
    assert client.post(report_url(report), {"verb": "eat"}).status_code == 400


def test_a_reported_text_that_is_gone_can_only_be_filed(client: Client) -> None:
    log_in(client)
    report = a_report(idea=IdeaFactory(state=State.DECLINED))
    html = client.get(report_url(report)).content.decode()
    assert "Als erledigt ablegen" in html
    assert 'value="take_down"' not in html


# Several at once


def together(client: Client, verb: str, *marks: str, **more: Any) -> Any:
    return client.post(TOGETHER, {"verb": verb, "chosen": list(marks), **more})


def test_several_are_counted_and_listed_before_anything_happens(client: Client) -> None:
    log_in(client)
    first, second = IdeaFactory(), IdeaFactory()
    comment = CommentFactory(idea=IdeaFactory(public=True))
    html = together(client, "publish", mark(first), mark(second), mark(comment)).content.decode()
    assert "<h1>2 Ideen und 1 Kommentar veröffentlichen?</h1>" in html
    assert str(first) in html
    assert Idea.objects.awaiting_moderation().count() == 2


def test_once_confirmed_all_of_them_are_published(client: Client) -> None:
    log_in(client)
    ideas = IdeaFactory.create_batch(2)
    comment = CommentFactory(idea=IdeaFactory(public=True))
    response = together(client, "publish", *map(mark, [*ideas, comment]), confirm="1")
    assert (response["Location"], told(response)) == (INBOX, ["3 Beiträge sind veröffentlicht."])
    assert not Inbox().count


def test_declining_several_asks_for_one_reason(client: Client) -> None:
    log_in(client)
    ideas = IdeaFactory.create_batch(2)
    page = together(client, "decline", *map(mark, ideas), confirm="1", reason="")
    assert 'href="#id_reason"' in page.content.decode()
    together(client, "decline", *map(mark, ideas), confirm="1", reason="Werbung.")
    assert {idea.steps.get(kind="declined").note for idea in ideas} == {"Werbung."}


def test_several_are_assigned_comments_are_left_out(client: Client) -> None:
    log_in(client)
    ideas, comment, department = IdeaFactory.create_batch(2), CommentFactory(), DepartmentFactory(name="Straßenamt")
    page = together(client, "assign", *map(mark, [*ideas, comment]))
    assert page.context["left_out"] == [f"Kommentar zu {comment.idea.reference}: Das geht nur mit Ideen."]
    response = together(client, "assign", *map(mark, ideas), confirm="1", department=department.pk)
    assert told(response) == ["2 Ideen sind zugewiesen: Straßenamt."]


def test_several_are_merged_into_the_one_that_was_chosen(client: Client) -> None:
    log_in(client)
    asked = RoundFactory()
    plain, supported = IdeaFactory(round=asked, public=True), IdeaFactory(round=asked, public=True, support_count=3)
    page = together(client, "merge", mark(plain), mark(supported))
    assert page.context["form"].initial["into"] == supported.pk
    response = together(client, "merge", mark(plain), mark(supported), confirm="1", into=plain.pk)
    assert told(response) == [f"1 Idee ist jetzt Teil von {plain}."]
    alone = together(client, "merge", mark(plain))
    assert told(alone)[-1] == "Bitte wählen Sie mindestens zwei Ideen."


def test_ideas_of_two_rounds_are_not_merged(client: Client) -> None:
    log_in(client)
    first, second = IdeaFactory(), IdeaFactory()
    page = together(client, "merge", mark(first), mark(second), confirm="1", into=first.pk)
    assert "Zusammenführen lässt sich nur" in page.content.decode()


def test_what_somebody_else_decided_meanwhile_is_left_out_and_nothing_is_half_done(client: Client) -> None:
    log_in(client)
    first, second = IdeaFactory(), IdeaFactory()
    marks = [mark(first), mark(second)]
    publish([second], by=UserFactory(), at=NOW)
    page = together(client, "decline", *marks, confirm="1", reason="Werbung.")
    assert page.context["left_out"] == [
        f"{second.reference}: Das hat inzwischen jemand anderes bearbeitet, jetzt „veröffentlicht“."
    ]
    assert "<h1>1 Idee nicht veröffentlichen?</h1>" in page.content.decode()
    first.refresh_from_db()
    assert first.state == State.RECEIVED


def test_where_nothing_is_left_the_list_says_why(client: Client) -> None:
    log_in(client)
    idea = IdeaFactory()
    stale = mark(idea)
    publish([idea], by=UserFactory(), at=NOW)
    response = together(client, "publish", stale, confirm="1")
    assert response["Location"] == INBOX
    assert len(told(response)) == 2


@pytest.mark.parametrize("marks", [[], ["unsinn"], ["idea.x.received"], ["idea.999999."], [f"idea.{'9' * 30}."]])
def test_marks_that_name_nothing_choose_nothing(client: Client, marks: list[str]) -> None:
    log_in(client)
    assert "Bitte wählen Sie mindestens einen Beitrag." in told(together(client, "publish", *marks))


def test_a_decision_has_to_be_named_and_more_than_can_be_read_are_refused(client: Client) -> None:
    log_in(client)
    assert told(together(client, "", mark(IdeaFactory()))) == [
        "Bitte wählen Sie, was mit den gewählten Beiträgen geschehen soll."
    ]
    many = [f"idea.{number}." for number in range(201)]
    assert told(together(client, "publish", *many))[-1] == (
        "Das sind zu viele auf einmal. Bitte wählen Sie höchstens 200."
    )


def test_ideas_of_a_closed_concept_are_left_out(client: Client) -> None:
    log_in(client)
    closed = IdeaFactory(round__concept=ConceptFactory(process_closed_on=date(2026, 1, 1)))
    page = together(client, "publish", mark(closed), mark(IdeaFactory()))
    assert page.context["left_out"] == [f"{closed.reference}: Das Verfahren zu diesem Konzept ist abgeschlossen."]


# Who may


MODERATING = {Role.MODERATION, Role.PROJECT_OFFICE}


@pytest.mark.parametrize("role", Role)
def test_only_moderation_and_project_office_open_the_desks(client: Client, role: Role) -> None:
    log_in(client, role)
    idea, comment = IdeaFactory(), CommentFactory()
    report = a_report(idea=comment.idea)
    for url in (INBOX, desk(idea), split_url(idea), comment_url(comment), report_url(report)):
        assert (url, client.get(url).status_code) == (url, 200 if role in MODERATING else 403)
    if role not in MODERATING:
        assert decide(client, idea, "publish").status_code == 403
        assert together(client, "publish", mark(idea), confirm="1").status_code == 403
        assert client.post(comment_url(comment), {"verb": "publish", "publish-seen": "received"}).status_code == 403
        assert client.post(report_url(report), {"verb": "keep"}).status_code == 403
        assert Inbox().count == 3


def test_a_closed_concept_is_closed_to_the_moderation_too(client: Client) -> None:
    log_in(client)
    closed = {"round__concept__process_closed_on": date(2026, 1, 1)}
    idea, public = IdeaFactory(**closed), IdeaFactory(public=True, **closed)
    comment, report = CommentFactory(idea=public), a_report(idea=public)
    for url in (desk(idea), split_url(idea), comment_url(comment), report_url(report)):
        assert (client.get(url).status_code, client.post(url).status_code) == (403, 403)


# The start page


def test_the_overview_tells_each_what_waits_for_them_and_readers_nothing(client: Client) -> None:
    DistrictFactory(answer_target_days=30)
    IdeaFactory(public=True)  # since February: overdue
    IdeaFactory()
    log_in(client)
    response = client.get(reverse("admin:index"))
    assert [(str(figure.count), figure.label) for figure in response.context["waits"]] == [
        ("1", "neue Idee"),
        ("0", "neue Kommentare"),
        ("0", "offene Meldungen"),
        ("1", "überfällige Antwort"),
        ("0", "Antworten in 14 Tagen fällig"),
    ]
    for figure in response.context["waits"]:
        assert client.get(figure.url).status_code == 200
    log_in(client, Role.PUBLIC_RELATIONS)
    assert client.get(reverse("admin:index")).context["waits"] == []
