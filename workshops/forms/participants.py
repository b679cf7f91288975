"""Forms about those who take part: finding them, taking them down, and the rows of a list of those invited."""

from __future__ import annotations

import uuid
from typing import Any, Final
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from district.mail_addresses import MailAddressField
from district.plain_text import TOO_LONG, PlainTextField
from district.tables import ImportedRow
from workshops.actions import Person, why_address_needed
from workshops.models import Registration
from workshops.participants import Show

LONGEST_SEARCH: Final = 100
WORDS: Final = ("name", "organisation", "email")


class ParticipantsFilter(forms.Form):
    """Narrows the list; what it says stays in the address."""

    q = forms.CharField(label=gettext_lazy("Name, Organisation oder E-Mail"), required=False, max_length=LONGEST_SEARCH)
    show = forms.ChoiceField(label=gettext_lazy("Stand"), required=False, choices=[("", ""), *Show.choices])

    @property
    def words(self) -> str:
        """What is searched for; what cannot be is not asked for."""
        self.is_valid()
        words: str = self.cleaned_data.get("q", "")
        return words

    @property
    def shown(self) -> str:
        """Which part of the list is asked for."""
        self.is_valid()
        shown: str = self.cleaned_data.get("show", "")
        return shown

    @property
    def query(self) -> str:
        """What was asked for, as the end of an address; empty where nothing was."""
        return urlencode([(name, value) for name, value in (("q", self.words), ("show", self.shown)) if value])


class PersonForm(forms.Form):
    """What somebody tells of themselves."""

    name = PlainTextField(
        label=gettext_lazy("Name"),
        max_length=100,
        error_messages={"required": gettext_lazy("Bitte geben Sie den Namen an."), **TOO_LONG},
    )
    organisation = PlainTextField(
        label=gettext_lazy("Organisation"), required=False, max_length=160, error_messages=TOO_LONG
    )
    email = MailAddressField(label=gettext_lazy("E-Mail"), required=False)

    @property
    def person(self) -> Person:
        """Who it is, as the actions take it."""
        given = self.cleaned_data
        return Person(
            name=given["name"],
            email=given["email"],
            organisation=given["organisation"],
            requirements=given.get("requirements", ""),
            language=given.get("language") or settings.LANGUAGE_CODE,
        )


class WalkInForm(PersonForm):
    """Somebody who stands at the door; `key` keeps a double tap from adding them twice."""

    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("key", uuid.uuid4())
        self.fields["email"].help_text = _("Nur, wenn die Person Nachrichten dazu bekommen möchte.")


class EnrolForm(WalkInForm):
    """Somebody who called or wrote."""

    requirements = PlainTextField(
        label=gettext_lazy("Was wird gebraucht?"),
        required=False,
        max_length=500,
        help_text=Registration._meta.get_field("requirements").help_text,
        error_messages=TOO_LONG,
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Sprache der Nachrichten"), choices=settings.LANGUAGES, initial=settings.LANGUAGE_CODE
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].help_text = _(
            "Nur, wenn die Person einverstanden ist. Ohne Adresse bekommt sie keine Nachricht vom Portal."
        )


class CorrectForm(PersonForm):
    """What somebody tells of themselves, put right; `seen` is which revision of it was looked at."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, registration: Registration, seen: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.update({name: getattr(registration, name) for name in WORDS}, seen=seen)
        address = self.fields["email"]
        address.help_text = _("Nur eine Adresse, die Sie von der Person selbst haben.")
        if registration.email and (needed := why_address_needed(registration)):
            address.required, address.error_messages["required"] = True, needed

    @property
    def is_corrected(self) -> bool:
        """Whether anything is other than what is stored."""
        return not set(self.changed_data).isdisjoint(WORDS)


class WriteForm(forms.Form):
    """Writing to one person; `seen` as above, so that a second click writes nothing."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class CancelForm(forms.Form):
    """Whether somebody is told that they are no longer registered."""

    tell = forms.BooleanField(label=gettext_lazy("Der Person eine Bestätigung schicken"), required=False, initial=True)

    def __init__(self, *args: Any, registration: Registration, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not registration.gets_mail:
            del self.fields["tell"]


class ExportForm(forms.Form):
    """As what the list is handed out."""

    format = forms.ChoiceField(
        label=gettext_lazy("Format"),
        choices=[("xlsx", gettext_lazy("Excel (XLSX)")), ("csv", gettext_lazy("CSV für andere Programme"))],
        initial="xlsx",
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Bitte wählen Sie ein Format.")},
    )


class InvitedForm(PersonForm):
    """One row of a list of those invited: the language in words."""

    email = MailAddressField(
        label=gettext_lazy("E-Mail"),
        error_messages={
            "required": gettext_lazy("Bitte geben Sie die E-Mail-Adresse an: An sie geht die Einladung."),
            "invalid": gettext_lazy("Das ist keine E-Mail-Adresse."),
        },
    )
    language = forms.CharField(label=gettext_lazy("Sprache"), required=False)

    def __init__(self, row: ImportedRow) -> None:
        super().__init__(row.values)
        self.row = row

    def clean_language(self) -> str:
        """Understand a language by its name or its sign; German where nothing is said."""
        named = self.cleaned_data["language"].strip().casefold()
        if not named:
            return settings.LANGUAGE_CODE
        for sign, name in settings.LANGUAGES:
            if named in (sign, str(name).casefold()):
                return sign
        possible = ", ".join(str(name) for _sign, name in settings.LANGUAGES)
        raise forms.ValidationError(_("Diese Sprache kennt das Portal nicht. Möglich sind: %s.") % possible)
