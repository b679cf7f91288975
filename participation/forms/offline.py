"""Forms for what came offline: one by one, or as the rows of a table."""

from __future__ import annotations

import datetime
import hashlib
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from district.mail_addresses import MailAddressField
from district.models import FieldOfAction, Municipality
from district.plain_text import TOO_LONG, PlainTextField
from district.tables import ImportedRow
from participation.actions import Contribution, Sender
from participation.actions.offline import Entry
from participation.models import Idea, Round, Section
from participation.models.ideas import LONGEST_TEXT

from .submission import EVERYWHERE, PlaceField

OFFLINE_SOURCES: Final = [(each.value, each.label) for each in Idea.Source if each != Idea.Source.ONLINE]
EARLIEST: Final = datetime.date(2000, 1, 1)
# Rows of one round with the same number are the same idea, however often the table is read.
ROWS: Final = uuid.UUID("0d7b4f1e-5f0b-4f0a-9c1d-6a5d3f3d2b60")

DAYS: Final = ["%Y-%m-%d", "%d.%m.%Y", "%d.%m.%y"]
YES: Final = {"ja", "j", "x", "1", "yes", "wahr"}
NO: Final = {"", "nein", "n", "0", "no", "falsch"}


class ChooseRoundForm(forms.Form):
    """To which round something came."""

    round = forms.ModelChoiceField(
        Round.objects.filter(concept__process_closed_on=None).select_related("concept"),
        label=gettext_lazy("Beteiligungsrunde"),
        empty_label=gettext_lazy("bitte wählen"),
        error_messages={"required": gettext_lazy("Bitte wählen Sie eine Beteiligungsrunde.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["round"]
        field.label_from_instance = lambda asked: f"{asked} ({asked.concept})"  # type: ignore[attr-defined]


class OfflineForm(forms.Form):
    """What is asked of everything that came offline."""

    section: forms.Field
    title = PlainTextField(
        label=gettext_lazy("Titel"),
        required=False,
        max_length=120,
        help_text=gettext_lazy("Ein paar Worte, an denen man die Idee erkennt. Sie dürfen ihn selbst formulieren."),
        error_messages=TOO_LONG,
    )
    text = PlainTextField(
        label=gettext_lazy("Text"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=gettext_lazy("Im Wortlaut; was nicht öffentlich werden darf, wird danach redigiert."),
        error_messages={"required": gettext_lazy("Bitte geben Sie einen Text ein."), **TOO_LONG},
    )
    source = forms.ChoiceField(
        label=gettext_lazy("Eingegangen über"),
        choices=OFFLINE_SOURCES,
        error_messages={"required": gettext_lazy("Bitte wählen Sie, wie der Beitrag zu Ihnen kam.")},
    )
    source_note = PlainTextField(
        label=gettext_lazy("Herkunft"),
        required=False,
        max_length=120,
        help_text=gettext_lazy("Zum Beispiel „Regionalforum Eilenburg“. Nur bei Veranstaltungen öffentlich."),
        error_messages=TOO_LONG,
    )
    received_on = forms.DateField(
        label=gettext_lazy("Eingegangen am"),
        input_formats=DAYS,
        error_messages={
            "required": gettext_lazy("Bitte geben Sie den Tag des Eingangs an."),
            "invalid": gettext_lazy("Bitte geben Sie einen Tag an, zum Beispiel 24.03.2026."),
        },
    )
    pseudonym = PlainTextField(
        label=gettext_lazy("Name oder Pseudonym"),
        required=False,
        max_length=60,
        help_text=gettext_lazy(
            "Steht öffentlich bei dem Beitrag: nur eintragen, wenn die Person das möchte. Nie Ihr eigener Name."
        ),
        error_messages=TOO_LONG,
    )
    postal_address = PlainTextField(
        label=gettext_lazy("Anschrift"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Nur, wenn auf dem Postweg geantwortet werden soll. Nie öffentlich."),
        error_messages=TOO_LONG,
    )
    email = MailAddressField(label=gettext_lazy("E-Mail-Adresse"), required=False)

    field_order = [
        "source", "source_note", "received_on", "section", "title", "text", "field_of_action", "place", "pseudonym",
        "postal_address", "email", "may_write",
    ]  # fmt: skip

    def clean_received_on(self) -> datetime.date:
        """Refuse a year that is a slip of the pen."""
        day: datetime.date = self.cleaned_data["received_on"]
        if day < EARLIEST:
            raise forms.ValidationError(_("Bitte prüfen Sie das Jahr."))
        return day

    def clean(self) -> dict[str, Any]:
        """Keep no address without consent."""
        data = super().clean() or {}
        if data.get("email") and data.get("may_write") is False:
            self.add_error(
                "may_write",
                _("Ohne Einwilligung speichern wir die E-Mail-Adresse nicht. Bitte lassen Sie sie dann weg."),
            )
        return data

    def entry(self, key: uuid.UUID) -> Entry:
        """Return what was entered, as the action takes it."""
        data = self.cleaned_data
        place = data.get("place")
        return Entry(
            key=key,
            contribution=Contribution(
                text=data["text"],
                title=data.get("title", ""),
                section=data.get("section"),
                field_of_action=data.get("field_of_action"),
                municipality=place if isinstance(place, Municipality) else None,
                is_everywhere=place == EVERYWHERE,
                source=Idea.Source(data["source"]),
                source_note=data["source_note"],
            ),
            sender=Sender(pseudonym=data["pseudonym"], email=data["email"], postal_address=data["postal_address"]),
            received_on=data["received_on"],
            may_write=bool(data.get("may_write")),
        )


class RecordForm(OfflineForm):
    """One idea or comment on a section, typed in; `key` keeps a double click from storing it twice."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    section = forms.ModelChoiceField(
        Section.objects.none(),
        label=gettext_lazy("Abschnitt"),
        empty_label=gettext_lazy("bitte wählen"),
        error_messages={"required": gettext_lazy("Bitte wählen Sie den Abschnitt.")},
    )
    field_of_action = forms.ModelChoiceField(
        FieldOfAction.objects.none(),
        label=gettext_lazy("Handlungsfeld"),
        required=False,
        empty_label=gettext_lazy("ohne Handlungsfeld"),
    )
    place = PlaceField(
        Municipality.objects.existing().defer("boundary"),
        label=gettext_lazy("Ort"),
        required=False,
        empty_label=gettext_lazy("keine Angabe"),
    )
    may_write = forms.BooleanField(
        label=gettext_lazy("Die Person hat eingewilligt, dass wir ihr an diese Adresse schreiben."), required=False
    )

    def __init__(self, *args: Any, asked: Round, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("key", uuid.uuid4())
        self.fields["section"].queryset = asked.sections.all()  # type: ignore[attr-defined]
        self.fields["field_of_action"].queryset = asked.concept.fields_of_action.all()  # type: ignore[attr-defined]
        for name in _needless(asked):
            del self.fields[name]


@dataclass(frozen=True)
class Known:
    """What the rows of a table may name, by the words by which people name it."""

    asked: Round
    sections: Mapping[str, Section]
    fields_of_action: Mapping[str, FieldOfAction]
    municipalities: Mapping[str, Municipality]

    @classmethod
    def of(cls, asked: Round) -> Known:
        """Load it once for all rows."""
        fields = list(asked.concept.fields_of_action.all())
        return cls(
            asked=asked,
            sections={section.number: section for section in asked.sections.select_related("field_of_action")},
            fields_of_action={
                **{_plain(field.name): field for field in fields},
                **{str(field.number): field for field in fields},
                **{_plain(str(field)): field for field in fields},
            },
            municipalities={_plain(each.name): each for each in Municipality.objects.existing().defer("boundary")},
        )


class RowForm(OfflineForm):
    """One row of a table: the same, with everything named in words."""

    number = PlainTextField(label=gettext_lazy("Nummer"), required=False, max_length=60, error_messages=TOO_LONG)
    section = forms.CharField(label=gettext_lazy("Abschnitt"), required=False)
    field_of_action = forms.CharField(label=gettext_lazy("Handlungsfeld"), required=False)
    place = forms.CharField(label=gettext_lazy("Ort"), required=False)
    source = forms.CharField(  # type: ignore[assignment]  # in words here
        label=gettext_lazy("Eingegangen über"),
        error_messages={"required": gettext_lazy("Bitte geben Sie an, wie der Beitrag zu Ihnen kam.")},
    )
    may_write = forms.CharField(label=gettext_lazy("Einwilligung"), required=False)

    def __init__(self, row: ImportedRow, *, known: Known, today: datetime.date) -> None:
        super().__init__(row.values)
        self.row = row
        self.known = known
        self.today = today
        for name in _needless(known.asked):
            del self.fields[name]

    def clean_received_on(self) -> datetime.date:
        """Refuse a day to come, with all else that is wrong with the row."""
        day = super().clean_received_on()
        if day > self.today:
            raise forms.ValidationError(_("Dieser Tag liegt in der Zukunft."))
        return day

    def clean_section(self) -> Section:
        """Find the section by its number."""
        named = self.cleaned_data["section"].strip()
        if not named:
            raise forms.ValidationError(_("Bitte geben Sie die Nummer des Abschnitts an."))
        told = _("Diesen Abschnitt gibt es nicht: %s.")
        section: Section = self._find(self.known.sections, named.partition(" ")[0], named, told)
        return section

    def clean_field_of_action(self) -> FieldOfAction | None:
        """Find the field of action by its name or number."""
        named = self.cleaned_data["field_of_action"].strip()
        told = _("Dieses Handlungsfeld gibt es nicht: %s.")
        return self._find(self.known.fields_of_action, _plain(named), named, told) if named else None

    def clean_place(self) -> Municipality | str | None:
        """Find the municipality by its name, or understand that the whole district is meant."""
        named = self.cleaned_data["place"].strip()
        if _plain(named) == _plain(_("überall im Landkreis")):
            return EVERYWHERE
        told = _("Diese Gemeinde gibt es nicht: %s.")
        return self._find(self.known.municipalities, _plain(named), named, told) if named else None

    def clean_source(self) -> str:
        """Find the way by its name."""
        named = self.cleaned_data["source"].strip()
        ways = {_plain(str(label)): value for value, label in OFFLINE_SOURCES}
        possible = ", ".join(str(way) for _value, way in OFFLINE_SOURCES)
        told = _("Das ist kein Weg des Eingangs: %s.") + " " + _("Möglich sind: %s.") % possible
        way: str = self._find(ways, _plain(named), named, told)
        return way

    def clean_may_write(self) -> bool:
        """Understand yes and no."""
        word = self.cleaned_data["may_write"].strip().casefold()
        if word not in YES | NO:
            raise forms.ValidationError(_("Bitte schreiben Sie „ja“ oder „nein“."))
        return word in YES

    @property
    def key(self) -> uuid.UUID:
        """What makes the row the same when it is read again: its number, or else all it says."""
        number = self.cleaned_data.get("number")
        if not number:
            words = json.dumps(dict(self.row.values), sort_keys=True, ensure_ascii=False)
            number = hashlib.sha256(words.encode()).hexdigest()
        return uuid.uuid5(ROWS, f"{self.known.asked.pk}/{number}")

    @staticmethod
    def _find(known: Mapping[str, Any], word: str, named: str, told: str) -> Any:
        if word not in known:
            raise forms.ValidationError(told.replace("%s", f"„{named[:60]}“"))
        return known[word]


def _needless(asked: Round) -> list[str]:
    """Return what is not asked in a round: to a draft people say something about a section, elsewhere there is none."""
    return ["title", "field_of_action", "place"] if asked.is_draft else ["section"]


def _plain(name: str) -> str:
    """Return a name as it is compared: without case, spaces and signs around."""
    return "".join(name.casefold().replace(".", " ").split())
