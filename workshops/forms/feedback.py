"""Forms of the desk for written feedback."""

from __future__ import annotations

from typing import Final

from django import forms
from django.utils.translation import gettext_lazy as _

LONGEST_SEARCH: Final = 100


class Standing:
    """Whether somebody has dealt with a feedback."""

    OPEN: Final = "offen"
    HANDLED: Final = "erledigt"
    choices: Final = ((OPEN, _("offen")), (HANDLED, _("erledigt")))


class FeedbackFilter(forms.Form):
    """Narrows the list; what it says stays in the address."""

    q = forms.CharField(label=_("Suche"), required=False, max_length=LONGEST_SEARCH)
    stand = forms.ChoiceField(label=_("Stand"), required=False, choices=[("", _("alle")), *Standing.choices])
    gespraech = forms.BooleanField(label=_("nur mit Wunsch nach einem Gespräch"), required=False)
