"""The picture „Methodisches Vorgehen“, without a database."""

import datetime
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from milestones.lettering import width
from milestones.method import MARGIN, PADDING, WIDTH, Box, Picture, picture
from milestones.models import Phase

from .plan import phase

Step = Phase.MethodStep
DAY = datetime.date(2020, 6, 15)

LONG = "Kreisentwicklungskonzeptsfortschreibungsverfahren"


def all_steps() -> list[Phase]:
    return [
        phase(f"Phase {step.label}", "2019", "2021", method_step=step, order=number)
        for number, step in enumerate(reversed(Step), start=1)
    ]


def assert_words_stay_inside(drawn: Picture) -> None:
    for box in drawn.boxes:
        for line in box.lines:
            right = line.x + width(line.text, line.size, bold=line.weight == 600)
            assert box.x <= line.x, line
            assert right <= box.x + box.width + (PADDING if line.style == "head" else 0), line
            assert box.y <= line.y - line.size / 2, line
            assert line.y <= box.y + box.height, line


def test_without_phases_the_picture_is_empty() -> None:
    assert picture([], today=DAY).is_empty
    assert picture([], today=DAY).boxes == ()


def test_phases_outside_the_method_are_left_out() -> None:
    assert picture([phase("Vorarbeiten", "2017", "2018", method_step="")], today=DAY).is_empty


def test_the_steps_come_in_the_order_of_the_method_between_two_bands() -> None:
    drawn = picture(all_steps(), today=DAY)
    assert [box.lines[0].text for box in drawn.boxes] == [
        "Phase Begleitend: Steuerung",
        "Analyse",
        "Arbeitsgruppen",
        "Diskussion und",
        "Beschluss",
        "Umsetzung",
        "Phase Begleitend: Öffentlichkeitsarbeit",
    ]
    assert [box.number for box in drawn.boxes] == [0, 1, 2, 3, 4, 5, 0]
    steps = drawn.boxes[1:-1]
    assert len({(box.y, box.height) for box in steps}) == 1
    assert drawn.boxes[0].y + drawn.boxes[0].height <= steps[0].y
    assert steps[0].y + steps[0].height <= drawn.boxes[-1].y
    assert steps[0].x == MARGIN
    assert steps[-1].x + steps[-1].width == WIDTH - MARGIN


def test_one_step_alone_fills_the_width() -> None:
    (box,) = picture([phase("Analyse", "2019", "2019", method_step=Step.ANALYSIS)], today=DAY).boxes
    assert box.width == WIDTH - 2 * MARGIN


def test_two_phases_of_a_step_stand_in_one_box_with_their_titles() -> None:
    phases = [
        phase("Erste Runde", "2019", "2019", method_step=Step.WORKSHOPS),
        phase("Zweite Runde", "2021", "2021", method_step=Step.WORKSHOPS),
    ]
    drawn = picture(phases, today=DAY)
    (box,) = drawn.boxes
    assert [line.text for line in box.lines if line.style == "title"] == ["Erste Runde", "Zweite Runde"]
    assert box.state == "running"
    assert [told.title for told in drawn.steps[0].phases] == ["Erste Runde", "Zweite Runde"]


def test_the_title_is_not_said_twice() -> None:
    (box,) = picture([phase("Analyse", "2019", "2019", method_step=Step.ANALYSIS)], today=DAY).boxes
    assert [(line.text, line.style) for line in box.lines] == [
        ("Analyse", "head"),
        ("Analyse geschieht.", "text"),
        ("2019", "period"),
        ("abgeschlossen", "state"),
    ]


@given(
    titles=st.lists(st.text(st.sampled_from("aeiou bcdnrst-ßä"), max_size=120), min_size=1, max_size=7),
    summary=st.sampled_from(["Kurz.", LONG, f"{LONG} " * 4, "Ein Satz mit ganz gewöhnlichen Wörtern. " * 5]),
)
def test_words_never_leave_their_box(titles: list[str], summary: str) -> None:
    phases = [
        phase(title, "Ende 2018", "Mitte 2021", method_step=step) for title, step in zip(titles, Step, strict=False)
    ]
    for each in phases:
        each.summary = summary
    assert_words_stay_inside(picture(phases, today=DAY))


def test_boxes_do_not_overlap() -> None:
    def right(box: Box) -> float:
        return box.x + box.width

    steps = picture(all_steps(), today=DAY).boxes[1:-1]
    assert all(right(left) <= box.x for left, box in pairwise(steps))
