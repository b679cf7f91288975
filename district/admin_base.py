"""What every page of „Verwaltung“ has in common: rights by rules, „Verlauf“ from the audit trail, errors told at the top.

Each room's `admin.py` builds on `RoomAdmin` and the two inlines.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, cast
from urllib.parse import urlencode

from csp.constants import NONCE, SELF
from django import forms
from django.contrib import admin
from django.contrib.admin.options import BaseModelAdmin, IncorrectLookupParameters
from django.contrib.admin.utils import unquote
from django.contrib.admin.widgets import AutocompleteSelect, RelatedFieldWidgetWrapper
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import models
from django.forms.models import BaseInlineFormSet, ModelChoiceIterator
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe
from js_asset import Media

from district.history import Entry, Parts, history_of
from district.models import Concept

if TYPE_CHECKING:
    _Base = BaseModelAdmin[Any]
    _ModelAdmin = admin.ModelAdmin[Any]
    _StackedInline = admin.StackedInline[Any, Any]
    _TabularInline = admin.TabularInline[Any, Any]
    _FormSet = BaseInlineFormSet[Any, Any, Any]
else:
    _Base, _ModelAdmin, _FormSet = BaseModelAdmin, admin.ModelAdmin, BaseInlineFormSet
    _StackedInline, _TabularInline = admin.StackedInline, admin.TabularInline

CLOSED_CONCEPT = gettext_lazy("Bitte wählen Sie ein Konzept, dessen Verfahren noch läuft.")
EVENTS_PER_PAGE = 50
MOST_DRAWN = 200  # rows in a select that can be searched

# What the text editor needs beyond `'self'`: a nonce for its import map, the one inline script here, and its own small
# style element, which it inserts by script without one (SHA-256 of that style in django-prose-editor 0.28).
EDITOR_CSP = {
    "script-src": [SELF, NONCE],
    "style-src": [SELF, "'sha256-PlumsSlvJ7vvWzjqibGAYKq92O3y/4JTxWWsWJvyUYA='"],
}


@dataclass(frozen=True)
class Tool:
    """A button above the form of a row."""

    label: str
    url: str


@dataclass(frozen=True)
class FormError:
    """An error of a form or of one of its inlines; `anchor` is the id of the field to go to, empty without one."""

    label: str
    message: str
    anchor: str


class FirstChoices(ModelChoiceIterator):  # type: ignore[type-arg]
    """The first rows that a field offers, loaded once for all forms that share the field."""

    def __init__(self, field: Any) -> None:
        super().__init__(field)
        self.queryset = field.queryset[:MOST_DRAWN]

    def __iter__(self) -> Iterator[Any]:
        return iter(self.loaded)

    @cached_property
    def loaded(self) -> list[Any]:
        """The choices, after the empty one."""
        return list(super().__iter__())

    def beyond(self, values: Iterable[str]) -> Iterator[Any]:
        """Yield the choices for those of these values that are not among the first, but valid."""
        first = {str(key) for key, _label in self.loaded}
        for value in values:
            with suppress(forms.ValidationError):
                if value not in first and (row := self.field.to_python(value)):
                    yield self.choice(row)


class SearchingSelect(AutocompleteSelect):
    """A select that searches on the server where JavaScript runs, and is a plain one of the first rows where not.

    `within` are parameters for the search, by which it offers the same rows as the plain select.
    """

    within: dict[str, Any] = {}

    def get_url(self) -> str:
        """Return the address that answers the search."""
        url = super().get_url()
        return f"{url}?{urlencode(self.within)}" if self.within else url

    def optgroups(self, name: str, value: Sequence[str], attrs: dict[str, Any] | None = None) -> list[Any]:
        """Offer the first rows, and always the chosen one."""
        groups = forms.Select.optgroups(self, name, list(value), attrs)
        for key, label in cast("FirstChoices", self.choices).beyond(value):
            groups.append((None, [self.create_option(name, key, label, True, len(groups))], len(groups)))
        return groups


def offer(
    field: forms.Field | None, rows: models.QuerySet[Any], *, label: Callable[[Any], str] = str, **within: Any
) -> None:
    """Let a form's field choose among `rows` alone, named by `label`; `within` lets its search do the same."""
    if isinstance(field, forms.ModelChoiceField):
        field.label_from_instance = label  # type: ignore[assignment,method-assign]
        field.queryset = rows
        select = getattr(field.widget, "widget", field.widget)
        if isinstance(select, SearchingSelect):
            select.within = within


