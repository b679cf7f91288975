"""What the timeline's picture consists of. The colours are the light theme, for pictures that stand alone."""

from __future__ import annotations

import datetime
from collections import defaultdict
from dataclasses import dataclass
from typing import Final

from milestones.models import Milestone, Phase

from .formats import BASE_LINE, CAPTION_SIZE, FLAG_HEIGHT, LABEL_SIZE, PHASE_SIZE, QUARTER_SIZE, YEAR_HEIGHT

_COLOURS: Final = {
    Phase.State.FINISHED.value: "#007155",
    Phase.State.RUNNING.value: "#2044AA",
    Phase.State.PLANNED.value: "#E5EBF7",
    Milestone.State.REACHED.value: "#007155",
    Milestone.State.OVERDUE.value: "#925400",
    Milestone.State.CALLED_OFF.value: "#51577A",
    "expected": "#2044AA",
    "baseline": "#51577A",
}
_TEXT, _MUTED, _PAPER, _ROW = "#131525", "#51577A", "#FFFFFF", "#E8E9EF"


@dataclass(frozen=True)
class Style:
    """How words look; a `halo` keeps them clear of the lines they cross. Content is German in every language."""

    name: str
    size: int = CAPTION_SIZE
    weight: int = 400
    colour: str = _TEXT
    halo: str = ""
    is_content: bool = False


PHASE: Final = Style("phase", PHASE_SIZE, weight=600, is_content=True)
MILESTONE: Final = Style("milestone", LABEL_SIZE, is_content=True)
YEAR: Final = Style("year", LABEL_SIZE, weight=600, halo=_PAPER)
QUARTER: Final = Style("quarter", QUARTER_SIZE, colour=_MUTED, halo=_PAPER)
CAPTION: Final = Style("caption", halo=_PAPER)
MUTED_CAPTION: Final = Style("muted", colour=_MUTED, halo=_PAPER)
PHASE_CAPTION: Final = Style("row", halo=_ROW)
ON_BAR: Final = {
    Phase.State.FINISHED: Style("on-finished", colour=_PAPER),
    Phase.State.RUNNING: Style("on-running", colour=_PAPER),
    Phase.State.PLANNED: Style("on-planned"),
}
FLAG: Final = Style("flag", weight=600, colour=_PAPER)
KEY: Final = Style("key")


@dataclass(frozen=True)
class Text:
    """A line of text; `y` is its base line, `anchor` as in SVG."""

    x: float
    y: float
    text: str
    style: Style
    anchor: str = "start"


@dataclass(frozen=True)
class Lettering:
    """Texts that look the same, each as x, y and words."""

    style: Style
    anchor: str
    texts: list[tuple[str, str, str]]


@dataclass(frozen=True)
class Stop:
    """How opaque a bar is at a part of its width."""

    offset: float
    opacity: float


@dataclass(frozen=True)
class Fade:
    """How a bar of a state fades; bars that fade alike share it."""

    name: str
    state: str
    stops: tuple[Stop, ...]

    @property
    def colour(self) -> str:
        """Its colour where no style sheet is at hand."""
        return _COLOURS[self.state]


@dataclass(frozen=True)
class Bar:
    """A stretch of time; an end that is not known to the day fades out, one beyond the picture becomes a tip."""

    x: float
    y: float
    width: float
    height: float
    fade: Fade
    goes_on: bool = False
    began_before: bool = False

    @property
    def state(self) -> str:
        """The state it shows."""
        return self.fade.state

    @property
    def stops(self) -> tuple[Stop, ...]:
        """How it fades."""
        return self.fade.stops

    @property
    def is_outlined(self) -> bool:
        """Whether its colour is too pale to go without a line around."""
        return self.state == Phase.State.PLANNED.value

    @property
    def right(self) -> float:
        """The x of its right end."""
        return self.x + self.width

    @property
    def tip(self) -> float:
        """The length of a tip."""
        return min(self.height / 2, self.width)

    @property
    def points(self) -> str:
        """The outline as an SVG polygon."""
        left, right, top, bottom = self.x, self.right, self.y, self.y + self.height
        middle, tip = (top + bottom) / 2, self.tip
        ends = [(right - tip, top), (right, middle), (right - tip, bottom)]
        begins = [(left + tip, bottom), (left, middle), (left + tip, top)]
        corners = [
            *(ends if self.goes_on else [(right, top), (right, bottom)]),
            *(begins if self.began_before else [(left, bottom), (left, top)]),
        ]
        return " ".join(f"{x:.1f},{y:.1f}" for x, y in corners)


@dataclass(frozen=True)
class Mark:
    """The sign of a milestone, or an arrow where it lies `beyond` the picture: -1 before, 1 after."""

    x: float
    y: float
    state: str
    beyond: int = 0

    @property
    def sign(self) -> str:
        """What to draw."""
        return {-1: "before", 0: self.state, 1: "after"}[self.beyond]


