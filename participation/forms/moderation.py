"""Forms of the moderation: each yields what an action of `participation.actions` asks for, and decides nothing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final
from urllib.parse import urlencode

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from district.addresses import key_of
from district.models import Department, FieldOfAction, Municipality
from district.plain_text import PlainTextField
from participation.actions.moderation import Part
from participation.actions.together import Seen
from participation.inbox import Criteria, Kind
from participation.models import Comment, DeclineReason, Idea, IdeaFile, Round
from participation.models.ideas import LONGEST_TEXT, REFERENCE

LONGEST_SEARCH: Final = 100
LONGEST_TITLE: Final = 120
LONGEST_REASON: Final = 1000
MOST_PARTS: Final = 10

AT_LEAST_A_TEXT: Final = _("Bitte geben Sie einen Text ein.")


class InboxFilter(forms.Form):
    """Narrows the inbox; what it says stays in the address, also while one idea after the other is dealt with."""

    q = forms.CharField(label=_("Suche"), required=False, max_length=LONGEST_SEARCH)
    kind = forms.ChoiceField(label=_("Art"), required=False, choices=[("", _("alle Arten")), *Kind.choices])
    round = forms.ModelChoiceField(
        Round.objects.filter(concept__process_closed_on=None).select_related("concept"),
        label=_("Beteiligungsrunde"),
        required=False,
        empty_label=_("alle Runden"),
    )
    field = forms.ModelChoiceField(
        FieldOfAction.objects.filter(concept__process_closed_on=None).select_related("concept"),
        label=_("Handlungsfeld"),
        required=False,
        empty_label=_("alle Handlungsfelder"),
    )
    municipality = forms.ModelChoiceField(
        Municipality.objects.defer("boundary"),
        label=_("Gemeinde"),
        required=False,
        empty_label=_("alle Gemeinden"),
    )
    source = forms.ChoiceField(
        label=_("eingegangen über"), required=False, choices=[("", _("alle Wege")), *Idea.Source.choices]
    )
    links = forms.BooleanField(label=_("nur mit Links"), required=False)

    @property
    def criteria(self) -> Criteria:
        """What was asked for; a value that cannot be is not asked for."""
        self.is_valid()
        return Criteria(
            kind=self.cleaned_data.get("kind", ""),
            round=self.cleaned_data.get("round"),
            field_of_action=self.cleaned_data.get("field"),
            municipality=self.cleaned_data.get("municipality"),
            source=self.cleaned_data.get("source", ""),
            has_links=self.cleaned_data.get("links", False),
            words=self.cleaned_data.get("q", ""),
        )

    @property
    def carried(self) -> list[tuple[str, str]]:
        """What was asked for, by name, as the address and other forms of the page carry it on."""
        self.is_valid()
        asked = [(name, self.data.get(name, "")) for name in self.fields if name in self.cleaned_data]
        return [(name, value) for name, value in asked if value]

    @property
    def query(self) -> str:
        """The same as the end of an address; empty where nothing was asked for."""
        return urlencode(self.carried)

    @property
    def query_of_any_kind(self) -> str:
        """The same without the kind, to choose another."""
        return urlencode([(name, value) for name, value in self.carried if name != "kind"])

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but the kind is asked for."""
        return bool(self.query_of_any_kind)


class SeenForm(forms.Form):
    """Knows in which state the person saw the idea or the comment, so that two do not decide the same twice."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=40)

    def __init__(self, *args: Any, of: Idea | Comment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.of = of
        self.initial["seen"] = Seen.of(of).state

    @property
    def what_was_seen(self) -> Seen:
        """The idea or the comment as it was when the form was drawn."""
        return Seen(self.of.pk, self.cleaned_data["seen"], isinstance(self.of, Comment))


class FilesForm(SeenForm):
    """Which files of an idea stay internal."""

    held_back = forms.ModelMultipleChoiceField(
        IdeaFile.objects.none(),
        label=_("Nicht veröffentlichen"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, of: Idea, **kwargs: Any) -> None:
        super().__init__(*args, of=of, **kwargs)
        files = of.files.all()
        if files:
            field = self.fields["held_back"]
            field.queryset = files  # type: ignore[attr-defined]
            self.initial["held_back"] = [file.pk for file in files if not file.is_public]
        else:
            del self.fields["held_back"]

    @property
    def held_back_files(self) -> Iterable[IdeaFile] | None:
        """The files ticked; None where the idea has none."""
        return self.cleaned_data.get("held_back")


class RedactForm(FilesForm):
    """Other words for an idea; the original ones are kept by the action."""

    title = PlainTextField(label=_("Titel"), max_length=LONGEST_TITLE)
    text = PlainTextField(
        label=_("Text"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_(
            "Ersetzen Sie nur, was nicht öffentlich werden darf, zum Beispiel durch „[Name]“. Am Ende steht dann „[redigiert]“; der Wortlaut bleibt für die Verwaltung erhalten."
        ),
        error_messages={"required": AT_LEAST_A_TEXT},
    )
    field_order = ["title", "text", "held_back"]

    def __init__(self, *args: Any, of: Idea, **kwargs: Any) -> None:
        super().__init__(*args, of=of, **kwargs)
        self.initial.update(title=of.title, text=of.text)
        self.fields["title"].required = bool(of.title)

    def clean_text(self) -> str:
        """Take a text for changed only where its words are, not the way in which a browser ends lines."""
        text: str = self.cleaned_data["text"]
        before: str = self.of.text
        return before if text.splitlines() == before.splitlines() else text


class ReasonForm(forms.Form):
    """Why something is not published: a template, words of one's own, or a template with words changed."""

    template = forms.ModelChoiceField(
        DeclineReason.objects.filter(is_offered=True),
        label=_("Vorlage"),
        required=False,
        empty_label=_("ohne Vorlage"),
    )
    reason = PlainTextField(
        label=_("Begründung"),
        max_length=LONGEST_REASON,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Wer den Beitrag eingereicht hat, liest diesen Text. Bleibt das Feld leer, gilt die Vorlage."),
    )

    def clean(self) -> dict[str, Any]:
        """Take the template's text where nothing else was written."""
        data = super().clean() or {}
        if not data.get("reason") and data.get("template"):
            data["reason"] = data["template"].text
        elif not data.get("reason") and "reason" not in self.errors:
            self.add_error("reason", _("Bitte wählen Sie eine Vorlage oder schreiben Sie eine Begründung."))
        return data

    @property
    def templates(self) -> dict[str, str]:
        """The texts behind the templates, for the script that fills them in."""
        return {str(reason.pk): reason.text for reason in self.fields["template"].queryset}  # type: ignore[attr-defined]


