"""The steering group's page: where a concept stands on the way to the resolution, on one sheet of paper."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from district.models import Concept
from milestones.models import Consultation, Milestone, Phase, Postponement, Resolution, schedule_of
from milestones.outlook import HORIZON, Outlook, moves, outlook
from milestones.timeline import Chart, Format, chart
from milestones.wording import votes, written_day
from participation.deadlines import Due
from participation.models import Assessment, Idea
from participation.weighing_rows import Figures, deadlines_on

# As long as no steering meeting is recorded, „since the last one“ is a quarter of a year.
LOOKING_BACK: Final = datetime.timedelta(days=90)
# What is shown of a list on screen (more than a group can talk about) and on the sheet; the figures count everything.
LONGEST_LIST: Final = 50
LONGEST_ON_PAPER: Final = {"overdue": 3, "next": 4, "moves": 3, "papers": 1, "steps": 4}
# The timeline on the sheet: less than half as high as wide, so that it leaves room for the rest.
PART_OF_A_SHEET: Final = Format(
    "cp", width=1000, labels=330, bar_height=20, phase_padding=4, milestone_padding=3, highest=0.4
)

VERBS: Final = ("postpone_milestone", "reach_milestone", "call_off_milestone", "record_result")


class SinceForm(forms.Form):
    """From which day on to show what changed."""

    seit = forms.DateField(
        label=gettext_lazy("Änderungen seit"),
        required=False,
        input_formats=["%Y-%m-%d", "%d.%m.%Y"],
        error_messages={"invalid": gettext_lazy("Bitte geben Sie einen Tag an, zum Beispiel 24.03.2021.")},
    )


@dataclass(frozen=True)
class Figure:
    """A number with its words, and where to see what it counts."""

    value: str
    label: str
    url: str
    detail: str = ""
    is_alarming: bool = False


@dataclass(frozen=True)
class Deadline:
    """The next session that takes a paper of the concept; `days` are left to hand the papers in, if that is known."""

    consultation: Consultation
    days: int | None


@dataclass(frozen=True)
class Step:
    """A step of the Beratungsfolge; the sheet shows what is open and the last that was decided."""

    consultation: Consultation
    on_paper: bool

    @property
    def votes(self) -> str:
        """The votes in words."""
        return votes(self.consultation)


@dataclass(frozen=True)
class Paper:
    """A resolution with its Beratungsfolge; the sheet shows that of the first few which are not settled."""

    resolution: Resolution
    steps: tuple[Step, ...]
    on_paper: bool


@require_safe
def cockpit(request: HttpRequest, slug: str, site: dict[str, Any]) -> HttpResponse:
    """Show the cockpit of one concept; `site` is what every page of „Verwaltung“ knows."""
    if not request.user.has_perm("milestones.view_cockpit"):
        raise PermissionDenied
    concept = get_object_or_404(Concept, slug=slug)
    today = concept.as_of(timezone.localdate())
    form = SinceForm(request.GET) if "seit" in request.GET else SinceForm(initial={"seit": today - LOOKING_BACK})
    since = (form.is_valid() and form.cleaned_data["seit"]) or today - LOOKING_BACK

    phases = list(concept.phases.with_milestones())
    ahead = outlook(_milestones(phases), schedule_of(concept), today=today)
    changes = list(
        Postponement.objects.of(concept).filter(recorded_at__date__gte=since).select_related("decided_in__body")
    )
    resolutions = list(concept.resolutions.with_consultations())
    deadline = next_deadline(resolutions, today)
    context = {
        **site,
        "title": _("Wo stehen wir?"),
        "subtitle": concept.short_title,
        "concept": concept,
        "others": Concept.objects.exclude(pk=concept.pk),
        "today": today,
        "since": since,
        "form": form,
        "figures": figures(concept, ahead, changes=len(changes), deadline=deadline, since=since, today=today),
        "outlook": ahead,
        "horizon": HORIZON.days,
        "moves": moves(changes),
        "longest": LONGEST_LIST,
        "on_paper": LONGEST_ON_PAPER,
        "papers": papers(resolutions),
        "deadline": deadline,
        "charts": _charts(phases, ahead, concept, today),
        "may": {verb: request.user.has_perm(f"milestones.{verb}", concept) for verb in VERBS},
        "here": request.get_full_path(),
    }
    return TemplateResponse(request, "kek/cockpit.html", context)


def figures(
    concept: Concept,
    ahead: Outlook,
    *,
    changes: int,
    deadline: Deadline | None,
    since: datetime.date,
    today: datetime.date,
) -> list[Figure]:
    """Return the numbers at the top of the page, the most important first."""
    of_concept = {"phase__concept__id__exact": concept.pk}
    return [
        _slack(ahead, of_concept),
        Figure(
            value=str(len(ahead.overdue)),
            label=_("überfällig"),
            url=reverse("admin:milestones_milestone_changelist", query={**of_concept, "stand": "overdue"}),
            is_alarming=bool(ahead.overdue),
        ),
        Figure(
            value=str(len(ahead.next)),
            label=_("fällig in %(days)s Tagen") % {"days": HORIZON.days},
            url="#als-naechstes",
        ),
        Figure(
            value=str(changes),
            label=ngettext("Termin geändert", "Termine geändert", changes),
            detail=_("seit %(day)s") % {"day": written_day(since)},
            url=reverse(
                "admin:milestones_postponement_changelist",
                query={"milestone__phase__concept__id__exact": concept.pk, "recorded_at__date__gte": since.isoformat()},
            ),
        ),
        _papers_due(deadline),
        *_answers_due(concept, today),
    ]


def next_deadline(resolutions: Iterable[Resolution], today: datetime.date) -> Deadline | None:
    """Return the next session that awaits a paper, with the days left until its papers must be ready."""
    awaited = [
        step for resolution in resolutions for step in resolution.consultations.all() if step.awaits_session(today)
    ]
    if not awaited:
        return None
    step = min(awaited, key=lambda each: (each.session.date, each.pk))  # type: ignore[union-attr]  # filtered above
    assert step.session is not None
    closes = step.session.paper_deadline
    return Deadline(step, (closes - today).days if closes else None)


def papers(resolutions: Iterable[Resolution]) -> list[Paper]:
    """Return the papers, the one whose session is next first and those settled last, with what the sheet has room for."""
    in_order = sorted(resolutions, key=lambda each: (each.is_settled, _next_date(each), each.pk))
    return [
        Paper(each, _steps(each), on_paper=not each.is_settled and number < LONGEST_ON_PAPER["papers"])
        for number, each in enumerate(in_order)
    ]


def _next_date(resolution: Resolution) -> datetime.date:
    """Return the day from which on the next result may come, the last day there is where no session is known."""
    dates = [step.session.date.earliest for step in resolution.consultations.all() if step.is_open and step.session]
    return min(dates, default=datetime.date.max)


def _steps(resolution: Resolution) -> tuple[Step, ...]:
    steps = list(resolution.consultations.all())
    decided = [step for step in steps if not step.is_open]
    kept = [*decided[-1:], *(step for step in steps if step.is_open)][: LONGEST_ON_PAPER["steps"]]
    return tuple(Step(step, step in kept) for step in steps)


def _slack(ahead: Outlook, of_concept: dict[str, int]) -> Figure:
    every_resolution = reverse(
        "admin:milestones_milestone_changelist", query={**of_concept, "kind__exact": Milestone.Kind.RESOLUTION}
    )
    if ahead.resolution is None:
        return Figure("–", _("kein Beschluss mehr offen"), every_resolution)
    if ahead.tightest is None or ahead.tightest.slack is None:
        return Figure("–", _("Tage Puffer"), every_resolution, detail=_("Auf den Beschluss wartet nichts mit Vorlauf."))
    slack = ahead.tightest.slack
    return Figure(
        value=str(slack),
        label=ngettext("Tag Puffer bis zum Beschluss", "Tage Puffer bis zum Beschluss", slack),
        detail=_("am knappsten: %(milestone)s") % {"milestone": ahead.tightest.milestone},
        url=reverse("admin:milestones_milestone_change", args=[ahead.tightest.milestone.pk]),
        is_alarming=slack < 0,
    )


def _answers_due(concept: Concept, today: datetime.date) -> list[Figure]:
    """Return how many citizens wait for their answer longer than promised; nothing where nobody was asked."""
    ideas = Idea.objects.filter(round__concept=concept)
    counted = Figures.of(ideas, Assessment.objects.filter(round__concept=concept), deadlines_on(today))
    if concept.is_closed or not (counted.open or counted.released):
        return []
    return [
        Figure(
            value=str(counted.overdue),
            label=ngettext("Antwort überfällig", "Antworten überfällig", counted.overdue),
            detail=_("%(open)s offen, %(submitted)s zur Freigabe")
            % {"open": counted.open, "submitted": counted.submitted},
            url=reverse("admin:participation_weighing", query={"due": Due.OVERDUE.value}),
            is_alarming=counted.overdue > 0,
        )
    ]


def _papers_due(deadline: Deadline | None) -> Figure:
    if deadline is None:
        return Figure("–", _("keine Sitzung geplant"), "#beratungsfolge")
    session = deadline.consultation.session
    assert session is not None  # `next_deadline` saw to it
    url = reverse("admin:milestones_councilsession_change", args=[session.pk])
    if deadline.days is None:
        return Figure("–", _("Vorlagenschluss offen"), url, detail=str(session))
    if deadline.days < 0:
        days = -deadline.days
        label = ngettext("Tag seit Vorlagenschluss", "Tage seit Vorlagenschluss", days)
        return Figure(str(days), label, url, detail=str(session))
    label = ngettext("Tag bis Vorlagenschluss", "Tage bis Vorlagenschluss", deadline.days)
    return Figure(str(deadline.days), label, url, detail=str(session))


def _milestones(phases: Sequence[Phase]) -> list[Milestone]:
    return [milestone for phase in phases for milestone in phase.milestones.all()]


def _charts(phases: Sequence[Phase], ahead: Outlook, concept: Concept, today: datetime.date) -> dict[str, Chart]:
    """Lay out the whole way up to the resolution for the screen, and what is recent and ahead for the sheet."""
    until = None
    if ahead.resolution:
        until = max(ahead.resolution.current.latest, today) + datetime.timedelta(days=31)
        phases = [phase for phase in phases if phase.starts.earliest <= until]
    recent = today - LOOKING_BACK
    lay_out = partial(
        chart,
        today=today,
        until=until,
        with_internal=True,
        is_closed=concept.is_closed,
    )
    return {
        "screen": lay_out(phases),
        "sheet": lay_out(
            [phase for phase in phases if phase.ends.latest >= recent or phase.state(today) != Phase.State.FINISHED],
            since=recent,
            ended_since=recent,
            form=PART_OF_A_SHEET,
        ),
    }
