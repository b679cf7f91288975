"""The statistics of a round: one page to read and print, each figure as a picture and as a table to download."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from district import atlas
from district.choropleth import Choropleth, choropleth
from district.downloads import send_bytes
from district.models import District
from district.tables import Column, Kind, Table, csv_file
from district.tables.table import Value
from participation.charts import Chart, Look, Series, columns
from participation.charts import rows as bars
from participation.models import Round
from participation.statistics import AnswerTimes, Course, Statistics, Step, Tally, percent, statistics_of

from .weighing import page

Cells = Sequence[Sequence[Value]]


@dataclass(frozen=True)
class Shown:
    """A number at the top of the page with its words."""

    value: str
    label: str
    detail: str = ""


@dataclass(frozen=True)
class Figure:
    """A figure: `name` is its address; a picture, and the same as a table. `file_rows` are for a file that says more."""

    name: str
    title: str
    note: str
    columns: Sequence[Column]
    rows: Cells
    chart: Chart | None = None
    map: Choropleth | None = None
    first_in_file: str = ""
    file_rows: Cells = ()

    @property
    def table(self) -> Table:
        """The table as a file."""
        first = Column(self.first_in_file or self.columns[0].heading)
        return Table(self.title, [first, *self.columns[1:]], self.file_rows or self.rows)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw."""
        return (self.chart is None or self.chart.is_empty) and (self.map is None or self.map.is_empty)


@require_safe
def rounds(request: HttpRequest) -> HttpResponse:
    """Lead to the round that began last."""
    if not request.user.has_perm("participation.view_statistics"):
        raise PermissionDenied
    begun = Round.objects.filter(opens_on__lte=timezone.localdate())
    latest = begun.filter(called_off_on=None).first() or begun.first() or Round.objects.first()
    if latest is None:
        return page(request, "statistics", title=_("Statistik"), asked=None)
    return HttpResponseRedirect(reverse("admin:participation_statistics", args=[latest.pk]))


