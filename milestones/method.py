"""The picture „Methodisches Vorgehen“: where its boxes and words go.

A pure layout: the steps of the way as arrows in a row, above and below them a band for what goes along with all of it.
Lengths are in units of the picture, which is `WIDTH` wide.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from .lettering import wrap
from .models import Phase
from .standing import ACCOMPANYING, WAY, joint_state
from .wording import period

WIDTH: Final = 1200
MARGIN: Final = 4
GAP: Final = 6
TIP: Final = 26
PADDING: Final = 14

HEAD_SIZE: Final = 17
TITLE_SIZE: Final = 15
TEXT_SIZE: Final = 14
LINE_HEIGHT: Final = 19
HEAD_LINE_HEIGHT: Final = 21
BETWEEN_PHASES: Final = 12


@dataclass(frozen=True)
class Line:
    """A line of text; `y` is its base line, `style` one of head, title, text, period, state."""

    x: float
    y: float
    text: str
    style: str

    @property
    def size(self) -> int:
        """The size of its letters."""
        return {"head": HEAD_SIZE, "title": TITLE_SIZE}.get(self.style, TEXT_SIZE)

    @property
    def weight(self) -> int:
        """The weight of its letters."""
        return 600 if self.style in ("head", "title") else 400


@dataclass(frozen=True)
class Lettering:
    """Lines that look the same, each as x, y and words."""

    style: str
    size: int
    weight: int
    lines: list[tuple[str, str, str]]


@dataclass(frozen=True)
class Box:
    """A step or a band with its words; `state` is empty where the step has no phase yet."""

    x: float
    y: float
    width: float
    height: float
    head_height: float
    state: str
    lines: tuple[Line, ...]
    number: int = 0
    is_last: bool = False

    @property
    def is_band(self) -> bool:
        """Whether it goes along with all steps."""
        return not self.number

    @property
    def head_points(self) -> str:
        """The outline of the arrow that carries the step's name."""
        left, top, bottom = self.x, self.y, self.y + self.head_height
        right = left + self.width - TIP * self.is_last
        middle = (top + bottom) / 2
        notch = [] if self.number == 1 else [(left + TIP, middle)]
        corners = [(left, top), (right, top), (right + TIP, middle), (right, bottom), (left, bottom), *notch]
        return " ".join(f"{x:.1f},{y:.1f}" for x, y in corners)

    @property
    def lettering(self) -> list[Lettering]:
        """Its words, those together that look the same."""
        alike: dict[str, list[Line]] = {}
        for line in self.lines:
            alike.setdefault(line.style, []).append(line)
        return [
            Lettering(
                style, lines[0].size, lines[0].weight, [(f"{each.x:.1f}", f"{each.y:.1f}", each.text) for each in lines]
            )
            for style, lines in alike.items()
        ]

    @property
    def body_y(self) -> float:
        """The y at which the box below the arrow begins."""
        return self.y + self.head_height + GAP

    @property
    def body_height(self) -> float:
        """The height of the box below the arrow."""
        return self.height - self.head_height - GAP


@dataclass(frozen=True)
class Picture:
    """Everything the picture shows, and the same phases as lists."""

    height: float
    boxes: tuple[Box, ...]
    steps: tuple[Entry, ...]
    accompanying: tuple[Entry, ...]
    width: float = WIDTH

    @property
    def file_width(self) -> float:
        """The width of the picture as a file, with a margin."""
        return self.width + 40

    @property
    def file_height(self) -> float:
        """The height of the picture as a file, with a title and a margin."""
        return round(self.height + 84, 1)

    @property
    def is_empty(self) -> bool:
        """Whether no phase belongs to a step."""
        return not self.steps and not self.accompanying


@dataclass(frozen=True)
class Told:
    """A phase as the picture tells it."""

    title: str
    summary: str
    period: str
    state: Phase.State


@dataclass(frozen=True)
class Entry:
    """A step of the method with its phases."""

    label: str
    phases: tuple[Told, ...]

    @property
    def state(self) -> Phase.State:
        """The one state of its phases, or running where they differ."""
        return joint_state(phase.state for phase in self.phases)

    @property
    def state_label(self) -> str:
        """The state in words."""
        return str(self.state.label)


