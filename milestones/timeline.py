"""The timeline as a picture: where every bar, mark and word goes.

A pure layout: `chart` takes phases with their milestones loaded and returns numbers and words,
`templates/milestones/_timeline_svg.html` only draws them. At the left of the picture stand the labels, at the right
is the plot in which time runs. Lengths are in units of the picture; letters are 14 to 16 high.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from district.approximate_date import ONE_DAY, ApproximateDate, Precision

from .lettering import width, wrap
from .models import Milestone, Phase
from .wording import expected, period, written_day

PHASE_SIZE: Final = 16
LABEL_SIZE: Final = 15
CAPTION_SIZE: Final = 14
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
FAINT: Final = 0.2

NARROWEST_QUARTER: Final = 32
MOST_YEARS_IN_QUARTERS: Final = 12

# How long after the way to the resolution the picture still goes on; what lasts longer ends in an arrow.
AFTERMATH: Final = datetime.timedelta(days=366)
SHORTEST: Final = datetime.timedelta(days=180)
_AFTERWARDS: Final = {Phase.MethodStep.IMPLEMENTATION, Phase.MethodStep.STEERING, Phase.MethodStep.PUBLICITY}

# The light theme, for pictures that stand alone.
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

    def least_height(self, groups: Sequence[Group]) -> float:
        """Return how high a picture is in which every label has one line."""
        milestones = sum(len(milestones) for _phase, milestones in groups)
        head = FLAG_HEIGHT + YEAR_HEIGHT + QUARTER_HEIGHT
        phase, milestone = self.bar_height + self.phase_padding, 2 * MARK_RADIUS + self.milestone_padding
        return head + len(groups) * (GROUP_GAP + phase) + milestones * milestone + 2 * LEGEND_LINE

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


@dataclass(frozen=True)
class Text:
    """A line of text; `y` is its base line, `anchor` as in SVG."""

    x: float
    y: float
    text: str
    anchor: str = "start"
    muted: bool = False
    on_bar: bool = False


@dataclass(frozen=True)
class Stop:
    """How opaque a bar is at a part of its width."""

    offset: float
    opacity: float


@dataclass(frozen=True)
class Bar:
    """A stretch of time; an end that is not known to the day fades out, one beyond the picture becomes a tip."""

    x: float
    y: float
    width: float
    height: float
    state: str
    stops: tuple[Stop, ...]
    gradient: str = ""
    goes_on: bool = False
    began_before: bool = False

    @property
    def right(self) -> float:
        """The x of its right end."""
        return self.x + self.width

    @property
    def colour(self) -> str:
        """Its colour where no style sheet is at hand."""
        return _COLOURS[self.state]

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

    def lowered(self, by: float, name: str) -> Row:
        """Return the row further down; `name` makes its gradients unique."""

        def text(each: Text) -> Text:
            return replace(each, x=round(each.x, 1), y=round(each.y + by, 1))

        def bar(each: Bar | None, gradient: str) -> Bar | None:
            return each and replace(each, y=each.y + by, gradient=gradient)

        return replace(
            self,
            y=self.y + by,
            label=tuple(map(text, self.label)),
            captions=tuple(map(text, self.captions)),
            bar=bar(self.bar, name),
            mark=self.mark and replace(self.mark, y=self.mark.y + by),
            ghost=self.ghost and replace(self.ghost, y=self.ghost.y + by, range=bar(self.ghost.range, f"{name}g")),
        )


@dataclass(frozen=True)
class Column:
    """A year or a quarter; `label` is empty where there is no room for it."""

    x: float
    width: float
    label: str
    is_year: bool

    @property
    def middle(self) -> float:
        """The x of the label's middle."""
        return self.x + self.width / 2


@dataclass(frozen=True)
class Today:
    """The line of the day whose state is shown, with its flag."""

    x: float
    flag_x: float
    flag_width: float
    label: str

    @property
    def label_x(self) -> float:
        """The x of the label's middle."""
        return self.flag_x + self.flag_width / 2


@dataclass(frozen=True)
class Key:
    """An entry of the legend: a sign and what it means."""

    sign: str
    text: str
    x: float
    y: float

    @property
    def sign_x(self) -> float:
        """The x of the sign's middle."""
        return self.x + 16

    @property
    def text_x(self) -> float:
        """The x at which its text begins."""
        return self.x + 40

    @property
    def text_y(self) -> float:
        """The base line of its text."""
        return self.y + BASE_LINE


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
    year_y: float = FLAG_HEIGHT + 18
    quarter_top: float = FLAG_HEIGHT + YEAR_HEIGHT
    quarter_y: float = FLAG_HEIGHT + YEAR_HEIGHT + 14

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

    @property
    def bars(self) -> list[Bar]:
        """All bars, for the definitions of their gradients."""
        bars = [bar for row in self.rows for bar in (row.bar, row.ghost and row.ghost.range)]
        return [bar for bar in bars if bar]


