"""What the link in somebody's mails opens: how it stands, saying yes or no, papers, feedback, and what is stored.

The link is all the authority there is, so no cookie takes part (docs/decisions/forms-without-cookies.md).
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any, Concatenate, Final, ParamSpec

import pghistory
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from district import form_keys, rate_limit
from district.downloads import send_bytes
from district.form_keys import TRAP, FormKey
from district.form_notices import Notice, busy_visitor, expired, too_fast, trapped
from district.qr import qr_code
from district.secret_links import guessed, private
from district.views import asks, public_concept
from workshops import actions, calendar, links
from workshops.event_page import history
from workshops.forms.registration import FeedbackForm
from workshops.models import Feedback, Registration
from workshops.models.registrations import State
from workshops.own_page import gets_papers, standing
from workshops.papers import File, file_of
from workshops.stored import stored as all_stored

from .papers import send_paper

Arguments = ParamSpec("Arguments")
Page = Callable[Concatenate[HttpRequest, Registration, Arguments], HttpResponseBase]

SENT: Final = "gesendet"
PAGES: Final = ("registration", "accept", "cancel", "feedback", "own_calendar", "stored", "erase")


def behind_the_link(page: Page[Arguments]) -> Callable[..., HttpResponseBase]:
    """Show a page to whoever has the link, and say so where everything behind it was erased."""

    @csrf_exempt
    @wraps(page)
    def opened(
        request: HttpRequest, concept_slug: str, secret: str, *args: Arguments.args, **kwargs: Arguments.kwargs
    ) -> HttpResponseBase:
        # The audit trail must not learn the link, nor that a clerk who is logged in opened one.
        pghistory.context(url=request.path.replace(secret, "…"), user=None)
        registration = links.registration_of(secret)
        # Nobody is given the link before the address is proven.
        if registration is None or registration.state == State.UNCONFIRMED:
            return guessed(request) or _unknown(request, concept_slug)
        if registration.concept.slug != concept_slug:
            return _unknown(request, concept_slug)
        if registration.erased_at:
            response: HttpResponseBase = _forgotten(request, registration)
        else:
            response = page(request, registration, *args, **kwargs)
        return private(response)

    return opened


@require_safe
def cut_off(request: HttpRequest, concept_slug: str) -> HttpResponse:
    """Say what to do where of the link nothing is left but its beginning."""
    return _unknown(request, concept_slug)


@require_safe
@behind_the_link
def registration(request: HttpRequest, registration: Registration) -> HttpResponse:
    """Show how it stands, and all that belongs to it."""
    return _own_page(request, registration)


@asks
@behind_the_link
def accept(request: HttpRequest, registration: Registration) -> HttpResponse:
    """Say yes, or come after all; so often only, for each time somebody is written to."""
    if request.method == "POST" and not registration.is_taking_part:
        at = timezone.now()
        # Counted for this link alone, so that nobody else can use it up. Saying no is possible at any time: once.
        who, scope = registration.key.hex, registration.event_id
        if seconds := rate_limit.take("mails", at=at, who=who, scope=scope):
            words = _("Sie haben eben erst mehrmals zugesagt und abgesagt. Zusagen können Sie wieder %(wait)s.")
            complaint = words % {"wait": rate_limit.wait_in_words(seconds)}
            return _own_page(request, registration, complaint=complaint, seconds=seconds)
        try:
            actions.accept(registration, at=at)
        except ValidationError as error:
            return _own_page(request, registration, complaint=" ".join(error.messages))
    return _to(registration)


@asks
@behind_the_link
def cancel(request: HttpRequest, registration: Registration) -> HttpResponse:
    """Ask, then give the seat back; who was invited says no at once, by the button on their page."""
    if registration.state == State.CANCELLED:
        return _to(registration)
    at = timezone.now()
    if hindrance := actions.why_no_seat(registration.event, at=at):
        return _own_page(request, registration, complaint=hindrance)
    if request.method == "POST":
        try:
            actions.cancel(registration, at=at)
        except ValidationError as refused:
            return _own_page(request, registration, complaint=" ".join(refused.messages))
        return _to(registration)
    return _render(request, registration, "cancel")


@asks
@behind_the_link
def feedback(request: HttpRequest, registration: Registration) -> HttpResponse:
    """Take in what somebody writes where an event was called off; and show what they have written."""
    at = timezone.now()
    if not registration.event.takes_feedback(timezone.localdate(at)):
        return _feedback_closed(request, registration)
    form = FeedbackForm(request.POST if request.method == "POST" else None)
    key = form_keys.read(request.POST.get("key", ""))
    if request.method != "POST" or not form.is_valid():
        return _feedback_page(request, registration, form, key or form_keys.new())
    if refusal := _refusal(request, key, at=at):
        return _feedback_page(request, registration, form, *refusal)
    assert key is not None  # else it was refused
    given = form.cleaned_data
    if key.was_sent_otherwise(Feedback, registration=registration, **given):
        key = form_keys.new()  # Somebody went back in the browser and wrote something new.
    try:
        actions.give_feedback(registration, **given, key=key.key, at=at)
    except ValidationError as error:
        form.add_error(None, error)
        return _feedback_page(request, registration, form, key)
    return _to(registration, "feedback", f"?{SENT}=1")


@require_safe
@behind_the_link
def own_calendar(request: HttpRequest, registration: Registration) -> HttpResponse:
    """Send the event for somebody's own calendar."""
    return send_bytes(calendar.invitation(registration), title=registration.event.title, ending="ics")