def wait_for(rows: models.QuerySet[Any]) -> None:
    """Wait until nobody else is changing these rows, and keep others waiting until this transaction ends."""
    for _row in rows.select_for_update(of=("self",), no_key=True).order_by("pk"):
        pass


class _AsksRules(_Base):
    """Asks the rules with the row in hand (for an inline: the row it hangs on), so that a closed concept is closed."""

    # Foreign keys shown as `SearchingSelect`, and those whose missing row can be added on the way.
    searched_fields: ClassVar[tuple[str, ...]] = ()
    extendable_fields: ClassVar[tuple[str, ...]] = ()

    def _may(self, request: HttpRequest, verb: str, row: models.Model | None) -> bool:
        return request.user.has_perm(f"{self.opts.app_label}.{verb}_{self.opts.model_name}", row)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether the rules let this person see the row."""
        return self._may(request, "view", obj)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether the rules let this person add a row (in an inline: to `obj`)."""
        return self._may(request, "add", obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether the rules let this person change the row."""
        return self._may(request, "change", obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether the rules let this person delete the row."""
        return self._may(request, "delete", obj)

    def formfield_for_foreignkey(
        self, db_field: models.ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> forms.ModelChoiceField[Any] | None:
        """Offer concepts in progress only, since nothing is added to a closed one; make `searched_fields` search."""
        if db_field.name == "concept" and db_field.related_model is Concept:
            kwargs["queryset"] = Concept.objects.in_progress()
            kwargs.setdefault("error_messages", {"invalid_choice": CLOSED_CONCEPT})
        if db_field.name not in self.searched_fields:
            return super().formfield_for_foreignkey(db_field, request, **kwargs)
        kwargs["widget"] = SearchingSelect(db_field, self.admin_site)
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if field:
            field.iterator = FirstChoices
            field.widget.choices = field.choices
        return field

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Leave out the signs beside a choice that change or delete what is chosen: they belong to its own page."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget.can_change_related = field.widget.can_delete_related = field.widget.can_view_related = False
            field.widget.can_add_related &= db_field.name in self.extendable_fields
        return field


class _RoomInline(_AsksRules):
    """Rows that belong to another."""

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> type[_FormSet]:
        """Load the choices once, not for each row; leave the rows' own fields to `prepare`."""
        formset: type[_FormSet] = super().get_formset(request, obj, **kwargs)  # type: ignore[misc]
        fields = formset.form.base_fields
        self.prepare(fields, obj)
        for field in fields.values():
            if isinstance(field, forms.ModelChoiceField):
                choices = cast("Iterable[Any]", field.choices)
                field.choices = choices if isinstance(choices, FirstChoices) else list(choices)
        return formset

    def prepare(self, fields: dict[str, forms.Field], parent: Any) -> None:
        """Narrow what the fields offer to what fits the row that this hangs on."""


class RoomTabularInline(_RoomInline, _TabularInline):
    """Rows that belong to another, as a table."""

    extra = 1


class RoomStackedInline(_RoomInline, _StackedInline):
    """Rows that belong to another, one below the other."""

    extra = 0


class RoomAdmin(_AsksRules, _ModelAdmin):
    """A model's pages in „Verwaltung“. `history_parts` names what belongs to its rows and shows in their Verlauf."""

    list_per_page = 50
    show_full_result_count = False
    empty_value_display = "–"
    history_parts: ClassVar[Parts] = ()
    # What links narrow a list by, beside its filters.
    narrowed_by: ClassVar[tuple[str, ...]] = ()

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Let an address narrow a list by its filters alone: what a page leaves out could be guessed letter by letter."""
        if not super().lookup_allowed(lookup, value, request):
            return False
        filters = (_parameter_of(each) for each in self.get_list_filter(request))
        known = {*filters, *self.narrowed_by, *filter(None, [self.date_hierarchy])}
        return any(lookup == name or lookup.startswith(f"{name}__") for name in known)

    def tools(self, request: HttpRequest, obj: Any) -> list[Tool]:
        """Return what else this person may do with the row."""
        return []

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Give the list the name of what it lists."""
        title = capfirst(str(self.opts.verbose_name_plural))
        return super().changelist_view(request, {"title": title, **(extra_context or {})})

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Refuse, as any filter that cannot be, what the database takes in no question: a NUL."""
        if any("\0" in value for _name, values in request.GET.lists() for value in values):
            raise IncorrectLookupParameters
        return super().get_changelist_instance(request)

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> Any:
        """Say why nothing can be changed where the concept is closed, and gather the errors for the top of the page."""
        concept = getattr(obj, "concept", None)
        context["closed_concept"] = concept if concept and concept.is_closed else None
        context["tools"] = self.tools(request, obj) if obj else []
        context["form_errors"] = list(_errors(context))
        media = context["media"]
        has_editor = isinstance(media, Media)
        if has_editor:
            context["media"] = media.with_nonce(str(request.csp_nonce))  # type: ignore[attr-defined]
        response = super().render_change_form(request, context, add, change, form_url, obj)
        if has_editor:
            response._csp_update = EDITOR_CSP  # type: ignore[attr-defined]
        return response

    def history_entries(self, request: HttpRequest, row: Any) -> list[Entry]:
        """Return what „Verlauf“ tells this person of a row, the newest first."""
        return history_of(row, self.history_parts)

    @method_decorator(require_safe)
    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the audit trail of one row: it also knows what commands and bulk updates changed."""
        row = self.get_object(request, unquote(object_id))
        if row is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined,no-any-return]
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        entries = Paginator(self.history_entries(request, row), EVENTS_PER_PAGE).get_page(request.GET.get("p"))
        request.current_app = self.admin_site.name
        context = {
            **self.admin_site.each_context(request),
            "title": _("Verlauf"),
            "subtitle": str(row),
            "entries": entries,
            "object": row,
            "opts": self.opts,
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/object_history.html", context)


def _parameter_of(list_filter: Any) -> str:
    """Return what the parameters of a filter begin with."""
    if isinstance(list_filter, type) and issubclass(list_filter, admin.SimpleListFilter):
        return str(list_filter.parameter_name)
    return str(list_filter[0] if isinstance(list_filter, tuple | list) else list_filter)


def _errors(context: dict[str, Any]) -> Iterator[FormError]:
    """Yield the errors of a change form and its inlines, in the order of the page."""
    yield from _errors_of(context["adminform"].form)
    for inline in context["inline_admin_formsets"]:
        name = str(inline.opts.verbose_name_plural)
        for message in inline.formset.non_form_errors():
            yield FormError(name, str(message), f"{inline.formset.prefix}-heading")
        for number, form in enumerate(inline.formset.forms, start=1):
            row = form.instance if form.instance.pk else number
            yield from _errors_of(form, row=f"{inline.opts.verbose_name} {row}")


def _errors_of(form: forms.BaseForm, *, row: str = "") -> Iterator[FormError]:
    """Yield the errors of a form, named by their fields; `row` is what to call a form among several."""
    for name, messages in form.errors.items():
        field = form[name] if name in form.fields else None
        for message in messages:
            label = ", ".join(filter(None, [row, str(field.label) if field else ""]))
            yield FormError(label, str(message), field.id_for_label if field else "")
