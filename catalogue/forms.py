"""Forms of the project office: each yields what an action of `catalogue.actions` asks for, and decides nothing."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from catalogue.models import Entry, State

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
