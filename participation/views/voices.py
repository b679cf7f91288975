"""What readers do with an idea: support it, comment on it, report it. Nobody needs an account.

Support is known again in the same browser by a signed cookie, set once an address has been proven. It is never sent along
from other sites (`SameSite=Lax` and POST), so these forms need no token of their own (docs/decisions/forms-without-cookies.md).
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

import pghistory
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt

from district import form_keys, rate_limit
from district.addresses import key_of
from district.form_keys import TRAP, FormKey
from district.form_notices import Notice, busy_address, busy_round, busy_visitor, expired, too_fast, trapped
from district.models import Concept
from district.qr import qr_code
from district.secret_links import guessed, private
from district.tokens import digest_of
from district.views import asks
from participation import links
from participation.actions import (
    Sender,
    comment,
    confirm_support,
    report,
    request_support,
    support,
    withdraw_support,
)
from participation.actions.voices import why_no_comment, why_no_support
from participation.forms.voices import CommentForm, ReportForm, SupportForm
from participation.models import Comment, Confirmation, Idea, Support, Supporter
from participation.models.rounds import shown
from participation.models.voices import CommentState

COOKIE: Final = "kek_unterstuetzung"
SALT: Final = "participation.supporter"
COOKIE_AGE: Final = datetime.timedelta(days=180)


@dataclass
class Desk:
    """What one request is about: an idea, the form's key and its errors."""

    request: HttpRequest
    idea: Idea
    at: datetime.datetime
    key: FormKey
    notice: Notice | None = None
    seconds_to_wait: int = 0

    @property
    def language(self) -> str:
        """The language of the page, and of mails that follow from it."""
        return get_language() or settings.LANGUAGE_CODE

    def hold_up(self, seconds: int, notice: Notice) -> None:
        """Tell how long to wait before sending again."""
        self.seconds_to_wait, self.notice = seconds, notice

    def page(self, template: str, status: int = HTTPStatus.OK, **context: Any) -> HttpResponse:
        """Show a page about the idea; 429 where somebody has to wait."""
        concept = self.idea.concept
        given = {"concept": concept, "round": self.idea.round, "idea": self.idea, "key": self.key, "trap_name": TRAP}
        notices = [self.notice] if self.notice else []
        if self.seconds_to_wait:
            status = HTTPStatus.TOO_MANY_REQUESTS
        context = {**given, "notices": notices, **context}
        response = render(self.request, f"participation/{template}.html", context, status=status)
        if self.seconds_to_wait:
            response["Retry-After"] = str(self.seconds_to_wait)
        return response

    def closed(self, hindrance: str) -> HttpResponse:
        """Say why nothing is taken now; what somebody has typed meanwhile stays theirs to copy."""
        status = HTTPStatus.CONFLICT if self.request.method == "POST" else HTTPStatus.OK
        return self.page("voice_closed", status, hindrance=hindrance, text=self.request.POST.get("text", ""))


def about_an_idea(page: Callable[[Desk], HttpResponse]) -> Callable[..., HttpResponse]:
    """Find the public idea and the form's key; what is done by whoever is logged in is done as a citizen.

    An idea that was put together with another meanwhile is that other one.
    """

    @cache_control(private=True, max_age=0)
    @csrf_exempt
    @asks
    def opened(request: HttpRequest, concept_slug: str, round_slug: str, pk: int) -> HttpResponse:
        pghistory.context(user=None)
        ideas = Idea.objects.exclude(published_at=None).defer("search", "merged_into__search")
        found = get_object_or_404(
            ideas.select_related("round__concept", "section", "merged_into__section"),
            shown("round__"),
            pk=pk,
            round__slug=round_slug,
            round__concept__slug=concept_slug,
        )
        idea = _as_it_goes_on(found)
        if not idea.is_public:
            return _gone(request, idea) if request.method == "POST" else redirect(idea)
        key = form_keys.read(request.POST.get("key", "")) or form_keys.new()
        return page(Desk(request, idea, timezone.now(), key))

    return opened