@dataclass(frozen=True)
class Ghost:
    """Where a milestone was first planned, with a line to where it is now."""

    x: float
    y: float
    line_from: float
    line_to: float
    range: Bar | None = None

    @property
    def line(self) -> str:
        """The line as an SVG path."""
        return f"M{self.line_from:.1f} {self.y:.1f}H{self.line_to:.1f}"


@dataclass(frozen=True)
class Row:
    """One line of the picture: a phase with its bar or a milestone with its mark."""

    y: float
    height: float
    is_phase: bool
    label: tuple[Text, ...]
    captions: tuple[Text, ...]
    bar: Bar | None = None
    mark: Mark | None = None
    ghost: Ghost | None = None


@dataclass(frozen=True)
class Column:
    """A year or a quarter; `label` is empty where there is no room for it."""

    x: float
    width: float
    label: str
    is_year: bool


@dataclass(frozen=True)
class Today:
    """The line of the day whose state is shown, with its flag."""

    x: float
    flag_x: float
    flag_width: float
    label: str


@dataclass(frozen=True)
class Key:
    """An entry of the legend: a sign and what it means."""

    sign: str
    text: str
    x: float
    y: float


@dataclass(frozen=True)
class Chart:
    """Everything the picture shows."""

    name: str
    title: str
    description: str
    since: datetime.date
    until: datetime.date
    width: float
    height: float
    plot_left: float
    plot_right: float
    plot_bottom: float
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    legend: tuple[Key, ...]
    today: Today | None
    plot_top: float = FLAG_HEIGHT
    quarter_top: float = FLAG_HEIGHT + YEAR_HEIGHT

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not self.rows

    @property
    def file_width(self) -> float:
        """The width of the picture as a file, with a margin."""
        return self.width + 48

    @property
    def file_height(self) -> float:
        """The height of the picture as a file, with a title and a margin."""
        return self.height + 88

    # What is drawn alike, in the order of drawing; coordinates as SVG writes them

    @property
    def phase_rows(self) -> str:
        """The ground of the phases' rows as an SVG path."""
        rows = (row for row in self.rows if row.is_phase)
        return "".join(f"M0 {row.y:.1f}H{self.width}v{row.height:.1f}H0Z" for row in rows)

    @property
    def year_lines(self) -> str:
        """The lines at which years begin as an SVG path."""
        return self._lines(self.plot_top, is_year=True)

    @property
    def quarter_lines(self) -> str:
        """The lines at which quarters begin as an SVG path."""
        return self._lines(self.quarter_top, is_year=False)

    def _lines(self, top: float, *, is_year: bool) -> str:
        columns = (column for column in self.columns if column.is_year == is_year)
        return "".join(f"M{column.x:.1f} {top}V{self.plot_bottom}" for column in columns)

    @property
    def ghosts(self) -> list[Ghost]:
        """Where milestones were first planned."""
        return [row.ghost for row in self.rows if row.ghost]

    @property
    def bars(self) -> list[Bar]:
        """The bars of phases, and of milestones not known to the day."""
        return [row.bar for row in self.rows if row.bar]

    @property
    def fades(self) -> list[Fade]:
        """How bars fade, each way once."""
        ranges = [ghost.range for ghost in self.ghosts if ghost.range]
        return list({bar.fade.name: bar.fade for bar in (*self.bars, *ranges)}.values())

    @property
    def signs(self) -> list[tuple[str, str, str]]:
        """The signs of milestones and of the legend, each as id, x and y."""
        marks = [(row.mark.sign, row.mark.x, row.mark.y) for row in self.rows if row.mark]
        keys = [(key.sign, key.x + 16, key.y) for key in self.legend]
        return [(f"{self.name}-{sign}", f"{x:.1f}", f"{y:.1f}") for sign, x, y in (*marks, *keys)]

    @property
    def lettering(self) -> list[Lettering]:
        """All words, those together that look the same."""
        alike = defaultdict(list)
        for text in self._texts():
            alike[text.style, text.anchor].append((f"{text.x:.1f}", f"{text.y:.1f}", text.text))
        return [Lettering(style, anchor, texts) for (style, anchor), texts in alike.items()]

    def _texts(self) -> list[Text]:
        texts = []
        for column in self.columns:
            if column.label:
                y, style = (FLAG_HEIGHT + 18, YEAR) if column.is_year else (self.quarter_top + 14, QUARTER)
                texts.append(Text(column.x + column.width / 2, y, column.label, style, "middle"))
        for row in self.rows:
            texts += [*row.label, *row.captions]
        if self.today:
            middle = self.today.flag_x + self.today.flag_width / 2
            texts.append(Text(middle, 17, self.today.label, FLAG, "middle"))
        texts += [Text(key.x + 40, key.y + BASE_LINE, key.text, KEY) for key in self.legend]
        return texts
