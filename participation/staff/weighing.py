"""The weighing's table, and the desk on which one is written: ideas beside the words that answer them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from district.addresses import key_of
from district.staff_pages import answers, attempt, came_from, person, warn
from district.views import asks
from participation.actions import begin, propose, revise
from participation.actions.together import Changed
from participation.actions.weighing import as_read
from participation.deadlines import Due
from participation.forms.weighing import MOST_TOGETHER, WeighForm, ideas_to_weigh
from participation.forms.weighing_table import TableFilter
from participation.models import Assessment, Idea, Section
from participation.models.assessments import State as AssessmentState
from participation.models.ideas import State
from participation.weighing_rows import WeighingRows, deadlines_on, with_entries, with_ideas
from participation.weighing_table import Row, Stage


@dataclass(frozen=True)
class Card:
    """A number at the top of the table with its words; it leads to what it counts."""

    number: int
    label: str
    query: str
    is_current: bool
    is_alarming: bool = False


@dataclass(frozen=True)
class Line:
    """A row as the table shows it; `box` is the name under which it can be ticked, empty where it cannot."""

    row: Row
    url: str
    key: int
    box: str


@require_safe
def table(request: HttpRequest) -> HttpResponse:
    """Show what is to be weighed and what was: what is due first, then what was answered last."""
    if not request.user.has_perm("participation.view_assessment"):
        raise PermissionDenied
    filters = TableFilter(request.GET, person=person(request))
    rows = WeighingRows(filters.criteria, deadlines_on(timezone.localdate()))
    page_obj = rows.page(request.GET.get("page"))
    lines = [_line(request, row) for row in page_obj]
    boxes = {line.box for line in lines}
    asked = filters.criteria.round
    is_closed = asked is not None and asked.concept.is_closed
    return page(
        request,
        "weighing_table",
        title=_("Abwägung"),
        filters=filters,
        cards=_cards(filters, rows),
        page_obj=page_obj,
        lines=lines,
        sections=rows.sections,
        has_ideas="idea" in boxes,
        has_assessments="assessment" in boxes,
        may_weigh=request.user.has_perm("participation.weigh_idea") and not is_closed,
        may_release=request.user.has_perm("participation.release_assessment"),
        without_department=filters.criteria.sees_nothing,
    )


@asks
def begin_weighing(request: HttpRequest) -> HttpResponse:
    """Write a new weighing of the ideas that were ticked, or of all that was said to a section and waits."""
    if not request.user.has_perm("participation.weigh_idea"):
        raise PermissionDenied
    section, keys = _asked_for(request)
    ideas = ideas_to_weigh(keys)
    back = way_back(request)
    if any(not request.user.has_perm("participation.weigh_idea", idea) for idea in ideas):
        raise PermissionDenied
    if request.method != "POST":
        settled = [idea for idea in ideas if idea.state != State.PUBLISHED]
        ideas = [idea for idea in ideas if idea.state == State.PUBLISHED]
        warn(request, (_told_settled(idea) for idea in settled))
    if hindrance := _why_not_together(ideas):
        warn(request, [hindrance])
        return HttpResponseRedirect(back)
    asked = ideas[0].round
    form = WeighForm(answers(request), assessment=None, ideas=ideas, asked=asked, person=person(request))

    def write() -> Assessment:
        by, at = person(request), timezone.now()
        made = begin(form.chosen, draft=form.draft, by=by, at=at, section=section)
        return propose(made, by=by, at=at) if "submit" in request.POST else made

    if request.method == "POST" and form.is_valid() and (made := attempt(form, partial(_at_once, write))):
        return _saved(request, made)
    return _desk(request, form, section=section)


@asks
def weigh(request: HttpRequest, pk: int) -> HttpResponse:
    """Go on writing a weighing; what is not being worked on, or not by this person, is shown to read."""
    assessment = find(request, pk)
    if assessment is None:
        return _gone(request)
    may_change = request.user.has_perm("participation.change_weighing", assessment)
    if request.method == "POST" and not may_change:
        raise PermissionDenied
    is_draft = assessment.state == AssessmentState.DRAFT
    if request.method != "POST" and not (is_draft and may_change):
        return show(request, assessment)
    own = {idea.pk for idea in assessment.weighed}
    ideas = ideas_to_weigh(own | set(_keys(request.POST.getlist("ideas"))))
    if any(not request.user.has_perm("participation.weigh_idea", idea) for idea in ideas if idea.pk not in own):
        raise PermissionDenied
    form = WeighForm(
        answers(request), assessment=assessment, ideas=ideas, asked=assessment.round, person=person(request)
    )

    def write() -> Assessment:
        by, at = person(request), timezone.now()
        written = revise(assessment, draft=form.draft, ideas=form.chosen, by=by, at=at)
        return propose(written, by=by, at=at) if "submit" in request.POST else written

    if request.method == "POST" and form.is_valid():
        try:
            if written := attempt(form, lambda: as_read(form.read, write)):
                return _saved(request, written)
        except Changed as faster:
            if not is_draft:
                return show(request, assessment, told=faster.messages, lost=form.words_written)
            return _desk(request, _with_new_mark(form, assessment), told=faster.messages)
    return _desk(request, form)


# What the room's pages of the weighing share


def page(request: HttpRequest, template: str, **context: Any) -> TemplateResponse:
    """Return a page in the frame of „Verwaltung“ that knows the way back to the table."""
    back = way_back(request)
    context = {**admin.site.each_context(request), "back": back, "next": "" if back == table_url() else back, **context}
    return TemplateResponse(request, f"participation/admin/{template}.html", context)


def show(
    request: HttpRequest,
    assessment: Assessment,
    *,
    told: Sequence[str] = (),
    lost: Sequence[tuple[str, str]] = (),
) -> HttpResponse:
    """Show a weighing to read, with what can be done to it; `lost` are words that could not be saved."""
    may = request.user.has_perm
    ideas = assessment.weighed
    seen = tuple(idea for idea in ideas if may("participation.view_idea", idea))
    is_submitted = assessment.state == AssessmentState.SUBMITTED
    may_release = is_submitted and may("participation.release_assessment", assessment)
    return page(
        request,
        "weighing_assessment",
        title=str(assessment),
        assessment=assessment,
        row=Row(seen, assessment, deadlines_on(timezone.localdate())),
        not_seen=len(ideas) - len(seen),
        told=told,
        lost=lost,
        may_release=may_release,
        must_be_released_by_others=is_submitted and not may_release and may("participation.release_assessment"),
        may_link=assessment.is_released and may("participation.link_assessment", assessment),
        may_correct=may("participation.change_weighing", assessment) and assessment.may_be_corrected,
    )


def table_url() -> str:
    """Return the address of the table."""
    return reverse("admin:participation_weighing")


def desk_of(assessment: Assessment) -> str:
    """Return the address of a weighing's desk."""
    return reverse("admin:participation_assessment_weigh", args=[assessment.pk])