@require_safe
@behind_the_link
def own_paper(request: HttpRequest, registration: Registration, pk: int) -> HttpResponseBase:
    """Send a paper for those registered; what is internal is nobody's here."""
    if not gets_papers(registration):
        raise Http404
    paper = get_object_or_404(registration.event.papers.for_registered(), pk=pk)
    paper.event = registration.event
    return send_paper(request, paper, back=links.path_of(registration))


@require_safe
@behind_the_link
def stored(request: HttpRequest, registration: Registration) -> HttpResponse:
    """Send all that is stored of somebody as a file that machines can read."""
    content = json.dumps(all_stored(registration), ensure_ascii=False, indent=2).encode()
    return send_bytes(content, title=_("meine Anmeldung"), ending="json")


@asks
@behind_the_link
def erase_own(request: HttpRequest, registration: Registration) -> HttpResponse:
    """Ask, then erase what is stored of somebody."""
    if request.method == "POST":
        try:
            actions.erase(registration, at=timezone.now())
        except ValidationError:  # gone meanwhile, with all that was stored
            return _forgotten(request, registration)
        return _to(registration)
    return _render(request, registration, "erase")


def _refusal(
    request: HttpRequest, known_key: FormKey | None, *, at: datetime.datetime
) -> tuple[FormKey, Notice, int] | None:
    """Return under which key a form goes on that looks like a machine's or is too much, why, and how long to wait."""
    if known_key is None or known_key.is_expired:
        return form_keys.new(), expired(), 0
    if request.POST.get(TRAP):
        return known_key, trapped(), 0
    if known_key.is_too_fast:
        return known_key, too_fast(), 0
    if seconds := rate_limit.take("feedback", at=at, who=rate_limit.visitor_of(request)):
        return known_key, busy_visitor(seconds), seconds
    return None


def _own_page(
    request: HttpRequest, registration: Registration, *, complaint: str = "", seconds: int = 0
) -> HttpResponse:
    """Show how it stands; `complaint` says why something was not done, `seconds` how long to wait with it."""
    code = None
    now = standing(registration, at=timezone.now())
    if now.has_seat:
        url = request.build_absolute_uri(links.door_path(registration))
        code = qr_code(url, title=_("QR-Code für den Einlass"))
    status = HTTPStatus.CONFLICT if complaint else HTTPStatus.OK
    response = _render(
        request,
        registration,
        "registration",
        HTTPStatus.TOO_MANY_REQUESTS if seconds else status,
        standing=now,
        code=code,
        complaint=complaint,
        files=_files(registration),
        history=history(registration.event.changes.all()),
        takes_feedback=registration.event.takes_feedback(timezone.localdate()),
        sent=_sent(registration),
    )
    if seconds:
        response["Retry-After"] = str(seconds)
    return response


def _feedback_page(
    request: HttpRequest,
    registration: Registration,
    form: FeedbackForm,
    key: FormKey,
    notice: Notice | None = None,
    seconds: int = 0,
) -> HttpResponse:
    response = _render(
        request,
        registration,
        "feedback",
        HTTPStatus.TOO_MANY_REQUESTS if seconds else HTTPStatus.OK,
        form=form,
        key=key,
        notices=[notice] if notice else [],
        is_sent=SENT in request.GET,
        files=_files(registration),
        sent=_sent(registration),
    )
    if seconds:
        response["Retry-After"] = str(seconds)
    return response


def _feedback_closed(request: HttpRequest, registration: Registration) -> HttpResponse:
    """Say that nobody is asked any more, or was; what somebody has typed meanwhile stays theirs to copy."""
    status = HTTPStatus.CONFLICT if request.method == "POST" else HTTPStatus.OK
    text = request.POST.get("text", "")
    return _render(request, registration, "feedback_closed", status, text=text, sent=_sent(registration))


def _render(
    request: HttpRequest, registration: Registration, template: str, status: int = HTTPStatus.OK, **context: Any
) -> HttpResponse:
    given = {
        "concept": registration.concept,
        "event": registration.event,
        "registration": registration,
        "pages": {page: links.path_of(registration, page) for page in PAGES},
        "secret": links.secret_of(registration),
    }
    return render(request, f"workshops/{template}.html", {**given, **context}, status=status)


def _files(registration: Registration) -> list[File]:
    if not gets_papers(registration):
        return []
    return [file_of(paper) for paper in registration.event.papers.for_registered().order_by("pk")]


def _sent(registration: Registration) -> list[Feedback]:
    return list(registration.feedback.order_by("created_at", "pk"))


def _unknown(request: HttpRequest, concept_slug: str) -> HttpResponse:
    """Say what to do with a link that was cut off on its way, or is none of ours."""
    context = {"concept": public_concept(concept_slug)}
    return private(render(request, "workshops/registration_unknown.html", context, status=HTTPStatus.NOT_FOUND))


def _forgotten(request: HttpRequest, registration: Registration) -> HttpResponse:
    """Say that everything is erased; what somebody has typed meanwhile stays theirs to copy."""
    context = {"concept": registration.concept, "event": registration.event, "text": request.POST.get("text", "")}
    return render(request, "workshops/forgotten.html", context, status=HTTPStatus.GONE)


def _to(registration: Registration, page: str = "registration", query: str = "") -> HttpResponse:
    return HttpResponseRedirect(links.path_of(registration, page) + query, status=HTTPStatus.SEE_OTHER)
