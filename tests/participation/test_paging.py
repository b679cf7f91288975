"""Pages of a long list: every row once, whatever comes in between, and no page for cursors that somebody made up."""

from __future__ import annotations

import datetime

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext

from participation.filters import NEWEST, ORDERS
from participation.models import Idea, Round
from participation.paging import PER_PAGE, START, Cursor, Order, Page, Place, page_at
from tests.factories import IdeaFactory, RoundFactory, SubmitterFactory

pytestmark = pytest.mark.django_db

DAY = datetime.datetime(2026, 2, 2, 10, tzinfo=datetime.UTC)
SUPPORTED = ORDERS["unterstuetzung"]


@pytest.fixture
def asked() -> Round:
    return RoundFactory(concept__slug="kek", slug="ideen")


def ideas(asked: Round, number: int, **values: object) -> list[Idea]:
    """Publish so many ideas, a minute apart, always two with the same number of supports."""
    submitter = SubmitterFactory()
    first = Idea.objects.count()
    return [
        IdeaFactory(
            round=asked,
            public=True,
            steps=False,
            submitter=submitter,
            published_at=DAY + datetime.timedelta(minutes=first + each),
            support_count=each // 2,
            **values,
        )
        for each in range(number)
    ]


def page(asked: Round, query: str = "", order: Order = NEWEST) -> Page[Idea]:
    rows = Idea.objects.public().filter(round=asked)
    place = Place.asked_for(QueryDict(query))
    return page_at(place, rows_at=lambda at, most: order.rows_at(rows, at, most), cursor_of=order.cursor_of)


def keys(page: Page[Idea]) -> list[int]:
    return [row.pk for row in page.rows]


@pytest.mark.parametrize("order", [NEWEST, SUPPORTED])
def test_going_on_and_back_shows_every_row_once(asked: Round, order: Order) -> None:
    expected = [idea.pk for idea in reversed(ideas(asked, 2 * PER_PAGE + 5))]
    first = page(asked, order=order)
    second = page(asked, f"nach={first.after}", order)
    third = page(asked, f"nach={second.after}", order)
    assert keys(first) + keys(second) + keys(third) == expected
    assert (first.before, third.after) == ("", "")
    assert page(asked, f"vor={third.before}", order) == second
    assert page(asked, f"vor={second.before}", order) == first


def test_the_last_page_shows_the_last_rows(asked: Round) -> None:
    made = ideas(asked, PER_PAGE + 3)
    last = page(asked, "ende=1")
    assert keys(last) == [idea.pk for idea in reversed(made[:PER_PAGE])]
    assert (bool(last.before), last.after) == (True, "")


def test_a_list_that_fits_has_no_other_pages(asked: Round) -> None:
    ideas(asked, PER_PAGE)
    assert not page(asked).has_others
    assert not page(asked, "ende=1").has_others
    assert page(RoundFactory()).rows == []


def test_a_new_idea_moves_no_row_of_the_next_page(asked: Round) -> None:
    made = ideas(asked, PER_PAGE + 3)
    first = page(asked)
    ideas(asked, 2)
    second = page(asked, f"nach={first.after}")
    assert keys(second) == [idea.pk for idea in reversed(made[:3])]
    assert keys(page(asked, f"vor={second.before}")) == keys(first)


def test_less_than_a_page_before_is_the_first_page(asked: Round) -> None:
    made = ideas(asked, PER_PAGE + 3)
    fourth = NEWEST.cursor_of(made[-4])
    assert page(asked, f"vor={fourth}") == page(asked)


@pytest.mark.parametrize(
    "query",
    [
        "nach=",
        "nach=unsinn",
        "nach=1-2-3",
        "nach=-5-7",
        "nach=1.5-2",
        "nach=%00-1",
        "nach=1-1",
        "nach=999999999999999999-999999999999999999",
        "nach=" + "9" * 400 + "-1",
        "nach=١-١",
        "vor=unsinn",
        "vor=999999999999999999-999999999999999999",
        "vor=99999999999999999-1",
    ],
)
def test_a_cursor_that_somebody_made_up_leads_to_the_first_page(client: Client, asked: Round, query: str) -> None:
    ideas(asked, PER_PAGE + 1)
    assert page(asked, query) == page(asked)
    for order in ("neueste", "unterstuetzung", "antwort"):
        assert client.get(f"/kek/beteiligung/ideen/?sortierung={order}&{query}").status_code == 200


def test_a_number_of_supports_beyond_any_column_leads_to_the_first_page(asked: Round) -> None:
    ideas(asked, 3)
    assert page(asked, "vor=999999999999999999-1", SUPPORTED) == page(asked, order=SUPPORTED)


def test_rows_without_a_value_are_not_in_the_list(asked: Round) -> None:
    ideas(asked, 2)
    assert page(asked, order=ORDERS["antwort"]).rows == []


def test_the_place_is_asked_for_as_a_pair_which_an_index_answers(asked: Round) -> None:
    ideas(asked, 2)
    cursor = Cursor(1_770_000_000_000_000, 7)
    with CaptureQueriesContext(connection) as captured:
        NEWEST.rows_at(Idea.objects.public().filter(round=asked), Place(cursor), PER_PAGE)
    (query,) = captured
    assert '("participation_idea"."published_at", "participation_idea"."id") < (' in query["sql"]
    assert "OFFSET" not in query["sql"]


def test_the_start_is_where_nothing_is_asked_for() -> None:
    assert Place.asked_for(QueryDict("seite=5000")) == START
