"""Where the bar, the mark and the words of each phase and milestone go."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from district.approximate_date import ApproximateDate
from milestones.lettering import width, wrap
from milestones.models import Milestone

from .entries import Point, Stretch
from .formats import (
    BASE_LINE,
    CAPTION_SIZE,
    GAP,
    INDENT,
    LABEL_SIZE,
    LINE_HEIGHT,
    MARK_RADIUS,
    PHASE_SIZE,
    RANGE_HEIGHT,
    Format,
)
from .shapes import (
    CAPTION,
    MILESTONE,
    MUTED_CAPTION,
    ON_BAR,
    PHASE,
    PHASE_CAPTION,
    Bar,
    Fade,
    Ghost,
    Mark,
    Row,
    Stop,
    Style,
    Text,
)
from .window import Scale

FAINT: Final = 0.2


class Rows:
    """Lays out rows for one picture."""

    def __init__(self, scale: Scale, form: Format) -> None:
        self.scale, self.form = scale, form

    def phase(self, stretch: Stretch, top: float) -> Row:
        """Return the row of a phase."""
        lines = wrap(stretch.title, self.form.labels - GAP, PHASE_SIZE, bold=True)
        height = max(len(lines) * LINE_HEIGHT, self.form.bar_height) + self.form.phase_padding
        middle = top + height / 2
        beyond = self.scale.beyond(stretch.starts.earliest, stretch.ends.latest)
        bar = mark = None
        if beyond:
            mark = Mark(self.scale.edge(beyond) - beyond * MARK_RADIUS, middle, "", beyond)
            reach = mark.x - MARK_RADIUS, mark.x + MARK_RADIUS
            captions, height = self._beside(*reach, [stretch.words], top, height, PHASE_CAPTION)
        else:
            bar = self._phase_bar(stretch, middle)
            captions, height = self._phase_captions(stretch, bar, top, height)
        label = _label(lines, GAP, top + height / 2, PHASE)
        return Row(top, height, is_phase=True, label=label, captions=captions, bar=bar, mark=mark)

    def milestone(self, point: Point, top: float) -> Row:
        """Return the row of a milestone."""
        lines = wrap(point.title, self.form.labels - GAP - INDENT, LABEL_SIZE)
        height = max(len(lines) * LINE_HEIGHT, 2 * MARK_RADIUS) + self.form.milestone_padding
        middle = top + height / 2
        planned = point.first_planned
        if planned and self.scale.beyond(planned.earliest, planned.latest):
            planned = None
        beyond = self.scale.beyond(point.date.earliest, point.date.latest)
        x = self.scale.edge(beyond) - beyond * MARK_RADIUS if beyond else self.scale.middle(point.date)
        left, right = (x - MARK_RADIUS, x + MARK_RADIUS) if beyond else self._reach(point.date)
        planned_left, planned_right = self._reach(planned) if planned else (left, right)
        captions, height = self._beside(
            min(left, planned_left), max(right, planned_right), point.words, top, height, CAPTION
        )
        if any(text.y < middle for text in captions):  # two lines, around the mark
            middle = top + height / 2
        bar = ghost = None
        if point.date.days > 1 and not beyond:
            bar = self._range(
                point.date, middle, "expected" if point.state == Milestone.State.PLANNED else point.state.value
            )
        if planned:
            ghost = self._ghost(planned, middle, left, right)
        label = _label(lines, GAP + INDENT, top + height / 2, MILESTONE)
        mark = Mark(x, middle, point.state.value, beyond)
        return Row(top, height, is_phase=False, label=label, captions=captions, bar=bar, mark=mark, ghost=ghost)

    def _phase_bar(self, stretch: Stretch, middle: float) -> Bar:
        left, right = self.scale.begin(stretch.starts.earliest), self.scale.end(stretch.ends.latest)
        return Bar(
            x=left,
            y=middle - self.form.bar_height / 2,
            width=right - left,
            height=self.form.bar_height,
            fade=self._fade(left, right, *self._sure(stretch), stretch.state.value),
            goes_on=stretch.ends.latest > self.scale.until,
            began_before=stretch.starts.earliest < self.scale.since,
        )

    def _sure(self, stretch: Stretch) -> tuple[float, float]:
        """Return from where to where a phase is certainly going on; what is known to the day is sure at once."""
        starts, ends = stretch.starts, stretch.ends
        return (
            self.scale.begin(starts.earliest) if starts.days == 1 else self.scale.end(starts.latest),
            self.scale.end(ends.latest) if ends.days == 1 else self.scale.begin(ends.earliest),
        )

    def _phase_captions(self, stretch: Stretch, bar: Bar, top: float, height: float) -> tuple[tuple[Text, ...], float]:
        """Write on the bar where it is sure and long enough, else beside it; return the height needed, too."""
        words = stretch.words_going_on if bar.goes_on else stretch.words
        sure_from, sure_until = self._sure(stretch)
        begin = sure_from + bar.tip * bar.began_before + GAP
        end = sure_until - bar.tip * bar.goes_on - GAP
        if width(words, CAPTION_SIZE) <= end - begin:
            return (Text(begin, top + height / 2 + BASE_LINE, words, ON_BAR[stretch.state]),), height
        return self._beside(bar.x, bar.right, [words], top, height, PHASE_CAPTION)

    def _reach(self, date: ApproximateDate) -> tuple[float, float]:
        """Return from where to where the sign of a date goes, with the days it may mean."""
        x = self.scale.middle(date)
        return min(x - MARK_RADIUS, self.scale.begin(date.earliest)), max(x + MARK_RADIUS, self.scale.end(date.latest))

    def _range(self, date: ApproximateDate, middle: float, state: str) -> Bar:
        """Return the days a date may mean."""
        left, right = self.scale.begin(date.earliest), self.scale.end(date.latest)
        soft = (right - left) / 4
        fade = self._fade(left, right, left + soft, right - soft, state)
        return Bar(left, middle - RANGE_HEIGHT / 2, right - left, RANGE_HEIGHT, fade)

    def _ghost(self, planned: ApproximateDate, middle: float, left: float, right: float) -> Ghost:
        """Return the ghost of what now reaches from `left` to `right`."""
        x = self.scale.middle(planned)
        line = (x + MARK_RADIUS, max(left, x)) if x < (left + right) / 2 else (x - MARK_RADIUS, min(right, x))
        return Ghost(x, middle, *line, self._range(planned, middle, "baseline") if planned.days > 1 else None)

    def _fade(self, left: float, right: float, sure_from: float, sure_until: float, state: str) -> Fade:
        """Return how a bar fades in until `sure_from` and out from `sure_until`; both meet where it is never sure."""
        span = max(right - left, 1)
        if sure_from > sure_until:
            sure_from = sure_until = (left + right) / 2
        begin, end = round((sure_from - left) / span, 3), round((sure_until - left) / span, 3)
        stops = [Stop(begin, 1), Stop(end, 1)]
        if begin > 0:
            stops.insert(0, Stop(0, FAINT))
        if end < 1:
            stops.append(Stop(1, FAINT))
        return Fade(f"{self.form.name}-{state}-{begin * 1000:.0f}-{end * 1000:.0f}", state, tuple(stops))

    def _beside(
        self, left: float, right: float, words: Sequence[str], top: float, height: float, style: Style
    ) -> tuple[tuple[Text, ...], float]:
        """Place words beside what reaches from `left` to `right` in a row of `height`, and return the height needed.

        Right of it if there is room, else left of it; each on a line of its own where only that fits; else beneath.
        """
        widths = [width(text, CAPTION_SIZE) for text in words]
        in_a_row = sum(widths) + 2 * GAP * (len(words) - 1)
        room_right, room_left = self.form.plot_right - right - GAP, left - self.form.plot_left - GAP
        base_line = top + height / 2 + BASE_LINE
        if in_a_row <= room_right:
            return _in_a_row(right + GAP, base_line, words, style), height
        if in_a_row <= room_left:
            return _in_a_row(left - GAP, base_line, words, style, anchor="end"), height
        if max(widths) <= max(room_right, room_left):
            x, anchor = (right + GAP, "start") if room_right >= room_left else (left - GAP, "end")
            height = max(height, len(words) * LINE_HEIGHT + self.form.milestone_padding)
            return _below_each_other(x, top + height / 2, words, style, anchor), height
        x = max(min(left + GAP, self.form.plot_right - GAP - in_a_row), self.form.plot_left + GAP)
        return _in_a_row(x, top + height + BASE_LINE, words, style), height + LINE_HEIGHT


def _in_a_row(x: float, y: float, words: Sequence[str], style: Style, anchor: str = "start") -> tuple[Text, ...]:
    """Return the words one after the other, from `x` to the right or, anchored at their end, to the left."""
    placed: list[Text] = []
    for text in words:
        placed.append(Text(x, y, text, MUTED_CAPTION if placed else style, anchor))
        step = width(text, CAPTION_SIZE) + 2 * GAP
        x += step if anchor == "start" else -step
    return tuple(placed)


def _below_each_other(x: float, middle: float, words: Sequence[str], style: Style, anchor: str) -> tuple[Text, ...]:
    first = middle + BASE_LINE - LINE_HEIGHT * (len(words) - 1) / 2
    return tuple(
        Text(x, first + number * LINE_HEIGHT, text, MUTED_CAPTION if number else style, anchor)
        for number, text in enumerate(words)
    )


def _label(lines: Sequence[str], x: float, middle: float, style: Style) -> tuple[Text, ...]:
    first = middle + BASE_LINE - LINE_HEIGHT * (len(lines) - 1) / 2
    return tuple(Text(x, first + number * LINE_HEIGHT, line, style) for number, line in enumerate(lines))
