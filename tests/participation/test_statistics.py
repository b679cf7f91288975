"""A round in figures: what is calculated, what the database counts, and the pictures and tables of it."""

from __future__ import annotations

import csv
import datetime
import io
import xml.etree.ElementTree as ET
from datetime import UTC, date
from itertools import pairwise
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import assume, given
from hypothesis import strategies as st

from district.models import Role
from participation.actions import Part, begin, decline, merge, propose, release, split
from participation.actions.weighing import Draft
from participation.charts import Look, Series, columns, nice_step, rows
from participation.models import Idea, Round
from participation.statistics import AnswerTimes, Course, Statistics, Step, percent, statistics_of
from tests.factories import (
    DistrictFactory,
    FieldOfActionFactory,
    IdeaFactory,
    MunicipalityFactory,
    RoundFactory,
    SectionFactory,
    UserFactory,
)

NOW = datetime.datetime(2026, 6, 1, 9, 30, tzinfo=UTC)
SQUARE = {
    "type": "Polygon",
    "coordinates": [[[13.0, 51.5], [13.1, 51.5], [13.1, 51.6], [13.0, 51.6], [13.0, 51.5]]],
}


# Without a database: the course


def course(*days: str) -> Course:
    return Course({date.fromisoformat(day): number for number, day in enumerate(days, start=1)}, {})


def test_each_day_between_the_first_and_the_last_is_there() -> None:
    spans = course("2026-02-27", "2026-03-02").days
    assert [(span.name, span.received) for span in spans] == [
        ("27.02.2026", 1),
        ("28.02.2026", 0),
        ("01.03.2026", 0),
        ("02.03.2026", 2),
    ]


@pytest.mark.parametrize(
    ("last", "step"),
    [
        ("2026-01-01", Step.DAY),
        ("2026-02-14", Step.DAY),
        ("2026-02-15", Step.WEEK),
        ("2027-02-24", Step.WEEK),
        ("2027-02-25", Step.MONTH),
        ("2031-01-01", Step.MONTH),
    ],
)
def test_a_longer_course_has_wider_columns(last: str, step: Step) -> None:
    told = course("2026-01-01", last)
    assert told.step is step
    assert sum(span.received for span in told.spans) == sum(told.received.values())


def test_weeks_begin_on_monday_and_months_on_the_first() -> None:
    week = course("2026-01-01", "2026-03-01").spans
    assert (week[0].name, week[0].first.weekday()) == ("29.12.–04.01.2026", 0)
    month = course("2025-12-31", "2027-03-01").spans
    assert [month[0].name, month[0].label, month[2].label] == ["Dezember 2025", "12/2025", "02/2026"]
    assert len(month) == 16


def test_where_nothing_happened_there_is_no_day() -> None:
    assert Course({}, {}).spans == []


# Without a database: how long answers take


def test_the_median_lies_in_the_middle_and_the_mean_is_pulled() -> None:
    assert AnswerTimes({10: 2, 20: 1, 100: 1}, 90).median == 15
    assert AnswerTimes({10: 1, 20: 1, 100: 1}, 90).median == 20
    assert AnswerTimes({10: 2, 20: 1, 100: 1}, 90).mean == 35
    assert AnswerTimes({}, 90).median is None
    assert AnswerTimes({}, 90).mean is None


def test_the_day_of_the_target_is_within_it() -> None:
    times = AnswerTimes({89: 1, 90: 1, 91: 1}, 90)
    assert times.within_target == 2
    assert [each.number for each in times.bins if each.is_late] == [1]


@given(
    st.dictionaries(st.integers(0, 3000), st.integers(1, 50), min_size=1, max_size=30),
    st.integers(min_value=1, max_value=730),
)
def test_the_ranges_hold_every_answer_once_and_part_at_the_target(by_days: dict[int, int], target: int) -> None:
    times = AnswerTimes(by_days, target)
    bins = times.bins
    assert sum(each.number for each in bins) == times.number
    assert sum(each.number for each in bins if not each.is_late) == times.within_target
    assert all(before.high + 1 == after.low for before, after in pairwise(bins))
    assert (bins[0].low, bins[-1].high >= max(by_days)) == (0, True)
    assert len(bins) <= 24


def test_shares_are_rounded_as_people_do() -> None:
    assert [percent(8, 9), percent(1, 8), percent(0, 0)] == ["88,9 %", "12,5 %", "–"]


# Without a database: what is drawn


IN, OUT = Series("eingegangen"), Series("veröffentlicht", Look.OUTLINED)


