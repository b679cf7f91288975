"""A table that staff hand in: chosen, looked at, and confirmed as it was looked at. A room says what its rows mean."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from district.forms import MAX_SEALED_LENGTH
from district.tables import ImportColumn, ImportedRow, read_rows

_VALID_FOR: Final = datetime.timedelta(hours=1)


@dataclass(frozen=True)
class Fault:
    """What is wrong with a row: its number in the sheet, the column, and the message."""

    row: int
    column: str
    message: str


class TableForm(forms.Form):
    """The table that is to be read."""

    file = forms.FileField(
        label=gettext_lazy("Ausgefüllte Vorlage (XLSX)"),
        widget=forms.FileInput(
            attrs={"accept": ".xlsx,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
        ),
        error_messages={"required": gettext_lazy("Bitte wählen Sie eine Datei.")},
    )

    def rows(self, columns: Sequence[ImportColumn], *, most: int) -> list[ImportedRow]:
        """Return the rows of the file that was chosen; none, and why at the field, where they cannot be read."""
        try:
            rows = read_rows(self.cleaned_data["file"], columns, most=most)
        except ValidationError as refused:
            self.add_error("file", refused)
            return []
        if not rows:
            self.add_error("file", _("In dieser Tabelle steht noch nichts."))
        return rows

    def confirmation(self, rows: Sequence[ImportedRow], *, about: Model) -> ConfirmTableForm | None:
        """Return what carries the rows to the confirming click; None, and why at the field, where they are too long."""
        content = {"about": _mark(about), "rows": [[row.number, dict(row.values)] for row in rows]}
        sealed = signing.dumps(content, salt=ConfirmTableForm.salt, compress=True)
        if len(sealed) <= MAX_SEALED_LENGTH:
            return ConfirmTableForm(initial={"rows": sealed}, about=about)
        self.add_error("file", _("Das ist zu viel Text auf einmal. Bitte teilen Sie die Tabelle auf."))
        return None


class ConfirmTableForm(forms.Form):
    """Carries what was looked at to the confirming click: signed and valid for an hour, so that no server keeps it.

    `about` is what the rows belong to; rows that were looked at for something else are refused.
    """

    expired = gettext_lazy("Diese Vorschau gilt nicht mehr. Bitte wählen Sie die Datei noch einmal aus.")
    rows = forms.CharField(widget=forms.HiddenInput, strip=False, error_messages={"required": expired})
    salt = "district.table"

    def __init__(self, *args: Any, about: Model, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.about = about

    def clean_rows(self) -> list[ImportedRow]:
        """Return the rows as they were looked at."""
        try:
            content = signing.loads(self.cleaned_data["rows"], salt=self.salt, max_age=_VALID_FOR)
        except signing.BadSignature as error:
            raise forms.ValidationError(self.expired, code="expired") from error
        if content["about"] != _mark(self.about):
            raise forms.ValidationError(self.expired, code="expired")
        return [ImportedRow(number, values) for number, values in content["rows"]]

    @property
    def refusal(self) -> str:
        """Why the rows are not taken, in one sentence."""
        return " ".join(map(str, self.errors.get("rows", [])))


def _mark(about: Model) -> str:
    return f"{about._meta.label_lower}:{about.pk}"
