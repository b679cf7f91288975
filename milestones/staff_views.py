"""The project office's verbs in „Verwaltung“: ask, show what follows, do it once it is confirmed.

A GET never changes anything. What follows is found out by doing it and undoing it, so that the preview never differs
from what happens.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from district.approximate_date import ApproximateDate
from district.models import User
from district.staff_pages import came_from
from district.views import asks
from milestones.actions import call_off, fix_baseline, postpone, reach, record_result
from milestones.actions.movement import why_not_ended, why_not_postponed
from milestones.forms import CallOffForm, PostponeForm, ReachForm, ResultForm
from milestones.models import Consultation, Milestone, Postponement
from milestones.wording import votes

BASELINE_STAYS = gettext_lazy(
    "Danach steht dieser Termin als der ursprünglich geplante fest. Er ändert sich nur noch durch eine Verschiebung "
    "mit Begründung."
)


@dataclass(frozen=True)
class Shift:
    """A milestone's date before and after."""

    milestone: str
    before: ApproximateDate
    after: ApproximateDate


@dataclass(frozen=True)
class Effect:
    """What a verb brings about: sentences for people, and the other dates that move along."""

    sentences: tuple[str, ...]
    shifts: tuple[Shift, ...] = ()

    def __str__(self) -> str:
        along = [
            _("„%(milestone)s“ zieht mit: %(after)s, bisher %(before)s.")
            % {"milestone": shift.milestone, "before": shift.before, "after": shift.after}
            for shift in self.shifts
        ]
        return " ".join([*self.sentences, *along])


@dataclass(frozen=True)
class Question:
    """The page that asks: its words, and the facts of the row it is about."""

    title: str
    verb: str
    facts: tuple[tuple[str, str], ...]
    back: str
    warning: str = ""
    previews: bool = False


@asks
def postpone_milestone(request: HttpRequest, pk: int) -> HttpResponse:
    """Move a milestone, after showing what moves along."""
    milestone = _milestone(request, pk, "milestones.postpone_milestone")
    if request.method != "POST" and (hindrance := why_not_postponed(milestone)):
        return _refuse(request, milestone, hindrance)
    form = PostponeForm(_answers(request), milestone=milestone)

    def move() -> Effect:
        postponement = postpone(
            milestone,
            to=form.cleaned_data["to"],
            reason=form.cleaned_data["reason"],
            cause=form.cleaned_data["cause"],
            by=_person(request),
            decided_in=form.cleaned_data["decided_in"],
        )
        if form.cleaned_data["present"] != postponement.from_date:
            raise ValidationError(
                _("Der Termin wurde inzwischen auf „%(date)s“ geändert. Bitte beginnen Sie noch einmal.")
                % {"date": postponement.from_date}
            )
        sentences = [_moved(postponement), _because(postponement.reason)]
        if postponement.to_date.latest < timezone.localdate():
            sentences.append(_("Bitte prüfen Sie das Jahr: Der neue Termin ist schon vorbei."))
        return Effect(tuple(sentences), _along(postponement))

    question = Question(
        _("Meilenstein verschieben"), _("Verschieben"), _facts(milestone), _change_page(milestone), previews=True
    )
    return _ask(request, milestone, form, move, question)


@asks
def reach_milestone(request: HttpRequest, pk: int) -> HttpResponse:
    """Record that a milestone was reached."""
    milestone = _milestone(request, pk, "milestones.reach_milestone")
    if request.method != "POST" and (hindrance := why_not_ended(milestone)):
        return _refuse(request, milestone, hindrance)
    form = ReachForm(_answers(request))

    def conclude() -> Effect:
        attainment = reach(
            milestone, on=form.cleaned_data["on"], remark=form.cleaned_data["remark"], by=_person(request)
        )
        return Effect((_reached(milestone, attainment.reached), *_still_open(milestone)))

    question = Question(
        _("Meilenstein erreicht"),
        _("Als erreicht eintragen"),
        _facts(milestone),
        _change_page(milestone),
        warning=_("Was erreicht ist, lässt sich danach nicht mehr ändern."),
        previews=True,
    )
    return _ask(request, milestone, form, conclude, question)


