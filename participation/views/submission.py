"""The citizen's way in: form, preview, sending. No cookie takes part (docs/decisions/forms-without-cookies.md)."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final

import pghistory
from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFilesSent, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from district import atlas, form_keys, rate_limit
from district.form_keys import TRAP, FormKey
from district.form_notices import Notice, busy_address, busy_round, busy_visitor, expired, too_fast, trapped
from district.map_drawing import small_map
from participation import links, uploads
from participation.actions import submit
from participation.actions.submission import stored_under, why_closed
from participation.forms.submission import IdeaForm
from participation.models import Idea, Round
from participation.similar import similar as similar_ideas

LONGEST_TITLE: Final = 200  # of which similar ideas are looked for


@dataclass
class Desk:
    """What one request is about: the round, the form's key, and what there is to say."""

    request: HttpRequest
    asked: Round
    key: FormKey
    at: datetime.datetime
    notices: list[Notice] = field(default_factory=list)

    @property
    def given(self) -> dict[str, Any]:
        """What was typed, as it came."""
        return {name: value for name, value in self.request.POST.items() if isinstance(value, str)}

    @property
    def language(self) -> str:
        """The language to write mails in."""
        return get_language() or settings.LANGUAGE_CODE

    @property
    def visitor(self) -> str:
        """Whom to count the request for."""
        return rate_limit.visitor_of(self.request)

    def renew_key(self) -> None:
        """Go on under a new key, files included."""
        former, self.key = self.key, form_keys.new()
        uploads.of_form(former.key).update(form_key=self.key.key, created_at=self.at)


# A page that is not stored at all would be empty after the browser's back button.
@cache_control(private=True, max_age=0)
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def submit_idea(request: HttpRequest, concept_slug: str, round_slug: str) -> HttpResponse:
    """Show the form, then its preview, then take in what was sent and lead to the receipt."""
    asked = _public_round(concept_slug, round_slug)
    at = timezone.now()
    if request.method == "POST":
        return _take(request, asked, at)
    if hindrance := why_closed(asked, on=timezone.localdate(at)):
        return _closed(request, asked, hindrance)
    chosen = {"section": request.GET.get("abschnitt", "")}
    desk = Desk(request, asked, form_keys.new(), at)
    return _form_page(desk, IdeaForm(asked=asked, initial=chosen))


@require_safe
def similar(request: HttpRequest, concept_slug: str, round_slug: str) -> HttpResponse:
    """Send a few ideas like the title that somebody is typing, as a part of the form."""
    asked = _public_round(concept_slug, round_slug)
    if seconds := rate_limit.take("searches", at=timezone.now(), who=rate_limit.visitor_of(request)):
        return HttpResponse(status=HTTPStatus.TOO_MANY_REQUESTS, headers={"Retry-After": str(seconds)})
    title = request.GET.get("title", "").replace("\0", "")[:LONGEST_TITLE]
    response = render(request, "participation/_similar.html", {"similar": similar_ideas(asked, title)})
    response["X-Robots-Tag"] = "noindex"
    return response


def _take(request: HttpRequest, asked: Round, at: datetime.datetime) -> HttpResponse:
    bounded = uploads.Bounded(request)
    request.upload_handlers.insert(0, bounded)
    try:
        sent_key = request.POST.get("key", "")
    except (RequestDataTooBig, TooManyFilesSent) as error:
        context = {
            "concept": asked.concept,
            "round": asked,
            "is_files": isinstance(error, TooManyFilesSent),
            "most": settings.IDEA_FILES_MAX,
        }
        status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        return render(request, "participation/too_large.html", context, status=status)
    pghistory.context(user=None)  # A clerk who is logged in and hands something in does so as a citizen.
    known_key = form_keys.read(sent_key)
    desk = Desk(request, asked, known_key or form_keys.new(), at)
    step = request.POST.get("step", "preview")
    if known_key and (stored := stored_under(known_key.key)):
        if step == "send" and _says_the_same(stored, desk):
            return _to_receipt(stored)
        desk.renew_key()
        desk.notices.append(_already_sent(stored))
        step = "preview" if step == "send" else step
    if hindrance := why_closed(asked, on=timezone.localdate(at)):
        return _closed(request, asked, hindrance)
    if known_key is None or known_key.is_expired:
        desk.renew_key()
        desk.notices.append(expired())
        step = "edit"
    files = request.FILES.getlist("attachments")
    if files and (known_key is None or desk.given.get(TRAP)):
        complaints = [_("Ihre Dateien sind noch nicht dabei. Bitte wählen Sie sie noch einmal.")]
    else:
        complaints = uploads.keep(files, skipped=bounded.too_large, key=desk.key.key, visitor=desk.visitor, at=at)
    if step == "edit" or "remove" in request.POST:
        if name := uploads.remove(request.POST.get("remove", ""), key=desk.key.key):
            desk.notices.append(Notice(_("„%(name)s“ ist entfernt.") % {"name": name}, kind="success"))
        desk.notices += [Notice(complaint) for complaint in complaints]
        return _form_page(desk, IdeaForm(asked=asked, initial=desk.given))
    form = IdeaForm(desk.given, asked=asked)
    for complaint in complaints:
        form.add_error("attachments", complaint)
    if not form.is_valid():
        return _form_page(desk, form)
    return _send(desk, form) if step == "send" else _preview_page(desk, form, trap=desk.given.get(TRAP, ""))