@about_an_idea
def support_idea(desk: Desk) -> HttpResponse:
    """Support an idea: at once in a browser that is known, else by a link that is mailed."""
    if hindrance := why_no_support(desk.idea, at=desk.at):
        return desk.closed(hindrance)
    supporter = _supporter_of(desk.request)
    if supporter:
        return _support_again(desk, supporter)
    form = SupportForm(desk.request.POST if desk.request.method == "POST" else None)
    if desk.request.method != "POST" or not form.is_valid() or _is_refused(desk, "supports"):
        return desk.page("support", form=form)
    email = form.cleaned_data["email"]
    if seconds := rate_limit.take("mails", at=desk.at, who=email):
        desk.hold_up(seconds, busy_address(seconds))
        return desk.page("support", form=form)
    try:
        request_support(desk.idea, email=email, language=desk.language, at=desk.at)
    except ValidationError as error:
        return desk.closed(" ".join(error.messages))
    return desk.page("support_sent", email=email)


@csrf_exempt
@asks
def confirm(request: HttpRequest, concept_slug: str, token: str) -> HttpResponse:
    """Show what a mailed link confirms, and confirm it by a button: mail scanners open links too."""
    pghistory.context(url=request.path.replace(token, "…"), user=None)
    related = ("idea__round__concept", "idea__section", "idea__merged_into__section", "supporter")
    found = Confirmation.objects.filter(
        shown("idea__round__"), digest=digest_of(token), idea__round__concept__slug=concept_slug
    )
    confirmation = found.select_related(*related).first()
    if confirmation is None or confirmation.idea is None or confirmation.supporter is None:
        if too_many := guessed(request):
            return too_many
        concept = get_object_or_404(Concept, slug=concept_slug, is_public=True)
        return private(render(request, "participation/support_unknown.html", {"concept": concept}, status=404))
    idea = _as_it_goes_on(confirmation.idea)
    desk = Desk(request, idea, timezone.now(), form_keys.new())
    if not idea.is_public:
        return private(_gone(request, idea))
    return private(_confirm(desk, confirmation, confirmation.supporter))


def _confirm(desk: Desk, confirmation: Confirmation, supporter: Supporter) -> HttpResponse:
    is_proven = False
    hindrance = _why_useless(confirmation, at=desk.at)
    if desk.request.method == "POST":
        try:
            confirm_support(confirmation, at=desk.at)
            is_proven, hindrance = True, ""
            desk.idea.refresh_from_db(fields=["support_count"])
        except ValidationError as error:
            hindrance = " ".join(error.messages)
    done = is_proven or (bool(hindrance) and Support.objects.filter(idea=desk.idea, supporter=supporter).exists())
    if not done and (closed := why_no_support(desk.idea, at=desk.at)):
        return desk.closed(closed)
    status = HTTPStatus.CONFLICT if hindrance and not done else HTTPStatus.OK
    response = desk.page("support_confirm", status, done=done, hindrance=hindrance)
    if is_proven:  # by this link just now: an old one proves nothing any more
        _remember(response, supporter)
    return response


@about_an_idea
def comment_idea(desk: Desk) -> HttpResponse:
    """Comment on an idea, or answer a comment."""
    if stored := Comment.objects.filter(key=desk.key.key).select_related("submitter").first():
        if stored.text == desk.request.POST.get("text", "").replace("\r\n", "\n").strip():
            return _thanks_for(desk, stored)
        desk.key = form_keys.new()  # Somebody went back in the browser and wrote something new.
    if hindrance := why_no_comment(desk.idea, at=desk.at):
        return desk.closed(hindrance)
    parent = _comment_named(desk, "antwort", parent=None)
    form = CommentForm(desk.request.POST if desk.request.method == "POST" else None)
    if desk.request.method != "POST" or not form.is_valid() or _is_refused(desk, "comments"):
        return desk.page("comment", form=form, parent=parent)
    sender = Sender(pseudonym=form.cleaned_data["pseudonym"], language=desk.language)
    try:
        made = comment(
            desk.idea, text=form.cleaned_data["text"], key=desk.key.key, sender=sender, at=desk.at, parent=parent
        )
    except ValidationError as error:
        return desk.closed(" ".join(error.messages))
    return _thanks_for(desk, made)