def test_a_bar_is_as_high_as_its_number() -> None:
    drawn = columns("Verlauf", [("1.", [(4, IN), (2, OUT)]), ("2.", [(0, IN), (1, OUT)])], [IN, OUT])
    heights = [bar.height for bar in drawn.bars]
    assert heights[0] == pytest.approx(2 * heights[1], abs=0.2)
    assert heights[0] == pytest.approx(4 * heights[2], abs=0.4)
    assert [bar.words for bar in drawn.bars] == ["1., eingegangen: 4", "1., veröffentlicht: 2", "2., veröffentlicht: 1"]
    assert [bar.y + bar.height for bar in drawn.bars] == pytest.approx([drawn.base] * 3, abs=0.2)


@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)), min_size=1, max_size=62))
def test_nothing_lies_outside_the_picture_and_labels_keep_apart(numbers: list[tuple[int, int]]) -> None:
    assume(any(a or b for a, b in numbers))
    groups = [(f"{place:02}.11.", [(a, IN), (b, OUT)]) for place, (a, b) in enumerate(numbers)]
    drawn = columns("Verlauf", groups, [IN, OUT])
    for bar in drawn.bars:
        assert drawn.plot_left <= bar.x
        assert bar.x + bar.width <= drawn.width + 0.1
        assert 0 <= bar.y <= drawn.base
    labels = [text.x for text in drawn.texts if text.text.endswith(".11.")]
    assert all(after - before > 45 for before, after in pairwise(labels))
    assert labels


def test_the_longest_row_fills_the_room_and_long_labels_are_broken() -> None:
    label = "3.2 Erreichbarkeit der Orte mit Bus und Bahn, auf Radwegen und zu Fuß, auch am Abend und am Wochenende"
    drawn = rows("Abschnitt", [(label, 10), ("2", 5), ("3", 0)], IN)
    assert drawn.bars[0].width == pytest.approx(2 * drawn.bars[1].width, abs=0.2)
    assert len(drawn.bars) == 2
    assert len([text for text in drawn.texts if text.is_content]) == 4
    assert rows("Leer", [("a", 0)], IN).is_empty
    assert columns("Leer", [], [IN]).is_empty


@pytest.mark.parametrize(("most", "step"), [(1, 1), (4, 1), (5, 2), (9, 5), (40, 10), (41, 20), (999_999, 500_000)])
def test_lines_stand_at_round_numbers(most: int, step: int) -> None:
    assert nice_step(most) == step


# With the database


@pytest.fixture
def today() -> Any:
    DistrictFactory(answer_target_days=90)
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def asked() -> Round:
    return RoundFactory(title="Ideen 2026", slug="ideen-2026")


def idea(asked: Round, **more: Any) -> Idea:
    return IdeaFactory(round=asked, public=True, **more)


def answered(idea: Idea, decision: str = "adopted") -> Idea:
    writer = UserFactory()
    draft = Draft(summary="Ein Radweg.", decision=decision, reason="Er wird gebaut.")
    release([propose(begin([idea], draft=draft, by=writer, at=NOW), by=writer, at=NOW)], by=UserFactory(), at=NOW)
    return idea


def counts(counted: Statistics, name: str) -> dict[str, int]:
    return {
        label: number for tally in counted.tallies if tally.name == name for label, number in tally.counts if number
    }


@pytest.mark.django_db
def test_a_round_is_counted_by_everything_one_may_ask_for(today: None, asked: Round) -> None:
    office = UserFactory()
    field = FieldOfActionFactory(concept=asked.concept, number=3, name="Lebenswert")
    torgau = MunicipalityFactory(ags="14730310", name="Torgau")
    MunicipalityFactory(name="Alt", closed_on=date(2020, 1, 1))
    first = answered(idea(asked, field_of_action=field, municipality=torgau, source="letter"), "rejected")
    IdeaFactory(round=asked, is_everywhere=True)
    merge([idea(asked, municipality=torgau)], into=idea(asked), by=office, at=NOW)
    decline([idea(asked)], reason="Werbung.", by=office, at=NOW)
    whole = idea(asked, field_of_action=field)
    answered(split(whole, parts=[Part("a", "A"), Part("b", "B")], by=office, at=NOW)[0])
    idea(RoundFactory())

    counted = statistics_of(asked, target_days=90)
    assert (counted.received, counted.published, counted.answered) == (6, 4, 2)
    assert counts(counted, "handlungsfelder") == {"3 Lebenswert": 2, "ohne Handlungsfeld": 4}
    assert counts(counted, "stand") == {
        "in Prüfung": 1,
        "veröffentlicht": 1,
        "beantwortet": 1,
        "nicht veröffentlicht": 1,
        "zusammengeführt": 1,
        "aufgeteilt": 1,
    }
    assert counts(counted, "wege") == {"Portal": 5, "Brief": 1}
    assert counts(counted, "entscheidungen") == {"nicht berücksichtigt": 1, "berücksichtigt": 1}
    assert dict(counted.municipalities.counts) == {"Torgau": 2, "überall im Landkreis": 1, "ohne Angabe": 3}
    assert counted.by_ags == {"14730310": 2}
    assert first.published_at
    waited = (date(2026, 6, 1) - date(2026, 2, 2)).days
    assert counted.times.by_days == {waited: 1, 0: 1}


