"""The ground in „Verwaltung“."""

from __future__ import annotations

import datetime
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import AdminForm
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from district.actions import ImportSummary, import_municipalities
from district.admin_base import FormError, RoomAdmin, RoomStackedInline
from district.forms import (
    DistrictForm,
    MunicipalityImportConfirmation,
    MunicipalityImportForm,
    StaffCreationForm,
    StaffPasswordForm,
)
from district.models import (
    Body,
    Concept,
    Department,
    District,
    FieldOfAction,
    LegalText,
    Municipality,
    OutgoingMail,
    User,
    UserRole,
)
from district.post import try_again

# The groups are the roles of `district.models.Role`; a migration makes them, nobody edits them.
admin.site.unregister(Group)


@admin.register(District)
class DistrictAdmin(RoomAdmin):
    form = DistrictForm
    list_display = ["name", "office", "ags"]
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    fieldsets = [
        (None, {"fields": ["name", "office", "ags", "coat_of_arms"]}),
        (
            gettext_lazy("Anschrift und Kontakt"),
            {"fields": ["street", "postal_code", "city", "phone", "email", "website"]},
        ),
        (gettext_lazy("Karten"), {"fields": ["map_attribution"]}),
        (
            gettext_lazy("Fristen"),
            {
                "fields": [
                    "paper_deadline_days",
                    "answer_target_days",
                    "contact_retention_months",
                    "registration_retention_weeks",
                ]
            },
        ),
    ]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A portal has one district."""
        return super().has_add_permission(request, obj) and District.objects.current() is None

    def save_model(self, request: HttpRequest, obj: District, form: forms.ModelForm[District], change: bool) -> None:
        """Give the one row its number."""
        obj.pk = 1
        super().save_model(request, obj, form, change)


@admin.register(Municipality)
class MunicipalityAdmin(RoomAdmin):
    list_display = ["name", "kind", "ags", "has_boundary", "closed_on"]
    list_filter = ["kind", ("closed_on", admin.EmptyFieldListFilter)]
    search_fields = ["name", "ags"]
    fields = ["ags", "ars", "name", "kind", "latitude", "longitude", "has_boundary", "closed_on"]
    readonly_fields = ["has_boundary"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Municipality]:
        """Leave the boundaries in the database: nobody reads them here."""
        has_boundary = models.ExpressionWrapper(models.Q(boundary__isnull=False), models.BooleanField())
        queryset: QuerySet[Municipality] = super().get_queryset(request)
        return queryset.defer("boundary").annotate(_has_boundary=has_boundary)

    @admin.display(description=gettext_lazy("Grenze liegt vor"), boolean=True)
    def has_boundary(self, municipality: Municipality) -> bool:
        return getattr(municipality, "_has_boundary", False)

    def get_urls(self) -> list[URLPattern]:
        return [
            path(
                "einlesen/",
                self.admin_site.admin_view(self.import_view),
                name="district_municipality_import",
            ),
            path(
                "einlesen/bestaetigen/",
                self.admin_site.admin_view(self.confirm_import_view),
                name="district_municipality_confirm_import",
            ),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        may_import = request.user.has_perm("district.import_municipalities")
        response: HttpResponse = super().changelist_view(request, (extra_context or {}) | {"may_import": may_import})
        return response

    def import_view(self, request: HttpRequest) -> HttpResponse:
        """Take the files and show what they would change."""
        district = _district_for_import(request)
        if district is None:
            return HttpResponseRedirect(reverse("admin:district_district_changelist"))
        form = MunicipalityImportForm(request.POST or None, request.FILES or None, district_key=district.ags)
        if not form.is_valid():
            return self._form_page(request, form)
        areas, places, on = form.cleaned_data["geojson"], form.cleaned_data["csv"], form.cleaned_data["on"]
        confirmation = MunicipalityImportConfirmation.of(areas=areas, places=places, on=on, district_key=district.ags)
        if confirmation is None:
            form.add_error("geojson", _("Die Grenzen sind sehr genau. Bitte vereinfachen Sie sie vor dem Einlesen."))
            return self._form_page(request, form)
        summary = import_municipalities(features=areas, places=places, on=on, dry_run=True)
        return self._page(
            request,
            "preview",
            title=_("Gemeinden einlesen: Vorschau"),
            summary=summary,
            on=on,
            confirmation=confirmation,
        )

    def confirm_import_view(self, request: HttpRequest) -> HttpResponse:
        """Carry out what was previewed."""
        district = _district_for_import(request)
        form = MunicipalityImportConfirmation(request.POST, district_key=district.ags if district else "")
        if district is None or not form.is_valid():
            messages.error(request, " ".join(map(str, form.errors.get("extract", []))))
            return HttpResponseRedirect(reverse("admin:district_municipality_import"))
        assert isinstance(request.user, User)
        summary = import_municipalities(**form.cleaned_data["extract"], by=request.user)
        messages.success(request, _told(summary))
        return HttpResponseRedirect(reverse("admin:district_municipality_changelist"))

    def _form_page(self, request: HttpRequest, form: MunicipalityImportForm) -> HttpResponse:
        fields = AdminForm(cast("Any", form), [(None, {"fields": list(form.fields)})], {}, model_admin=self)
        return self._page(
            request,
            "form",
            title=_("Gemeinden einlesen"),
            form=form,
            form_errors=[
                FormError(str(form[name].label), str(message), form[name].id_for_label)
                for name, messages in form.errors.items()
                for message in messages
            ],
            admin_form=fields,
            media=self.media + form.media,
        )

    def _page(self, request: HttpRequest, name: str, **context: Any) -> HttpResponse:
        context = self.admin_site.each_context(request) | {"opts": self.opts} | context
        return TemplateResponse(request, f"admin/district/municipality/import_{name}.html", context)


def _district_for_import(request: HttpRequest) -> District | None:
    """Return the district whose municipalities this person may import; tell them if it is missing."""
    if not request.user.has_perm("district.import_municipalities"):
        raise PermissionDenied
    district = District.objects.current()
    if district is None:
        messages.error(request, _("Bitte legen Sie zuerst den Landkreis mit seinem Kreisschlüssel an."))
    return district


def _told(summary: ImportSummary) -> str:
    """Say in a sentence what an import did."""
    if not summary.changes:
        return _("Die Gemeinden stimmen mit den Dateien überein; es war nichts zu ändern.")
    told = "; ".join(f"{heading}: {', '.join(map(str, entries))}" for heading, entries in summary.changes)
    return _("Die Gemeinden sind eingelesen. %(changes)s.") % {"changes": told}


class FieldOfActionInline(RoomStackedInline):
    model = FieldOfAction
    fields = [("number", "name"), "mission_statement"]


@admin.register(Concept)
class ConceptAdmin(RoomAdmin):
    list_display = ["short_title", "title", "target_year", "is_current", "is_public", "process_closed_on"]
    list_filter = ["is_current", "is_public", "is_example"]
    search_fields = ["title", "short_title", "slug"]
    searched_fields = ("predecessor",)
    prepopulated_fields = {"slug": ["short_title"]}
    inlines = [FieldOfActionInline]
    history_parts = [(FieldOfAction, "concept")]
    fieldsets = [
        (None, {"fields": ["title", "short_title", "slug", "horizon", "predecessor"]}),
        (
            gettext_lazy("Öffentliche Seiten"),
            {"fields": ["summary", "taking_part", "method_credit", "is_public", "is_current", "is_example"]},
        ),
        (gettext_lazy("Verfahren"), {"fields": ["process_closed_on"]}),
    ]

    @admin.display(description=gettext_lazy("Zieljahr"), ordering="horizon")
    def target_year(self, concept: Concept) -> str:
        """Return the year as people write it: a number would become „2.030“."""
        return str(concept.horizon)

    def get_fieldsets(self, request: HttpRequest, obj: Concept | None = None) -> Any:
        """Show the year instead of the number to those who only read."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or self.has_change_permission(request, obj):
            return fieldsets
        basics = ["title", "short_title", "slug", "target_year", "predecessor"]
        return [(None, {"fields": basics}), *fieldsets[1:]]