class DeclineForm(ReasonForm, SeenForm):
    """Why one idea or comment is not published."""


class MergeForm(SeenForm):
    """With which idea another is put together: by its number, or as one of those shown beside."""

    other = forms.CharField(
        label=_("Aktenzeichen der anderen Idee"),
        max_length=40,
        error_messages={"required": _("Bitte geben Sie das Aktenzeichen der anderen Idee an.")},
    )

    def clean_other(self) -> Idea:
        """Return the idea of that number, as people write it."""
        number = self.cleaned_data["other"].strip()
        found = Idea.objects.of_reference(number)
        if (key := key_of(number)) is not None and not REFERENCE.match(number):
            found = Idea.objects.filter(pk=key)
        idea = found.select_related("round__concept").first()
        if idea is None:
            raise forms.ValidationError(_("Unter diesem Aktenzeichen gibt es keine Idee."))
        return idea


class AssignForm(SeenForm):
    """Which Fachamt weighs an idea."""

    department = forms.ModelChoiceField(
        Department.objects.none(), label=_("Fachamt"), required=False, empty_label=_("keinem Fachamt")
    )

    def __init__(self, *args: Any, of: Idea, **kwargs: Any) -> None:
        super().__init__(*args, of=of, **kwargs)
        offered = Department.objects.filter(Q(dissolved_on=None) | Q(pk=of.department_id))
        self.fields["department"].queryset = offered  # type: ignore[attr-defined]
        self.initial["department"] = of.department_id


class PartForm(forms.Form):
    """One of the ideas into which another is split."""

    title = PlainTextField(
        label=_("Titel"), max_length=LONGEST_TITLE, error_messages={"required": _("Bitte geben Sie einen Titel ein.")}
    )
    text = PlainTextField(
        label=_("Text"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": AT_LEAST_A_TEXT},
    )
    field_of_action = forms.ModelChoiceField(
        FieldOfAction.objects.none(), label=_("Handlungsfeld"), required=False, empty_label=_("ohne Handlungsfeld")
    )
    municipality = forms.ModelChoiceField(
        Municipality.objects.defer("boundary"), label=_("Gemeinde"), required=False, empty_label=_("ohne Gemeinde")
    )

    def __init__(self, *args: Any, whole: Idea, choices: dict[str, list[Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"].required = not whole.section_id
        self.fields["field_of_action"].queryset = whole.concept.fields_of_action.all()  # type: ignore[attr-defined]
        for name, offered in choices.items():
            self.fields[name].widget.choices = offered
        self.initial = self.initial or {
            "title": whole.title,
            "text": whole.text,
            "field_of_action": whole.field_of_action_id,
            "municipality": whole.municipality_id,
        }

    @property
    def part(self) -> Part:
        """The part as it was cleaned."""
        data = self.cleaned_data
        return Part(
            title=data["title"],
            text=data["text"],
            field_of_action=data["field_of_action"],
            municipality=data["municipality"],
        )


class SplitForm(SeenForm):
    """How many parts there are, beside the forms of the parts themselves."""

    count = forms.IntegerField(widget=forms.HiddenInput, min_value=2, max_value=MOST_PARTS, initial=2)


def parts_of(idea: Idea, count: int, *, answers: Any = None) -> list[PartForm]:
    """Return the forms of `count` parts, filled with the words of the whole, or with what was answered."""
    choices = {
        "field_of_action": list(_choices(idea.concept.fields_of_action.all(), _("ohne Handlungsfeld"))),
        "municipality": list(_choices(Municipality.objects.defer("boundary"), _("ohne Gemeinde"))),
    }
    return [PartForm(answers, whole=idea, choices=choices, prefix=f"part-{number}") for number in range(1, count + 1)]


def _choices(rows: Any, empty: Any) -> Iterable[tuple[Any, Any]]:
    yield "", empty
    for row in rows:
        yield row.pk, str(row)
