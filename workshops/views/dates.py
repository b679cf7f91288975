"""When events are: the list, the page of a month, and calendars to subscribe to."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.translation import gettext as _
from django.views.decorators.http import conditional_page, require_safe

from district.freshness import kept_for_readers
from district.models import Concept
from district.views import public_concept
from milestones.calendar import send
from milestones.wording import name_of
from workshops.calendar import subscribed
from workshops.cards import cards, for_cards
from workshops.filters import KINDS, EventFilter, ListFilter
from workshops.listing import MOST_IN_A_MONTH, EventPaginator, announced, bygone, sections
from workshops.models import Event
from workshops.models.events import EventQuerySet
from workshops.month import after, before, month_of, undated, weeks


@kept_for_readers
@require_safe
def dates(request: HttpRequest, concept_slug: str) -> HttpResponse:
    """List what is coming, or what is over, to be narrowed."""
    concept = public_concept(concept_slug)
    today = concept.as_of(timezone.localdate())
    form = ListFilter(request.GET, concept=concept)
    shown = bygone if form.is_past else announced
    found = form.narrow(shown(_events(concept), on=today))
    page = EventPaginator(for_cards(found)).get_page(request.GET.get("page"))
    return render(
        request,
        "workshops/dates.html",
        {
            "concept": concept,
            "today": today,
            "form": form,
            "page": page,
            "sections": sections(cards(page.object_list, on=today), ahead_of=None if form.is_past else today),
            "kinds": KINDS.items(),
        },
    )


@require_safe
def this_month(request: HttpRequest, concept_slug: str) -> HttpResponse:
    """Lead to the page of the current month."""
    concept = public_concept(concept_slug)
    today = concept.as_of(timezone.localdate())
    form = EventFilter(request.GET, concept=concept)
    address = reverse("workshops:month", args=[concept.slug, today.year, today.month])
    return HttpResponseRedirect(address + form.query_of_month)


@kept_for_readers
@require_safe
def month(request: HttpRequest, concept_slug: str, year: int, month: int) -> HttpResponse:
    """Show a month as a calendar, to be narrowed as the list is."""
    concept = public_concept(concept_slug)
    shown = month_of(year, month)
    if shown is None:
        raise Http404
    form = EventFilter(request.GET, concept=concept)
    found = form.narrow(_events(concept).between(shown.earliest, shown.latest))
    events = list(for_cards(found)[: MOST_IN_A_MONTH + 1])
    return render(
        request,
        "workshops/month.html",
        {
            "concept": concept,
            "today": concept.as_of(timezone.localdate()),
            "form": form,
            "month": shown,
            "before": before(shown),
            "after": after(shown),
            "weekdays": [(str(WEEKDAYS_ABBR[day]), str(WEEKDAYS[day])) for day in range(7)],
            "weeks": weeks(shown, events[:MOST_IN_A_MONTH]),
            "undated": undated(shown, events[:MOST_IN_A_MONTH]),
            "count": len(events),
            "is_cut_off": len(events) > MOST_IN_A_MONTH,
        },
    )


@kept_for_readers
@require_safe
@conditional_page
def calendar(request: HttpRequest, concept_slug: str) -> HttpResponse:
    """Send all events of a concept as a calendar."""
    concept = public_concept(concept_slug)
    return _calendar(
        request,
        concept,
        _events(concept),
        key=f"events-{concept.pk}",
        name=_("%(concept)s: Termine") % {"concept": name_of(concept)},
        file_name=f"termine-{concept.slug}",
    )


@kept_for_readers
@require_safe
@conditional_page
def kind_calendar(request: HttpRequest, concept_slug: str, kind: str) -> HttpResponse:
    """Send those of one kind."""
    concept = public_concept(concept_slug)
    if kind not in KINDS:
        raise Http404
    return _calendar(
        request,
        concept,
        _events(concept).filter(kind=KINDS[kind]),
        key=f"events-{kind}-{concept.pk}",
        name=f"{name_of(concept)}: {KINDS[kind].label}",
        file_name=f"termine-{kind}-{concept.slug}",
    )


def _events(concept: Concept) -> EventQuerySet:
    return Event.objects.public().filter(concept=concept)


def _calendar(
    request: HttpRequest, concept: Concept, events: EventQuerySet, *, key: str, name: str, file_name: str
) -> HttpResponse:
    """Send events as a calendar to subscribe to."""
    return send(
        request,
        subscribed(events, on=concept.as_of(timezone.localdate())),
        key=key,
        name=name,
        description=concept.title,
        page=reverse("workshops:dates", args=[concept.slug]),
        file_name=file_name,
    )
