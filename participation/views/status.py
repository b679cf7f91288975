"""What a secret link opens: the receipt, the state of things, and what its holder may do with what is stored.

The link is all the authority there is, so no cookie takes part (docs/decisions/forms-without-cookies.md).
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from pathlib import PurePath
from typing import Concatenate, Final, ParamSpec

import pghistory
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from district import rate_limit
from district.downloads import send_bytes, send_file
from district.models import Concept, District
from district.qr import qr_code
from district.secret_links import guessed, private
from district.tokens import digest_of
from district.views import asks, public_concept
from participation import links
from participation.actions import (
    confirm_address,
    erase,
    send_link_again,
    unsubscribe,
    withdraw,
    withdraw_comment,
)
from participation.journey import is_forgotten, journeys
from participation.models import Comment, Confirmation, Idea, IdeaFile, Submitter
from participation.stored import stored as all_stored

Arguments = ParamSpec("Arguments")
Page = Callable[Concatenate[HttpRequest, Concept, Submitter, Arguments], HttpResponseBase]

SENT_AGAIN: Final = "link"
AGAIN: Final = "neu"


def behind_the_link(page: Page[Arguments]) -> Callable[..., HttpResponseBase]:
    """Show a page to whoever has the link, and say so where everything behind it was erased."""

    @csrf_exempt
    @wraps(page)
    def opened(
        request: HttpRequest, concept_slug: str, secret: str, *args: Arguments.args, **kwargs: Arguments.kwargs
    ) -> HttpResponseBase:
        # The audit trail must not learn the link, nor that a clerk who is logged in opened one.
        pghistory.context(url=request.path.replace(secret, "…"), user=None)
        submitter = links.submitter_of(secret)
        if submitter is None:
            return guessed(request) or _unknown(request, concept_slug)
        concept = _concept_of(submitter)
        if concept.slug != concept_slug:
            return _unknown(request, concept_slug)
        if is_forgotten(submitter):
            response: HttpResponseBase = _forgotten(request, concept, submitter)
        else:
            response = page(request, concept, submitter, *args, **kwargs)
        return private(response)

    return opened


@require_safe
@behind_the_link
def receipt(request: HttpRequest, concept: Concept, submitter: Submitter) -> HttpResponse:
    """Show the receipt: the number, the secret link and its QR code, to be printed."""
    idea = submitter.ideas.select_related("round", "section").order_by("pk").first()
    if idea is None:
        raise Http404
    idea.round.concept = concept
    url = request.build_absolute_uri(_path("status", concept, submitter))
    code = qr_code(url, title=_("QR-Code mit dem Link zum Stand Ihres Beitrags"))
    context = {"concept": concept, "round": idea.round, "idea": idea, "submitter": submitter, "url": url, "code": code}
    return render(request, "participation/receipt.html", context | {"pages": _pages(concept, submitter)})


@require_safe
@behind_the_link
def status(request: HttpRequest, concept: Concept, submitter: Submitter) -> HttpResponse:
    """Show each step so far, the answer, and what is stored."""
    return _status_page(request, concept, submitter)


@require_safe
def cut_off(request: HttpRequest, concept_slug: str) -> HttpResponse:
    """Say what to do where of the link nothing is left but its beginning."""
    return _unknown(request, concept_slug)


@require_safe
@behind_the_link
def stored(request: HttpRequest, concept: Concept, submitter: Submitter) -> HttpResponse:
    """Send all that is stored of somebody as a file that machines can read."""
    content = json.dumps(all_stored(submitter), ensure_ascii=False, indent=2).encode()
    return send_bytes(content, title=_("meine Daten %(concept)s") % {"concept": concept.short_title}, ending="json")


@require_safe
@behind_the_link
def own_file(request: HttpRequest, concept: Concept, submitter: Submitter, pk: int) -> HttpResponseBase:
    """Send somebody a file of their own, public or not."""
    file = get_object_or_404(IdeaFile, pk=pk, idea__submitter=submitter)
    return send_file(file.file, title=PurePath(file.name).stem)


@asks
@behind_the_link
def link_again(request: HttpRequest, concept: Concept, submitter: Submitter) -> HttpResponse:
    """Send the mail that confirms an address once more."""
    if request.method != "POST":
        return _to_status(concept, submitter)
    at = timezone.now()
    if seconds := _must_wait(request, submitter, at=at):
        words = _written_just_now(seconds)
        response = _status_page(request, concept, submitter, complaint=words, code=HTTPStatus.TOO_MANY_REQUESTS)
        response["Retry-After"] = str(seconds)
        return response
    try:
        send_link_again(submitter, at=at)
    except ValidationError as error:
        words = " ".join(error.messages)
        return _status_page(request, concept, submitter, complaint=words, code=HTTPStatus.CONFLICT)
    return HttpResponseRedirect(f"{_path('status', concept, submitter)}?{SENT_AGAIN}=1", status=HTTPStatus.SEE_OTHER)


@asks
@behind_the_link
def withdraw_idea(request: HttpRequest, concept: Concept, submitter: Submitter, pk: int) -> HttpResponse:
    """Ask, then take an idea back."""
    idea = get_object_or_404(submitter.ideas.select_related("round__concept", "section"), pk=pk)
    if idea.state == Idea.State.WITHDRAWN:
        return _to_status(concept, submitter)
    if request.method == "POST":
        withdraw(idea, at=timezone.now())
        return _to_status(concept, submitter)
    context = {"concept": concept, "idea": idea, "pages": _pages(concept, submitter)}
    return render(request, "participation/withdraw.html", context)


@asks
@behind_the_link
def withdraw_own_comment(request: HttpRequest, concept: Concept, submitter: Submitter, pk: int) -> HttpResponse:
    """Ask, then take a comment back."""
    comment = get_object_or_404(submitter.comments.select_related("idea__round__concept", "idea__section"), pk=pk)
    if comment.state == Comment.State.WITHDRAWN:
        return _to_status(concept, submitter)
    if request.method == "POST":
        withdraw_comment(comment, at=timezone.now())
        return _to_status(concept, submitter)
    context = {"concept": concept, "comment": comment, "pages": _pages(concept, submitter)}
    return render(request, "participation/withdraw_comment.html", context)


@asks
@behind_the_link
def erase_all(request: HttpRequest, concept: Concept, submitter: Submitter) -> HttpResponse:
    """Ask, then erase what is stored of somebody."""
    if request.method == "POST":
        erase(submitter, at=timezone.now())
        return _to_status(concept, submitter)
    answered = submitter.ideas.filter(state=Idea.State.ANSWERED).exists()
    context = {"concept": concept, "answered": answered, "pages": _pages(concept, submitter)}
    return render(request, "participation/erase.html", context)


@asks
@behind_the_link
def unsubscribe_address(request: HttpRequest, concept: Concept, submitter: Submitter) -> HttpResponse:
    """Ask, then write no more mails; mail programs send the POST by themselves and follow no redirect (RFC 8058)."""
    had_address = bool(submitter.email)
    if request.method == "POST":
        unsubscribe(submitter, at=timezone.now())
    context = {
        "concept": concept,
        "is_done": request.method == "POST",
        "had_address": had_address,
        "pages": _pages(concept, submitter),
    }
    return render(request, "participation/unsubscribe.html", context)


@asks
@csrf_exempt
def confirm(request: HttpRequest, concept_slug: str, token: str) -> HttpResponse:
    """Ask, then take an address as proven: programs that look through mails follow links, but press no button.

    Whoever reads the mail may be a stranger, so nothing here leads to what was sent in before the address is proven.
    """
    pghistory.context(url=request.path.replace(token, "…"), user=None)
    at = timezone.now()
    found = Confirmation.objects.filter(digest=digest_of(token)).exclude(submitter=None)
    confirmation = found.select_related("submitter").first()
    if confirmation is None or confirmation.submitter is None:
        if too_many := guessed(request):
            return too_many
        concept = public_concept(concept_slug)
        response = render(request, "participation/confirm.html", {"concept": concept}, status=HTTPStatus.NOT_FOUND)
        return private(response)
    submitter = confirmation.submitter
    concept = _concept_of(submitter)
    if concept.slug != concept_slug:
        raise Http404
    done, complaint, seconds, code = "", "", 0, HTTPStatus.OK
    if request.method == "POST":
        try:
            if AGAIN not in request.POST:
                submitter, done = confirm_address(confirmation, at=at), "confirmed"
            elif seconds := _must_wait(request, submitter, at=at):
                complaint, code = _written_just_now(seconds), HTTPStatus.TOO_MANY_REQUESTS
            else:
                send_link_again(submitter, at=at)
                done = "sent_again"
        except ValidationError:
            code = HTTPStatus.CONFLICT
    context = {
        "concept": concept,
        "submitter": submitter,
        "done": done,
        "complaint": complaint,
        "is_confirmed": submitter.email_confirmed_at is not None,
        "is_expired": confirmation.expires_at <= at,
        "again": AGAIN,
        "pages": _pages(concept, submitter),
    }
    response = private(render(request, "participation/confirm.html", context, status=code))
    if seconds:
        response["Retry-After"] = str(seconds)
    return response


def _must_wait(request: HttpRequest, submitter: Submitter, *, at: datetime.datetime) -> int:
    """Return how many seconds to wait before another mail may go to the address; 0 where it may go now."""
    visitor = rate_limit.visitor_of(request)
    if seconds := rate_limit.take("mails", at=at, who=visitor):
        return seconds
    return rate_limit.take("mails", at=at, who=submitter.email) if submitter.email else 0


def _written_just_now(seconds: int) -> str:
    wait = {"wait": rate_limit.wait_in_words(seconds)}
    return _("Wir haben Ihnen eben erst geschrieben. Ein neuer Link ist %(wait)s möglich.") % wait


def _status_page(
    request: HttpRequest,
    concept: Concept,
    submitter: Submitter,
    *,
    complaint: str = "",
    code: int = HTTPStatus.OK,
) -> HttpResponse:
    context = {
        "concept": concept,
        "submitter": submitter,
        "journeys": journeys(submitter, target_days=District.objects.answer_target_days()),
        "comments": submitter.comments.select_related("idea__round__concept", "idea__section").order_by("pk"),
        "pages": _pages(concept, submitter),
        "secret": links.secret_of(submitter),
        "is_sent_again": SENT_AGAIN in request.GET,
        "complaint": complaint,
    }
    return render(request, "participation/status.html", context, status=code)


def _unknown(request: HttpRequest, concept_slug: str) -> HttpResponse:
    """Say what to do with a link that was cut off on its way, or is none of ours."""
    context = {"concept": public_concept(concept_slug)}
    return private(render(request, "participation/status_unknown.html", context, status=HTTPStatus.NOT_FOUND))


def _forgotten(request: HttpRequest, concept: Concept, submitter: Submitter) -> HttpResponse:
    answered = submitter.ideas.filter(state=Idea.State.ANSWERED).select_related("round__concept", "section")
    context = {"concept": concept, "ideas": answered.order_by("pk")}
    return render(request, "participation/forgotten.html", context, status=HTTPStatus.GONE)


def _concept_of(submitter: Submitter) -> Concept:
    """Return the concept whose link it is, public or not: what is stored can be seen and erased for as long as it is."""
    return Concept.objects.filter(rounds__ideas__submitter=submitter).first() or Concept.objects.get(
        rounds__ideas__comments__submitter=submitter
    )


def _path(page: str, concept: Concept, submitter: Submitter) -> str:
    return reverse(f"participation:{page}", args=[concept.slug, links.secret_of(submitter)])


def _pages(concept: Concept, submitter: Submitter) -> dict[str, str]:
    """Return the addresses of the pages behind somebody's link."""
    names = ("status", "receipt", "stored", "erase", "unsubscribe", "link_again")
    return {name: _path(name, concept, submitter) for name in names}


def _to_status(concept: Concept, submitter: Submitter) -> HttpResponse:
    return HttpResponseRedirect(_path("status", concept, submitter), status=HTTPStatus.SEE_OTHER)
