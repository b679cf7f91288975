"""Bars in a picture: where each stands and what is written beside it. Pure; a template draws it.

The colours are the light theme, for pictures that stand alone; weighing.css has those of the portal. Two kinds of bars
differ in their outline, too, so that colour is never alone.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import accumulate
from typing import Final

from milestones.lettering import width as width_of
from milestones.lettering import wrap

WIDTH: Final = 720.0
HEIGHT: Final = 300.0
TEXT: Final = 15
TITLE: Final = 22
_LINE: Final = 20.0
_MARGIN: Final = 24.0
_TOP: Final = 26.0
_BELOW: Final = 34.0
_LABELS: Final = 250.0
_ROW_GAP: Final = 12.0
_BAR: Final = 22.0
_STEPS: Final = 4
_WIDEST_BAR: Final = 44.0


class Look(Enum):
    """How a bar is painted: fill and outline where no style sheet is at hand."""

    FULL = ("#2044AA", "#2044AA")
    OUTLINED = ("#E5EBF7", "#2044AA")
    LATE = ("#FFE7B6", "#925400")


@dataclass(frozen=True)
class Series:
    """A kind of bar: what the legend calls it, and its look."""

    name: str
    look: Look = Look.FULL

    @property
    def kind(self) -> str:
        """The end of its class."""
        return self.look.name.lower()

    @property
    def fill(self) -> str:
        """What fills it."""
        return self.look.value[0]

    @property
    def stroke(self) -> str:
        """Its outline."""
        return self.look.value[1]


@dataclass(frozen=True)
class Bar:
    """A bar with the words that it says when pointed at."""

    x: float
    y: float
    width: float
    height: float
    series: Series
    words: str


@dataclass(frozen=True)
class Text:
    """A line of text; `y` is its base line, `anchor` as in SVG."""

    x: float
    y: float
    text: str
    anchor: str = "middle"
    is_muted: bool = False
    is_content: bool = False


@dataclass(frozen=True)
class Key:
    """An entry of the legend."""

    series: Series
    x: float
    text: Text


@dataclass(frozen=True)
class Chart:
    """Everything a picture shows; an empty one has no bars."""

    title: str
    width: float
    height: float
    bars: tuple[Bar, ...] = ()
    lines: tuple[float, ...] = ()
    texts: tuple[Text, ...] = ()
    keys: tuple[Key, ...] = ()
    plot_left: float = 0
    plot_right: float = 0
    base: float = 0

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show."""
        return not self.bars

    # The picture as a file: a title above, a margin around

    @property
    def heading(self) -> list[Text]:
        """The title in its lines, the last of them above the picture."""
        lines = wrap(self.title, self.width, TITLE, bold=True)
        return [
            Text(0, -_MARGIN - (len(lines) - 1 - number) * TITLE * 1.3, line, "start")
            for number, line in enumerate(lines)
        ]

    @property
    def file_top(self) -> float:
        """The upper edge."""
        return self.heading[0].y - TITLE - _MARGIN

    @property
    def file_width(self) -> float:
        """The width with its margins."""
        return self.width + 2 * _MARGIN

    @property
    def file_height(self) -> float:
        """The height with its margins and its title."""
        return self.height + _MARGIN - self.file_top


