"""The form in which a citizen hands in an idea, or says something to a section of a draft."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.forms.models import ModelChoiceIterator
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from district import atlas
from district.citizens_files import ACCEPTED
from district.mail_addresses import MailAddressField
from district.models import FieldOfAction, Municipality
from district.plain_text import PlainTextField
from participation.actions import Contribution, Sender
from participation.models import Idea, Round, Section, Submitter
from participation.models.ideas import LONGEST_TEXT

EVERYWHERE: Final = "everywhere"
DECIMALS: Final = 5  # of a degree, about a metre


class _Places(ModelChoiceIterator):  # type: ignore[type-arg]
    def __iter__(self) -> Iterator[Any]:
        choices = super().__iter__()
        yield next(choices)  # no place
        yield EVERYWHERE, _("überall im Landkreis")
        yield from choices


class PlaceField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A municipality, or the district as a whole (`EVERYWHERE`)."""

    iterator = _Places

    def to_python(self, value: Any) -> Municipality | str | None:
        """Return a municipality, EVERYWHERE or None."""
        return EVERYWHERE if value == EVERYWHERE else super().to_python(value)


class FilesInput(forms.FileInput):
    allow_multiple_selected = True


class IdeaForm(forms.Form):
    """What may be told; the text alone has to be. Attachments are kept beside it (`participation.uploads`)."""

    section = forms.ModelChoiceField(
        Section.objects.none(),
        label=gettext_lazy("Abschnitt"),
        to_field_name="number",
        empty_label=gettext_lazy("bitte wählen"),
        error_messages={
            "required": gettext_lazy("Bitte wählen Sie den Abschnitt, zu dem Sie etwas sagen möchten."),
            "invalid_choice": gettext_lazy("Diesen Abschnitt gibt es nicht. Bitte wählen Sie einen anderen."),
        },
    )
    title = PlainTextField(
        label=gettext_lazy("Titel"),
        required=False,
        max_length=120,
        help_text=gettext_lazy("Ein paar Worte, an denen andere Ihre Idee erkennen."),
        error_messages={
            "max_length": gettext_lazy(
                "Der Titel ist zu lang: %(show_value)d Zeichen, erlaubt sind %(limit_value)d. "
                "Bitte schreiben Sie das Übrige in den Text."
            )
        },
    )
    text = PlainTextField(
        label=gettext_lazy("Ihre Idee"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=gettext_lazy(
            "Was soll sich ändern, wo und warum? Bitte nennen Sie keine anderen Personen mit Namen: "
            "Ihr Text wird veröffentlicht."
        ),
        error_messages={
            "required": gettext_lazy("Bitte geben Sie einen Text ein."),
            "max_length": gettext_lazy(
                "Der Text ist zu lang: %(show_value)d Zeichen, erlaubt sind %(limit_value)d. "
                "Bitte kürzen Sie ihn, oder hängen Sie das Übrige als PDF an."
            ),
        },
    )
    field_of_action = forms.ModelChoiceField(
        FieldOfAction.objects.none(),
        label=gettext_lazy("Handlungsfeld"),
        required=False,
        to_field_name="number",
        empty_label=gettext_lazy("weiß ich nicht"),
        error_messages={"invalid_choice": gettext_lazy("Dieses Handlungsfeld gibt es nicht.")},
    )
    place = PlaceField(
        Municipality.objects.none(),
        label=gettext_lazy("Ort"),
        required=False,
        empty_label=gettext_lazy("keine Angabe"),
        error_messages={"invalid_choice": gettext_lazy("Diese Gemeinde gibt es nicht.")},
    )
    latitude = forms.FloatField(required=False, min_value=47, max_value=56, widget=forms.HiddenInput)
    longitude = forms.FloatField(required=False, min_value=5, max_value=16, widget=forms.HiddenInput)
    attachments = forms.FileField(
        label=gettext_lazy("Bilder oder PDF-Dateien"), required=False, widget=FilesInput(attrs={"accept": ACCEPTED})
    )
    pseudonym = PlainTextField(
        label=gettext_lazy("Name oder Pseudonym"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "nickname"}),
        help_text=gettext_lazy("Steht öffentlich bei Ihrem Beitrag. Ohne Angabe erscheint er ohne Namen."),
        error_messages={"max_length": gettext_lazy("Bitte höchstens %(limit_value)d Zeichen.")},
    )
    email = MailAddressField(
        label=gettext_lazy("E-Mail-Adresse"),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=gettext_lazy("Damit wir Ihnen schreiben können, was aus Ihrem Beitrag wird. Nie öffentlich."),
    )

    def __init__(self, *args: Any, asked: Round, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = asked
        self.fields["attachments"].help_text = _(
            "Bis zu %(count)d, je höchstens %(size)s: JPEG, PNG, WebP oder PDF. Ort und Gerät der Aufnahme entfernen wir aus "
            "Bildern. PDF-Dateien behalten ihre Angaben, etwa den Namen der Verfasserin oder des Verfassers. Bitte zeigen Sie niemanden erkennbar, der nicht einverstanden ist."
        ) % {"count": settings.IDEA_FILES_MAX, "size": filesizeformat(settings.IDEA_FILE_MAX_BYTES)}
        if asked.is_draft:
            self._offer("section", asked.sections.all())
            self.fields["text"].label = _("Ihre Stellungnahme")
            self.fields["text"].help_text = _(
                "Was soll bleiben, was soll anders werden und warum? Bitte nennen Sie keine anderen Personen mit Namen: "
                "Ihr Text wird veröffentlicht."
            )
            needless = ["title", "field_of_action", "place", "latitude", "longitude"]
        else:
            self._offer("field_of_action", asked.concept.fields_of_action.all())
            self._offer("place", Municipality.objects.existing())
            needless = ["section"]
        for name in needless:
            del self.fields[name]

    def _offer(self, name: str, rows: Any) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = rows

    @property
    def carried(self) -> list[BoundField]:
        """What the preview carries along, out of sight."""
        return [self[name] for name in self.fields if name != "attachments"]

    @property
    def chosen_section(self) -> Section | None:
        """The section that is named already, so that nobody needs to choose it."""
        field = self.fields.get("section")
        if not isinstance(field, forms.ModelChoiceField):
            return None
        try:
            section: Section | None = field.to_python(self["section"].value())
        except ValidationError:
            return None
        return section

    def clean(self) -> dict[str, Any]:
        """Find the municipality of the point, and refuse a point elsewhere."""
        cleaned = super().clean() or self.cleaned_data
        latitude, longitude = cleaned.get("latitude"), cleaned.get("longitude")
        unreadable = [name for name in ("latitude", "longitude") if name in self.errors]
        for name in unreadable:
            del self.errors[name]
        if unreadable or (latitude is None) != (longitude is None):
            self.add_error("place", _("Der Punkt auf der Karte ist nicht lesbar. Bitte wählen Sie ihn noch einmal."))
        elif latitude is not None and longitude is not None:
            self._settle_point(round(latitude, DECIMALS), round(longitude, DECIMALS))
        return cleaned

    def _settle_point(self, latitude: float, longitude: float) -> None:
        place = self.cleaned_data.get("place")
        self.cleaned_data |= {"latitude": latitude, "longitude": longitude}
        if place == EVERYWHERE:
            self.add_error("place", _("Bitte wählen Sie entweder einen Punkt auf der Karte oder den ganzen Landkreis."))
            return
        known = atlas.current()
        if known.is_empty:
            return
        key = known.at(latitude=latitude, longitude=longitude)
        if key is None:
            self.add_error(
                "place",
                _(
                    "Der Punkt auf der Karte liegt außerhalb des Landkreises. "
                    "Bitte wählen Sie einen Punkt innerhalb der Grenzen."
                ),
            )
        elif isinstance(place, Municipality) and place.pk != key:
            self.add_error("place", _("Der Punkt auf der Karte liegt nicht in der gewählten Gemeinde."))
        else:
            self.cleaned_data["place"] = Municipality.objects.get(pk=key)

    def contribution(self) -> Contribution:
        """Return what is handed in."""
        cleaned = self.cleaned_data
        place = cleaned.get("place")
        return Contribution(
            text=cleaned["text"],
            title=cleaned.get("title", ""),
            section=cleaned.get("section"),
            field_of_action=cleaned.get("field_of_action"),
            municipality=place if isinstance(place, Municipality) else None,
            latitude=cleaned.get("latitude"),
            longitude=cleaned.get("longitude"),
            is_everywhere=place == EVERYWHERE,
        )

    def sender(self, language: str) -> Sender:
        """Return what is told of oneself."""
        return Sender(pseudonym=self.cleaned_data["pseudonym"], email=self.cleaned_data["email"], language=language)

    def preview(self, language: str) -> Idea:
        """Return an idea that nobody stores, to be shown as it would be."""
        given, sender = self.contribution(), self.sender(language)
        return Idea(
            round=self.asked,
            section=given.section,
            title=given.title,
            text=given.text,
            field_of_action=given.field_of_action,
            municipality=given.municipality,
            latitude=given.latitude,
            longitude=given.longitude,
            is_everywhere=given.is_everywhere,
            submitter=Submitter(pseudonym=sender.pseudonym, email=sender.email),
        )
