"""What becomes of a written weighing: released or handed back by a second person, one or many; linked, corrected or dropped later."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalogue.models import Entry
from district.addresses import key_of
from district.staff_pages import answers, attempt, person, warn
from district.views import asks
from participation.actions import correct, discard, hand_back, link, release
from participation.actions.together import Changed
from participation.actions.weighing import as_read, mark_of
from participation.deadlines import Deadlines
from participation.forms.weighing import CorrectForm, EntriesForm, HandBackForm, ReadForm
from participation.listing import DECISION_SIGNS
from participation.models import Assessment, Idea
from participation.models.assessments import Decision
from participation.models.assessments import State as AssessmentState
from participation.weighing_rows import deadlines_on, people_to_tell
from participation.weighing_table import Row

from .weighing import desk_of, find, page, readable, way_back, with_way_back

MOST_AT_ONCE: Final = 200
SEPARATOR: Final = "."


@dataclass(frozen=True)
class Preview:
    """The answer as the page of its first idea will show it."""

    idea: Idea
    answer: Assessment
    sign: str
    flowed_into: list[Entry]
    answered_along: list[Idea]
    former_answers: list[Assessment]


@asks
def release_one(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the answer as everybody will read it, and how many get a mail; release it once that is confirmed."""
    assessment = find(request, pk)
    if assessment is None:
        return _gone(request)
    if not request.user.has_perm("participation.release_assessment", assessment):
        raise PermissionDenied
    if request.method != "POST" and (hindrance := _why_not(request, assessment)):
        warn(request, [hindrance])
        return HttpResponseRedirect(with_way_back(request, desk_of(assessment)))
    form = ReadForm(answers(request), assessment=assessment)

    def let_go() -> str:
        return _told(release([assessment], by=person(request), at=timezone.now()))

    if done := _act(request, form, assessment, let_go):
        return done
    return page(
        request,
        "weighing_release",
        title=_("Berichtigung freigeben") if assessment.corrects else _("Antwort freigeben"),
        assessment=assessment,
        form=form,
        preview=_preview(assessment),
        today=timezone.localdate(),
        mails=people_to_tell([assessment]),
        count=len(assessment.weighed),
    )


