"""How every Django form of the portal becomes accessible KERN markup: `{{ form }}`, `{{ form.title.as_field_group }}`.

A widget drawn by itself (`{{ form.title }}`, as the admin does) stays as Django draws it.
"""

from __future__ import annotations

from copy import copy
from typing import Any, ClassVar, Literal

from django import forms
from django.forms.boundfield import BoundField, BoundWidget
from django.forms.renderers import TemplatesSetting
from django.forms.widgets import Input
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

Kind = Literal["input", "select", "checkbox", "choices", "group"]

# Browsers offer a calendar or a clock for these; they read and write ISO 8601 alone.
NATIVE_INPUTS = {
    "DATE_INPUT_FORMATS": ("date", "%Y-%m-%d"),
    "DATETIME_INPUT_FORMATS": ("datetime-local", "%Y-%m-%dT%H:%M"),
    "TIME_INPUT_FORMATS": ("time", "%H:%M"),
}
PART_LABELS = {"date": _("Datum"), "time": _("Uhrzeit")}


class KernBoundField(BoundField):
    """A field that also knows its KERN markup."""

    @property
    def kind(self) -> Kind:
        """How the field is built: one input, a select, a single checkbox, options to tick, or a group of inputs."""
        widget = self.field.widget
        if isinstance(widget, forms.CheckboxInput):
            return "checkbox"
        if isinstance(widget, forms.RadioSelect):  # or its child, CheckboxSelectMultiple
            return "choices"
        if isinstance(widget, forms.Select):
            return "select"
        if isinstance(widget, forms.ClearableFileInput):
            return "group" if widget.is_initial(self.value()) else "input"
        return "group" if widget.use_fieldset else "input"

    @property
    def in_fieldset(self) -> bool:
        """Whether a legend names the field, because it has several inputs."""
        return self.kind in ("choices", "group")

    @property
    def is_radio(self) -> bool:
        """Whether exactly one of the options can be chosen."""
        widget = self.field.widget
        return isinstance(widget, forms.RadioSelect) and not widget.allow_multiple_selected

    @property
    def is_optional(self) -> bool:
        """Whether to mark the field as optional: in a form that demands nothing at all, no mark is needed."""
        return not self.field.required and any(field.field.required for field in self.form.visible_fields())

    @property
    def focus_id(self) -> str:
        """The id of the field's first input, which the error summary links to."""
        own_id = self.field.widget.attrs.get("id") or self.auto_id
        if self.kind == "choices" or isinstance(self.field.widget, forms.MultiWidget):
            return f"{own_id}_0"
        return self.id_for_label or own_id

    @cached_property
    def kern_widget(self) -> SafeString:
        """The widget with KERN's classes; dates and times get the browser's own input."""
        attrs = self._kern_attrs()
        if not self.in_fieldset and (described_by := self.aria_describedby):
            attrs["aria-describedby"] = described_by
        widget = _with_native_input(self.field.widget)
        if widget.attrs.get("placeholder") == self.label:  # the label says it already, and stays while one writes
            widget.attrs = {name: value for name, value in widget.attrs.items() if name != "placeholder"}
        return self.as_widget(widget, attrs=attrs)

    @cached_property
    def options(self) -> list[BoundWidget]:
        """The radio buttons or checkboxes, each with KERN's classes, its `tag`, `id_for_label` and `choice_label`."""
        widget = self.field.widget
        attrs = self.build_widget_attrs({**self._kern_attrs(), "id": widget.attrs.get("id") or self.auto_id})
        if self.is_radio:
            attrs.pop("aria-invalid", None)  # belongs to the group: a single radio button is never wrong
        return [
            BoundWidget(widget, data, self.form.renderer)
            for data in widget.subwidgets(self.html_name, self.value(), attrs=attrs)
        ]

    def _kern_attrs(self) -> dict[str, Any]:
        name = {
            "checkbox": "kern-form-check__checkbox",
            "choices": "kern-form-check__radio" if self.is_radio else "kern-form-check__checkbox",
            "select": "kern-form-input__select",
        }.get(self.kind, "kern-form-input__input")
        classes = [self.field.widget.attrs.get("class", ""), name, f"{name}--error" if self.errors else ""]
        return {"class": " ".join(filter(None, classes))}


def _with_native_input(widget: forms.Widget) -> forms.Widget:
    """Return a copy that uses the browser's calendar and clock; the parts of a group get names of their own."""
    native = copy(widget)
    if isinstance(native, forms.MultiWidget):
        native.widgets = [_with_native_input(part) for part in native.widgets]
        for part in native.widgets:
            if isinstance(part, Input) and part.input_type in PART_LABELS:
                part.attrs = {"aria-label": PART_LABELS[part.input_type], **part.attrs}
    elif isinstance(native, forms.DateTimeInput | forms.DateInput | forms.TimeInput) and native.input_type == "text":
        native.input_type, native.format = NATIVE_INPUTS[native.format_key]
    return native


class KernFormRenderer(TemplatesSetting):
    """Draws forms and fields by the templates in `templates/forms/`."""

    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"
    bound_field_class: ClassVar[type[BoundField]] = KernBoundField  # type: ignore[misc]

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> str:
        """Render, telling a whole form whether it has optional fields to explain."""
        if template_name == self.form_template_name:
            marks_optional = any(field.is_optional for field, _errors in context["fields"])
            context = {**context, "marks_optional": marks_optional}
        return super().render(template_name, context, request)