def way_back(request: HttpRequest) -> str:
    """Return the page from which somebody came, if it is one of ours, or the table."""
    return came_from(request) or table_url()


def with_way_back(request: HttpRequest, url: str) -> str:
    """Return an address that knows the same way back."""
    back = way_back(request)
    query = QueryDict(mutable=True)
    query["next"] = back
    return f"{url}?{query.urlencode(safe='/')}" if back != table_url() else url


def readable() -> QuerySet[Assessment]:
    """Return weighings with all that a page shows of them."""
    people = ("drafted_by", "submitted_by", "released_by")
    related = ("round__concept", "section", "field_of_action", "corrects", "correction", *people)
    return with_entries(with_ideas(Assessment.objects.select_related(*related)))


def find(request: HttpRequest, pk: int) -> Assessment | None:
    """Return a weighing that this person may see, or None where it is gone."""
    assessment = readable().filter(pk=pk).first()
    if not request.user.has_perm("participation.view_assessment", assessment):
        raise PermissionDenied
    return assessment


def _line(request: HttpRequest, row: Row) -> Line:
    user = request.user
    if row.assessment is None:
        idea = row.ideas[0]
        may_weigh = user.has_perm("participation.weigh_idea", idea)
        url = reverse("admin:participation_weighing_begin", query={"idea": idea.pk}) if may_weigh else ""
        return Line(row, url, idea.pk, "idea" if may_weigh else "")
    is_submitted = row.stage == Stage.SUBMITTED
    # Own ones can be ticked, too: the page that asks says why they are left out.
    may_release = is_submitted and user.has_perm("participation.release_assessment")
    return Line(row, desk_of(row.assessment), row.assessment.pk, "assessment" if may_release else "")


def _cards(filters: TableFilter, rows: WeighingRows) -> list[Card]:
    figures, asked = rows.figures, filters.criteria
    every = (asked.stage, asked.due)

    def card(number: int, label: str, *, stage: str = "", due: str = "", is_alarming: bool = False) -> Card:
        query = filters.query_with(stage=stage, due=due)
        return Card(number, label, query, every == (stage, due), is_alarming)

    return [
        card(figures.open, ngettext("Antwort offen", "Antworten offen", figures.open), due=Due.OPEN),
        card(figures.soon, str(Due.SOON.label), due=Due.SOON),
        card(figures.overdue, str(Due.OVERDUE.label), due=Due.OVERDUE, is_alarming=figures.overdue > 0),
        card(figures.drafts, ngettext("Abwägung in Arbeit", "Abwägungen in Arbeit", figures.drafts), stage=Stage.DRAFT),
        card(figures.submitted, _("zur Freigabe"), stage=Stage.SUBMITTED),
        card(figures.released, str(Stage.RELEASED.label), stage=Stage.RELEASED),
    ]


