"""Forms of whoever takes part: registering, and writing where an event was called off."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from district.mail_addresses import MailAddressField
from district.plain_text import TOO_LONG, PlainTextField
from workshops.actions import Person
from workshops.models.registrations import LONGEST_FEEDBACK


class RegistrationForm(forms.Form):
    """What somebody tells of themselves; name and address have to be."""

    name = PlainTextField(
        label=gettext_lazy("Ihr Name"),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": gettext_lazy("Bitte geben Sie Ihren Namen ein."), **TOO_LONG},
    )
    email = MailAddressField(
        label=gettext_lazy("E-Mail-Adresse"),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=gettext_lazy("Dorthin schicken wir einen Link, mit dem Sie die Anmeldung bestätigen."),
    )
    organisation = PlainTextField(
        label=gettext_lazy("Organisation"),
        required=False,
        max_length=160,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
        help_text=gettext_lazy("Wenn Sie für einen Verein, ein Unternehmen oder eine Verwaltung kommen."),
        error_messages=TOO_LONG,
    )
    requirements = PlainTextField(
        label=gettext_lazy("Was brauchen Sie, um gut teilnehmen zu können?"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Zum Beispiel einen Platz für den Rollstuhl oder Gebärdensprache."),
        error_messages=TOO_LONG,
    )

    def person(self, language: str) -> Person:
        """Return who registers; mails go out in `language`."""
        return Person(**self.cleaned_data, language=language)


class FeedbackForm(forms.Form):
    """What somebody would have said, or the wish to say it to somebody."""

    text = PlainTextField(
        label=gettext_lazy("Ihre Rückmeldung"),
        required=False,
        max_length=LONGEST_FEEDBACK,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=gettext_lazy("Was hätten Sie bei der Veranstaltung gesagt?"),
        error_messages=TOO_LONG,
    )
    wants_talk = forms.BooleanField(
        label=gettext_lazy("Ich möchte mit der Projektkoordination sprechen."), required=False
    )
    phone = PlainTextField(
        label=gettext_lazy("Telefon für das Gespräch"),
        required=False,
        max_length=50,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
        help_text=gettext_lazy("Ohne Nummer schreiben wir Ihnen eine E-Mail."),
        error_messages=TOO_LONG,
    )

    def clean(self) -> dict[str, Any]:
        """Ask what a number without the wish to talk is for: nobody would call it."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("phone") and not cleaned.get("wants_talk"):
            self.add_error(
                "wants_talk",
                _("Sie haben eine Telefonnummer angegeben. Bitte kreuzen Sie dies an, oder lassen Sie die Nummer weg."),
            )
        return cleaned