@about_an_idea
def report_idea(desk: Desk) -> HttpResponse:
    """Tell the moderation that an idea or a comment should not stand there."""
    made = _comment_named(desk, "kommentar")
    form = ReportForm(desk.request.POST if desk.request.method == "POST" else None)
    if desk.request.method != "POST" or not form.is_valid() or _is_refused(desk, "reports"):
        return desk.page("report", form=form, made=made)
    try:
        report(desk.idea, reason=form.cleaned_data["reason"], made=made, at=desk.at)
    except ValidationError as error:
        return desk.closed(" ".join(error.messages))
    return desk.page("report_sent")


def _as_it_goes_on(idea: Idea) -> Idea:
    """Return the idea, or the one that it is part of by now: there its support counts."""
    if idea.merged_into is None:
        return idea
    idea.merged_into.round = idea.round  # Only ideas of the same round go on together.
    return idea.merged_into


def _gone(request: HttpRequest, idea: Idea) -> HttpResponse:
    """Say that an idea is not public any more; what somebody has typed meanwhile stays theirs to copy."""
    context = {"concept": idea.concept, "round": idea.round, "text": request.POST.get("text", "")}
    return render(request, "participation/gone.html", context, status=HTTPStatus.GONE)


def _why_useless(confirmation: Confirmation, *, at: datetime.datetime) -> str:
    """Return why a link confirms nothing any more; empty where it still does."""
    if confirmation.expires_at <= at:
        return _("Dieser Link ist abgelaufen.")
    return _("Dieser Link wurde schon benutzt.") if confirmation.used_at else ""


def _support_again(desk: Desk, supporter: Supporter) -> HttpResponse:
    if desk.request.method == "POST":
        try:
            if "withdraw" in desk.request.POST:
                withdraw_support(desk.idea, supporter=supporter)
            else:
                support(desk.idea, supporter=supporter, at=desk.at)
        except ValidationError as error:
            return desk.closed(" ".join(error.messages))
        desk.idea.refresh_from_db(fields=["support_count"])
    is_supported = Support.objects.filter(idea=desk.idea, supporter=supporter).exists()
    return desk.page("support_known", is_supported=is_supported, is_done=desk.request.method == "POST")


def _supporter_of(request: HttpRequest) -> Supporter | None:
    """Return who supports from this browser, or None where it is not known."""
    key = request.get_signed_cookie(COOKIE, None, salt=SALT, max_age=COOKIE_AGE)
    return Supporter.objects.filter(digest=key).first() if key else None


def _remember(response: HttpResponse, supporter: Supporter) -> None:
    response.set_signed_cookie(
        COOKIE,
        supporter.digest,
        salt=SALT,
        max_age=COOKIE_AGE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _is_refused(desk: Desk, allowance: str) -> bool:
    """Whether what was sent looks like a machine's, or is too much; the desk then has what to say."""
    if desk.request.POST.get(TRAP):
        desk.notice = trapped()
    elif desk.key.is_expired or form_keys.read(desk.request.POST.get("key", "")) is None:
        desk.key, desk.notice = form_keys.new(), expired()
    elif desk.key.is_too_fast:
        desk.notice = too_fast()
    elif seconds := rate_limit.take(allowance, at=desk.at, who=rate_limit.visitor_of(desk.request)):
        desk.hold_up(seconds, busy_visitor(seconds))
    elif seconds := rate_limit.take(f"{allowance}_per_round", at=desk.at, scope=desk.idea.round_id):
        desk.hold_up(seconds, busy_round(seconds))
    return desk.notice is not None


def _comment_named(desk: Desk, parameter: str, **more: Any) -> Comment | None:
    """Return the comment that the address names, if it is a public one of this idea.

    Raises Http404 where it names another.
    """
    named = desk.request.GET.get(parameter)
    if not named:
        return None
    comments = Comment.objects.filter(idea=desk.idea, state=CommentState.PUBLISHED, **more).select_related("submitter")
    return get_object_or_404(comments, pk=key_of(named))


def _thanks_for(desk: Desk, made: Comment) -> HttpResponse:
    url = desk.request.build_absolute_uri(links.status_path(made.submitter))
    code = qr_code(url, title=_("QR-Code mit dem Link zu Ihrem Kommentar"))
    return private(desk.page("comment_sent", made=made, url=url, code=code))