def columns(title: str, groups: Sequence[tuple[str, Sequence[tuple[int, Series]]]], series: Sequence[Series]) -> Chart:
    """Return upright bars: for each label a group of numbers, each with its look; `series` are those of the legend."""
    most_bars = max((len(numbers) for _label, numbers in groups), default=0)
    highest = max((number for _label, numbers in groups for number, _look in numbers), default=0)
    if not highest:
        return Chart(title, WIDTH, HEIGHT)
    step = nice_step(highest)
    most = math.ceil(highest / step) * step
    left = max(width_of(str(most), TEXT) + 12, 30.0)
    base, slot = HEIGHT - _BELOW, (WIDTH - left) / len(groups)
    scale = (base - _TOP - _LINE) / most
    bar = min(slot * 0.8 / most_bars, _WIDEST_BAR)
    heights = [(tick, _r(base - tick * scale)) for tick in range(0, most + 1, step)]
    bars, texts = [], [Text(_r(left - 8), y + 5, str(tick), "end", is_muted=True) for tick, y in heights]
    for place, (label, numbers) in enumerate(groups):
        start = left + slot * (place + 0.5) - bar * len(numbers) / 2
        for number_in_group, (number, look) in enumerate(numbers):
            if not number:
                continue
            x, top = start + bar * number_in_group, _r(base - number * scale)
            words = f"{label}, {look.name}: {number}"
            bars.append(Bar(_r(x), top, _r(bar * 0.94), _r(number * scale), look, words))
            if width_of(str(number), TEXT) <= bar + 6:
                texts.append(Text(_r(x + bar * 0.47), top - 5, str(number)))
    texts += _spread(
        [(left + slot * (place + 0.5), label) for place, (label, _numbers) in enumerate(groups)], base + 22
    )
    lines = tuple(y for _tick, y in heights[1:])
    return Chart(title, WIDTH, HEIGHT, tuple(bars), lines, tuple(texts), _keys(series, left), _r(left), WIDTH, base)


def rows(title: str, counts: Sequence[tuple[str, int]], series: Series) -> Chart:
    """Return bars from left to right, one below the other, each with its label before and its number behind it."""
    most = max((number for _label, number in counts), default=0)
    if not most:
        return Chart(title, WIDTH, HEIGHT)
    lines = [wrap(label, _LABELS - 12, TEXT, most=2) for label, _number in counts]
    heights = [max(len(each) * _LINE, _BAR) + _ROW_GAP for each in lines]
    tops = [0.0, *accumulate(heights)]
    room = WIDTH - _LABELS - width_of(str(most), TEXT) - 20
    bars, texts = [], []
    for (label, number), label_lines, top, height in zip(counts, lines, tops, heights, strict=False):
        middle, length = top + height / 2, room * number / most
        if number:
            bars.append(Bar(_LABELS, _r(middle - _BAR / 2), _r(length), _BAR, series, f"{label}: {number}"))
        first = middle - (len(label_lines) - 1) * _LINE / 2 + 5
        texts += [
            Text(_LABELS - 12, _r(first + _LINE * place), line, "end", is_content=True)
            for place, line in enumerate(label_lines)
        ]
        texts.append(Text(_r(_LABELS + length + 8), _r(middle + 5), str(number), "start"))
    return Chart(title, WIDTH, _r(tops[-1]), tuple(bars), (), tuple(texts))


def nice_step(most: int) -> int:
    """Return a round distance of at most so many lines up to a number: 1, 2, 5, 10, 20, 50 and so on."""
    wanted = max(most / _STEPS, 1)
    power = 10 ** math.floor(math.log10(wanted))
    return int(next(step * power for step in (1, 2, 5, 10) if step * power >= wanted))


def _spread(labels: Sequence[tuple[float, str]], y: float) -> list[Text]:
    """Return as many labels as stand side by side: all of them, or each second, or third, and so on."""
    widest = max(width_of(label, TEXT) for _x, label in labels) + 10
    distance = labels[1][0] - labels[0][0] if len(labels) > 1 else WIDTH
    every = math.ceil(widest / distance)
    shown: list[Text] = []
    reached = 0.0
    for x, label in labels[::every]:
        half = width_of(label, TEXT) / 2
        middle = min(x, WIDTH - half)  # the last one may stand at the edge
        if middle - half >= reached:
            shown.append(Text(_r(middle), y, label))
            reached = middle + half
    return shown


def _keys(series: Sequence[Series], left: float) -> tuple[Key, ...]:
    keys, x = [], left
    for each in series:
        keys.append(Key(each, _r(x), Text(_r(x + 26), 15, each.name, "start")))
        x += 26 + width_of(each.name, TEXT) + 28
    return tuple(keys)


def _r(number: float) -> float:
    return round(number, 1)
