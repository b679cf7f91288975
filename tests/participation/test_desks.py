"""The desks: one decision after the other about ideas, comments and reports."""

from __future__ import annotations

import re
import uuid
from datetime import date
from typing import Any

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse

from participation.actions import decline, publish
from participation.models import DeclineReason, Idea, IdeaFile
from tests.factories import (
    AssessmentFactory,
    CommentFactory,
    DepartmentFactory,
    IdeaFactory,
    MunicipalityFactory,
    SectionFactory,
    SubmitterFactory,
    UserFactory,
)

from .desks import (
    INBOX,
    NOW,
    TOGETHER,
    a_report,
    comment_url,
    days_ago,
    decide,
    desk,
    log_in,
    report_url,
    split_url,
    told,
)

pytestmark = pytest.mark.django_db

State = Idea.State


@pytest.fixture(autouse=True)
def today(settings: Any, tmp_path: Any) -> Any:
    settings.MEDIA_ROOT = tmp_path
    with time_machine.travel(NOW, tick=False):
        yield


# One decision after the other


def test_publishing_leads_to_the_next_idea_with_the_filters(client: Client) -> None:
    log_in(client)
    first, second = (IdeaFactory(submitted_at=days_ago(days)) for days in (3, 2))
    response = decide(client, first, "publish", query="?kind=idea")
    assert response["Location"] == f"{desk(second)}?kind=idea"
    (message,) = told(response)
    assert message.startswith(f"{first.reference} ist veröffentlicht.")
    for address in (first.get_absolute_url(), desk(first), f"{desk(first)}#herunternehmen"):
        assert f'href="{address}"' in message
    assert '<form method="post" id="herunternehmen"' in client.get(desk(first)).content.decode()
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
    assert f'href="{reverse("admin:participation_idea_erase", args=[idea.pk])}"' in html


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
    assert "wird gerade abgewogen" not in client.get(desk(idea)).content.decode()
    assessment = AssessmentFactory(round=idea.round, ideas=[idea])
    response = client.get(desk(idea))
    assert set(response.context["forms"]) == {"redact", "decline", "absorb", "assign"}
    html = response.content.decode()
    assert (
        "Die Idee wird gerade abgewogen und lässt sich deshalb weder in eine andere aufnehmen noch aufteilen." in html
    )
    assert f'href="{reverse("admin:participation_assessment_weigh", args=[assessment.pk])}"' in html
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
