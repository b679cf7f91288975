"""A map of counts: which colour each municipality gets, and what the colours mean. Pure; a template draws it.

Zero is a class of its own. The other numbers fall into at most five classes with whole bounds and no gaps between them.
Each colour differs from the next by a contrast of about 1.75, in the light and in the dark theme; a double line
between the municipalities and the number in each say what colour alone could not.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise
from typing import Final

from django.utils.translation import gettext as _

from district.map_drawing import Drawing, Outline

MOST_CLASSES: Final = 5
KEY_COLUMNS: Final = 3
KEY_HEIGHT: Final = 44
# The light theme, for pictures that stand alone: paper for zero, then five blues of KERN.
COLOURS: Final = ("#FFFFFF", "#B2C4E9", "#7694D5", "#4468BF", "#1537A1", "#06005D")
# With fewer classes, those colours that lie farthest apart; the highest class is never a pale one.
SHADES: Final = {1: (3,), 2: (2, 4), 3: (1, 3, 5), 4: (1, 2, 4, 5), 5: (1, 2, 3, 4, 5)}


class Breaks(Enum):
    """How the numbers are divided: about as many municipalities in each class, or classes equally wide."""

    QUANTILE = "quantile"
    EQUAL = "equal"


@dataclass(frozen=True, slots=True)
class Class:
    """A range of numbers that look alike; `shade` 0 is none, 5 the strongest."""

    low: int
    high: int
    shade: int

    @property
    def colour(self) -> str:
        """Its colour where no style sheet is at hand."""
        return COLOURS[self.shade]

    @property
    def label(self) -> str:
        """What the legend says."""
        if self.low == self.high:
            return str(self.low)
        return _("%(low)s bis %(high)s") % {"low": self.low, "high": self.high}


@dataclass(frozen=True, slots=True)
class Place:
    """A municipality with its number; `words` are what it says when pointed at."""

    outline: Outline
    value: int
    level: Class
    words: str


@dataclass(frozen=True, slots=True)
class Key:
    """An entry of the legend where the picture is a file."""

    level: Class
    x: float
    y: float

    @property
    def text_x(self) -> float:
        """Where its words begin."""
        return self.x + 52

    @property
    def text_y(self) -> float:
        """Their base line."""
        return self.y + 21


@dataclass(frozen=True)
class Choropleth:
    """Everything the picture shows; `legend` has only classes that may occur, the lowest first."""

    title: str
    drawing: Drawing
    places: tuple[Place, ...]
    legend: tuple[Class, ...]

    @property
    def is_empty(self) -> bool:
        """Whether no boundary is known, so that there is nothing to draw."""
        return not self.places

    # The picture as a file: a title above, the legend in three columns and the source below, a margin around

    @property
    def keys(self) -> list[Key]:
        """The legend, line by line."""
        width = self.drawing.width / KEY_COLUMNS
        top = self.drawing.height + 24
        return [
            Key(level, round(number % KEY_COLUMNS * width, 1), round(top + number // KEY_COLUMNS * KEY_HEIGHT, 1))
            for number, level in enumerate(self.legend)
        ]

    @property
    def attribution_y(self) -> float:
        """The base line of the source."""
        return round(self.drawing.height + 24 + math.ceil(len(self.legend) / KEY_COLUMNS) * KEY_HEIGHT + 20, 1)

    @property
    def file_width(self) -> float:
        """The width with its margins."""
        return self.drawing.width + 48

    @property
    def file_height(self) -> float:
        """The height with all that stands above and below."""
        return self.attribution_y + 88


def choropleth(
    on: Drawing,
    values: Mapping[str, int],
    *,
    title: str,
    breaks: Breaks = Breaks.QUANTILE,
    in_words: Callable[[int], str] = str,
) -> Choropleth:
    """Colour the municipalities by `values`, from key (AGS) to a count; one that is missing counts zero.

    `in_words` puts a number into words („3 Ideen“). Raises ValueError for a number below zero.
    """
    counts = [(outline, values.get(outline.ags, 0)) for outline in on.outlines]
    levels = classes((count for _outline, count in counts), breaks=breaks)
    return Choropleth(
        title,
        on,
        tuple(
            Place(outline, count, _level(count, levels), f"{outline.name}: {in_words(count)}")
            for outline, count in counts
        ),
        levels,
    )


def classes(values: Iterable[int], *, breaks: Breaks = Breaks.QUANTILE) -> tuple[Class, ...]:
    """Return the classes for these numbers, the lowest first; zero is among them only where it occurs."""
    numbers = sorted(values)
    if numbers and numbers[0] < 0:
        raise ValueError("A choropleth shows counts, and no count is below zero.")
    positive = [number for number in numbers if number > 0]
    bounds = _quantiles(positive) if breaks is Breaks.QUANTILE else _equal_steps(positive)
    zero = [Class(0, 0, 0)] if len(positive) < len(numbers) else []
    shades = SHADES.get(len(bounds), ())
    ranges = pairwise((0, *bounds))
    return (*zero, *(Class(low + 1, high, shade) for (low, high), shade in zip(ranges, shades, strict=True)))


def _quantiles(positive: list[int]) -> list[int]:
    """Return the upper bounds of classes with about as many numbers in each; equal numbers stay together."""
    if not positive:
        return []
    steps = range(1, MOST_CLASSES + 1)
    return sorted({positive[math.ceil(len(positive) * step / MOST_CLASSES) - 1] for step in steps})


def _equal_steps(positive: list[int]) -> list[int]:
    """Return the upper bounds of classes equally wide, of which the last may reach beyond the highest number."""
    if not positive:
        return []
    step = math.ceil(positive[-1] / MOST_CLASSES)
    return [step * number for number in range(1, math.ceil(positive[-1] / step) + 1)]


def _level(count: int, levels: Iterable[Class]) -> Class:
    return next(level for level in levels if level.low <= count <= level.high)