@asks
def call_off_milestone(request: HttpRequest, pk: int) -> HttpResponse:
    """Record that a milestone will not take place."""
    milestone = _milestone(request, pk, "milestones.call_off_milestone")
    if request.method != "POST" and (hindrance := why_not_ended(milestone)):
        return _refuse(request, milestone, hindrance)
    form = CallOffForm(_answers(request))

    def cancel() -> Effect:
        call_off(
            milestone,
            on=form.cleaned_data["on"],
            reason=form.cleaned_data["reason"],
            cause=form.cleaned_data["cause"],
            by=_person(request),
        )
        return Effect(
            (_("„%(milestone)s“ ist abgesagt.") % {"milestone": milestone}, _because(form.cleaned_data["reason"]))
        )

    question = Question(
        _("Meilenstein absagen"),
        _("Absagen"),
        _facts(milestone),
        _change_page(milestone),
        warning=_("Eine Absage lässt sich nicht zurücknehmen. Wird nur der Termin anders, verschieben Sie ihn."),
        previews=True,
    )
    return _ask(request, milestone, form, cancel, question)


@asks
def fix_milestone_baseline(request: HttpRequest, pk: int) -> HttpResponse:
    """Fix a milestone's date as the one first planned."""
    milestone = _milestone(request, pk, "milestones.fix_baseline")
    if milestone.baseline is not None:
        return _refuse(request, milestone, _("Der Ausgangstermin ist schon festgeschrieben."))
    form = forms.Form(_answers(request))
    question = Question(
        _("Ausgangstermin festschreiben"),
        _("Festschreiben"),
        _facts(milestone),
        _change_page(milestone),
        warning=str(BASELINE_STAYS),
    )
    return _ask(request, milestone, form, lambda: fixed([milestone]), question)


@asks
def record_consultation(request: HttpRequest, pk: int) -> HttpResponse:
    """Record what a body decided, after showing what follows for milestone and paper."""
    consultation = get_object_or_404(
        Consultation.objects.select_related(
            "resolution__concept", "resolution__milestone__phase__concept", "body", "session__body"
        ),
        pk=pk,
    )
    if not request.user.has_perm("milestones.record_result", consultation):
        raise PermissionDenied
    if request.method != "POST" and not consultation.is_open:
        return _refuse(request, consultation.resolution, _("Zu dieser Beratung ist schon ein Ergebnis eingetragen."))
    form = ResultForm(_answers(request), consultation=consultation)

    def record() -> Effect:
        recorded = record_result(
            consultation,
            result=form.cleaned_data["result"],
            session=form.cleaned_data.get("session"),
            votes=form.votes,
            remark=form.cleaned_data["remark"],
            delay=form.delay,
            by=_person(request),
        )
        return _decided(recorded)

    resolution = consultation.resolution
    facts = [
        (_("Vorlage"), str(resolution)),
        (_("Gremium"), f"{consultation.body} ({consultation.get_role_display()})"),
        (_("Sitzung"), str(consultation.session.date) if consultation.session else _("noch keine eingetragen")),
    ]
    if resolution.milestone:
        facts.append((_("Meilenstein"), f"{resolution.milestone}, {resolution.milestone.current}"))
    question = Question(
        _("Ergebnis eintragen"), _("Ergebnis eintragen"), tuple(facts), _change_page(resolution), previews=True
    )
    return _ask(request, resolution, form, record, question)


def fixed(milestones: Iterable[Milestone]) -> Effect:
    """Fix baselines, and say how many."""
    count = fix_baseline(milestones)
    told = ngettext(
        "Der Ausgangstermin von %(count)s Meilenstein ist festgeschrieben.",
        "Die Ausgangstermine von %(count)s Meilensteinen sind festgeschrieben.",
        count,
    )
    return Effect((told % {"count": count},))


# The steps all verbs share


def _ask(
    request: HttpRequest, row: Model, form: forms.Form, act: Callable[[], Effect], question: Question
) -> HttpResponse:
    """Ask; preview where the question says so; do it, tell what happened and lead back."""
    way_back = came_from(request)
    effect = None
    if request.method == "POST" and "edit" not in request.POST and form.is_valid():
        previews = question.previews and "confirm" not in request.POST
        effect = _try(form, act, undo=previews)
        if effect and not previews:
            messages.success(request, str(effect))
            return HttpResponseRedirect(way_back or question.back)
    context = {
        **admin.site.each_context(request),
        "title": question.title,
        "subtitle": str(row),
        "form": form,
        "opts": row._meta,
        "row": row,
        "question": question,
        "effect": effect,
        "next": way_back,
        "back": way_back or question.back,
    }
    return TemplateResponse(request, "milestones/admin/ask.html", context)


