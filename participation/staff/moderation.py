"""The desk of one idea: its words as they came, what is like it, and each decision one click or key away."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from district.atlas import current as current_atlas
from district.downloads import send_file
from district.map_drawing import small_map
from district.models import User
from district.staff_pages import answers, attempt, person, warn, with_ways
from district.views import asks
from participation import links
from participation.actions import assign, decline, merge, publish, redact, reopen, split
from participation.actions.steps import may_become
from participation.actions.together import Changed, as_seen
from participation.forms.moderation import (
    MOST_PARTS,
    AssignForm,
    DeclineForm,
    FilesForm,
    InboxFilter,
    MergeForm,
    PartForm,
    RedactForm,
    SeenForm,
    SplitForm,
    parts_of,
)
from participation.inbox import Inbox, Place
from participation.models import Idea, IdeaFile, Report
from participation.models.ideas import State
from participation.rules import is_shown

from .alike import alike, found_by
from .asking import desk_of, inbox_url, page, with_query
from .offered import decisions, is_waiting

LONGEST_SEARCH: Final = 100

Act = Callable[[Idea, Any, User, datetime.datetime], str]


@dataclass(frozen=True)
class Verb:
    """A decision: its form, what it does and says, and whether the next idea follows."""

    form: type[SeenForm]
    act: Act
    leads_on: bool = True


@dataclass
class Desk:
    """The forms of what can be decided now, by name; a form that was refused is the one that was sent."""

    idea: Idea
    sent: SeenForm | None = None
    verb: str = ""
    forms: dict[str, SeenForm] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Draw the forms that the idea's state allows."""
        for name in decisions(self.idea):
            is_sent = self.sent is not None and name == self.verb
            self.forms[name] = self.sent if is_sent else VERBS[name].form(of=self.idea, prefix=name)  # type: ignore[assignment]