Group = tuple[Phase, Sequence[Milestone]]


def chart(
    phases: Iterable[Phase],
    *,
    today: datetime.date,
    since: datetime.date | None = None,
    until: datetime.date | None = None,
    with_internal: bool = False,
    ended_since: datetime.date | None = None,
    is_closed: bool = False,
    form: Format = SCREEN,
) -> Chart:
    """Lay out phases and milestones in the state of `today`.

    The phases come in order with `milestones` loaded (`Phase.objects.with_milestones()`); milestones that are not
    public are left out unless `with_internal`, those reached or called off before `ended_since` too. `since` and
    `until` cut the picture; left out, it shows the way to the resolution and at most a year of what follows. `is_closed` calls the line of `today` „Stand“ instead of „Heute“.
    """
    groups = [(phase, _shown(phase, with_internal=with_internal, ended_since=ended_since)) for phase in phases]
    window = _window(groups, today, since, until)

    def drawn(on: Format) -> Chart:
        return _Drawing(_Scale(*window, on), on, today, is_closed=is_closed).chart(groups)

    return drawn(form) if form.highest is None else _fitted(form, form.highest, groups, drawn)


def _fitted(form: Format, highest: float, groups: Sequence[Group], drawn: Callable[[Format], Chart]) -> Chart:
    """Return the picture that fills a page `highest` times as high as wide: as narrow as it fits, then loosened."""
    form = form.widened(max(form.width, form.least_height(groups) / highest))
    picture = drawn(form)
    while picture.height > highest * picture.width:
        form = form.widened(form.width * 1.05)
        picture = drawn(form)
    spare = highest * picture.width - picture.height
    return drawn(form.loosened(spare / max(len(picture.rows), 1)))


def _shown(phase: Phase, *, with_internal: bool, ended_since: datetime.date | None) -> list[Milestone]:
    milestones = [
        each
        for each in phase.milestones.all()
        if (with_internal or each.is_public)
        and (ended_since is None or each.is_open or _date(each).latest >= ended_since)
    ]
    return sorted(milestones, key=_date)


def _date(milestone: Milestone) -> ApproximateDate:
    """Return where the milestone stands in the picture."""
    return milestone.reached or milestone.current


def _first_planned(milestone: Milestone) -> ApproximateDate | None:
    """Return the baseline where the milestone has left it; a more exact date is not a move."""
    baseline = milestone.baseline
    return None if baseline is None or baseline.contains(_date(milestone)) else baseline


# The window of time


def _window(
    groups: Sequence[Group], today: datetime.date, since: datetime.date | None, until: datetime.date | None
) -> tuple[datetime.date, datetime.date]:
    """Return the first and last day of the picture: whole quarters around what is to be seen, unless told."""
    if not groups:
        first = last = today
    else:
        first = min(date.earliest for group in groups for date in _dates(group))
        way = [group for group in groups if group[0].method_step not in _AFTERWARDS] or groups
        last = max(date.latest for group in way for date in _dates(group))
        horizon = last + AFTERMATH
        last = max([last, *(date.latest for group in groups for date in _dates(group) if date.latest <= horizon)])
        if first <= today and any(phase.state(today) == Phase.State.RUNNING for phase, _milestones in groups):
            last = max(last, today)
        if any(phase.ends.latest > last for phase, _milestones in groups):
            last = _quarter(last).latest + ONE_DAY  # a quarter more, in which to see that something goes on
    since = since or _quarter(first).earliest
    return since, max(until or _quarter(last).latest, since + SHORTEST)


def _dates(group: Group) -> list[ApproximateDate]:
    phase, milestones = group
    return [
        phase.starts,
        phase.ends,
        *(date for each in milestones for date in (_date(each), each.baseline) if date),
    ]


def _quarter(day: datetime.date) -> ApproximateDate:
    return ApproximateDate.of(day, Precision.QUARTER)


