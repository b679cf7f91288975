"""The forms that narrow the public lists of events: every field is free, and what they say stays in the address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.db.models import Exists, OuterRef, Q
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from district.models import Concept, Municipality

from .models import Event, EventField, GroupField
from .models.events import EventQuerySet

LONGEST_SEARCH: Final = 100

# How addresses call the kinds.
KINDS: Final = {kind.value.replace("_", "-"): kind for kind in Event.Kind}

COMING: Final = "kommend"
PAST: Final = "vergangen"


class _Names(forms.Select):
    """Choices called by German names from the database; the one that stands for all is in the language of the page."""

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        if value:
            option["attrs"]["lang"] = "de"
        return option


class EventFilter(forms.Form):
    """Events of a concept by words, kind, field of action, municipality and working group."""

    q = forms.CharField(label=gettext_lazy("Suche"), required=False, max_length=LONGEST_SEARCH, widget=forms.TextInput)
    art = forms.ChoiceField(
        label=gettext_lazy("Art"),
        required=False,
        choices=[("", gettext_lazy("alle Arten")), *((value, kind.label) for value, kind in KINDS.items())],
        error_messages={"invalid_choice": gettext_lazy("Diese Art von Terminen gibt es nicht.")},
    )
    handlungsfeld = forms.ChoiceField(
        label=gettext_lazy("Handlungsfeld"),
        required=False,
        widget=_Names,
        error_messages={"invalid_choice": gettext_lazy("Dieses Handlungsfeld gibt es nicht.")},
    )
    gemeinde = forms.ChoiceField(
        label=gettext_lazy("Gemeinde"),
        required=False,
        widget=_Names,
        error_messages={"invalid_choice": gettext_lazy("Diese Gemeinde gibt es hier nicht.")},
    )
    gruppe = forms.ChoiceField(
        label=gettext_lazy("Arbeitsgruppe"),
        required=False,
        widget=_Names,
        error_messages={"invalid_choice": gettext_lazy("Diese Arbeitsgruppe gibt es nicht.")},
    )

    def __init__(self, query: QueryDict, *, concept: Concept) -> None:
        super().__init__(query or None)
        self.concept = concept
        fields = concept.fields_of_action.order_by("number").values_list("number", "name")
        self._offer(
            "handlungsfeld", _("alle Handlungsfelder"), {str(number): f"{number} {name}" for number, name in fields}
        )
        municipalities = Municipality.objects.existing().order_by("name").values_list("ags", "name")
        self._offer("gemeinde", _("alle Gemeinden"), dict(municipalities))
        groups = concept.working_groups.public().order_by("order", "name").values_list("slug", "name")
        self._offer("gruppe", _("alle Arbeitsgruppen"), dict(groups))

    @cached_property
    def given(self) -> Mapping[str, Any]:
        """What is asked for; nothing where the form is empty or not valid."""
        return {name: value for name, value in self.cleaned_data.items() if value} if self.is_valid() else {}

    @property
    def is_narrowing(self) -> bool:
        """Whether the list may leave something out."""
        return bool(self.errors or self._narrowing)

    @property
    def usual_time(self) -> str:
        """What the list shows unless asked: of a concept whose process is closed, what is over."""
        return PAST if self.concept.is_closed else COMING

    @property
    def query_of_month(self) -> str:
        """What the address of a month needs to show the same, with its question mark; may be empty."""
        return self._query()

    @property
    def query_of_all(self) -> str:
        """What the address needs to show the same list without any filter."""
        return ""

    @property
    def query_of_coming(self) -> str:
        """What the address of the list needs to show the same of what is coming."""
        return self._query(zeit=COMING)

    @property
    def query_of_past(self) -> str:
        """What the address of the list needs to show the same of what is over."""
        return self._query(zeit=PAST)

    def narrow(self, events: EventQuerySet) -> EventQuerySet:
        """Return those that match; none where the form is not valid."""
        if self.errors:
            return events.none()
        for word in self.given.get("q", "").split():
            events = events.filter(
                Q(title__icontains=word)
                | Q(topic__icontains=word)
                | Q(place__icontains=word)
                | Q(municipality__name__icontains=word)
            )
        if art := self.given.get("art"):
            events = events.filter(kind=KINDS[art])
        if number := self.given.get("handlungsfeld"):
            events = events.filter(self._about(number))
        if ags := self.given.get("gemeinde"):
            events = events.filter(municipality__ags=ags)
        if slug := self.given.get("gruppe"):
            events = events.filter(group__slug=slug)
        return events

    @property
    def _narrowing(self) -> Mapping[str, Any]:
        return {name: value for name, value in self.given.items() if name in EventFilter.base_fields}

    def _query(self, *, zeit: str = "") -> str:
        time = {"zeit": zeit} if zeit not in ("", self.usual_time) else {}
        query = {**self._narrowing, **time}
        return f"?{urlencode(query)}" if query else ""

    def _offer(self, name: str, everything: str, choices: Mapping[str, str]) -> None:
        """Let one of these be chosen, or leave out the field where there is nothing to choose from."""
        if choices:
            self.fields[name].choices = [("", everything), *choices.items()]  # type: ignore[attr-defined]
        else:
            del self.fields[name]

    def _about(self, number: str) -> Q:
        """Return the condition „is about the field of action“: by itself, or because its group works on it."""
        field = Q(field_of_action__concept=self.concept, field_of_action__number=number)
        groups = GroupField.objects.filter(field, group__is_public=True)
        return Q(Exists(EventField.objects.filter(field, event=OuterRef("pk")))) | Q(group__in=groups.values("group"))


class ListFilter(EventFilter):
    """The same for the list, which shows what is coming or what is over."""

    zeit = forms.ChoiceField(
        label=gettext_lazy("Zeitraum"),
        required=False,
        choices=[(COMING, gettext_lazy("kommende Termine")), (PAST, gettext_lazy("vergangene Termine"))],
        widget=forms.HiddenInput,
        error_messages={"invalid_choice": gettext_lazy("Bitte wählen Sie kommende oder vergangene Termine.")},
    )

    @property
    def is_past(self) -> bool:
        """Whether to show what is over."""
        return bool((self.given.get("zeit") or self.usual_time) == PAST)

    @property
    def query_of_all(self) -> str:
        """What the address needs to show the same list without any filter."""
        return "" if self.is_past == (self.usual_time == PAST) else f"?zeit={PAST if self.is_past else COMING}"