def _send(desk: Desk, form: IdeaForm) -> HttpResponse:
    if desk.given.get(TRAP):
        desk.notices.append(trapped())
        return _preview_page(desk, form)
    if desk.key.is_too_fast:
        desk.notices.append(too_fast())
        return _preview_page(desk, form)
    if waiting := _must_wait(desk, form):
        seconds, notice = waiting
        desk.notices.append(notice)
        response = _preview_page(desk, form, status=HTTPStatus.TOO_MANY_REQUESTS)
        response["Retry-After"] = str(seconds)
        return response
    try:
        idea = submit(
            form.contribution(), to=desk.asked, key=desk.key.key, sender=form.sender(desk.language), at=desk.at
        )
    except ValidationError as error:
        return _closed(desk.request, desk.asked, " ".join(error.messages))
    return _to_receipt(idea)


def _must_wait(desk: Desk, form: IdeaForm) -> tuple[int, Notice] | None:
    """Return how long somebody has to wait before sending, and in which words; None where they need not."""
    if seconds := rate_limit.take("submissions", at=desk.at, who=desk.visitor):
        return seconds, busy_visitor(seconds)
    if seconds := rate_limit.take("submissions_per_round", at=desk.at, scope=desk.asked.pk):
        return seconds, busy_round(seconds)
    if (email := form.cleaned_data["email"]) and (seconds := rate_limit.take("mails", at=desk.at, who=email)):
        return seconds, busy_address(seconds)
    return None


def _form_page(desk: Desk, form: IdeaForm) -> HttpResponse:
    context = _context(desk, form) | {"section": form.chosen_section, "file_bytes": settings.IDEA_FILE_MAX_BYTES}
    return render(desk.request, "participation/submit.html", context)


def _preview_page(desk: Desk, form: IdeaForm, *, trap: str = "", status: int = HTTPStatus.OK) -> HttpResponse:
    idea = form.preview(desk.language)
    place = None
    if idea.municipality or idea.latitude is not None:
        ags = idea.municipality.ags if idea.municipality else ""
        place = small_map(atlas.current().drawing, ags=ags, latitude=idea.latitude, longitude=idea.longitude)
    alike = [] if desk.asked.is_draft else similar_ideas(desk.asked, idea.title or idea.text[:LONGEST_TITLE])
    context = _context(desk, form) | {"idea": idea, "map": place, "similar": alike, "trap": trap}
    return render(desk.request, "participation/preview.html", context, status=status)


def _context(desk: Desk, form: IdeaForm) -> dict[str, Any]:
    return {
        "concept": desk.asked.concept,
        "round": desk.asked,
        "form": form,
        "key": desk.key,
        "files": uploads.of_form(desk.key.key),
        "notices": desk.notices,
        "trap_name": TRAP,
    }


def _closed(request: HttpRequest, asked: Round, hindrance: str) -> HttpResponse:
    """Say why nothing is taken now; what somebody has typed meanwhile stays theirs to copy."""
    context = {
        "concept": asked.concept,
        "round": asked,
        "hindrance": hindrance,
        "state": asked.state(timezone.localdate()),
        "title": request.POST.get("title", ""),
        "text": request.POST.get("text", ""),
    }
    status = HTTPStatus.CONFLICT if request.method == "POST" else HTTPStatus.OK
    return render(request, "participation/closed.html", context, status=status)


def _public_round(concept_slug: str, slug: str) -> Round:
    rounds = Round.objects.public().select_related("concept")
    return get_object_or_404(rounds, concept__slug=concept_slug, slug=slug)


def _says_the_same(stored: Idea, desk: Desk) -> bool:
    """Whether what is sent is what was stored; else somebody went back in the browser and wrote something new."""
    form = IdeaForm(desk.given, asked=desk.asked)
    if not form.is_valid():
        return False
    given = form.contribution()
    words = (stored.original_title, stored.original_text) if stored.is_redacted else (stored.title, stored.text)
    return stored.round_id == desk.asked.pk and words == (given.title, given.text)


def _to_receipt(idea: Idea) -> HttpResponse:
    url = reverse("participation:receipt", args=[idea.concept.slug, links.secret_of(idea.submitter)])
    return HttpResponseRedirect(url, status=HTTPStatus.SEE_OTHER)


def _already_sent(stored: Idea) -> Notice:
    return Notice(
        _("Aus diesem Formular haben Sie schon etwas eingereicht: %(reference)s.") % {"reference": stored.reference},
        _("Was Sie jetzt senden, ist ein weiterer Beitrag."),
        kind="info",
    )
