"""The way into an event: the form, and the link that proves the address. No cookie takes part, and strangers learn nothing.

Whoever fills in the form sees the same page whether the address is new or registered; the rest is told by mail.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final

import pghistory
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt

from district import form_keys, rate_limit
from district.form_keys import TRAP, FormKey
from district.form_notices import Notice, busy_address, busy_round, busy_visitor, expired, too_fast, trapped
from district.secret_links import guessed, private
from district.tokens import digest_of
from district.views import asks, public_concept
from workshops import actions, links
from workshops.forms.registration import RegistrationForm
from workshops.models import Event, Registration
from workshops.own_page import standing
from workshops.seats import seats

AGAIN: Final = "neu"


@dataclass
class Desk:
    """What one request is about: an event, the form's key, and what there is to say."""

    request: HttpRequest
    event: Event
    key: FormKey
    at: datetime.datetime
    notices: list[Notice] = field(default_factory=list)
    seconds_to_wait: int = 0

    @property
    def language(self) -> str:
        """The language of the page, and of mails that follow from it."""
        return get_language() or settings.LANGUAGE_CODE

    def hold_up(self, seconds: int, notice: Notice) -> None:
        """Tell how long to wait before sending again."""
        self.seconds_to_wait = seconds
        self.notices.append(notice)

    def page(self, template: str, status: int = HTTPStatus.OK, **context: Any) -> HttpResponse:
        """Show a page about the event; 429 where somebody has to wait."""
        given = {"concept": self.event.concept, "event": self.event, "key": self.key, "notices": self.notices}
        if self.seconds_to_wait:
            status = HTTPStatus.TOO_MANY_REQUESTS
        response = render(self.request, f"workshops/{template}.html", {**given, **context}, status=status)
        if self.seconds_to_wait:
            response["Retry-After"] = str(self.seconds_to_wait)
        return response

    def closed(self, hindrance: str) -> HttpResponse:
        """Say why nobody can register now; what somebody has typed meanwhile stays theirs to copy."""
        form = RegistrationForm(self.request.POST)
        typed = [(each.label, each.value()) for each in form if each.value()]
        status = HTTPStatus.CONFLICT if self.request.method == "POST" else HTTPStatus.OK
        return self.page(
            "register_closed",
            status,
            hindrance=hindrance,
            typed=typed,
            is_coming=_is_coming(self.event, on=timezone.localdate(self.at)),
        )


# A page that is not stored at all would be empty after the browser's back button.
@cache_control(private=True, max_age=0)
@csrf_exempt
@asks
def register(request: HttpRequest, concept_slug: str, pk: int) -> HttpResponse:
    """Show the form, then take in what was sent and say that a mail is on its way, whoever the address belongs to."""
    pghistory.context(user=None)  # A clerk who is logged in and registers does so as a citizen.
    events = Event.objects.public().select_related("concept")
    event = get_object_or_404(events, pk=pk, concept__slug=concept_slug)
    known_key = form_keys.read(request.POST.get("key", ""))
    desk = Desk(request, event, known_key or form_keys.new(), timezone.now())
    if hindrance := actions.why_no_form(event, at=desk.at):
        return desk.closed(hindrance)
    form = RegistrationForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid() or _is_refused(desk, known_key, form.cleaned_data["email"]):
        return desk.page("register", form=form, seats=seats(event).at_once)
    person = form.person(desk.language)
    words = {name: getattr(person, name) for name in ("name", "email", "organisation", "requirements")}
    if desk.key.was_sent_otherwise(Registration, **words):
        desk.key = form_keys.new()  # Somebody went back in the browser and corrected something.
    try:
        actions.register(event, person, key=desk.key.key, at=desk.at)
    except ValidationError as error:
        return desk.closed(" ".join(error.messages))
    return desk.page("register_sent", email=person.email)