def _try(form: forms.Form, act: Callable[[], Effect], *, undo: bool) -> Effect | None:
    """Do it and, if told so, undo it at once; put what was refused at the fields of the form."""
    try:
        with transaction.atomic():
            effect = act()
            transaction.set_rollback(undo)
    except ValidationError as refused:
        by_field = refused.error_dict if hasattr(refused, "error_dict") else {None: refused.error_list}
        for name, errors in by_field.items():
            form.add_error(name if name in form.fields else None, ValidationError(errors))
        return None
    return effect


def _answers(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # nobody else comes through `admin_view`
    return request.user


def _milestone(request: HttpRequest, pk: int, permission: str) -> Milestone:
    milestone = get_object_or_404(Milestone.objects.select_related("phase__concept"), pk=pk)
    if not request.user.has_perm(permission, milestone):
        raise PermissionDenied
    return milestone


def _refuse(request: HttpRequest, row: Model, why: str) -> HttpResponse:
    messages.warning(request, why)
    return HttpResponseRedirect(came_from(request) or _change_page(row))


def _change_page(row: Model) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


# What is told


def _facts(milestone: Milestone) -> tuple[tuple[str, str], ...]:
    facts = [
        (_("Meilenstein"), str(milestone)),
        (_("Phase"), str(milestone.phase)),
        (_("Termin"), str(milestone.current)),
    ]
    if milestone.is_moved:
        facts.append((_("Ausgangstermin"), str(milestone.baseline)))
    return tuple(facts)


def _moved(postponement: Postponement) -> str:
    return _("„%(milestone)s“: neuer Termin %(after)s, bisher %(before)s.") % {
        "milestone": postponement.milestone,
        "after": postponement.to_date,
        "before": postponement.from_date,
    }


def _because(reason: str) -> str:
    return _("Öffentliche Begründung: %(reason)s") % {"reason": reason}


def _along(postponement: Postponement) -> tuple[Shift, ...]:
    followers = postponement.consequences.select_related("milestone").order_by("pk")
    return tuple(Shift(str(each.milestone), each.from_date, each.to_date) for each in followers)


def _reached(milestone: Milestone, on: ApproximateDate) -> str:
    return _("„%(milestone)s“ ist erreicht (%(date)s).") % {"milestone": milestone, "date": on}


def _still_open(milestone: Milestone) -> list[str]:
    """Name the predecessors that are neither reached nor called off."""
    return [
        _("Bitte prüfen Sie: „%(predecessor)s“ sollte vorher liegen und ist noch offen.") % {"predecessor": each}
        for each in milestone.predecessors.open()  # type: ignore[attr-defined]
    ]


def _decided(consultation: Consultation) -> Effect:
    """Tell what a result brought about; `consultation` comes from `record_result` with the milestone as it was."""
    sentences = [_("Ergebnis: %(result)s.") % {"result": consultation.get_result_display()}]
    if consultation.has_votes:
        sentences.append(_("Stimmen: %(votes)s.") % {"votes": votes(consultation)})
    if consultation.remark:
        sentences.append(_("Bemerkung: %(remark)s") % {"remark": consultation.remark})
    shifts: tuple[Shift, ...] = ()
    before = consultation.resolution.milestone
    now = Milestone.objects.get(pk=before.pk) if before else None
    if before and now and now.reached and before.is_open:
        sentences.append(_reached(now, now.reached))
    if before and now and now.current != before.current:
        postponement = now.postponements.latest("pk")
        lead = postponement.moved_along_with or postponement
        sentences += [_moved(lead), _because(lead.reason)]
        shifts = _along(lead)
    following = Consultation.objects.filter(follows=consultation).select_related("body", "session__body").first()
    if following:
        sentences.append(
            _("Die Vorlage geht weiter an: %(step)s, %(session)s.")
            % {
                "step": following,
                "session": following.session.date if following.session else _("Sitzung steht noch nicht fest"),
            }
        )
    return Effect(tuple(sentences), shifts)
