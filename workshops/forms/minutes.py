"""Forms of the minutes: each yields what an action of `workshops.actions.minutes` asks for, and decides nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from district.models import FieldOfAction
from district.plain_text import TOO_LONG, PlainTextField
from workshops.actions import Found
from workshops.models import AgendaItem, Discussion, Mailing, Minutes, MinutesStep, Outcome

HIGHEST_REVISION: Final = 2_147_483_647


def longest(model: type[Any], field: str) -> int:
    """Return how long a text may be."""
    length = model._meta.get_field(field).max_length
    assert isinstance(length, int)
    return length


class SeenForm(forms.Form):
    """Something that several may change at once; `seen` is the revision that somebody writes on top of."""

    seen = forms.IntegerField(min_value=0, max_value=HIGHEST_REVISION, widget=forms.HiddenInput)

    def on_top_of(self, revision: int, **more: Any) -> SeenForm:
        """Return the form with what was typed, so that saving it again overwrites knowingly what somebody else wrote."""
        typed = {self.add_prefix(name): self[name].data for name in self.fields}
        typed[self.add_prefix("seen")] = revision
        return type(self)(typed, prefix=self.prefix, **more)


class DiscussionForm(SeenForm):
    """What was said to an agenda item."""

    text = PlainTextField(
        label=_("Beratung"),
        required=False,
        max_length=longest(Discussion, "text"),
        widget=forms.Textarea(attrs={"rows": 5, "lang": "de"}),
        error_messages=TOO_LONG,
    )


class ClosingForm(SeenForm):
    """What the minutes say as a whole."""

    summary = PlainTextField(
        label=_("Zusammenfassung"),
        required=False,
        max_length=longest(Minutes, "summary"),
        widget=forms.Textarea(attrs={"rows": 7, "lang": "de"}),
        help_text=_("Wird mit der Freigabe veröffentlicht."),
        error_messages=TOO_LONG,
    )
    internal = PlainTextField(
        label=_("Interner Teil"),
        required=False,
        max_length=longest(Minutes, "internal"),
        widget=forms.Textarea(attrs={"rows": 5, "lang": "de"}),
        help_text=_("Bleibt in der Verwaltung."),
        error_messages=TOO_LONG,
    )


class ItemForm(forms.Form):
    """A point that nobody had on the agenda."""

    title = PlainTextField(
        label=_("Weiterer Punkt"),
        max_length=longest(AgendaItem, "title"),
        help_text=_("Kommt ans Ende der Tagesordnung; die ist öffentlich, wenn der Termin es ist."),
        error_messages={"required": _("Bitte geben Sie an, worum es geht."), **TOO_LONG},
    )


class OutcomeForm(SeenForm):
    """What an outcome says; `fields` are the fields of action of its concept, loaded once for all forms of a page."""

    kind = forms.ChoiceField(
        label=_("Art"),
        choices=[("", _("bitte wählen")), *Outcome.Kind.choices],
        error_messages={"required": _("Bitte wählen Sie die Art des Ergebnisses.")},
    )
    title = PlainTextField(
        label=_("Ergebnis"),
        max_length=longest(Outcome, "title"),
        help_text=_("Ein Satz, der für sich steht."),
        error_messages={"required": _("Bitte geben Sie an, was herauskam."), **TOO_LONG},
    )
    text = PlainTextField(
        label=_("Erläuterung"),
        required=False,
        max_length=longest(Outcome, "text"),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages=TOO_LONG,
    )
    owner = PlainTextField(
        label=_("Wer kümmert sich"),
        required=False,
        max_length=longest(Outcome, "owner"),
        help_text=_("Funktion oder Stelle, kein Name."),
        error_messages=TOO_LONG,
    )
    due_on = forms.DateField(
        label=pgettext_lazy("Frist", "bis"),
        required=False,
        error_messages={"invalid": _("Bitte geben Sie einen Tag an, zum Beispiel 24.03.2026.")},
    )
    field_of_action = forms.TypedChoiceField(label=_("Handlungsfeld"), required=False, empty_value=None)
    is_public = forms.BooleanField(label=_("öffentlich"), required=False, initial=True)

    def __init__(self, *args: Any, fields: Iterable[FieldOfAction], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seen"].required = False
        known: Mapping[str, FieldOfAction] = {str(field.pk): field for field in fields}
        field = self.fields["field_of_action"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [("", _("ohne Handlungsfeld")), *((key, str(row)) for key, row in known.items())]
        field.coerce = known.__getitem__

    @classmethod
    def of(cls, outcome: Outcome, fields: Iterable[FieldOfAction]) -> OutcomeForm:
        """Return the form with what an outcome says now."""
        initial = {
            "seen": outcome.revision,
            "kind": outcome.kind,
            "title": outcome.title,
            "text": outcome.text,
            "owner": outcome.owner,
            "due_on": outcome.due_on,
            "field_of_action": outcome.field_of_action_id,
            "is_public": outcome.is_public,
        }
        return cls(initial=initial, fields=fields)

    @property
    def found(self) -> Found:
        """What was typed, as the actions ask for it."""
        asked = self.cleaned_data
        return Found(
            kind=asked["kind"],
            title=asked["title"],
            text=asked["text"],
            field_of_action=asked["field_of_action"],
            owner=asked["owner"],
            due_on=asked["due_on"],
            is_public=asked["is_public"],
        )


class ReleaseForm(forms.Form):
    """That somebody wants to release what they saw: `seen` stands for exactly that; `count` people can be told."""

    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)
    tell = forms.BooleanField(label=_("Angemeldeten mitteilen, dass das Protokoll da ist"), required=False)

    def __init__(self, *args: Any, audience: Mailing.Audience, count: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not count:
            del self.fields["tell"]
        elif audience == Mailing.Audience.PRESENT:
            words = ngettext(
                "An %(count)s Person, die da war und eine E-Mail-Adresse hat.",
                "An %(count)s Personen, die da waren und eine E-Mail-Adresse haben.",
                count,
            )
            self.fields["tell"].help_text = words % {"count": count}
        else:
            words = ngettext(
                "An %(count)s Person, die angemeldet war und eine E-Mail-Adresse hat.",
                "An %(count)s Personen, die angemeldet waren und eine E-Mail-Adresse haben.",
                count,
            )
            self.fields["tell"].help_text = words % {"count": count}


class ReopenForm(forms.Form):
    """Why released minutes are taken back."""

    reason = PlainTextField(
        label=_("Was ist zu berichtigen?"),
        max_length=longest(MinutesStep, "reason"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Ein Satz; er wird beim Protokoll veröffentlicht."),
        error_messages={"required": _("Bitte begründen Sie, was berichtigt werden soll."), **TOO_LONG},
    )
