"""Writing to the people of an event: what is sent, and to whom."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from district.plain_text import TOO_LONG, PlainTextField
from workshops.actions.mailing import INVITABLE, why_not
from workshops.models import Mailing

Kind, Audience = Mailing.Kind, Mailing.Audience
# What somebody writes; the other kinds are written where an event is moved, called off, or its minutes are released.
KINDS: Final = [
    (Kind.MESSAGE, gettext_lazy("Nachricht")),
    (Kind.INVITATION, gettext_lazy("Einladung, mit einem Link zum Zusagen oder Absagen")),
]
# Who was never written to is no part of „alle“: in these words the numbers beside them are true.
AUDIENCES: Final = {
    **dict(Audience.choices),
    Audience.INVITED: gettext_lazy("Eingeladene ohne Antwort, auch noch nicht angeschriebene"),
    Audience.EVERYBODY: gettext_lazy("Angemeldete, Warteliste und angeschriebene Eingeladene"),
}


class MailingForm(forms.Form):
    """A mail to many; `seen` is how many had been sent when it was looked at, so that none is sent twice."""

    kind = forms.ChoiceField(label=gettext_lazy("Art"), choices=KINDS, widget=forms.RadioSelect, initial=Kind.MESSAGE)
    audience = forms.ChoiceField(
        label=gettext_lazy("An"),
        choices=Audience.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Bitte wählen Sie, an wen die Nachricht geht.")},
    )
    subject = PlainTextField(
        label=gettext_lazy("Betreff"),
        max_length=150,
        error_messages={"required": gettext_lazy("Bitte geben Sie einen Betreff ein."), **TOO_LONG},
    )
    text = PlainTextField(
        label=gettext_lazy("Text"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=gettext_lazy(
            "Ohne Anrede: Sie steht mit dem Namen darüber. Termin, Ort und der persönliche Link stehen darunter."
        ),
        error_messages={"required": gettext_lazy("Bitte geben Sie einen Text ein."), **TOO_LONG},
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, required=False)

    def __init__(self, *args: Any, counts: Mapping[str, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.counts = counts
        self.fields["audience"].choices = [  # type: ignore[attr-defined]
            (audience, f"{label} ({counts[audience]})") for audience, label in AUDIENCES.items()
        ]

    def clean(self) -> dict[str, Any]:
        """Invite only who has not answered yet, and write only where somebody reads it."""
        given = super().clean() or {}
        kind, audience = given.get("kind"), given.get("audience")
        if kind and audience and (hindrance := why_not(kind, audience)):
            self.add_error("audience", hindrance)
        elif audience and not self.counts[audience]:
            told = _("Dort ist niemand mit einer E-Mail-Adresse.")
            if audience in INVITABLE:
                told = _("Es gibt niemanden ohne Antwort. Bitte lesen Sie zuerst die Einladungsliste ein.")
            self.add_error("audience", told)
        return given
