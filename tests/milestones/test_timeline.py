"""The timeline as a picture, without a database and with fixed days."""

import datetime
from itertools import pairwise

import pytest

from milestones.lettering import width
from milestones.models import Milestone, Phase
from milestones.timeline import SCREEN, SHEET, Chart, Format, chart
from milestones.timeline.formats import CAPTION_SIZE
from milestones.timeline.shapes import Row

from .plan import milestone, phase

Step = Phase.MethodStep
DAY = datetime.date(2020, 6, 15)


def row(picture: Chart, title: str) -> Row:
    """The row with this label, however many lines it has."""
    return next(each for each in picture.rows if " ".join(line.text for line in each.label) == title)


def captions(picture: Chart, title: str) -> list[str]:
    return [text.text for text in row(picture, title).captions]


def year_2020(*milestones: Milestone) -> Phase:
    return phase("Erarbeitung", "1. Januar 2020", "31. Dezember 2020", *milestones)


def test_without_phases_there_is_nothing_to_draw() -> None:
    picture = chart([], today=DAY)
    assert picture.is_empty
    assert picture.rows == ()


def test_each_phase_is_followed_by_its_milestones_by_date() -> None:
    picture = chart(
        [
            phase("Analyse", "2019", "2019", milestone("Zweites", "Juni 2019"), milestone("Erstes", "März 2019")),
            phase("Beschluss", "2020", "2020"),
        ],
        today=DAY,
    )
    assert [each.label[0].text for each in picture.rows] == ["Analyse", "Erstes", "Zweites", "Beschluss"]
    assert [each.is_phase for each in picture.rows] == [True, False, False, True]
    assert all(above.y + above.height <= below.y for above, below in pairwise(picture.rows))


@pytest.mark.parametrize(
    ("today", "state", "caption"),
    [
        (datetime.date(2019, 12, 1), "planned", "15. Juni 2020"),
        (datetime.date(2020, 6, 15), "planned", "15. Juni 2020"),
        (datetime.date(2020, 6, 16), "overdue", "15. Juni 2020, überfällig"),
    ],
)
def test_an_open_milestone_before_on_and_after_its_day(today: datetime.date, state: str, caption: str) -> None:
    picture = chart([year_2020(milestone("Entwurf", "15. Juni 2020"))], today=today)
    mark = row(picture, "Entwurf").mark
    assert mark is not None
    assert mark.sign == state
    assert captions(picture, "Entwurf") == [caption]


def test_a_reached_milestone_stands_where_it_was_reached() -> None:
    on_time = milestone("A", "15. Juni 2020", reached="15. Juni 2020")
    late = milestone("B", "15. Juni 2020", reached="1. Oktober 2020")
    picture = chart([year_2020(on_time, late)], today=datetime.date(2020, 12, 1))
    mark_of_a, mark_of_b = row(picture, "A").mark, row(picture, "B").mark
    assert mark_of_a is not None
    assert mark_of_b is not None
    assert mark_of_a.sign == mark_of_b.sign == "reached"
    assert mark_of_a.x < mark_of_b.x
    assert row(picture, "A").ghost is None
    assert captions(picture, "B") == ["1. Oktober 2020, erreicht", "ursprünglich 15. Juni 2020"]


def test_a_called_off_milestone_says_so_in_form_and_words() -> None:
    picture = chart([year_2020(milestone("Forum", "2. November 2020", called_off_on=DAY))], today=DAY)
    mark = row(picture, "Forum").mark
    assert mark is not None
    assert mark.sign == "called_off"
    assert captions(picture, "Forum") == ["2. November 2020, abgesagt"]


def test_a_milestone_moved_twice_shows_its_baseline_and_its_date() -> None:
    moved = milestone("Beschluss", "24. März 2021", baseline="Dezember 2020", reached="24. März 2021")
    picture = chart([phase("Beschluss der Gremien", "2020", "Anfang 2021", moved)], today=datetime.date(2021, 4, 1))
    mark, ghost = row(picture, "Beschluss").mark, row(picture, "Beschluss").ghost
    assert mark is not None
    assert ghost is not None
    assert ghost.x < mark.x
    assert ghost.x < ghost.line_from < ghost.line_to < mark.x
    assert ghost.range is not None
    assert captions(picture, "Beschluss") == ["24. März 2021, erreicht", "ursprünglich Dezember 2020"]