@asks
@csrf_exempt
def confirm(request: HttpRequest, concept_slug: str, token: str) -> HttpResponse:
    """Ask, then take an address as proven: programs that look through mails follow links, but press no button."""
    pghistory.context(url=request.path.replace(token, "…"), user=None)
    found = Registration.objects.filter(token_digest=digest_of(token), event__concept__slug=concept_slug)
    registration = found.select_related("event__concept", "event__group").first()
    if registration is None:
        if too_many := guessed(request):
            return too_many
        context = {"concept": public_concept(concept_slug)}
        return private(render(request, "workshops/confirm_unknown.html", context, status=HTTPStatus.NOT_FOUND))
    desk = Desk(request, registration.event, form_keys.new(), timezone.now())
    return private(_confirm(desk, registration))


def _confirm(desk: Desk, registration: Registration) -> HttpResponse:
    if registration.state != Registration.State.UNCONFIRMED:
        return _confirmed_before(desk)
    done, hindrance, status = "", "", HTTPStatus.OK
    if desk.request.method == "POST":
        try:
            if AGAIN not in desk.request.POST:
                registration, done = actions.confirm(registration, at=desk.at), "confirmed"
            elif not _is_held_up(desk, registration):
                registration, done = actions.send_link_again(registration, at=desk.at), "sent_again"
        except ValidationError as error:
            if error.code == "used":  # by another click, at the same moment
                return _confirmed_before(desk)
            hindrance, status = " ".join(error.messages), HTTPStatus.CONFLICT
    is_confirmed = done == "confirmed"
    is_expired = registration.token_expires_at is not None and registration.token_expires_at <= desk.at
    if not done:
        takes_nobody = actions.why_no_form if is_expired else actions.why_no_seat
        hindrance = takes_nobody(desk.event, at=desk.at)
    return desk.page(
        "confirm",
        status,
        registration=registration,
        standing=standing(registration, at=desk.at) if is_confirmed else None,
        done=done,
        hindrance=hindrance,
        is_expired=is_expired,
        again=AGAIN,
        # The one-time link hands the lasting one out once, to whoever proves the address by it.
        own_url=links.path_of(registration) if is_confirmed else "",
    )


def _confirmed_before(desk: Desk) -> HttpResponse:
    """Say that all is well; a link that was used once opens nothing more."""
    return desk.page("confirmed_before", hindrance=actions.why_no_form(desk.event, at=desk.at))


def _is_held_up(desk: Desk, registration: Registration) -> bool:
    """Whether another mail to the address would be too much; the desk then has what to say."""
    for who in (rate_limit.visitor_of(desk.request), registration.email.casefold()):
        if seconds := rate_limit.take("mails", at=desk.at, who=who, scope=desk.event.pk):
            words = _("Wir haben Ihnen eben erst geschrieben. Ein neuer Link ist %(wait)s möglich.")
            desk.hold_up(seconds, Notice(words % {"wait": rate_limit.wait_in_words(seconds)}))
            return True
    return False


def _is_refused(desk: Desk, known_key: FormKey | None, email: str) -> bool:
    """Whether what was sent looks like a machine's, or is too much; the desk then has what to say.

    It asks the same of everybody, before anything is looked up: what differed would tell which addresses are registered.
    """
    visitor = rate_limit.visitor_of(desk.request)
    if desk.request.POST.get(TRAP):
        desk.notices.append(trapped())
    elif known_key is None or known_key.is_expired:
        desk.key = form_keys.new()
        desk.notices.append(expired())
    elif known_key.is_too_fast:
        desk.notices.append(too_fast())
    elif seconds := rate_limit.take("registrations", at=desk.at, who=visitor):
        desk.hold_up(seconds, busy_visitor(seconds))
    elif seconds := rate_limit.take("registrations_per_event", at=desk.at, scope=desk.event.pk):
        desk.hold_up(seconds, busy_round(seconds))
    elif seconds := rate_limit.take("mails", at=desk.at, who=email.casefold(), scope=desk.event.pk):
        desk.hold_up(seconds, busy_address(seconds))
    return bool(desk.notices)


def _is_coming(event: Event, *, on: datetime.date) -> bool:
    """Whether registration for an event will open on a day that is known."""
    opens_on = event.registration_opens_on
    return event.is_open and not event.is_by_invitation and opens_on is not None and on < opens_on