class _Scale:
    """From days to x."""

    def __init__(self, since: datetime.date, until: datetime.date, form: Format) -> None:
        self.since, self.until = since, until
        self.left, self.right = form.plot_left, form.plot_right
        self.per_day = (self.right - self.left) / ((until - since).days + 1)

    def begin(self, day: datetime.date) -> float:
        """Return the x at which a day begins, within the plot."""
        return min(max(self.left + (day - self.since).days * self.per_day, self.left), self.right)

    def end(self, day: datetime.date) -> float:
        """Return the x at which a day ends, within the plot."""
        return self.begin(day + ONE_DAY)

    def middle(self, date: ApproximateDate) -> float:
        """Return the x of the middle of what is to be seen of a date."""
        return (self.begin(date.earliest) + self.end(date.latest)) / 2

    def beyond(self, first: datetime.date, last: datetime.date) -> int:
        """Return -1 for what is over before the window, 1 for what begins after it, else 0."""
        return (first > self.until) - (last < self.since)


class _Drawing:
    """The parts of one picture."""

    def __init__(self, scale: _Scale, form: Format, today: datetime.date, *, is_closed: bool) -> None:
        self.scale, self.form, self.today, self.is_closed = scale, form, today, is_closed

    def chart(self, groups: Sequence[Group]) -> Chart:
        columns = [*self.years(), *self.quarters()]
        y: float = FLAG_HEIGHT + YEAR_HEIGHT + QUARTER_HEIGHT * any(each.label for each in columns if not each.is_year)
        rows: list[Row] = []
        for phase, milestones in groups:
            y += GROUP_GAP
            for row in (self.phase_row(phase), *map(self.milestone_row, milestones)):
                rows.append(row.lowered(y, f"{self.form.name}-{len(rows)}"))
                y += row.height
        bottom = y + GROUP_GAP
        today_line = self.today_line()
        legend, height = self.legend(rows, today_line, bottom + 26)
        return Chart(
            name=self.form.name,
            title=_("Zeitplan"),
            description=self.description(groups),
            since=self.scale.since,
            until=self.scale.until,
            width=round(self.form.width, 1),
            height=round(height, 1),
            plot_left=round(self.form.plot_left, 1),
            plot_right=round(self.form.plot_right, 1),
            plot_bottom=round(bottom, 1),
            columns=tuple(columns),
            rows=tuple(rows),
            legend=legend,
            today=today_line,
        )

    # Time

    def years(self) -> Iterable[Column]:
        for year in range(self.scale.since.year, self.scale.until.year + 1):
            date = ApproximateDate.year(year)
            left, right = self.scale.begin(date.earliest), self.scale.end(date.latest)
            label = str(year) if right - left >= width("2000", LABEL_SIZE, bold=True) + GAP else ""
            yield Column(left, right - left, label, is_year=True)

    def quarters(self) -> Iterable[Column]:
        years = range(self.scale.since.year, self.scale.until.year + 1)
        if len(years) > MOST_YEARS_IN_QUARTERS:
            return
        narrow = self.scale.per_day * 90 < NARROWEST_QUARTER
        for date in (ApproximateDate.quarter(year, number) for year in years for number in range(1, 5)):
            left, right = self.scale.begin(date.earliest), self.scale.end(date.latest)
            if right > left:
                # Translators: a quarter of a year, as short as possible
                label = "" if narrow else _("Q%(number)s") % {"number": date.earliest.month // 3 + 1}
                yield Column(left, right - left, label, is_year=False)

    def today_line(self) -> Today | None:
        if self.scale.beyond(self.today, self.today):
            return None
        text = _("Stand: %(day)s") if self.is_closed else _("Heute: %(day)s")
        label = text % {"day": written_day(self.today)}
        x = (self.scale.begin(self.today) + self.scale.end(self.today)) / 2
        flag = width(label, CAPTION_SIZE, bold=True) + 2 * GAP
        return Today(x, min(max(x - flag / 2, 0), self.form.width - flag - 1), flag, label)

    # Rows, laid out at y = 0

    def phase_row(self, phase: Phase) -> Row:
        lines = wrap(phase.title, self.form.labels - GAP, PHASE_SIZE, bold=True)
        height = max(len(lines) * LINE_HEIGHT, self.form.bar_height) + self.form.phase_padding
        state = phase.state(self.today)
        captions: tuple[Text, ...]
        told = f"{period(phase.starts, phase.ends)}, {state.label}"
        if beyond := self.scale.beyond(phase.starts.earliest, phase.ends.latest):
            mark = Mark(self._edge(beyond) - beyond * MARK_RADIUS, height / 2, "", beyond)
            captions, height = self.told(mark.x - MARK_RADIUS, mark.x + MARK_RADIUS, [told], height)
            return Row(0, height, True, _label(lines, x=GAP, height=height), captions, mark=mark)
        left, right = self.scale.begin(phase.starts.earliest), self.scale.end(phase.ends.latest)
        sure_from = left if phase.starts.days == 1 else self.scale.end(phase.starts.latest)
        sure_until = right if phase.ends.days == 1 else self.scale.begin(phase.ends.earliest)
        bar = Bar(
            x=left,
            y=(height - self.form.bar_height) / 2,
            width=right - left,
            height=self.form.bar_height,
            state=state.value,
            stops=_stops(left, right, sure_from, sure_until),
            goes_on=phase.ends.latest > self.scale.until,
            began_before=phase.starts.earliest < self.scale.since,
        )
        if bar.goes_on:
            told = _("%(start)s → bis %(end)s, %(state)s") % {
                "start": phase.starts,
                "end": phase.ends,
                "state": state.label,
            }
        begin = sure_from + bar.tip * bar.began_before + GAP
        end = sure_until - bar.tip * bar.goes_on - GAP
        if width(told, CAPTION_SIZE) <= end - begin:
            captions = (Text(begin, height / 2 + BASE_LINE, told, on_bar=True),)
        else:
            captions, height = self.told(left, right, [told], height)
        return Row(0, height, True, _label(lines, x=GAP, height=height), captions, bar=bar)

    def milestone_row(self, milestone: Milestone) -> Row:
        lines = wrap(milestone.title, self.form.labels - GAP - INDENT, LABEL_SIZE)
        height = max(len(lines) * LINE_HEIGHT, 2 * MARK_RADIUS) + self.form.milestone_padding
        date, state = _date(milestone), milestone.state(self.today)
        first_planned = _first_planned(milestone)
        words = [_when(date, state)]
        if first_planned:
            words.append(_("ursprünglich %(date)s") % {"date": first_planned})
        beyond = self.scale.beyond(date.earliest, date.latest)
        x = self._edge(beyond) - beyond * MARK_RADIUS if beyond else self.scale.middle(date)
        left, right = x - MARK_RADIUS, x + MARK_RADIUS
        bar = ghost = None
        if date.days > 1 and not beyond:
            bar = self.range(date, "expected" if state == Milestone.State.PLANNED else state.value)
            left, right = min(left, bar.x), max(right, bar.right)
        if first_planned and not self.scale.beyond(first_planned.earliest, first_planned.latest):
            ghost = self.ghost(first_planned, left, right)
            reach = ghost.range or bar
            left, right = min(left, ghost.x - MARK_RADIUS), max(right, ghost.x + MARK_RADIUS)
            if reach:
                left, right = min(left, reach.x), max(right, reach.right)
        middle = height / 2
        placed, height = self.told(left, right, words, height)
        if any(text.y < middle for text in placed):  # two lines, around the mark
            middle = height / 2
        return Row(
            y=0,
            height=height,
            is_phase=False,
            label=_label(lines, x=GAP + INDENT, height=height),
            captions=placed,
            bar=_centred(bar, middle),
            mark=Mark(x, middle, state.value, beyond),
            ghost=ghost and replace(ghost, y=middle, range=_centred(ghost.range, middle)),
        )

    def range(self, date: ApproximateDate, state: str) -> Bar:
        """Return the days a date may mean."""
        left, right = self.scale.begin(date.earliest), self.scale.end(date.latest)
        fade = (right - left) / 4
        return Bar(left, 0, right - left, RANGE_HEIGHT, state, _stops(left, right, left + fade, right - fade))

    def ghost(self, planned: ApproximateDate, left: float, right: float) -> Ghost:
        """Return the ghost of what now reaches from `left` to `right`."""
        x = self.scale.middle(planned)
        line = (x + MARK_RADIUS, max(left, x)) if x < (left + right) / 2 else (x - MARK_RADIUS, min(right, x))
        return Ghost(x, 0, *line, self.range(planned, "baseline") if planned.days > 1 else None)

    def told(self, left: float, right: float, texts: Sequence[str], height: float) -> tuple[tuple[Text, ...], float]:
        """Place words beside what reaches from `left` to `right` in a row of `height`, and return the height needed.

        Right of it if there is room, else left of it; each on a line of its own where only that fits; else beneath.
        """
        widths = [width(text, CAPTION_SIZE) for text in texts]
        in_a_row = sum(widths) + 2 * GAP * (len(texts) - 1)
        room_right, room_left = self.form.plot_right - right - GAP, left - self.form.plot_left - GAP
        base_line = height / 2 + BASE_LINE
        if in_a_row <= room_right:
            return _in_a_row(right + GAP, base_line, texts), height
        if in_a_row <= room_left:
            return _in_a_row(left - GAP, base_line, texts, anchor="end"), height
        if max(widths) <= max(room_right, room_left):
            x, anchor = (right + GAP, "start") if room_right >= room_left else (left - GAP, "end")
            height = max(height, len(texts) * LINE_HEIGHT + self.form.milestone_padding)
            first = height / 2 + BASE_LINE - LINE_HEIGHT * (len(texts) - 1) / 2
            lines = [Text(x, first + n * LINE_HEIGHT, text, anchor, muted=n > 0) for n, text in enumerate(texts)]
            return tuple(lines), height
        x = max(min(left + GAP, self.form.plot_right - GAP - in_a_row), self.form.plot_left + GAP)
        return _in_a_row(x, height + BASE_LINE, texts), height + LINE_HEIGHT

    def _edge(self, beyond: int) -> float:
        return self.form.plot_left if beyond < 0 else self.form.plot_right

    # Words around

    def legend(self, rows: Sequence[Row], today: Today | None, top: float) -> tuple[tuple[Key, ...], float]:
        """Return the signs that occur, in lines as wide as the picture, and where they end."""
        phases = {row.bar.state for row in rows if row.is_phase and row.bar}
        marks = {row.mark.state for row in rows if row.mark}
        words = [
            *(
                (f"phase-{state.value}", _("Phase %(state)s") % {"state": state.label})
                for state in Phase.State
                if state.value in phases
            ),
            *(
                (state.value, _("Meilenstein %(state)s") % {"state": state.label})
                for state in Milestone.State
                if state.value in marks
            ),
        ]
        if any(row.bar and not row.is_phase for row in rows):
            words.append(("range", _("Zeitraum, nicht auf den Tag bekannt")))
        if any(row.ghost for row in rows):
            words.append(("baseline", _("ursprünglich geplant")))
        if today:
            words.append(("today", _("dargestellter Stand") if self.is_closed else _("heute")))
        keys = []
        x, y = float(GAP), top
        for sign, text in words:
            room = 40 + width(text, CAPTION_SIZE) + 3 * GAP
            if x + room > self.form.width:
                x, y = GAP, y + LEGEND_LINE
            keys.append(Key(sign, text, round(x, 1), round(y, 1)))
            x += room
        return tuple(keys), y + LEGEND_LINE / 2 + 2

    def description(self, groups: Sequence[Group]) -> str:
        milestones = sum(len(milestones) for _phase, milestones in groups)
        return _("%(phases)s und %(milestones)s vom %(since)s bis zum %(until)s.") % {
            "phases": ngettext("%(count)s Phase", "%(count)s Phasen", len(groups)) % {"count": len(groups)},
            "milestones": ngettext("%(count)s Meilenstein", "%(count)s Meilensteine", milestones)
            % {"count": milestones},
            "since": written_day(self.scale.since),
            "until": written_day(self.scale.until),
        }


def _when(date: ApproximateDate, state: Milestone.State) -> str:
    """Return the date with the state in words; that it is planned goes without saying."""
    return expected(date) if state == Milestone.State.PLANNED else f"{date}, {state.label}"


def _stops(left: float, right: float, sure_from: float, sure_until: float) -> tuple[Stop, ...]:
    """Return how a bar fades in until `sure_from` and out from `sure_until`; both meet where it is never sure."""
    span = max(right - left, 1)
    if sure_from > sure_until:
        sure_from = sure_until = (left + right) / 2
    begin, end = (sure_from - left) / span, (sure_until - left) / span
    stops = [Stop(round(begin, 3), 1), Stop(round(end, 3), 1)]
    if begin > 0:
        stops.insert(0, Stop(0, FAINT))
    if end < 1:
        stops.append(Stop(1, FAINT))
    return tuple(stops)


def _in_a_row(x: float, y: float, texts: Sequence[str], anchor: str = "start") -> tuple[Text, ...]:
    """Return the words one after the other, from `x` to the right or, anchored at their end, to the left."""
    placed = []
    for number, text in enumerate(texts):
        placed.append(Text(x, y, text, anchor, muted=number > 0))
        step = width(text, CAPTION_SIZE) + 2 * GAP
        x += step if anchor == "start" else -step
    return tuple(placed)


def _label(lines: Sequence[str], *, x: float, height: float) -> tuple[Text, ...]:
    first = (height - LINE_HEIGHT * (len(lines) - 1)) / 2 + BASE_LINE
    return tuple(Text(x, first + index * LINE_HEIGHT, line) for index, line in enumerate(lines))


def _centred(bar: Bar | None, middle: float) -> Bar | None:
    return bar and replace(bar, y=middle - bar.height / 2)
