"""Forms of the weighing's table: what narrows it, and as what and for whom it is written."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode

from django import forms
from django.db.models import Model
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from district.addresses import key_of
from district.models import Department, FieldOfAction, User
from participation.deadlines import Due
from participation.models import Round, Section
from participation.weighing_file import Audience
from participation.weighing_rows import Criteria
from participation.weighing_table import Stage

LONGEST_SEARCH: Final = 100


class Format:
    """What the table can be written as."""

    XLSX = "xlsx"
    DOCX = "docx"
    PDF = "pdf"
    choices: Final = (
        (XLSX, gettext_lazy("Excel (XLSX): alle Angaben, zum Sortieren und Auswerten")),
        (DOCX, gettext_lazy("Word (DOCX): als Vorlage für Sitzungen, zum Weiterschreiben")),
        (PDF, gettext_lazy("PDF: barrierefrei, zum Lesen und Weitergeben")),
    )


class RoundField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A round, named with its concept."""

    def label_from_instance(self, obj: Model) -> str:
        """Tell rounds of different concepts apart."""
        assert isinstance(obj, Round)
        return f"{obj} ({obj.concept})"


class TableFilter(forms.Form):
    """Narrows the table; what it says stays in the address. A Fachamt's people see their own alone."""

    round = RoundField(
        Round.objects.select_related("concept"),
        label=gettext_lazy("Beteiligungsrunde"),
        required=False,
        empty_label=gettext_lazy("alle laufenden Verfahren"),
    )
    section = forms.ModelChoiceField(
        Section.objects.none(),
        label=gettext_lazy("Abschnitt"),
        required=False,
        empty_label=gettext_lazy("alle Abschnitte"),
    )
    field = forms.ModelChoiceField(
        FieldOfAction.objects.filter(concept__process_closed_on=None).select_related("concept"),
        label=gettext_lazy("Handlungsfeld"),
        required=False,
        empty_label=gettext_lazy("alle Handlungsfelder"),
    )
    stage = forms.ChoiceField(
        label=gettext_lazy("Stand"), required=False, choices=[("", gettext_lazy("jeder Stand")), *Stage.choices]
    )
    due = forms.ChoiceField(
        label=gettext_lazy("Frist"), required=False, choices=[("", gettext_lazy("alle")), *Due.choices]
    )
    department = forms.ModelChoiceField(
        Department.objects.all(),
        label=gettext_lazy("Fachamt"),
        required=False,
        empty_label=gettext_lazy("alle Fachämter"),
    )
    q = forms.CharField(label=gettext_lazy("Suche"), required=False, max_length=LONGEST_SEARCH)

    def __init__(self, query: QueryDict, *, person: User) -> None:
        super().__init__(query)
        self.person = person
        self.is_limited = not person.has_perm("participation.view_every_weighing")
        if self.is_limited:
            del self.fields["department"]
        round_key = query.get("round", "")
        chosen = Round.objects.filter(pk=key).first() if (key := key_of(round_key)) is not None else None
        if chosen and chosen.is_draft:
            self.fields["section"].queryset = chosen.sections.order_by("order", "pk").defer("text")  # type: ignore[attr-defined]
        else:
            del self.fields["section"]
        if chosen:
            self.fields["field"].queryset = FieldOfAction.objects.filter(concept=chosen.concept_id)  # type: ignore[attr-defined]
        else:
            self.fields["field"].label_from_instance = lambda field: f"{field} ({field.concept})"  # type: ignore[attr-defined]

    @property
    def criteria(self) -> Criteria:
        """What was asked for; a value that cannot be is not asked for."""
        self.is_valid()
        asked = self.cleaned_data
        return Criteria.of(
            self.person,
            round=asked.get("round"),
            section=asked.get("section"),
            field_of_action=asked.get("field"),
            department=asked.get("department"),
            stage=asked.get("stage", ""),
            due=asked.get("due", ""),
            words=asked.get("q", ""),
        )

    @property
    def carried(self) -> dict[str, str]:
        """What was asked for, by name, as the address carries it on."""
        self.is_valid()
        return {name: self.data[name] for name in self.fields if self.cleaned_data.get(name)}

    @property
    def query(self) -> str:
        """The same as the end of an address; empty where nothing was asked for."""
        return urlencode(self.carried)

    def query_with(self, **changes: str) -> str:
        """Return the same with other values for some fields; an empty one lifts a filter."""
        return urlencode({name: value for name, value in (self.carried | changes).items() if value})

    @property
    def in_words(self) -> list[str]:
        """What was asked for, in sentences for a file."""
        own = _("Fachamt: %(department)s") % {"department": self.person.department or "–"}
        return [*map(self._in_words, self.carried), *([own] if self.is_limited else [])]

    @property
    def in_words_for_readers(self) -> list[str]:
        """The same without the Fachamt: who works on what is internal."""
        return [self._in_words(name) for name in self.carried if name != "department"]

    def _in_words(self, name: str) -> str:
        value: Any = self.cleaned_data[name]
        choices = dict(getattr(self.fields[name], "choices", ())) if name in ("stage", "due") else {}
        return f"{self.fields[name].label}: {choices.get(value, value)}"


class ExportForm(forms.Form):
    """For whom the table shall be written, and as what; for whom is not chosen before, so that nobody takes more than they mean to."""

    audience = forms.ChoiceField(
        label=gettext_lazy("Für wen ist die Datei?"),
        choices=Audience.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Bitte wählen Sie, für wen die Datei ist.")},
    )
    format = forms.ChoiceField(
        label=gettext_lazy("Format"), choices=Format.choices, widget=forms.RadioSelect, initial=Format.XLSX
    )

    def __init__(self, *args: Any, may_see_contact: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        audience = self.fields["audience"]
        if may_see_contact:
            audience.help_text = _(
                "Personenangaben nur, wenn Sie sie brauchen. Es wird festgehalten, wer sie wann heruntergeladen hat."
            )
        else:
            audience.choices = [each for each in Audience.choices if each[0] != Audience.CONTACT]  # type: ignore[attr-defined]

    def clean_audience(self) -> Audience:
        """Return the choice as one of those there are."""
        return Audience(self.cleaned_data["audience"])