@asks
def moderate(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an idea with all that a decision needs; decide, and go on to what waits next."""
    idea = _idea(request, pk)
    desk = Desk(idea)
    if request.method == "POST":
        verb = request.POST.get("verb", "")
        if verb not in VERBS:
            raise BadRequest("no such decision")
        if verb not in desk.forms:
            messages.warning(request, _told_late(idea))
            return HttpResponseRedirect(request.get_full_path())
        form = VERBS[verb].form(request.POST, of=idea, prefix=verb)
        try:
            if form.is_valid() and (told := attempt(form, lambda: _decide(verb, idea, form, person(request)))):
                messages.success(request, told)
                return HttpResponseRedirect(_way_on(request, idea) if VERBS[verb].leads_on else request.get_full_path())
        except Changed as faster:
            warn(request, faster.messages)
            return HttpResponseRedirect(request.get_full_path())
        desk = Desk(idea, sent=form, verb=verb)
    return _desk_page(request, desk)


@require_safe
def idea_file(request: HttpRequest, pk: int) -> FileResponse:
    """Hand out a file of an idea, also one that is not public."""
    file = get_object_or_404(IdeaFile.objects.select_related("idea__round__concept").exclude(idea=None), pk=pk)
    if not request.user.has_perm("participation.view_ideafile", file):
        raise PermissionDenied
    return send_file(file.file, title=PurePath(file.name).stem)


@asks
def split_idea(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the parts of an idea, as many as are wanted, and let it go on as these."""
    idea = _idea(request, pk)
    desk = with_query(_desk_url(idea), InboxFilter(request.GET))
    if not may_become(idea, State.SPLIT):
        messages.warning(request, _told_late(idea))
        return HttpResponseRedirect(desk)
    form = SplitForm(answers(request), of=idea)
    count = form.cleaned_data["count"] if form.is_bound and form.is_valid() else 2
    is_growing = "add" in request.POST
    parts = parts_of(idea, count, answers=answers(request))
    if is_growing:
        # What was written so far stays, with nothing found wrong in it yet.
        typed = [{name: part[name].data for name in part.fields} for part in parts]
        count = min(count + 1, MOST_PARTS)
        parts = parts_of(idea, count)
        for part, words in zip(parts, typed, strict=False):
            part.initial = words
        form = SplitForm(of=idea, initial={"count": count})
        form.initial["seen"] = request.POST.get("seen", "")
    elif request.method == "POST" and form.is_valid() and _are_valid(written := _written(parts)):
        try:
            made = attempt(
                form,
                lambda: as_seen(
                    [form.what_was_seen],
                    lambda: split(idea, parts=[part.part for part in written], by=person(request), at=timezone.now()),
                ),
            )
        except Changed as faster:
            warn(request, faster.messages)
            return HttpResponseRedirect(desk)
        if made:
            told = _("%(idea)s ist aufgeteilt in %(parts)s.")
            messages.success(
                request, told % {"idea": idea.reference, "parts": ", ".join(part.reference for part in made)}
            )
            return HttpResponseRedirect(_way_on(request, idea))
    return page(
        request,
        "moderation_split",
        row=idea,
        title=_("Idee aufteilen"),
        subtitle=str(idea),
        idea=idea,
        form=form,
        parts=parts,
        may_grow=count < MOST_PARTS,
        desk=desk,
    )


# What each decision does and says


def _publish(idea: Idea, form: Any, by: User, at: datetime.datetime) -> str:
    (published,) = publish([idea], by=by, at=at, held_back=form.held_back_files)
    return _published(_("%(idea)s ist veröffentlicht.") % {"idea": idea.reference}, published)


def _published(told: str, idea: Idea) -> str:
    """Lead to what was published: one key was enough for it, and so it is as easy to look at and to take back."""
    ways = [
        (_desk_url(idea), _("Idee bearbeiten")),
        (f"{_desk_url(idea)}#herunternehmen", _("Herunternehmen …")),
    ]
    if is_shown(idea):
        ways.insert(0, (idea.get_absolute_url(), _("Öffentliche Seite")))
    return with_ways(told, *ways)


def _redact(idea: Idea, form: Any, by: User, at: datetime.datetime) -> str:
    words = {"title": form.cleaned_data["title"], "text": form.cleaned_data["text"]}
    if is_waiting(idea):
        (published,) = publish([idea], by=by, at=at, held_back=form.held_back_files, **words)
        return _published(_("%(idea)s ist redigiert und veröffentlicht.") % {"idea": idea.reference}, published)
    redact(idea, by=by, at=at, held_back=form.held_back_files, **words)
    return _("%(idea)s ist redigiert.") % {"idea": idea.reference}


def _decline(idea: Idea, form: Any, by: User, at: datetime.datetime) -> str:
    decline([idea], reason=form.cleaned_data["reason"], by=by, at=at)
    return _("%(idea)s wird nicht veröffentlicht.") % {"idea": idea.reference}


def _merge(idea: Idea, form: Any, by: User, at: datetime.datetime) -> str:
    target = merge([idea], into=form.cleaned_data["other"], by=by, at=at)
    return _("%(idea)s ist jetzt Teil von %(target)s.") % {"idea": idea.reference, "target": target}


def _absorb(idea: Idea, form: Any, by: User, at: datetime.datetime) -> str:
    other = form.cleaned_data["other"]
    merge([other], into=idea, by=by, at=at)
    return _("%(other)s ist jetzt Teil dieser Idee.") % {"other": other}


def _assign(idea: Idea, form: Any, by: User, at: datetime.datetime) -> str:
    department = form.cleaned_data["department"]
    assign([idea], department=department, by=by, at=at)
    if department is None:
        return _("%(idea)s ist keinem Fachamt mehr zugewiesen.") % {"idea": idea.reference}
    return _("%(idea)s ist zugewiesen: %(department)s.") % {"idea": idea.reference, "department": department}


def _reopen(idea: Idea, form: Any, by: User, at: datetime.datetime) -> str:
    reopen(idea, by=by, at=at)
    return _("%(idea)s wird noch einmal geprüft.") % {"idea": idea.reference}


VERBS: Final[dict[str, Verb]] = {
    "publish": Verb(FilesForm, _publish),
    "redact": Verb(RedactForm, _redact),
    "decline": Verb(DeclineForm, _decline),
    "merge": Verb(MergeForm, _merge),
    "absorb": Verb(MergeForm, _absorb, leads_on=False),
    "assign": Verb(AssignForm, _assign, leads_on=False),
    "reopen": Verb(SeenForm, _reopen, leads_on=False),
}


# The steps all of them share


def _idea(request: HttpRequest, pk: int) -> Idea:
    """Return the idea, if this person may decide on it now."""
    ideas = Idea.objects.select_related(
        "round__concept",
        "section",
        "municipality",
        "field_of_action",
        "department",
        "submitter",
        "merged_into",
        "feedback__event",
    ).defer("search", "municipality__boundary", "merged_into__search")
    idea = get_object_or_404(ideas.prefetch_related("files"), pk=pk)
    if not request.user.has_perm("participation.moderate_idea", idea):
        raise PermissionDenied
    return idea


def _decide(verb: str, idea: Idea, form: Any, by: User) -> str:
    other = form.cleaned_data.get("other")
    at = timezone.now()
    return as_seen([form.what_was_seen], lambda: VERBS[verb].act(idea, form, by, at), along=[other] if other else [])


def _written(parts: list[PartForm]) -> list[PartForm]:
    """Leave out parts that somebody emptied, as long as two are left."""
    written = [part for part in parts if part["title"].data or part["text"].data]
    return written if len(written) > 1 else parts


def _are_valid(parts: list[PartForm]) -> bool:
    """Whether all are; each is looked at, so that everything wrong is told at once."""
    return not [part for part in parts if not part.is_valid()]


def _way_on(request: HttpRequest, idea: Idea) -> str:
    """Return the address of what waits next as the inbox is narrowed, or the inbox where nothing does."""
    filters = InboxFilter(request.GET)
    following = Inbox(filters.criteria).after(Place.of(idea))
    return desk_of(following, filters) if following else inbox_url(filters)


def _told_late(idea: Idea) -> str:
    return _("%(idea)s ist inzwischen „%(state)s“. Das lässt sich deshalb nicht mehr tun.") % {
        "idea": idea.reference,
        "state": idea.get_state_display(),
    }


def _desk_url(idea: Idea) -> str:
    return reverse("admin:participation_idea_moderate", args=[idea.pk])


def _desk_page(request: HttpRequest, desk: Desk) -> HttpResponse:
    idea = desk.idea
    filters = InboxFilter(request.GET)
    words = request.GET.get("words", "").replace("\x00", "").strip()[:LONGEST_SEARCH]
    atlas = current_atlas()
    place = small_map(
        atlas.drawing,
        ags=idea.municipality.ags if idea.municipality else "",
        latitude=idea.latitude,
        longitude=idea.longitude,
    )
    may_see_contact = request.user.has_perm("participation.view_contact", idea)
    inbox = Inbox(filters.criteria)
    following = inbox.after(Place.of(idea))
    can_merge = "merge" in desk.forms or "absorb" in desk.forms
    return page(
        request,
        "moderation_idea",
        row=idea,
        title=str(idea.name),
        subtitle=idea.reference,
        idea=idea,
        is_waiting=is_waiting(idea),
        days=max((timezone.localdate() - timezone.localdate(idea.submitted_at)).days, 0),
        forms=desk.forms,
        sent=desk.verb,
        steps=idea.steps.select_related("by", "other__round", "other__section").order_by("-at", "-pk"),
        parts=idea.parts.order_by("pk"),
        merged=idea.merged.order_by("pk"),
        reports=Report.objects.open().filter(idea=idea, comment=None),
        contact=idea.submitter if may_see_contact else None,
        receipt=_receipt(idea) if may_see_contact else "",
        map=place,
        words=words,
        found=found_by(words, idea) if words and can_merge else [],
        alike=alike(idea) if can_merge else [],
        may_split=may_become(idea, State.SPLIT),
        next_url=desk_of(following, filters) if following else "",
        left=inbox.count,
        keys=_keys(desk, has_next=following is not None),
    )


def _keys(desk: Desk, *, has_next: bool) -> list[tuple[str, str]]:
    """Return the keys that do something on this page, and what (static/kek/moderation.js)."""
    keys = [
        ("p", _("veröffentlichen"), "publish" in desk.forms),
        ("r", _("redigieren"), "redact" in desk.forms),
        ("a", _("ablehnen"), "decline" in desk.forms),
        ("d", _("Dublette"), "merge" in desk.forms),
        ("n", _("nächster Beitrag"), has_next),
    ]
    return [(key, word) for key, word, is_there in keys if is_there]


def _receipt(idea: Idea) -> str:
    """Return the address of the receipt to be put into a letter, for what did not come through the portal."""
    return "" if idea.source == Idea.Source.ONLINE else links.status_path(idea.submitter, "receipt")
