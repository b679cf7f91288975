"""Rows that hang on another in „Verwaltung“, as several rooms have them: links within a concept, numbered parts, files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.files.uploadedfile import UploadedFile
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from district.admin_base import RoomTabularInline
from district.uploads import check_upload

if TYPE_CHECKING:
    _FormSet = BaseInlineFormSet[Any, Any, Any]
    _ModelForm = forms.ModelForm[Any]
else:
    _FormSet, _ModelForm = BaseInlineFormSet, forms.ModelForm


class LinkFormSet(_FormSet):
    """What a row is linked to by its field `linked`: all of its own concept."""

    linked: ClassVar[str]

    def clean(self) -> None:
        """Tell it at the row that does not fit."""
        super().clean()
        for form in self.forms:
            entry = getattr(form, "cleaned_data", {}).get(self.linked)
            if entry and self.instance.concept_id and entry.concept_id != self.instance.concept_id:
                form.add_error(self.linked, _("Dieser Eintrag gehört zu einem anderen Konzept."))


class NumberedForm(_ModelForm):
    """A part with a place in an order; without one it comes last."""

    comes_last: ClassVar[Promise]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if order := self.fields.get("order"):
            order.required = False
            order.help_text = str(self.comes_last)

    def has_changed(self) -> bool:
        """Take a new row for empty where it has nothing but the place that was proposed for it."""
        return bool(set(self.changed_data) - (set() if self.instance.pk else {"order"}))


class NumberedFormSet(_FormSet):
    """Parts of which each has its own place; a new one is offered the next."""

    twice: ClassVar[Promise]
    taken: ClassVar[Promise]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        assert self.model is not None  # given by the inline
        there = self.model._default_manager.filter(**{self.fk.name: self.instance.pk})
        last = there.order_by("order").values_list("order", flat=True).last()
        self.next_order = (last or 0) + 1
        self.initial_extra = [{"order": self.next_order + number} for number in range(self.extra)]

    def get_unique_error_message(self, unique_check: Any) -> str:
        """Say what is there twice as people call it."""
        return str(self.twice)

    def get_form_error(self) -> str:
        """Say the same at the row."""
        return str(self.taken)

    @property
    def kept(self) -> list[Any]:
        """The forms of the parts that will be there."""
        kept = [form for form in self.forms if form.has_changed() or form.instance.pk]
        return [form for form in kept if not getattr(form, "cleaned_data", {}).get("DELETE")]

    def clean(self) -> None:
        """Put parts without a place at the end."""
        super().clean()
        kept = [form for form in self.kept if "order" in form.fields]
        places = [place for form in kept if (place := form.cleaned_data.get("order")) is not None]
        following = max([self.next_order - 1, *places]) + 1
        for form in kept:
            if not form.errors and form.cleaned_data["order"] is None:
                form.instance.order = form.cleaned_data["order"] = following
                following += 1


class StoredFileForm(_ModelForm):
    """A file that staff put with a row."""

    def clean_file(self) -> Any:
        """Check a new file's ending, size and content."""
        file = self.cleaned_data["file"]
        if isinstance(file, UploadedFile):
            validators = self._meta.model._meta.get_field("file").validators
            check_upload(file, max_bytes=settings.ATTACHMENT_MAX_BYTES, validators=validators)
        return file


class StoredFileInline(RoomTabularInline):
    """Files of a row; each is handed out by the page named `download` alone."""

    form = StoredFileForm
    readonly_fields = ["stored"]
    view_on_site = False
    download: ClassVar[str]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Ask for a file without linking to where it lies."""
        if db_field.name == "file":
            kwargs["widget"] = forms.FileInput
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    @admin.display(description=gettext_lazy("gespeichert"))
    def stored(self, row: Any) -> SafeString | str:
        if not row.pk:
            return "–"
        return format_html('<a href="{}">{}</a>', reverse(self.download, args=[row.pk]), _("Herunterladen"))
