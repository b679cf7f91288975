"""The timeline as a picture: years and quarters, one row under the other, the line of today, the legend."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from district.approximate_date import ApproximateDate
from milestones.lettering import width
from milestones.models import Milestone, Phase
from milestones.wording import written_day

from .entries import Stretch, stretches
from .formats import (
    CAPTION_SIZE,
    FLAG_HEIGHT,
    GAP,
    GROUP_GAP,
    LABEL_SIZE,
    LEGEND_LINE,
    QUARTER_HEIGHT,
    SCREEN,
    YEAR_HEIGHT,
    Format,
)
from .rows import Rows
from .shapes import Chart, Column, Key, Row, Today
from .window import Scale, window

NARROWEST_QUARTER: Final = 32
MOST_YEARS_IN_QUARTERS: Final = 12


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
    `until` cut the picture; left out, it shows the way to the resolution and at most a year of what follows.
    `is_closed` calls the line of `today` „Stand“ instead of „Heute“.
    """
    shown = stretches(phases, today=today, with_internal=with_internal, ended_since=ended_since)
    first, last = window(shown, today, since, until)

    def drawn(on: Format) -> Chart:
        return _Drawing(Scale(first, last, on), on, today, is_closed=is_closed).chart(shown)

    return drawn(form) if form.highest is None else _fitted(form, form.highest, shown, drawn)


def _fitted(form: Format, highest: float, shown: Sequence[Stretch], drawn: Callable[[Format], Chart]) -> Chart:
    """Return the picture that fills a page `highest` times as high as wide: as narrow as it fits, then loosened."""
    least_height = form.least_height(phases=len(shown), milestones=_number_of_points(shown))
    form = form.widened(max(form.width, least_height / highest))
    picture = drawn(form)
    while picture.height > highest * picture.width:
        form = form.widened(form.width * 1.05)
        picture = drawn(form)
    spare = highest * picture.width - picture.height
    return drawn(form.loosened(spare / max(len(picture.rows), 1)))


def _number_of_points(shown: Sequence[Stretch]) -> int:
    return sum(len(stretch.points) for stretch in shown)


class _Drawing:
    """The parts of one picture."""

    def __init__(self, scale: Scale, form: Format, today: datetime.date, *, is_closed: bool) -> None:
        self.scale, self.form, self.today, self.is_closed = scale, form, today, is_closed

    def chart(self, shown: Sequence[Stretch]) -> Chart:
        columns = [*self.years(), *self.quarters()]
        top = FLAG_HEIGHT + YEAR_HEIGHT + QUARTER_HEIGHT * any(each.label for each in columns if not each.is_year)
        rows = self.rows(shown, top)
        bottom = rows[-1].y + rows[-1].height if rows else top
        bottom += GROUP_GAP
        today_line = self.today_line()
        legend, height = self.legend(rows, today_line, bottom + 26)
        return Chart(
            name=self.form.name,
            title=_("Zeitplan"),
            description=self.description(shown),
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
        # Translators: a quarter of a year, as short as possible
        short = _("Q%(number)s")
        for date in (ApproximateDate.quarter(year, number) for year in years for number in range(1, 5)):
            left, right = self.scale.begin(date.earliest), self.scale.end(date.latest)
            if right > left:
                label = "" if narrow else short % {"number": date.earliest.month // 3 + 1}
                yield Column(left, right - left, label, is_year=False)

    def today_line(self) -> Today | None:
        if self.scale.beyond(self.today, self.today):
            return None
        text = _("Stand: %(day)s") if self.is_closed else _("Heute: %(day)s")
        label = text % {"day": written_day(self.today)}
        x = (self.scale.begin(self.today) + self.scale.end(self.today)) / 2
        flag = width(label, CAPTION_SIZE, bold=True) + 2 * GAP
        return Today(x, min(max(x - flag / 2, 0), self.form.width - flag - 1), flag, label)

    def rows(self, shown: Sequence[Stretch], top: float) -> list[Row]:
        lay_out = Rows(self.scale, self.form)
        rows: list[Row] = []
        for stretch in shown:
            rows.append(lay_out.phase(stretch, top + GROUP_GAP))
            top = rows[-1].y + rows[-1].height
            for point in stretch.points:
                rows.append(lay_out.milestone(point, top))
                top += rows[-1].height
        return rows

    # Words around

    def legend(self, rows: Sequence[Row], today: Today | None, top: float) -> tuple[tuple[Key, ...], float]:
        """Return the signs that occur, in lines as wide as the picture, and where they end."""
        keys = []
        x, y = float(GAP), top
        for sign, text in self.signs(rows, today):
            room = 40 + width(text, CAPTION_SIZE) + 3 * GAP
            if x + room > self.form.width:
                x, y = GAP, y + LEGEND_LINE
            keys.append(Key(sign, text, round(x, 1), round(y, 1)))
            x += room
        return tuple(keys), y + LEGEND_LINE / 2 + 2

    def signs(self, rows: Sequence[Row], today: Today | None) -> Iterable[tuple[str, str]]:
        """Return the signs that occur with what they mean."""
        phases = {row.bar.state for row in rows if row.is_phase and row.bar}
        marks = {row.mark.state for row in rows if row.mark}
        for phase_state in Phase.State:
            if phase_state.value in phases:
                yield f"phase-{phase_state.value}", _("Phase %(state)s") % {"state": phase_state.label}
        for state in Milestone.State:
            if state.value in marks:
                yield state.value, _("Meilenstein %(state)s") % {"state": state.label}
        if any(row.bar and not row.is_phase for row in rows):
            yield "range", _("Zeitraum, nicht auf den Tag bekannt")
        if any(row.ghost for row in rows):
            yield "baseline", _("ursprünglich geplant")
        if today:
            yield "today", _("dargestellter Stand") if self.is_closed else _("heute")

    def description(self, shown: Sequence[Stretch]) -> str:
        phases, milestones = len(shown), _number_of_points(shown)
        return _("%(phases)s und %(milestones)s vom %(since)s bis zum %(until)s.") % {
            "phases": ngettext("%(count)s Phase", "%(count)s Phasen", phases) % {"count": phases},
            "milestones": ngettext("%(count)s Meilenstein", "%(count)s Meilensteine", milestones)
            % {"count": milestones},
            "since": written_day(self.scale.since),
            "until": written_day(self.scale.until),
        }
