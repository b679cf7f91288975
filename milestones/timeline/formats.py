"""How much room the timeline has as a picture.

Lengths are in units of the picture, letters are 14 to 16 high. At the left stand the labels, at the right is the plot
in which time runs.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

PHASE_SIZE: Final = 16
LABEL_SIZE: Final = 15
CAPTION_SIZE: Final = 14
QUARTER_SIZE: Final = 12
LINE_HEIGHT: Final = 19
BASE_LINE: Final = 5
INDENT: Final = 18
GAP: Final = 8

FLAG_HEIGHT: Final = 26
YEAR_HEIGHT: Final = 26
QUARTER_HEIGHT: Final = 20
GROUP_GAP: Final = 6
RANGE_HEIGHT: Final = 14
MARK_RADIUS: Final = 10
LEGEND_LINE: Final = 28


@dataclass(frozen=True)
class Format:
    """How much room a picture has. `name` keeps the ids of two pictures on one page apart."""

    name: str
    width: float
    labels: float
    bar_height: float
    phase_padding: float
    milestone_padding: float
    highest: float | None = None  # in parts of the width; more rows make a picture wider, fewer rows become higher

    def widened(self, to: float) -> Format:
        """Return the format with more room for labels and plot alike."""
        return replace(self, width=to, labels=self.labels * to / self.width)

    def least_height(self, *, phases: int, milestones: int) -> float:
        """Return how high a picture is in which every label has one line."""
        head = FLAG_HEIGHT + YEAR_HEIGHT + QUARTER_HEIGHT
        phase, milestone = self.bar_height + self.phase_padding, 2 * MARK_RADIUS + self.milestone_padding
        return head + phases * (GROUP_GAP + phase) + milestones * milestone + 2 * LEGEND_LINE

    def loosened(self, by: float) -> Format:
        """Return the format with rows that are higher, at most by half."""
        by = min(by, LINE_HEIGHT / 2)
        return replace(self, phase_padding=self.phase_padding + by, milestone_padding=self.milestone_padding + by)

    @property
    def plot_left(self) -> float:
        """Where time begins to run."""
        return self.labels + 2 * GAP

    @property
    def plot_right(self) -> float:
        """Where the picture ends."""
        return self.width - GAP


SCREEN: Final = Format("zp", width=1200, labels=350, bar_height=26, phase_padding=16, milestone_padding=11)
# One page of A4, landscape, with a title above and an address below.
SHEET: Final = Format("zb", width=1200, labels=350, bar_height=22, phase_padding=6, milestone_padding=4, highest=0.605)
