"""What narrows the planning view; what it says stays in the address."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode

from django import forms
from django.db.models import Model
from django.http import QueryDict
from django.utils.translation import gettext_lazy

from district.models import User
from workshops.models import Event, WorkingGroup
from workshops.overview import Criteria, Missing

EVERYBODYS: Final = "alle"


class GroupField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A group, named with its concept."""

    def label_from_instance(self, obj: Model) -> str:
        """Tell groups of different concepts apart."""
        assert isinstance(obj, WorkingGroup)
        return f"{obj} ({obj.concept})"


class OverviewFilter(forms.Form):
    """Narrows the planning view. Who leads a group sees the own events, and those of others when asking for them."""

    whose = forms.ChoiceField(
        label=gettext_lazy("Wessen Termine"),
        required=False,
        choices=[("", gettext_lazy("nur meine")), (EVERYBODYS, gettext_lazy("alle"))],
    )
    missing = forms.ChoiceField(
        label=gettext_lazy("Was fehlt"), required=False, choices=[("", gettext_lazy("alle Termine")), *Missing.choices]
    )
    group = GroupField(
        WorkingGroup.objects.filter(concept__process_closed_on=None).select_related("concept"),
        label=gettext_lazy("Arbeitsgruppe"),
        required=False,
        empty_label=gettext_lazy("alle Arbeitsgruppen"),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Art"), required=False, choices=[("", gettext_lazy("alle Arten")), *Event.Kind.choices]
    )

    def __init__(self, query: QueryDict, *, person: User) -> None:
        super().__init__(query)
        self.person = person
        # The project office runs all events, other departments none: there is nothing to choose.
        self.is_chair = WorkingGroup.objects.led_by(person).exists() and not person.has_perm(
            "workshops.add_workinggroup"
        )
        if not self.is_chair:
            del self.fields["whose"]

    @property
    def criteria(self) -> Criteria:
        """What was asked for; a value that cannot be is not asked for."""
        self.is_valid()
        asked = self.cleaned_data
        return Criteria(
            self.person,
            is_own=self.is_chair and not asked.get("whose"),
            group=asked.get("group"),
            kind=asked.get("kind", ""),
            missing=asked.get("missing", ""),
        )

    @property
    def carried(self) -> dict[str, str]:
        """What was asked for, by name, as the address carries it on."""
        self.is_valid()
        return {name: self.data[name] for name in self.fields if self.cleaned_data.get(name)}

    def query_with(self, **changes: str) -> str:
        """Return the end of an address with other values for some fields; an empty one lifts a filter."""
        return urlencode({name: value for name, value in (self.carried | changes).items() if value})