@pytest.mark.django_db
def test_a_day_begins_at_midnight_here_and_not_in_greenwich(today: None, asked: Round) -> None:
    late = datetime.datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
    idea(asked, submitted_at=late, published_at=late)
    counted = statistics_of(asked, target_days=90)
    assert counted.course.received == {date(2026, 3, 2): 1}
    assert counted.course.published == {date(2026, 3, 2): 1}


@pytest.mark.django_db
def test_a_draft_is_counted_by_section(today: None) -> None:
    section = SectionFactory(number="2.1", heading="Wege", order=1)
    SectionFactory(round=section.round, number="2.2", order=2)
    idea(section.round, section=section)
    assert counts(statistics_of(section.round, target_days=90), "abschnitte") == {"2.1 Wege": 1}


@pytest.fixture
def office(client: Client) -> Client:
    client.force_login(UserFactory(role=Role.PROJECT_OFFICE))
    return client


def page_of(asked: Round) -> str:
    return reverse("admin:participation_statistics", args=[asked.pk])


@pytest.mark.django_db
def test_the_page_takes_the_same_queries_for_one_idea_and_for_three(today: None, office: Client, asked: Round) -> None:
    def count() -> int:
        office.get(page_of(asked))
        with CaptureQueriesContext(connection) as captured:
            assert office.get(page_of(asked)).status_code == 200
        return len(captured)

    answered(idea(asked, municipality=MunicipalityFactory(boundary=SQUARE)))
    one = count()
    for _number in range(2):
        field = FieldOfActionFactory(concept=asked.concept)
        answered(idea(asked, municipality=MunicipalityFactory(boundary=SQUARE), field_of_action=field))
    assert count() == one


@pytest.mark.django_db
def test_each_figure_is_a_picture_and_a_table_that_say_the_same(today: None, office: Client, asked: Round) -> None:
    answered(idea(asked, municipality=MunicipalityFactory(name="Torgau", boundary=SQUARE)))
    idea(asked, title="<b>")
    figures = office.get(page_of(asked)).context["figures"]
    assert [figure.name for figure in figures] == [
        "verlauf",
        "gemeinden",
        "handlungsfelder",
        "stand",
        "wege",
        "entscheidungen",
        "antwortzeit",
    ]
    for figure in figures:
        picture = office.get(reverse("admin:participation_statistics_svg", args=[asked.pk, figure.name]))
        assert picture["Content-Type"].startswith("image/svg+xml")
        assert picture["Content-Disposition"] == f'attachment; filename="{figure.name}-ideen-2026.svg"'
        drawing = ET.fromstring(picture.content)
        assert drawing.get("role") == "img"
        assert str(drawing.get("aria-label")).startswith("Ideen 2026: ")
        file = office.get(reverse("admin:participation_statistics_csv", args=[asked.pk, figure.name]))
        headings, *lines = csv.reader(io.StringIO(file.content.decode("utf-8-sig")), delimiter=";")
        assert headings[1:] == [str(column.heading) for column in figure.columns[1:]]
        assert sum(int(line[1]) for line in lines) == sum(row[1] for row in figure.rows)


@pytest.mark.django_db
def test_the_file_of_the_course_names_each_day(today: None, office: Client, asked: Round) -> None:
    for month in (1, 5):
        moment = datetime.datetime(2026, month, 10, 12, tzinfo=UTC)
        idea(asked, submitted_at=moment, published_at=moment)
    assert "Beiträge je Woche" in office.get(page_of(asked)).content.decode()
    file = office.get(reverse("admin:participation_statistics_csv", args=[asked.pk, "verlauf"]))
    lines = file.content.decode("utf-8-sig").splitlines()
    assert (lines[0], lines[1], len(lines)) == ("Tag;eingegangen;veröffentlicht", "2026-01-10;1;1", 1 + 121)


@pytest.mark.django_db
def test_an_empty_round_and_an_empty_portal_have_a_page(today: None, office: Client) -> None:
    rounds = reverse("admin:participation_statistics_rounds")
    assert "noch keine Beteiligungsrunde" in office.get(rounds).content.decode()
    asked = RoundFactory()
    assert office.get(rounds)["Location"] == page_of(asked)
    assert "noch nichts eingegangen" in office.get(page_of(asked)).content.decode()
    assert office.get(reverse("admin:participation_statistics_svg", args=[asked.pk, "verlauf"])).status_code == 404
    assert office.get(reverse("admin:participation_statistics_csv", args=[asked.pk, "verlauf"])).status_code == 200
    assert office.get(reverse("admin:participation_statistics_csv", args=[asked.pk, "unsinn"])).status_code == 404