def test_a_milestone_brought_forward_has_its_ghost_behind_it() -> None:
    moved = milestone("Entwurf", "1. März 2020", baseline="1. September 2020")
    ghost, mark = (
        row(chart([year_2020(moved)], today=DAY), "Entwurf").ghost,
        row(chart([year_2020(moved)], today=DAY), "Entwurf").mark,
    )
    assert ghost is not None
    assert mark is not None
    assert mark.x < ghost.line_to < ghost.line_from < ghost.x


def test_a_more_exact_date_is_no_move() -> None:
    named = milestone("Beschluss", "24. März 2020", baseline="Anfang 2020")
    assert row(chart([year_2020(named)], today=DAY), "Beschluss").ghost is None


def test_an_approximate_date_is_a_range_with_soft_ends() -> None:
    picture = chart([year_2020(milestone("Beteiligung", "Mitte 2020"))], today=datetime.date(2020, 1, 1))
    entry = row(picture, "Beteiligung")
    assert entry.bar is not None
    assert entry.mark is not None
    assert entry.bar.x < entry.mark.x < entry.bar.right
    assert [stop.opacity for stop in entry.bar.stops] == [0.2, 1, 1, 0.2]
    assert captions(picture, "Beteiligung") == ["voraussichtlich Mitte 2020"]


def test_a_day_has_no_range() -> None:
    assert row(chart([year_2020(milestone("Tag", "3. Juni 2020"))], today=DAY), "Tag").bar is None


def test_the_ends_of_a_phase_fade_where_they_are_not_known_to_the_day() -> None:
    exact = row(chart([year_2020()], today=DAY), "Erarbeitung").bar
    vague = row(chart([phase("Erarbeitung", "Ende 2018", "Mitte 2021")], today=DAY), "Erarbeitung").bar
    assert exact is not None
    assert vague is not None
    assert {stop.opacity for stop in exact.stops} == {1}
    assert [stop.opacity for stop in vague.stops] == [0.2, 1, 1, 0.2]


def test_a_phase_known_by_its_year_alone_is_sure_nowhere_but_in_its_middle() -> None:
    bar = row(chart([phase("Analyse", "2019", "2019")], today=DAY), "Analyse").bar
    assert bar is not None
    assert [stop.opacity for stop in bar.stops] == [0.2, 1, 1, 0.2]
    assert bar.stops[1].offset == bar.stops[2].offset == 0.5


def test_the_state_of_a_phase_is_told_in_words() -> None:
    phases = [phase("Analyse", "2018", "2018"), phase("Workshops", "2020", "2020"), phase("Umsetzung", "2022", "2022")]
    picture = chart(phases, today=DAY)
    assert [captions(picture, each.title)[0].rpartition(", ")[2] for each in phases] == [
        "abgeschlossen",
        "läuft",
        "geplant",
    ]


def test_a_long_implementation_ends_in_an_arrow_and_leaves_room_for_the_rest() -> None:
    phases = [
        phase("Analyse", "2019", "2020", method_step=Step.ANALYSIS),
        phase("Beschluss", "Dezember 2020", "Anfang 2021", method_step=Step.RESOLUTION),
        phase("Umsetzung", "Anfang 2021", "2030", milestone("Bericht", "2029"), method_step=Step.IMPLEMENTATION),
    ]
    picture = chart(phases, today=datetime.date(2021, 2, 1))
    assert picture.until == datetime.date(2021, 9, 30)
    bar, mark = row(picture, "Umsetzung").bar, row(picture, "Bericht").mark
    assert bar is not None
    assert mark is not None
    assert bar.goes_on
    assert bar.right == picture.plot_right
    assert captions(picture, "Umsetzung") == ["Anfang 2021 → bis 2030, läuft"]
    assert mark.sign == "after"
    assert captions(picture, "Bericht") == ["voraussichtlich 2029"]


def test_the_picture_reaches_today_while_the_implementation_is_running() -> None:
    phases = [
        phase("Beschluss", "2020", "2020", method_step=Step.RESOLUTION),
        phase("Umsetzung", "2021", "2030", method_step=Step.IMPLEMENTATION),
    ]
    assert chart(phases, today=datetime.date(2024, 5, 1)).today is not None


def test_a_cut_picture_shows_what_lies_outside_as_arrows() -> None:
    phases = [phase("Analyse", "2018", "2018", milestone("Studie", "2018")), year_2020()]
    picture = chart(phases, today=DAY, since=datetime.date(2020, 1, 1), until=datetime.date(2020, 12, 31))
    study, analysis = row(picture, "Studie").mark, row(picture, "Analyse")
    assert study is not None
    assert study.sign == "before"
    assert analysis.bar is None
    assert analysis.mark is not None
    assert analysis.mark.sign == "before"


