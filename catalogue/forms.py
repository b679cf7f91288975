"""Forms of the project office: each yields what an action of `catalogue.actions` asks for, and decides nothing."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from catalogue.models import Entry, Goal, Measure, Need, State
from catalogue.numbering import next_number
from district.models import Concept, FieldOfAction
from district.plain_text import TOO_LONG, PlainTextField
from workshops.models import Outcome

LONGEST_REASON = 500


class MoveForm(forms.Form):
    """Where an entry goes from its present state, and why if it is dropped."""

    to = forms.ChoiceField(
        label=_("Neuer Stand"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Bitte wählen Sie den neuen Stand."),
            "invalid_choice": _("Der Stand wurde inzwischen geändert. Bitte wählen Sie neu."),
        },
    )
    reason = forms.CharField(
        label=_("Begründung"),
        max_length=LONGEST_REASON,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Nötig, wenn der Eintrag verworfen wird. Ein Satz; er wird veröffentlicht."),
    )

    def __init__(self, *args: Any, entry: Entry, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        steps = entry.next_states
        to = self.fields["to"]
        assert isinstance(to, forms.ChoiceField)
        to.choices = [(state.value, state.label) for state in steps]
        if len(steps) == 1:
            self.initial["to"] = steps[0].value
        if State.DROPPED not in steps:
            del self.fields["reason"]


class Becomes(models.TextChoices):
    """What an outcome of the experts' work becomes in the catalogue."""

    NEED = "need", _("Handlungsbedarf")
    STRATEGIC = "strategic", _("strategisches Ziel")
    SUB_GOAL = "sub_goal", _("Teilziel")
    MEASURE = "measure", _("Maßnahme")
    EXISTING = "existing", _("vorhandener Eintrag")

    @classmethod
    def of(cls, outcome: Outcome) -> Becomes:
        """Return what lies near: what kind of outcome it is."""
        return {Outcome.Kind.GOAL: cls.STRATEGIC, Outcome.Kind.MEASURE: cls.MEASURE}.get(
            Outcome.Kind(outcome.kind), cls.NEED
        )


class NewEntryForm(forms.Form):
    """A new entry as an outcome suggests it; without a number it gets the next one that is free."""

    parent = forms.ModelChoiceField(
        Goal.objects.none(),
        label=_("Strategisches Ziel"),
        empty_label=_("bitte wählen"),
        help_text=_("Das Teilziel gehört zu seinem Handlungsfeld."),
        error_messages={"required": _("Bitte wählen Sie das strategische Ziel, zu dem dieses Teilziel gehört.")},
    )
    field_of_action = forms.ModelChoiceField(
        FieldOfAction.objects.none(),
        label=_("Handlungsfeld"),
        empty_label=_("bitte wählen"),
        error_messages={"required": _("Bitte wählen Sie ein Handlungsfeld.")},
    )
    number = PlainTextField(label=_("Nummer"), required=False, max_length=12, error_messages=TOO_LONG)
    title = PlainTextField(
        label=_("Titel"),
        max_length=200,
        help_text=_("Ein Satz oder ein Stichwort, das für sich steht."),
        error_messages={"required": _("Bitte geben Sie einen Titel ein."), **TOO_LONG},
    )
    text = PlainTextField(
        label=_("Erläuterung"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Steht auf der öffentlichen Seite."),
    )

    def __init__(self, *args: Any, outcome: Outcome, becomes: Becomes, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.concept, self.becomes = outcome.concept, becomes
        self.initial["title"], self.initial["text"] = outcome.title, outcome.text
        self.initial["field_of_action"] = outcome.field_of_action_id
        if becomes == Becomes.SUB_GOAL:
            del self.fields["field_of_action"]
            strategic = Goal.objects.filter(concept=self.concept, kind=Goal.Kind.STRATEGIC).exclude(state=State.DROPPED)
            self.fields["parent"].queryset = strategic  # type: ignore[attr-defined]
        else:
            del self.fields["parent"]
            self.fields["field_of_action"].queryset = FieldOfAction.objects.filter(concept=self.concept)  # type: ignore[attr-defined]
        self.fields["number"].help_text = self._number_help(outcome)

    def entry(self) -> Entry:
        """Return the entry, not stored yet; number it while nobody else can (`wait_for` its concept)."""
        asked = self.cleaned_data
        entry = self._draft(asked.get("field_of_action"), asked.get("parent"))
        entry.title, entry.text = asked["title"], asked["text"]
        entry.number = asked["number"] or self._next(entry)
        return entry

    def _draft(self, field: FieldOfAction | None, parent: Goal | None) -> Entry:
        field = parent.field_of_action if parent else field
        match self.becomes:
            case Becomes.MEASURE:
                return Measure(concept=self.concept, field_of_action=field)
            case Becomes.SUB_GOAL | Becomes.STRATEGIC:
                kind = Goal.Kind.SUB_GOAL if parent else Goal.Kind.STRATEGIC
                return Goal(concept=self.concept, field_of_action=field, kind=kind, parent=parent)
        return Need(concept=self.concept, field_of_action=field)

    def _next(self, entry: Entry) -> str:
        taken = type(entry)._default_manager.filter(concept=self.concept).values_list("number", flat=True)
        return next_number(entry, taken)

    def _number_help(self, outcome: Outcome) -> str:
        """Name the next number where it is known already."""
        if self.becomes == Becomes.STRATEGIC or (self.becomes != Becomes.SUB_GOAL and outcome.field_of_action):
            number = self._next(self._draft(outcome.field_of_action, None))
            return _("Leer: die nächste freie Nummer, hier „%(number)s“.") % {"number": number}
        return str(_("Leer: die nächste freie Nummer."))


class ExistingEntryForm(forms.Form):
    """An entry of the concept that an outcome goes into."""

    entry = forms.ChoiceField(
        label=_("Eintrag"),
        error_messages={
            "required": _("Bitte wählen Sie einen Eintrag."),
            "invalid_choice": _("Diesen Eintrag gibt es in diesem Konzept nicht."),
        },
    )

    def __init__(self, *args: Any, concept: Concept, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.concept = concept
        groups = [
            (
                kind._meta.verbose_name_plural,
                [(key, str(entry)) for key, entry in self._entries.items() if type(entry) is kind],
            )
            for kind in (Need, Goal, Measure)
        ]
        self.fields["entry"].choices = [("", _("bitte wählen")), *groups]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> Entry:
        """The entry."""
        return self._entries[self.cleaned_data["entry"]]

    @cached_property
    def _entries(self) -> dict[str, Entry]:
        """The entries of the concept by key, those left out that were dropped."""
        return {
            f"{kind._meta.model_name}-{entry.pk}": entry
            for kind in (Need, Goal, Measure)
            for entry in kind._default_manager.filter(concept=self.concept)
            .exclude(state=State.DROPPED)
            .order_by("sort_key")
        }
