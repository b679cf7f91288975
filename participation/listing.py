"""What a list of ideas shows of each, and how readers are told its state."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from district.counting import Counted, CountUpTo

from . import search
from .filters import NEWEST, IdeaFilter
from .models import Idea, Round
from .models.assessments import Decision
from .models.ideas import IdeaQuerySet, State
from .paging import Cursor, Page, Place, page_at

# Signs of the badges (templates/partials/status.html); what is not taken up gets none, for it is no error.
DECISION_SIGNS: Final = {
    Decision.ADOPTED: "success",
    Decision.PARTLY: "success",
    Decision.CONTAINED: "success",
    Decision.REJECTED: "",
    Decision.NOTED: "info",
}

# What a card shows; a boundary and a search vector are large, and a weighing is no reader's business before its release.
SHOWN: Final = (
    "round_id",
    "title",
    "text",
    "state",
    "is_everywhere",
    "submitted_at",
    "published_at",
    "answered_at",
    "support_count",
    "comment_count",
    "section__number",
    "section__heading",
    "field_of_action__number",
    "field_of_action__name",
    "municipality__name",
    "assessment__state",
    "assessment__decision",
)


@dataclass(frozen=True)
class Standing:
    """How far an idea has come, as readers are told: a word and the sign of its badge."""

    label: str
    sign: str


@dataclass(frozen=True)
class Card:
    """An idea among others, its title and the beginning of its text with the hits of a search."""

    idea: Idea
    title: SafeString
    excerpt: SafeString
    standing: Standing


@dataclass(frozen=True)
class Listing:
    """A page of the ideas that were found, and how many those are."""

    page: Page[Card]
    found: Counted


def standing(idea: Idea) -> Standing:
    """Return how far an idea has come; what a weighing will decide is not told before it is released."""
    answer = idea.assessment
    if idea.state == State.ANSWERED and answer and answer.is_released:
        decision = Decision(answer.decision)
        return Standing(_("beantwortet: %(decision)s") % {"decision": decision.label}, DECISION_SIGNS[decision])
    return Standing(str(State(idea.state).label), "info")


def for_cards(ideas: IdeaQuerySet) -> IdeaQuerySet:
    """Load what cards show, and no more."""
    return ideas.only(*SHOWN).select_related("section", "field_of_action", "municipality", "assessment")


def cards(ideas: Iterable[Idea], *, asked: Round) -> list[Card]:
    """Return the cards of ideas of a round."""
    return [_card(idea, asked) for idea in ideas]


def listing(form: IdeaFilter, place: Place, *, asked: Round) -> Listing:
    """Return the page at a place of what the form finds in the round."""
    found = form.narrow(Idea.objects.public().filter(round=asked))
    if form.highlights:
        return _searched(form, found, place, asked)
    order, counted = form.order or NEWEST, CountUpTo(NEWEST.sort(found), most=form.most_counted)
    shown = for_cards(found).annotate(found=counted)
    page = page_at(place, rows_at=lambda at, most: order.rows_at(shown, at, most), cursor_of=order.cursor_of)
    number = getattr(page.rows[0], "found", 0) if page.rows else 0
    return Listing(_with_cards(page, page.rows, asked), Counted(number, form.most_counted))


def _searched(form: IdeaFilter, found: IdeaQuerySet, place: Place, asked: Round) -> Listing:
    hits = search.hits(found, form.sought, order=form.order)
    page = page_at(place, rows_at=lambda at, most: search.hits_at(hits, at, most), cursor_of=lambda hit: hit)
    shown = search.with_hits(for_cards(Idea.objects.public()), form.sought)
    ideas = shown.in_bulk([hit.pk for hit in page.rows])
    rows = [ideas[hit.pk] for hit in page.rows if hit.pk in ideas]
    return Listing(_with_cards(page, rows, asked), Counted(len(hits), search.MOST_HITS))


def _with_cards(page: Page[Idea] | Page[Cursor], ideas: Iterable[Idea], asked: Round) -> Page[Card]:
    return Page(cards(ideas, asked=asked), page.before, page.after)


def _card(idea: Idea, asked: Round) -> Card:
    idea.round = asked
    return Card(
        idea=idea,
        title=search.highlighted(getattr(idea, "marked_title", "") or idea.name),
        excerpt=search.excerpt(getattr(idea, "marked_text", idea.text)),
        standing=standing(idea),
    )
