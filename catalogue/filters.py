"""The form that narrows the public lists: both fields are free, and what they say stays in the address."""

from __future__ import annotations

from typing import Any, TypeVar

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from district.models import Concept, FieldOfAction

from .models import Entry, EntryQuerySet

LONGEST_SEARCH = 100

_Row = TypeVar("_Row", bound=Entry)


class EntryFilter(forms.Form):
    """Entries by words and by field of action."""

    q = forms.CharField(label=_("Suche"), required=False, max_length=LONGEST_SEARCH, widget=forms.TextInput)
    field = forms.ModelChoiceField(
        FieldOfAction.objects.none(),
        label=_("Handlungsfeld"),
        required=False,
        to_field_name="number",
        empty_label=_("alle Handlungsfelder"),
        error_messages={"invalid_choice": _("Dieses Handlungsfeld gibt es nicht.")},
    )

    def __init__(self, *args: Any, concept: Concept, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["field"].queryset = concept.fields_of_action.all()  # type: ignore[attr-defined]

    @property
    def is_searching(self) -> bool:
        """Whether words narrow the list."""
        return self.is_valid() and bool(self.cleaned_data["q"])

    @property
    def fields_of_action(self) -> list[FieldOfAction]:
        """The fields of action that are asked for: all, or the chosen one."""
        if self.is_valid() and (chosen := self.cleaned_data["field"]):
            return [chosen]
        return list(self.fields["field"].queryset)  # type: ignore[attr-defined]

    def narrow(self, entries: EntryQuerySet[_Row]) -> EntryQuerySet[_Row]:
        """Return those that match; none where the form is not valid."""
        if not self.is_valid():
            return entries.none() if self.errors else entries
        for word in self.cleaned_data["q"].split():
            entries = entries.filter(Q(number__icontains=word) | Q(title__icontains=word) | Q(text__icontains=word))
        if field := self.cleaned_data["field"]:
            entries = entries.filter(field_of_action=field)
        return entries
