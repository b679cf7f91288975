"""Forms of the weighing: each yields what an action of `participation.actions.weighing` asks for, and decides nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from django import forms
from django.db.models import Model, Q, QuerySet
from django.forms.boundfield import BoundWidget
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogue.models import Entry, Goal, Measure, Need, State
from district.models import FieldOfAction, User
from district.plain_text import PlainTextField
from participation.actions.weighing import Draft, mark_of
from participation.models import Assessment, Idea, Round
from participation.models.assessments import Decision
from participation.models.ideas import REFERENCE
from participation.weighing_rows import NOT_SHOWN, RELATED

LONGEST_SUMMARY: Final = 2000
LONGEST_TEXT: Final = 4000
LONGEST_NOTE: Final = 1000
MOST_TOGETHER: Final = 300
ENTRIES: Final = (("needs", Need), ("goals", Goal), ("measures", Measure))


class ReadForm(forms.Form):
    """Knows how the weighing was when the person read it, so that nobody acts on what somebody else has changed."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)

    def __init__(self, *args: Any, assessment: Assessment | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.assessment = assessment
        self.initial["seen"] = mark_of(assessment) if assessment else ""

    @property
    def read(self) -> dict[int, str]:
        """The weighing and its mark when the form was drawn, as `as_read` takes them."""
        return {self.assessment.pk: self.cleaned_data["seen"]} if self.assessment else {}


class EntriesField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Needs, goals or measures to tick; a script makes the list searchable."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Model) -> str:
        """Say where readers do not see an entry yet, or no more."""
        assert isinstance(obj, Entry)
        if obj.state in (State.DRAFT, State.DROPPED):
            return f"{obj} ({obj.get_state_display()})"
        return str(obj)


class EntriesForm(ReadForm):
    """What a weighing flows into: entries of its concept, not those that were dropped unless they are linked already."""

    needs = EntriesField(Need.objects.none(), label=gettext_lazy("Handlungsbedarfe"), required=False)
    goals = EntriesField(Goal.objects.none(), label=gettext_lazy("Ziele"), required=False)
    measures = EntriesField(Measure.objects.none(), label=gettext_lazy("Maßnahmen"), required=False)

    def __init__(self, *args: Any, asked: Round, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, kind in ENTRIES:
            linked = [entry.pk for entry in getattr(self.assessment, name).all()] if self.assessment else []
            entries = kind._default_manager.filter(concept=asked.concept_id)
            offered = entries.filter(~Q(state=State.DROPPED) | Q(pk__in=linked)).order_by("sort_key", "pk")
            self.fields[name].queryset = offered  # type: ignore[attr-defined]
            self.initial.setdefault(name, linked)

    @property
    def entry_fields(self) -> list[forms.BoundField]:
        """The three lists."""
        return [self[name] for name, _kind in ENTRIES]

    @property
    def entries(self) -> dict[str, Any]:
        """What was ticked, by name."""
        return {name: tuple(self.cleaned_data[name]) for name, _kind in ENTRIES}


class WeighForm(EntriesForm):
    """The words of a weighing, the ideas it answers, and what it flows into.

    No field is marked as optional: what a draft may leave open is needed to put it before somebody.
    """

    ideas = forms.ModelMultipleChoiceField(
        Idea.objects.none(),
        label=gettext_lazy("Ideen"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": gettext_lazy("Eine der Ideen lässt sich nicht mehr abwägen.")},
    )
    more = forms.CharField(
        label=gettext_lazy("Weitere Ideen dazunehmen"),
        required=False,
        max_length=1000,
        help_text=gettext_lazy("Aktenzeichen, mit Komma getrennt, zum Beispiel KEK-2026-000123."),
    )
    summary = PlainTextField(
        label=gettext_lazy("Zusammenfassung"),
        max_length=LONGEST_SUMMARY,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Was wird gewünscht? Steht bei einer gemeinsamen Antwort über der Begründung."),
    )
    proposal = PlainTextField(
        label=gettext_lazy("Vorschlag der Verwaltung"),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Intern; wird nicht veröffentlicht."),
    )
    decision = forms.ChoiceField(
        label=gettext_lazy("Entscheidung"),
        required=False,
        widget=forms.RadioSelect,
        choices=[("", gettext_lazy("noch offen")), *Decision.choices],
        help_text=gettext_lazy("Zum Vorlegen nötig."),
    )
    reason = PlainTextField(
        label=gettext_lazy("Begründung"),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=gettext_lazy("Wird als Antwort veröffentlicht und verschickt. Zum Vorlegen nötig."),
    )
    field_of_action = forms.ModelChoiceField(
        FieldOfAction.objects.none(),
        label=gettext_lazy("Handlungsfeld"),
        required=False,
        empty_label=gettext_lazy("ohne Handlungsfeld"),
    )

    def __init__(self, *args: Any, ideas: Sequence[Idea], asked: Round, person: User, **kwargs: Any) -> None:
        super().__init__(*args, asked=asked, **kwargs)
        self.offered, self.asked, self.person = list(ideas), asked, person
        self.fields["ideas"].queryset = Idea.objects.filter(pk__in=[idea.pk for idea in ideas]).defer(*NOT_SHOWN[:3])  # type: ignore[attr-defined]
        self.fields["ideas"].choices = [(idea.pk, str(idea)) for idea in ideas]  # type: ignore[attr-defined]
        self.fields["field_of_action"].queryset = FieldOfAction.objects.filter(concept=asked.concept_id)  # type: ignore[attr-defined]
        self.initial.setdefault("ideas", [idea.pk for idea in ideas])
        if weighed := self.assessment:
            for name in ("summary", "proposal", "decision", "reason"):
                self.initial.setdefault(name, getattr(weighed, name))
            self.initial.setdefault("field_of_action", weighed.field_of_action_id)
            if weighed.corrects_id:
                del self.fields["ideas"], self.fields["more"]
        else:
            self.initial.setdefault("field_of_action", _common_field(ideas))

    def clean_summary(self) -> str:
        """Ask for the one thing that a draft needs, too."""
        summary: str = self.cleaned_data["summary"]
        if not summary:
            raise forms.ValidationError(_("Bitte fassen Sie zusammen, was gewünscht wird."))
        return summary

    def clean_more(self) -> list[Idea]:
        """Return the ideas of these numbers; each must be one that this person may weigh, of the same round."""
        written = [word for word in re.split(r"[,;\s]+", self.cleaned_data["more"]) if word]
        numbers = {word: int(match[1]) for word in written if (match := REFERENCE.match(word))}
        found = ideas_to_weigh(numbers.values()) if numbers else []
        known = {idea.pk for idea in found}
        if missing := [word for word in written if numbers.get(word) not in known]:
            told = _("Diese Aktenzeichen gibt es nicht: %(missing)s.")
            raise forms.ValidationError(told % {"missing": ", ".join(missing)})
        for idea in found:
            if idea.round_id != self.asked.pk:
                raise forms.ValidationError(
                    _("%(idea)s gehört zu einer anderen Beteiligungsrunde.") % {"idea": idea.reference}
                )
            if not self.person.has_perm("participation.weigh_idea", idea):
                raise forms.ValidationError(
                    _("%(idea)s ist Ihrem Fachamt nicht zugewiesen.") % {"idea": idea.reference}
                )
        return found

    def clean(self) -> dict[str, Any]:
        """Ask for an idea; a correction is for those of the answer that it corrects."""
        data = super().clean() or {}
        if "ideas" in self.fields and not (
            data.get("ideas") or data.get("more") or self.errors.keys() & {"ideas", "more"}
        ):
            self.add_error("ideas", _("Bitte lassen Sie mindestens eine Idee angekreuzt."))
        return data

    @property
    def chosen(self) -> list[Idea]:
        """All ideas that the weighing shall answer."""
        return [*self.cleaned_data["ideas"], *self.cleaned_data["more"]] if "ideas" in self.fields else self.offered

    @property
    def draft(self) -> Draft:
        """The words and links as they were cleaned."""
        names = ("summary", "proposal", "decision", "reason", "field_of_action")
        cleaned: dict[str, Any] = {name: self.cleaned_data[name] for name in names}
        return Draft(**cleaned, **self.entries)

    @property
    def voices(self) -> Iterator[tuple[Idea, BoundWidget | None]]:
        """Each idea with its box, if it can be left out."""
        if "ideas" not in self.fields:
            return ((idea, None) for idea in self.offered)
        return zip(self.offered, self["ideas"].options, strict=True)  # type: ignore[attr-defined]

    @property
    def words_written(self) -> list[tuple[str, str]]:
        """What was typed, by label, where it can no longer be saved."""
        names = ("summary", "proposal", "reason")
        return [(str(self.fields[name].label), text) for name in names if (text := self.data.get(name, "").strip())]


class HandBackForm(ReadForm):
    """What the author shall change."""

    note = PlainTextField(
        label=gettext_lazy("Was ist zu ändern?"),
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Nur für die Verwaltung."),
        error_messages={"required": gettext_lazy("Bitte schreiben Sie, was zu ändern ist.")},
    )


class CorrectForm(forms.Form):
    """Why an answer is weighed anew."""

    reason = PlainTextField(
        label=gettext_lazy("Warum wird die Antwort noch einmal geprüft?"),
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy(
            "Steht öffentlich bei den Schritten der Idee und in der Nachricht an die Einsenderin oder den Einsender."
        ),
        error_messages={"required": gettext_lazy("Bitte schreiben Sie, warum die Antwort noch einmal geprüft wird.")},
    )


def ideas_to_weigh(keys: Any) -> list[Idea]:
    """Return the ideas with these keys with all that the desk of a weighing shows, in their order."""
    related = (*RELATED, "round__concept", "submitter")
    ideas: QuerySet[Idea] = Idea.objects.filter(pk__in=keys).select_related(*related).defer(*NOT_SHOWN)
    return list(ideas.prefetch_related("files").order_by("published_at", "pk"))


def _common_field(ideas: Sequence[Idea]) -> int | None:
    """Return the field of action that the ideas share, or that their section belongs to."""
    fields = {idea.field_of_action_id or (idea.section.field_of_action_id if idea.section else None) for idea in ideas}
    return fields.pop() if len(fields) == 1 else None
