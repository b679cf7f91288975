"""The form that narrows the ideas of a round: every field is free, and what they say stays in the address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.db.models import CharField, Value
from django.db.models.functions import Cast
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from district.counting import MOST_COUNTED
from district.models import FieldOfAction, Municipality

from . import search
from .models import Round, Section
from .models.ideas import REFERENCE, IdeaQuerySet, State
from .paging import Order
from .sought import Sought, sought

LONGEST_SEARCH: Final = 100
# Where no index answers the question alone, counting stops earlier.
MOST_COUNTED_WITH_CARE: Final = 1000

# How the address calls the states that readers see.
STATES: Final = {"veroeffentlicht": State.PUBLISHED, "in-abwaegung": State.IN_REVIEW, "beantwortet": State.ANSWERED}

NEWEST: Final = Order("published_at", is_time=True)
ORDERS: Final = {
    "neueste": NEWEST,
    "unterstuetzung": Order("support_count"),
    "antwort": Order("answered_at", is_time=True, may_be_empty=True),
}
SORTING: Final = "sortierung"


@dataclass(frozen=True)
class Choice:
    """Something to choose: how the address calls it, and how people do."""

    pk: int
    value: str
    label: str


@dataclass(frozen=True)
class Chip:
    """A filter that is in force, and the query of the address without it."""

    label: str
    value: str
    query_without: str


class IdeaFilter(forms.Form):
    """Ideas of a round by words, field of action, municipality, state and answer, in an order of the reader's choice."""

    q = forms.CharField(
        label=gettext_lazy("Suche nach Wörtern oder Aktenzeichen"),
        required=False,
        max_length=LONGEST_SEARCH,
        widget=forms.TextInput,
    )
    abschnitt = forms.ChoiceField(label=gettext_lazy("Abschnitt"), required=False)
    handlungsfeld = forms.ChoiceField(label=gettext_lazy("Handlungsfeld"), required=False)
    gemeinde = forms.ChoiceField(label=gettext_lazy("Gemeinde"), required=False)
    stand = forms.ChoiceField(
        label=gettext_lazy("Stand"),
        required=False,
        choices=[("", gettext_lazy("jeder Stand")), *((value, state.label) for value, state in STATES.items())],
    )
    sortierung = forms.ChoiceField(label=gettext_lazy("Sortierung"), required=False)
    mit_antwort = forms.BooleanField(label=gettext_lazy("nur mit Antwort"), required=False)

    def __init__(self, query: QueryDict, *, asked: Round) -> None:
        super().__init__(query or None)
        self.query = query
        self.asked = asked
        self.choices = _choices(asked)
        empty = {
            "abschnitt": _("alle Abschnitte"),
            "handlungsfeld": _("alle Handlungsfelder"),
            "gemeinde": _("alle Gemeinden"),
        }
        for name, label in empty.items():
            if choices := self.choices.get(name):
                self.fields[name].choices = [("", label), *((each.value, each.label) for each in choices)]  # type: ignore[attr-defined]
            else:
                del self.fields[name]
        orders = {"neueste": _("neueste zuerst"), "unterstuetzung": _("am meisten unterstützt")}
        orders["antwort"] = _("zuletzt beantwortet")
        if not asked.allows_support:
            del orders["unterstuetzung"]
        sorting = self.fields[SORTING]
        sorting.choices = [("", ""), *orders.items()]  # type: ignore[attr-defined]
        # Who searches is offered the best hits first; without words, the newest ones come first anyway.
        first = _("beste Treffer zuerst") if query.get("q", "").strip() else orders.pop("neueste")
        sorting.widget.choices = [("", first), *orders.items()]

    @cached_property
    def given(self) -> Mapping[str, Any]:
        """What is asked for; nothing where the form is empty or not valid."""
        return {name: value for name, value in self.cleaned_data.items() if value} if self.is_valid() else {}

    @property
    def words(self) -> str:
        """The words that are searched for."""
        return str(self.given.get("q", ""))

    @cached_property
    def sought(self) -> Sought:
        """The same as a question to the index."""
        return sought(self.words)

    @property
    def highlights(self) -> str:
        """The words to mark in what is shown; a reference number stands in no text."""
        return "" if REFERENCE.match(self.words) else self.words

    @property
    def order(self) -> Order | None:
        """The order of the list, or None for the best hits first."""
        chosen = self.given.get(SORTING)
        return ORDERS[chosen] if chosen else None if self.highlights else NEWEST

    @property
    def is_narrowing(self) -> bool:
        """Whether the list shows less than the whole round."""
        return bool(self.errors or self.chips or self.is_by_answer)

    @property
    def is_by_answer(self) -> bool:
        """Whether the order is that of the answers, which leaves out what has none."""
        return self.given.get(SORTING) == "antwort"

    @property
    def is_detailed(self) -> bool:
        """Whether more than words is asked for, so that the other fields shall be seen."""
        return bool(self.errors or self.given.keys() - {"q"})

    def narrow(self, ideas: IdeaQuerySet) -> IdeaQuerySet:
        """Return those that match; none where the form is not valid."""
        if self.errors:
            return ideas.none()
        if self.words:
            ideas = search.matching(ideas, self.sought)
        for name, column in (
            ("abschnitt", "section"),
            ("handlungsfeld", "field_of_action"),
            ("gemeinde", "municipality"),
        ):
            if name in self.given:
                ideas = ideas.filter(**{column: self._chosen(name).pk})
        if "stand" in self.given:
            ideas = ideas.filter(state=STATES[self.given["stand"]])
        if "mit_antwort" in self.given or self.is_by_answer:
            ideas = ideas.filter(state=State.ANSWERED)
        return ideas

    @property
    def most_counted(self) -> int:
        """How far to count what was found: less far where each row has to be looked at."""
        asked_for = self.given.keys() - {SORTING} | ({"mit_antwort"} if self.is_by_answer else set())
        needs_care = len(asked_for) > 1 or asked_for & {"q", "abschnitt"}
        return MOST_COUNTED_WITH_CARE if needs_care else MOST_COUNTED

    @property
    def query_of_filters(self) -> str:
        """What of the address narrows the list, encoded; without the page, and the order unless it leaves some out."""
        return self._query(without="" if self.is_by_answer else SORTING)

    def query_with(self, **more: str) -> str:
        """Return the same with other values for some filters."""
        return self._query(without="", **more)

    @cached_property
    def chips(self) -> list[Chip]:
        """The filters in force, each with the way to lift it."""
        names = [name for name in self.fields if name in self.given and name != SORTING]
        return [
            Chip(
                label=_("Suche") if name == "q" else str(self.fields[name].label),
                value=self._shown(name),
                query_without=self._query(without=name),
            )
            for name in names
        ]

    def _query(self, *, without: str, **more: str) -> str:
        kept = {name: str(self.query[name]) for name in self.fields if name in self.given and name != without}
        return urlencode(kept | more)

    def _shown(self, name: str) -> str:
        if name in self.choices:
            return self._chosen(name).label
        if name == "stand":
            return str(STATES[self.given[name]].label)
        return self.words if name == "q" else ""

    def _chosen(self, name: str) -> Choice:
        return next(choice for choice in self.choices[name] if choice.value == self.given[name])


def _choices(asked: Round) -> dict[str, list[Choice]]:
    """Return what can be chosen in the round: sections of a draft; else fields of action and municipalities, in one query."""
    if asked.is_draft:
        sections = Section.objects.filter(round=asked).order_by("order", "pk").only("number", "heading")
        return {"abschnitt": [Choice(each.pk, each.number, str(each)) for each in sections]}
    fields = (
        FieldOfAction.objects.filter(concept=asked.concept_id)
        .order_by()
        .values_list(Value("handlungsfeld"), "pk", Cast("number", CharField()), "name")
    )
    municipalities = Municipality.objects.existing().order_by().values_list(Value("gemeinde"), "pk", "ags", "name")
    choices: dict[str, list[Choice]] = {"handlungsfeld": [], "gemeinde": []}
    for kind, pk, value, name in fields.union(municipalities, all=True):
        choices[kind].append(Choice(pk, value, f"{value} {name}" if kind == "handlungsfeld" else name))
    choices["handlungsfeld"].sort(key=lambda choice: int(choice.value))
    choices["gemeinde"].sort(key=lambda choice: choice.label)
    return choices