def _asked_for(request: HttpRequest) -> tuple[Section | None, set[int]]:
    """Return the section and the keys of the ideas that somebody wants to weigh."""
    sent = _keys(request.POST.getlist("ideas"))
    ticked = _keys(request.GET.getlist("idea"))[: MOST_TOGETHER + 1]
    of_section = _keys(request.GET.getlist("all_of"))[:1]
    section = Section.objects.select_related("round__concept").filter(pk__in=of_section).first()
    if section:
        waiting = section.contributions.filter(state=State.PUBLISHED).order_by("published_at", "pk")
        if not request.user.has_perm("participation.view_every_weighing"):
            waiting = waiting.filter(department=person(request).department)
        ticked = list(waiting.values_list("pk", flat=True)[:MOST_TOGETHER])
    return section, {*sent, *ticked}


def _keys(values: Sequence[str]) -> list[int]:
    return [key for value in values if (key := key_of(value)) is not None]


def _why_not_together(ideas: Sequence[Idea]) -> str:
    if not ideas:
        return _("Bitte wählen Sie mindestens eine Idee, die noch nicht abgewogen wird.")
    if len(ideas) > MOST_TOGETHER:
        told = _("Das sind zu viele auf einmal. Bitte wägen Sie höchstens %(most)s Ideen gemeinsam ab.")
        return told % {"most": MOST_TOGETHER}
    if len({idea.round_id for idea in ideas}) > 1:
        return _("Gemeinsam abwägen lässt sich nur, was zur selben Runde gehört.")
    return ""


def _told_settled(idea: Idea) -> str:
    told = _("%(idea)s ist „%(state)s“ und wird ausgelassen.")
    return told % {"idea": idea.reference, "state": idea.get_state_display()}


def _at_once(write: Callable[[], Assessment]) -> Assessment:
    with transaction.atomic():
        return write()


def _saved(request: HttpRequest, assessment: Assessment) -> HttpResponse:
    """Tell what was saved; lead on to the desk, or back once it waits for somebody else."""
    if assessment.state == AssessmentState.SUBMITTED:
        told = _("%(assessment)s liegt zur Freigabe vor. Freigeben muss sie jemand anderes.")
        messages.success(request, told % {"assessment": assessment})
        return HttpResponseRedirect(way_back(request))
    messages.success(request, _("%(assessment)s ist gespeichert.") % {"assessment": assessment})
    return HttpResponseRedirect(with_way_back(request, desk_of(assessment)))


def _desk(
    request: HttpRequest, form: WeighForm, *, section: Section | None = None, told: Sequence[str] = ()
) -> HttpResponse:
    assessment = form.assessment
    if section is None and assessment:
        section = assessment.section
    return page(
        request,
        "weighing_desk",
        title=str(assessment) if assessment else _("Neue Abwägung"),
        form=form,
        assessment=assessment,
        asked=form.asked,
        section=section,
        told=told,
    )


def _with_new_mark(form: WeighForm, assessment: Assessment) -> WeighForm:
    """Return the form with what was typed, so that saving it again overwrites knowingly what somebody else has written."""
    assert isinstance(form.data, QueryDict)
    data = form.data.copy()
    data["seen"] = form.initial["seen"]
    return WeighForm(data, assessment=assessment, ideas=form.offered, asked=form.asked, person=form.person)


def _gone(request: HttpRequest) -> HttpResponse:
    """Lead to what is still there; words that could not be saved go along to a new weighing of the same ideas."""
    told = [_("Diese Abwägung wurde inzwischen verworfen.")]
    ideas = ideas_to_weigh(_keys(request.POST.getlist("ideas")))
    mine = [idea for idea in ideas if request.user.has_perm("participation.weigh_idea", idea)]
    if not mine or _why_not_together(mine):
        warn(request, told)
        return HttpResponseRedirect(way_back(request))
    data = request.POST.copy()
    data["seen"] = ""
    form = WeighForm(data, assessment=None, ideas=mine, asked=mine[0].round, person=person(request))
    told.append(_("Ihr Text steht noch hier. Sie können damit eine neue Abwägung beginnen."))
    return _desk(request, form, told=told)