def picture(phases: Iterable[Phase], *, today: datetime.date) -> Picture:
    """Lay out the phases that belong to a step of the method, in the state of `today`; load their milestones first."""
    phases = list(phases)
    steps = _entries(phases, WAY, today)
    accompanying = _entries(phases, ACCOMPANYING, today)
    boxes: list[Box] = []
    y: float = MARGIN
    if accompanying:
        boxes.append(_band(accompanying[0], y))
        y += boxes[-1].height + 2 * GAP
    if steps:
        arrows = _arrows(steps, y)
        boxes += arrows
        y += arrows[0].height + 2 * GAP
    for entry in accompanying[1:]:
        boxes.append(_band(entry, y))
        y += boxes[-1].height + 2 * GAP
    return Picture(y - 2 * GAP + MARGIN if boxes else 0, tuple(boxes), steps, accompanying)


def _entries(
    phases: Sequence[Phase], method_steps: Sequence[Phase.MethodStep], today: datetime.date
) -> tuple[Entry, ...]:
    entries = []
    for method_step in method_steps:
        told = tuple(
            Told(phase.title, phase.summary, period(phase.starts, phase.ends), phase.state(today))
            for phase in phases
            if phase.method_step == method_step
        )
        if told:
            label = told[0].title if method_step in ACCOMPANYING and len(told) == 1 else str(method_step.label)
            entries.append(Entry(label, told))
    return tuple(entries)


def _band(entry: Entry, y: float) -> Box:
    left, room = MARGIN + PADDING, WIDTH - 2 * (MARGIN + PADDING)
    pen = _Pen(left, y + PADDING)
    pen.write(wrap(entry.label, room, HEAD_SIZE, bold=True), "head")
    for phase in entry.phases:
        if phase.title != entry.label:
            pen.write(wrap(phase.title, room, TITLE_SIZE, bold=True), "title")
        pen.write(wrap(phase.summary, room, TEXT_SIZE), "text")
        pen.write((f"{phase.period}, {phase.state.label}",), "period")
    return Box(MARGIN, y, WIDTH - 2 * MARGIN, pen.y + PADDING - 4 - y, 0, entry.state.value, tuple(pen.lines))


def _arrows(entries: Sequence[Entry], y: float) -> list[Box]:
    """Return the steps side by side, all as high as the one with the most words."""
    width = (WIDTH - 2 * MARGIN - GAP * (len(entries) - 1)) / len(entries)
    heads = [
        wrap(entry.label, width - TIP - 2 * PADDING - (0 if index == 0 else TIP / 2), HEAD_SIZE, bold=True)
        for index, entry in enumerate(entries)
    ]
    head_height = max(map(len, heads)) * HEAD_LINE_HEIGHT + 2 * PADDING
    drawn = []
    for index, (entry, head) in enumerate(zip(entries, heads, strict=True)):
        x = MARGIN + index * (width + GAP)
        pen = _Pen(x + PADDING + (0 if index == 0 else TIP), y + (head_height - len(head) * HEAD_LINE_HEIGHT) / 2)
        pen.write(head, "head")
        pen.move_to(x + PADDING, y + head_height + GAP + PADDING)
        for phase in entry.phases:
            pen.write_phase(phase, room=width - 2 * PADDING, with_title=phase.title != entry.label)
        drawn.append((entry, x, pen))
    height = max(pen.y for _entry, _x, pen in drawn) + PADDING - BETWEEN_PHASES - y
    return [
        Box(x, y, width, height, head_height, entry.state.value, tuple(pen.lines), number, number == len(entries))
        for number, (entry, x, pen) in enumerate(drawn, start=1)
    ]


class _Pen:
    """Writes lines below each other."""

    def __init__(self, x: float, y: float) -> None:
        self.x, self.y = x, y
        self.lines: list[Line] = []

    def move_to(self, x: float, y: float) -> None:
        self.x, self.y = x, y

    def write(self, lines: Iterable[str], style: str) -> None:
        line_height = HEAD_LINE_HEIGHT if style == "head" else LINE_HEIGHT
        for line in lines:
            self.lines.append(Line(round(self.x, 1), round(self.y + line_height - 5, 1), line, style))
            self.y += line_height

    def write_phase(self, phase: Told, *, room: float, with_title: bool) -> None:
        if with_title:
            self.write(wrap(phase.title, room, TITLE_SIZE, bold=True), "title")
        self.write(wrap(phase.summary, room, TEXT_SIZE), "text")
        self.y += 4
        self.write(wrap(phase.period, room, TEXT_SIZE), "period")
        self.write(wrap(str(phase.state.label), room, TEXT_SIZE), "state")
        self.y += BETWEEN_PHASES