@require_safe
def statistics_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a round in figures."""
    asked = _round(request, pk)
    counted = statistics_of(asked, target_days=District.objects.answer_target_days())
    return page(
        request,
        "statistics",
        title=_("Statistik"),
        subtitle=str(asked),
        asked=asked,
        now=timezone.localtime(),
        others=Round.objects.select_related("concept"),
        shown=_shown(counted),
        figures=figures(asked, counted),
        is_empty=not counted.received,
    )


@require_safe
def figure_svg(request: HttpRequest, pk: int, figure: str) -> HttpResponse:
    """Hand out the picture of a figure."""
    asked = _round(request, pk)
    found = _figure(asked, figure)
    if found.is_empty:
        raise Http404("there is nothing to draw")
    template = "partials/map_choropleth.svg" if found.map else "participation/chart.svg"
    district = District.objects.current()
    context = {"chart": found.chart, "map": found.map, "attribution": district.map_attribution if district else ""}
    response = render(request, template, context, content_type="image/svg+xml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{figure}-{asked.slug}.svg"'
    return response


@require_safe
def figure_csv(request: HttpRequest, pk: int, figure: str) -> HttpResponse:
    """Hand out the table of a figure."""
    asked = _round(request, pk)
    found = _figure(asked, figure)
    return send_bytes(csv_file(found.table), title=f"{figure}-{asked.slug}", ending="csv")


def figures(asked: Round, counted: Statistics) -> list[Figure]:
    """Return the figures in the order of the page; a draft is discussed by section, so it has no map."""
    of_round = f"{asked.title}: "
    where = [] if asked.is_draft and not any(counted.by_ags.values()) else [_where(of_round, counted)]
    return [
        _course(of_round, counted.course),
        *where,
        *(_tally(of_round, tally) for tally in counted.tallies),
        _times(of_round, counted.times),
    ]


def _round(request: HttpRequest, pk: int) -> Round:
    if not request.user.has_perm("participation.view_statistics"):
        raise PermissionDenied
    return get_object_or_404(Round.objects.select_related("concept"), pk=pk)


def _figure(asked: Round, name: str) -> Figure:
    found = figures(asked, statistics_of(asked, target_days=District.objects.answer_target_days()))
    for figure in found:
        if figure.name == name:
            return figure
    raise Http404("no such figure")


def _shown(counted: Statistics) -> list[Shown]:
    times = counted.times
    in_time = percent(times.within_target, times.number)
    return [
        Shown(_number(counted.received), ngettext("Beitrag eingegangen", "Beiträge eingegangen", counted.received)),
        Shown(_number(counted.published), _("öffentlich")),
        Shown(_number(counted.answered), _("beantwortet"), percent(counted.answered, counted.published)),
        Shown(
            _days(times.median),
            _("Tage bis zur Antwort"),
            _("Median; im Mittel %(mean)s") % {"mean": _days(times.mean)},
        ),
        Shown(in_time, _("innerhalb der Frist"), _("von %(days)s Tagen") % {"days": times.target_days}),
    ]


def _course(of_round: str, course: Course) -> Figure:
    received, published = Series(_("eingegangen")), Series(_("veröffentlicht"), Look.OUTLINED)
    spans = course.spans
    title, first = {
        Step.DAY: (_("Beiträge je Tag"), _("Tag")),
        Step.WEEK: (_("Beiträge je Woche"), _("Woche")),
        Step.MONTH: (_("Beiträge je Monat"), _("Monat")),
    }[course.step]
    groups = [(span.label, [(span.received, received), (span.published, published)]) for span in spans]
    return Figure(
        "verlauf",
        title,
        _("Wann etwas eingegangen ist und wann etwas veröffentlicht wurde. Die CSV-Datei nennt jeden Tag."),
        [Column(first), Column(received.name, Kind.NUMBER), Column(published.name, Kind.NUMBER)],
        [(span.name, span.received, span.published) for span in spans],
        chart=columns(of_round + title, groups, [received, published]),
        first_in_file=_("Tag"),
        file_rows=[(span.first, span.received, span.published) for span in course.days],
    )


def _where(of_round: str, counted: Statistics) -> Figure:
    tally = counted.municipalities
    title = _("Beiträge je Gemeinde")
    drawn = choropleth(
        atlas.current().drawing,
        counted.by_ags,
        title=of_round + title,
        in_words=lambda number: ngettext("%(count)s Beitrag", "%(count)s Beiträge", number) % {"count": number},
    )
    return Figure(tally.name, title, tally.base, _columns(tally), tally.rows, map=drawn)


def _tally(of_round: str, tally: Tally) -> Figure:
    drawn = bars(of_round + tally.title, tally.counts, Series(tally.title))
    return Figure(tally.name, tally.title, tally.base, _columns(tally), tally.rows, chart=drawn)


def _times(of_round: str, times: AnswerTimes) -> Figure:
    in_time, late = Series(_("innerhalb der Frist")), Series(_("nach der Frist"), Look.LATE)
    title = _("Tage bis zur Antwort")
    groups = [(each.label, [(each.number, late if each.is_late else in_time)]) for each in times.bins]
    rows = [(each.label, each.number, percent(each.number, times.number)) for each in times.bins]
    return Figure(
        "antwortzeit",
        title,
        _("Kalendertage von der Veröffentlichung bis zur Antwort; die Frist beträgt %(days)s Tage.")
        % {"days": times.target_days},
        [Column(_("Tage")), Column(_("Antworten"), Kind.NUMBER), Column(_("Anteil"), Kind.KEY)],
        rows,
        chart=columns(of_round + title, groups, [in_time, late]),
        file_rows=[
            (str(days), number, percent(number, times.number)) for days, number in sorted(times.by_days.items())
        ],
    )


def _columns(tally: Tally) -> list[Column]:
    return [Column(tally.heading), Column(_("Anzahl"), Kind.NUMBER), Column(_("Anteil"), Kind.KEY)]


def _number(number: int) -> str:
    return number_format(number, force_grouping=True)


def _days(days: float | None) -> str:
    if days is None:
        return "–"
    rounded = round(days, 1)
    return number_format(rounded, decimal_pos=0 if rounded == int(rounded) else 1)