def test_todays_line_is_where_its_day_is() -> None:
    picture = chart([year_2020()], today=datetime.date(2020, 7, 1))
    assert picture.today is not None
    assert picture.today.label == "Heute: 1. Juli 2020"
    middle = (picture.plot_left + picture.plot_right) / 2
    assert picture.today.x == pytest.approx(middle, abs=3)


def test_a_closed_concept_shows_the_state_of_its_last_day() -> None:
    picture = chart([year_2020()], today=DAY, is_closed=True)
    assert picture.today is not None
    assert picture.today.label == "Stand: 15. Juni 2020"


def test_without_todays_line_when_all_is_long_over() -> None:
    assert chart([year_2020()], today=datetime.date(2025, 1, 1)).today is None


def test_the_flag_of_today_stays_within_the_picture() -> None:
    for day in (datetime.date(2020, 1, 1), datetime.date(2020, 12, 31)):
        today = chart([year_2020()], today=day).today
        assert today is not None
        assert today.flag_x >= 0
        assert today.flag_x + today.flag_width <= SCREEN.width


def test_internal_milestones_are_left_out_unless_asked_for() -> None:
    phases = [year_2020(milestone("Intern", "3. Juni 2020", is_public=False))]
    assert len(chart(phases, today=DAY).rows) == 1
    assert len(chart(phases, today=DAY, with_internal=True).rows) == 2


def test_years_and_quarters_are_named_where_there_is_room() -> None:
    year = chart([year_2020()], today=DAY)
    assert [column.label for column in year.columns] == ["2020", "Q1", "Q2", "Q3", "Q4"]
    decade = chart([phase("Umsetzung", "2020", "2029")], today=DAY)
    assert [column.label for column in decade.columns if column.is_year] == [str(year) for year in range(2020, 2030)]
    assert {column.label for column in decade.columns if not column.is_year} == {""}


@pytest.mark.parametrize("form", [SCREEN, SHEET], ids=["screen", "sheet"])
def test_no_caption_leaves_the_plot_or_its_row(form: Format) -> None:
    dates = ["Anfang 2020", "3. Juni 2020", "30. Dezember 2020", "Ende 2020"]
    milestones = [
        milestone(f"{current} statt {baseline}", current, baseline=baseline) for current in dates for baseline in dates
    ]
    phases = [
        year_2020(*milestones),
        phase("Nur das Jahr", "2020", "2020"),
        phase("Tage", "3. Juni 2020", "4. Juni 2020"),
    ]
    picture = chart(phases, today=DAY, form=form)
    for each in picture.rows:
        for text in each.captions:
            wide = width(text.text, CAPTION_SIZE)
            left = text.x - wide if text.anchor == "end" else text.x
            assert picture.plot_left - 1 <= left, text
            assert left + wide <= picture.plot_right + 1, text
            assert each.y < text.y < each.y + each.height, text


def test_a_sheet_is_no_higher_than_its_page_however_many_rows_there_are() -> None:
    for number in (1, 10, 80):
        milestones = [
            milestone(f"Ein Meilenstein mit einem recht langen Namen {n}", "Juni 2020") for n in range(number)
        ]
        picture = chart([year_2020(*milestones)], today=DAY, form=SHEET)
        assert SHEET.highest is not None
        assert picture.height <= SHEET.highest * picture.width + 1


def test_the_legend_explains_exactly_what_occurs() -> None:
    phases = [year_2020(milestone("A", "3. Juni 2020", reached="3. Juni 2020"), milestone("B", "Ende 2020"))]
    assert [key.sign for key in chart(phases, today=DAY).legend] == [
        "phase-running",
        "planned",
        "reached",
        "range",
        "today",
    ]


def test_the_description_counts() -> None:
    picture = chart([year_2020(milestone("A", "3. Juni 2020"))], today=DAY)
    assert picture.description == "1 Phase und 1 Meilenstein vom 1. Januar 2020 bis zum 31. Dezember 2020."


def test_bars_that_fade_alike_share_a_gradient_and_two_pictures_share_none() -> None:
    phases = [year_2020(milestone("A", "Mitte 2020", baseline="Anfang 2020"), milestone("B", "Ende 2020"))]
    names = [[fade.name for fade in chart(phases, today=DAY, form=form).fades] for form in (SCREEN, SHEET)]
    assert names == [
        ["zp-running-0-1000", "zp-expected-250-750", "zp-baseline-250-750"],
        ["zb-running-0-1000", "zb-expected-250-750", "zb-baseline-250-750"],
    ]
