"""The form by which a written feedback to an event becomes an idea."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from district.models import Concept
from district.plain_text import TOO_LONG, PlainTextField
from participation.models import Round

from .moderation import LONGEST_TITLE


class TakeUpForm(forms.Form):
    """To which round the idea belongs, and what to call it; its words are those of the feedback."""

    to = forms.ModelChoiceField(
        Round.objects.none(),
        label=_("Beteiligungsrunde"),
        empty_label=_("bitte wählen"),
        error_messages={
            "required": _("Bitte wählen Sie eine Beteiligungsrunde."),
            "invalid_choice": _("Bitte wählen Sie eine Ideensammlung desselben Konzepts."),
        },
    )
    title = PlainTextField(
        label=_("Titel"),
        required=False,
        max_length=LONGEST_TITLE,
        help_text=_("Ein paar Worte, an denen man die Idee erkennt."),
        error_messages=TOO_LONG,
    )

    def __init__(self, *args: Any, concept: Concept, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = Round.objects.filter(concept=concept, kind=Round.Kind.IDEAS)  # type: ignore[attr-defined]
