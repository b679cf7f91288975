"""The inbox: what waits, in which order, what narrows it, and who sees it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from district.models import Role
from participation.actions import publish
from participation.inbox import Criteria, Inbox, Kind, Place
from participation.models import Idea, IdeaStep
from tests.factories import (
    CommentFactory,
    DistrictFactory,
    FieldOfActionFactory,
    IdeaFactory,
    MunicipalityFactory,
    RoundFactory,
    UserFactory,
)

from .desks import (
    INBOX,
    NOW,
    a_report,
    comment_url,
    days_ago,
    decide,
    desk,
    log_in,
    mark,
    report_url,
    split_url,
    together,
)

pytestmark = pytest.mark.django_db

State = Idea.State


@pytest.fixture(autouse=True)
def today(settings: Any, tmp_path: Any) -> Any:
    settings.MEDIA_ROOT = tmp_path
    with time_machine.travel(NOW, tick=False):
        yield


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
        ("0", "Antworten in den nächsten 14 Tagen fällig"),
    ]
    for figure in response.context["waits"]:
        assert client.get(figure.url).status_code == 200
    log_in(client, Role.PUBLIC_RELATIONS)
    assert client.get(reverse("admin:index")).context["waits"] == []


def test_the_overview_counts_no_further_than_needed(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    DistrictFactory(answer_target_days=30)
    monkeypatch.setattr("district.counting.MOST_COUNTED", 2)
    for _number in range(4):
        IdeaFactory()
        IdeaFactory(public=True, published_at=days_ago(20))
    log_in(client)
    numbers = [figure.count.number for figure in client.get(reverse("admin:index")).context["waits"]]
    assert numbers == [3, 0, 0, 0, 3]