@admin.register(FieldOfAction)
class FieldOfActionAdmin(RoomAdmin):
    list_display = ["name", "number", "concept"]
    list_filter = ["concept"]
    list_select_related = ["concept"]
    search_fields = ["name", "concept__short_title"]

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        """A field stays in its concept, since ideas, weighings and entries hang on both."""
        return ["concept"] if obj else []


@admin.register(Department)
class DepartmentAdmin(RoomAdmin):
    list_display = ["name", "dissolved_on"]
    search_fields = ["name"]


@admin.register(Body)
class BodyAdmin(RoomAdmin):
    list_display = ["name", "kind", "dissolved_on"]
    list_filter = ["kind", ("dissolved_on", admin.EmptyFieldListFilter)]
    search_fields = ["name"]


@admin.register(LegalText)
class LegalTextAdmin(RoomAdmin):
    list_display = ["title", "kind", "updated_on"]
    search_fields = ["title", "body"]
    fields = ["kind", "title", "body", "updated_on"]

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        """The kind is the page's address: it is chosen once."""
        return ["kind"] if obj else []


@admin.register(User)
class UserAdmin(RoomAdmin, DjangoUserAdmin):  # type: ignore[type-arg]
    """Accounts: who they are and which roles they have. Only superusers see superusers, and make them."""

    list_display = ["email", "function", "roles", "is_active", "last_login"]
    list_filter = ["groups", "is_staff", "is_active"]
    search_fields = ["email", "function", "first_name", "last_name"]
    history_parts = [(UserRole, "user")]
    ordering = ["email"]
    filter_horizontal = []
    readonly_fields = ["password_link", "last_login", "date_joined"]
    fieldsets = [
        (None, {"fields": ["email", "password_link"]}),
        (gettext_lazy("Person"), {"fields": ["function", "department", "first_name", "last_name"]}),
        (gettext_lazy("Rechte"), {"fields": ["is_active", "is_staff", "groups"]}),
        (gettext_lazy("Zeitpunkte"), {"fields": ["last_login", "date_joined"]}),
    ]
    form = forms.ModelForm
    add_form = StaffCreationForm
    change_password_form = StaffPasswordForm
    add_fieldsets = [(None, {"fields": ["email", "function", "usable_password", "password1", "password2"]})]

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        queryset: QuerySet[User] = super().get_queryset(request).prefetch_related("groups")
        return queryset if request.user.is_superuser else queryset.filter(is_superuser=False)

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or not request.user.is_superuser:
            return fieldsets
        return [*fieldsets, (_("Notfallzugang"), {"fields": ["is_superuser"]})]

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Show the roles as boxes to tick."""
        if db_field.name == "groups":
            kwargs |= {"widget": forms.CheckboxSelectMultiple, "label": _("Rollen"), "help_text": ""}
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    @admin.display(description=gettext_lazy("Passwort"))
    def password_link(self, user: User) -> str:
        """Lead to the page that sets a password; its hash tells nobody anything."""
        text = _("Passwort ändern") if user.has_usable_password() else _("Passwort vergeben")
        return format_html('<a href="{}">{}</a>', reverse("admin:auth_user_password_change", args=[user.pk]), text)

    @admin.display(description=gettext_lazy("Rollen"))
    def roles(self, user: User) -> str:
        return ", ".join(sorted(group.name for group in user.groups.all()))


class MailStateFilter(admin.SimpleListFilter):
    """Mails that wait, were sent or were given up."""

    title = gettext_lazy("Stand")
    parameter_name = "stand"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("waiting", _("wartet")), ("sent", _("gesendet")), ("given_up", _("aufgegeben"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        match self.value():
            case "waiting":
                return queryset.filter(sent_at=None, given_up_at=None)
            case "sent":
                return queryset.exclude(sent_at=None)
            case "given_up":
                return queryset.exclude(given_up_at=None)
        return queryset


@admin.register(OutgoingMail)
class OutgoingMailAdmin(RoomAdmin):
    """What is on its way, to see whether mail works. Words and recipients are sealed, here too."""

    list_display = ["purpose", "state", "last_error", "created_at", "attempts", "next_attempt"]
    list_filter = [MailStateFilter, "purpose"]
    fields = ["purpose", "created_at", "state", "attempts", "next_attempt", "last_error", "sent_at", "given_up_at"]
    readonly_fields = ["state", "next_attempt"]
    actions = ["try_again"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[OutgoingMail]:
        """Leave what is sealed in the database."""
        queryset: QuerySet[OutgoingMail] = super().get_queryset(request)
        return queryset.defer("sealed")

    def get_urls(self) -> list[URLPattern]:
        """Its columns are its whole story: there is no „Verlauf“."""
        return [url for url in super().get_urls() if url.name != "district_outgoingmail_history"]

    def has_try_again_permission(self, request: HttpRequest) -> bool:
        """Whether the list offers to try again."""
        return request.user.has_perm("district.try_again_outgoingmail")

    @admin.display(description=gettext_lazy("Stand"))
    def state(self, mail: OutgoingMail) -> str:
        if mail.sent_at:
            return _("gesendet")
        return _("aufgegeben") if mail.given_up_at else _("wartet")

    @admin.display(description=gettext_lazy("nächster Versuch"), ordering="not_before")
    def next_attempt(self, mail: OutgoingMail) -> datetime.datetime | None:
        return None if mail.sent_at or mail.given_up_at else mail.not_before

    @admin.action(description=gettext_lazy("Noch einmal versuchen"), permissions=["try_again"])
    def try_again(self, request: HttpRequest, queryset: QuerySet[OutgoingMail]) -> None:
        """Try what waits now; tell how much that is."""
        count = try_again(queryset, at=timezone.now())
        if count:
            told = ngettext(
                "%(count)s E-Mail geht jetzt noch einmal auf den Weg.",
                "%(count)s E-Mails gehen jetzt noch einmal auf den Weg.",
                count,
            )
            messages.success(request, told % {"count": count})
        else:
            messages.warning(request, _("Keine der gewählten E-Mails wartet noch."))
