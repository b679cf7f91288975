"""One decision for several ideas and comments: named and counted first, then taken for all of them or for none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from district.addresses import key_of
from district.models import User
from district.staff_pages import attempt, person, warn
from participation.actions import assign, decline, decline_comment, merge, publish, publish_comment
from participation.actions.together import Changed, Seen, as_seen
from participation.forms.moderation import InboxFilter
from participation.forms.together import (
    MOST_AT_ONCE,
    AssignTogetherForm,
    DeclineTogetherForm,
    MergeTogetherForm,
    TogetherForm,
)
from participation.models import Comment, Idea

from .asking import inbox_url, page
from .offered import is_on_its_way, may_decline, may_publish

COMMENT_MARK: Final = "comment"
IDEA_MARK: Final = "idea"


@dataclass(frozen=True)
class Chosen:
    """What somebody chose, as it is now."""

    ideas: tuple[Idea, ...]
    comments: tuple[Comment, ...]

    def __len__(self) -> int:
        return len(self.ideas) + len(self.comments)

    @property
    def things(self) -> tuple[Idea | Comment, ...]:
        """Both, the ideas first."""
        return (*self.ideas, *self.comments)

    def without(self, others: Iterable[Seen]) -> Chosen:
        """Return the rest."""
        keys = {(each.is_comment, each.key) for each in others}
        return Chosen(
            tuple(idea for idea in self.ideas if (False, idea.pk) not in keys),
            tuple(comment for comment in self.comments if (True, comment.pk) not in keys),
        )


@dataclass(frozen=True)
class Together:
    """A decision for several: its name, its form, what it does, and whether comments can be among them."""

    label: Promise | str
    form: type[TogetherForm]
    act: Callable[[Chosen, Any, User], str]
    fits: Callable[[Any], bool]
    for_comments: bool = True
    least: int = 1


def mark_of(seen: Seen) -> str:
    """Return what a box in a list sends."""
    return f"{COMMENT_MARK if seen.is_comment else IDEA_MARK}.{seen.key}.{seen.state}"


def seen_in(mark: str) -> Seen | None:
    """Return what a box has sent; None where it is none of ours. A mark without a state fits every state."""
    kind, _dot, rest = mark.partition(".")
    named, _dot, state = rest.partition(".")
    key = key_of(named)
    if kind not in (COMMENT_MARK, IDEA_MARK) or key is None:
        return None
    return Seen(key, state, kind == COMMENT_MARK)


@require_POST
def act_together(request: HttpRequest) -> HttpResponse:
    """Count and list what was chosen, ask for what the decision needs, and take it once it is confirmed."""
    if not request.user.has_perm("participation.moderate_idea"):
        raise PermissionDenied
    verb = request.POST.get("verb", "")
    if verb not in TOGETHER:
        messages.warning(request, _("Bitte wählen Sie, was mit den gewählten Beiträgen geschehen soll."))
        return HttpResponseRedirect(_back(request, ""))
    marks = [seen for mark in request.POST.getlist("chosen") if (seen := seen_in(mark))]
    return decide(request, verb, marks)


def decide(request: HttpRequest, verb: str, marks: Sequence[Seen], *, back: str = "") -> HttpResponse:
    """Ask for a decision about what was chosen, or take it; `back` is "ideas" for the list of all ideas."""
    back = back or request.POST.get("next", "")
    together = TOGETHER[verb]
    if len(marks) > MOST_AT_ONCE:
        messages.warning(
            request, _("Das sind zu viele auf einmal. Bitte wählen Sie höchstens %(most)s.") % {"most": MOST_AT_ONCE}
        )
        return HttpResponseRedirect(_back(request, back))
    chosen, left_out = _chosen(request, marks, together)
    if len(chosen) < together.least:
        warn(request, [*left_out, _too_few(together)])
        return HttpResponseRedirect(_back(request, back))
    is_confirmed = "confirm" in request.POST and not left_out
    form = together.form(request.POST if is_confirmed else None, ideas=chosen.ideas)
    if is_confirmed and form.is_valid():
        seen = [Seen.of(thing) for thing in chosen.things]
        try:
            if told := attempt(form, lambda: as_seen(seen, lambda: together.act(chosen, form, person(request)))):
                messages.success(request, told)
                return HttpResponseRedirect(_back(request, back))
        except Changed as faster:
            # Nothing was done; what is left is asked for once more.
            left_out = [*left_out, *faster.messages]
            chosen = chosen.without(faster.keys)
            form = together.form(ideas=chosen.ideas)
            if len(chosen) < together.least:
                warn(request, left_out)
                return HttpResponseRedirect(_back(request, back))
    return page(
        request,
        "moderation_together",
        title=str(together.label),
        question=_question(verb, chosen),
        verb=verb,
        label=together.label,
        chosen=chosen,
        marks=[mark_of(Seen.of(thing)) for thing in chosen.things],
        left_out=left_out,
        form=form,
        back=_back(request, back),
        next=back,
    )


def _chosen(request: HttpRequest, marks: Sequence[Seen], together: Together) -> tuple[Chosen, list[str]]:
    """Return what can be decided on, and in words what cannot and why."""
    wanted = {(seen.is_comment, seen.key): seen.state for seen in marks}
    ideas = Idea.objects.select_related("round__concept", "section", "municipality", "submitter").defer(
        "search", "municipality__boundary"
    )
    comments = Comment.objects.select_related("idea__round__concept", "idea__section", "submitter").defer(
        "idea__search"
    )
    found: list[Idea | Comment] = [
        *ideas.filter(pk__in=[key for is_comment, key in wanted if not is_comment]).order_by("submitted_at", "pk"),
        *comments.filter(pk__in=[key for is_comment, key in wanted if is_comment]).order_by("submitted_at", "pk"),
    ]
    left_out = []
    if gone := len(wanted) - len(found):
        told = ngettext("%(count)s Beitrag gibt es nicht mehr.", "%(count)s Beiträge gibt es nicht mehr.", gone)
        left_out.append(told % {"count": gone})
    kept: list[Idea | Comment] = []
    for thing in found:
        state = wanted[isinstance(thing, Comment), thing.pk]
        if hindrance := _hindrance(request, thing, state, together):
            left_out.append(hindrance)
        else:
            kept.append(thing)
    return Chosen(
        tuple(thing for thing in kept if isinstance(thing, Idea)),
        tuple(thing for thing in kept if isinstance(thing, Comment)),
    ), left_out


def _hindrance(request: HttpRequest, thing: Idea | Comment, state: str, together: Together) -> str:
    """Return why something is left out; empty where it is not."""
    name = thing.reference if isinstance(thing, Idea) else _("Kommentar zu %(idea)s") % {"idea": thing.idea.reference}
    if not request.user.has_perm("participation.moderate_idea", thing):
        return _("%(name)s: Das Verfahren zu diesem Konzept ist abgeschlossen.") % {"name": name}
    if isinstance(thing, Comment) and not together.for_comments:
        return _("%(name)s: Das geht nur mit Ideen.") % {"name": name}
    if state and Seen.of(thing).state != state:
        told = _("%(name)s: Das hat inzwischen jemand anderes bearbeitet, jetzt „%(state)s“.")
        return told % {"name": name, "state": thing.get_state_display()}
    if not together.fits(thing):
        told = _("%(name)s ist „%(state)s“ und wird ausgelassen.")
        return told % {"name": name, "state": thing.get_state_display()}
    return ""


def _too_few(together: Together) -> str:
    if together.least > 1:
        return _("Bitte wählen Sie mindestens zwei Ideen.")
    return _("Bitte wählen Sie mindestens einen Beitrag.")


def _back(request: HttpRequest, back: str) -> str:
    """Return the list from which somebody came: the inbox as it was narrowed, or the list of all ideas."""
    if back == "ideas":
        return reverse("admin:participation_idea_changelist")
    return inbox_url(InboxFilter(request.GET))


def _question(verb: str, chosen: Chosen) -> str:
    """Ask in words that count: „12 Ideen und 1 Kommentar veröffentlichen?“."""
    parts = []
    if number := len(chosen.ideas):
        parts.append(ngettext("%(count)s Idee", "%(count)s Ideen", number) % {"count": number})
    if number := len(chosen.comments):
        parts.append(ngettext("%(count)s Kommentar", "%(count)s Kommentare", number) % {"count": number})
    asked = {
        "publish": _("%(things)s veröffentlichen?"),
        "decline": _("%(things)s nicht veröffentlichen?"),
        "assign": _("%(things)s zuweisen?"),
        "merge": _("%(things)s zusammenführen?"),
    }
    return asked[verb] % {"things": _(" und ").join(parts)}


# What each decision does and says


def _publish(chosen: Chosen, form: Any, by: User) -> str:
    at = timezone.now()
    publish(chosen.ideas, by=by, at=at)
    publish_comment(chosen.comments, by=by, at=at)
    told = ngettext("%(count)s Beitrag ist veröffentlicht.", "%(count)s Beiträge sind veröffentlicht.", len(chosen))
    return told % {"count": len(chosen)}


def _decline(chosen: Chosen, form: Any, by: User) -> str:
    at, reason = timezone.now(), form.cleaned_data["reason"]
    decline(chosen.ideas, reason=reason, by=by, at=at)
    decline_comment(chosen.comments, reason=reason, by=by, at=at)
    told = ngettext(
        "%(count)s Beitrag wird nicht veröffentlicht.", "%(count)s Beiträge werden nicht veröffentlicht.", len(chosen)
    )
    return told % {"count": len(chosen)}


def _assign(chosen: Chosen, form: Any, by: User) -> str:
    department = form.cleaned_data["department"]
    assign(chosen.ideas, department=department, by=by, at=timezone.now())
    told = ngettext(
        "%(count)s Idee ist zugewiesen: %(department)s.",
        "%(count)s Ideen sind zugewiesen: %(department)s.",
        len(chosen),
    )
    return told % {"count": len(chosen), "department": department or _("keinem Fachamt")}


def _merge(chosen: Chosen, form: Any, by: User) -> str:
    into: Idea = form.cleaned_data["into"]
    others = [idea for idea in chosen.ideas if idea != into]
    merge(others, into=into, by=by, at=timezone.now())
    told = ngettext(
        "%(count)s Idee ist jetzt Teil von %(into)s.", "%(count)s Ideen sind jetzt Teil von %(into)s.", len(others)
    )
    return told % {"count": len(others), "into": into}


TOGETHER: Final[dict[str, Together]] = {
    "publish": Together(gettext_lazy("Veröffentlichen"), TogetherForm, _publish, fits=may_publish),
    "decline": Together(gettext_lazy("Nicht veröffentlichen"), DeclineTogetherForm, _decline, fits=may_decline),
    "assign": Together(
        gettext_lazy("Fachamt zuweisen"), AssignTogetherForm, _assign, fits=is_on_its_way, for_comments=False
    ),
    "merge": Together(
        gettext_lazy("Zusammenführen"), MergeTogetherForm, _merge, fits=is_on_its_way, for_comments=False, least=2
    ),
}