@asks
def hand_back_one(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a weighing back to its author, with a note."""
    assessment = find(request, pk)
    if assessment is None:
        return _gone(request)
    if not request.user.has_perm("participation.release_assessment", assessment):
        raise PermissionDenied
    if request.method != "POST" and (hindrance := _why_not(request, assessment)):
        warn(request, [hindrance])
        return HttpResponseRedirect(with_way_back(request, desk_of(assessment)))
    form = HandBackForm(answers(request), assessment=assessment)

    def give() -> str:
        hand_back(assessment, note=form.cleaned_data["note"], by=person(request), at=timezone.now())
        told = _("%(assessment)s ist zurückgegeben an: %(author)s.")
        return told % {"assessment": assessment, "author": assessment.drafted_by}

    if done := _act(request, form, assessment, give):
        return done
    return page(
        request,
        "weighing_ask",
        title=_("Abwägung zurückgeben"),
        assessment=assessment,
        form=form,
        verb=_("Zurückgeben"),
    )


@asks
def link_one(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what a released weighing flowed into."""
    assessment = find(request, pk)
    if assessment is None:
        return _gone(request)
    if not request.user.has_perm("participation.link_assessment", assessment):
        raise PermissionDenied
    if request.method != "POST" and not assessment.is_released:
        warn(request, [_("Vor der Freigabe wählen Sie die Verknüpfungen in der Abwägung selbst.")])
        return HttpResponseRedirect(with_way_back(request, desk_of(assessment)))
    form = EntriesForm(answers(request), assessment=assessment, asked=assessment.round)
    if (
        request.method == "POST"
        and form.is_valid()
        and (linked := attempt(form, lambda: link(assessment, **form.entries)))
    ):
        messages.success(request, _("%(assessment)s: Verknüpfungen gespeichert.") % {"assessment": linked})
        return HttpResponseRedirect(with_way_back(request, desk_of(assessment)))
    return page(request, "weighing_link", title=_("Eingeflossen in"), assessment=assessment, form=form)


@asks
def correct_one(request: HttpRequest, pk: int) -> HttpResponse:
    """Weigh an answer anew, and say why; it holds until the correction is released."""
    assessment = find(request, pk)
    if assessment is None:
        return _gone(request)
    if not request.user.has_perm("participation.change_weighing", assessment):
        raise PermissionDenied
    if request.method != "POST" and not assessment.may_be_corrected:
        warn(request, [_("Berichtigen lässt sich nur eine freigegebene Antwort, die nicht schon berichtigt wird.")])
        return HttpResponseRedirect(with_way_back(request, desk_of(assessment)))
    form = CorrectForm(answers(request))

    def begin_correction() -> Assessment:
        return correct(assessment, reason=form.cleaned_data["reason"], by=person(request), at=timezone.now())

    if request.method == "POST" and form.is_valid() and (correction := attempt(form, begin_correction)):
        messages.success(
            request, _("Sie schreiben jetzt die Berichtigung. Bis zu ihrer Freigabe gilt die bisherige Antwort.")
        )
        return HttpResponseRedirect(with_way_back(request, desk_of(correction)))
    return page(
        request,
        "weighing_ask",
        title=_("Antwort berichtigen"),
        assessment=assessment,
        form=form,
        warning=_(
            "Alle lesen dann, dass die Antwort noch einmal geprüft wird, und warum. Die bisherige Antwort gilt, bis die Berichtigung "
            "freigegeben ist; auch danach bleibt sie als frühere Fassung lesbar."
        ),
        verb=_("Berichtigung beginnen"),
    )


@asks
def discard_one(request: HttpRequest, pk: int) -> HttpResponse:
    """Drop a weighing; its ideas wait again."""
    assessment = find(request, pk)
    if assessment is None:
        return _gone(request)
    if not request.user.has_perm("participation.change_weighing", assessment):
        raise PermissionDenied
    if request.method != "POST" and assessment.state != AssessmentState.DRAFT:
        warn(request, [_("Verwerfen lässt sich nur, was in Arbeit ist.")])
        return HttpResponseRedirect(with_way_back(request, desk_of(assessment)))
    form = ReadForm(answers(request), assessment=assessment)

    def drop() -> str:
        discard(assessment, by=person(request), at=timezone.now())
        return _dropped(assessment)

    if done := _act(request, form, assessment, drop):
        return done
    return page(
        request,
        "weighing_ask",
        title=_("Berichtigung verwerfen") if assessment.corrects else _("Abwägung verwerfen"),
        assessment=assessment,
        form=form,
        warning=_lost_by_dropping(assessment),
        verb=_("Verwerfen"),
    )


@asks
def release_many(request: HttpRequest) -> HttpResponse:
    """Count and list the weighings that were ticked, say which are left out and why, and release all the others."""
    if not request.user.has_perm("participation.release_assessment"):
        raise PermissionDenied
    marks = _marks(request.POST.getlist("chosen")) if request.method == "POST" else dict.fromkeys(_ticked(request), "")
    back = way_back(request)
    if len(marks) > MOST_AT_ONCE:
        told = _("Das sind zu viele auf einmal. Bitte wählen Sie höchstens %(most)s.")
        warn(request, [told % {"most": MOST_AT_ONCE}])
        return HttpResponseRedirect(back)
    chosen, left_out = _sorted_out(request, marks)
    if not chosen:
        warn(request, left_out or [_("Bitte wählen Sie mindestens eine Abwägung, die zur Freigabe vorliegt.")])
        return HttpResponseRedirect(back)
    if request.method == "POST" and not left_out:
        form = ReadForm(request.POST, assessment=None)
        form.is_valid()
        try:
            if released := attempt(
                form,
                lambda: as_read(marks, lambda: release(chosen, by=person(request), at=timezone.now())),
            ):
                messages.success(request, _told(released))
                return HttpResponseRedirect(back)
            left_out = [str(error) for error in form.non_field_errors()]
        except Changed as faster:
            left_out = list(faster.messages)
        chosen, _rest = _sorted_out(request, dict.fromkeys(marks, ""))
        if not chosen:
            warn(request, left_out)
            return HttpResponseRedirect(back)
    count = sum(len(assessment.weighed) for assessment in chosen)
    deadlines = deadlines_on(timezone.localdate())
    return page(
        request,
        "weighing_release_many",
        title=ngettext("%(count)s Abwägung freigeben?", "%(count)s Abwägungen freigeben?", len(chosen))
        % {"count": len(chosen)},
        chosen=[
            (_row(assessment, deadlines), f"{assessment.pk}{SEPARATOR}{mark_of(assessment)}") for assessment in chosen
        ],
        left_out=left_out,
        count=count,
        mails=people_to_tell(chosen),
    )


def _act(request: HttpRequest, form: ReadForm, assessment: Assessment, act: Callable[[], str]) -> HttpResponse | None:
    """Act on a weighing as it was read, tell what `act` says of it, and lead on; None where the form is to be shown."""
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        told = attempt(form, lambda: as_read(form.read, act))
    except Changed as faster:
        warn(request, [*faster.messages, _("Bitte lesen Sie die Abwägung noch einmal.")])
        return HttpResponseRedirect(with_way_back(request, desk_of(assessment)))
    if told is None:
        return None
    messages.success(request, told)
    return HttpResponseRedirect(way_back(request))


def _lost_by_dropping(assessment: Assessment) -> str:
    if assessment.corrects:
        return _(
            "Was hier geschrieben steht, geht verloren. Die bisherige Antwort gilt weiter. Bei der Idee steht dann für alle: "
            "„Antwort bleibt, wie sie ist“. Wer sie eingereicht hat, bekommt eine Nachricht, wenn eine bestätigte Adresse bekannt ist."
        )
    count = len(assessment.weighed)
    words = ngettext(
        "Was hier geschrieben steht, geht verloren. %(count)s Idee wartet danach wieder auf ihre Abwägung.",
        "Was hier geschrieben steht, geht verloren. %(count)s Ideen warten danach wieder auf ihre Abwägung.",
        count,
    )
    return words % {"count": count}


def _dropped(assessment: Assessment) -> str:
    if assessment.corrects:
        return _("Die Berichtigung ist verworfen. Die Antwort bleibt, wie sie ist.")
    return _("Die Abwägung ist verworfen. Ihre Ideen warten wieder auf eine.")


def _preview(assessment: Assessment) -> Preview | None:
    """Return what readers will see: of its entries those that are public, as the page of an idea lists them."""
    ideas = assessment.weighed
    if not ideas:
        return None
    linked = chain(assessment.needs.listed(), assessment.goals.listed(), assessment.measures.listed())
    return Preview(
        idea=ideas[0],
        answer=assessment,
        sign=DECISION_SIGNS[Decision(assessment.decision)],
        flowed_into=list(linked),
        answered_along=ideas[1:],
        former_answers=assessment.answers_before,
    )


def _row(assessment: Assessment, deadlines: Deadlines) -> Row:
    return Row(tuple(assessment.weighed), assessment, deadlines)


def _why_not(request: HttpRequest, assessment: Assessment) -> str:
    """Return why somebody cannot release a weighing; empty where they can."""
    if assessment.state != AssessmentState.SUBMITTED:
        told = _("%(assessment)s ist „%(state)s“ und wartet nicht auf eine Freigabe.")
        return told % {"assessment": assessment, "state": assessment.get_state_display()}
    if assessment.concept.is_closed:
        told = _("%(assessment)s: Das Verfahren zu diesem Konzept ist abgeschlossen.")
        return told % {"assessment": assessment}
    if not request.user.has_perm("participation.release_assessment", assessment):
        told = _("%(assessment)s haben Sie selbst verfasst oder vorgelegt. Freigeben muss sie jemand anderes.")
        return told % {"assessment": assessment}
    return ""


def _ticked(request: HttpRequest) -> Iterable[int]:
    return (key for sent in request.GET.getlist("assessment") if (key := key_of(sent)) is not None)


def _marks(sent: Sequence[str]) -> dict[int, str]:
    """Return what the page that asked has sent: each weighing with the mark under which it was read."""
    parts = [mark.partition(SEPARATOR) for mark in sent]
    return {key: mark for sent_key, _dot, mark in parts if (key := key_of(sent_key)) is not None}


def _sorted_out(request: HttpRequest, marks: dict[int, str]) -> tuple[list[Assessment], list[str]]:
    """Return the weighings that this person can release, and in words why not the others."""
    found = list(readable().filter(pk__in=marks).order_by("pk"))
    hindrances = {assessment.pk: _why_not(request, assessment) for assessment in found}
    left_out = [told for told in hindrances.values() if told]
    if gone := len(marks) - len(found):
        told = ngettext("%(count)s Abwägung gibt es nicht mehr.", "%(count)s Abwägungen gibt es nicht mehr.", gone)
        left_out.append(told % {"count": gone})
    return [assessment for assessment in found if not hindrances[assessment.pk]], left_out


def _told(released: Sequence[Assessment]) -> str:
    if len(released) == 1 and released[0].corrects:
        return _("Die Antwort auf %(idea)s ist berichtigt.") % {"idea": ", ".join(released[0].references)}
    ideas = Idea.objects.filter(assessment__in=[assessment.pk for assessment in released]).count()
    words = ngettext("%(count)s Abwägung ist freigegeben.", "%(count)s Abwägungen sind freigegeben.", len(released))
    answered = ngettext("%(count)s Idee ist beantwortet.", "%(count)s Ideen sind beantwortet.", ideas)
    return f"{words % {'count': len(released)}} {answered % {'count': ideas}}"


def _gone(request: HttpRequest) -> HttpResponse:
    warn(request, [_("Diese Abwägung wurde inzwischen verworfen.")])
    return HttpResponseRedirect(way_back(request))
