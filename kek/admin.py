"""„Verwaltung“: Django's admin as one site for all rooms, entered through the portal's own login."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.i18n import JavaScriptCatalog

from catalogue.staff_views import promote_outcome
from district.counting import Figure
from district.models import Concept, User
from kek.cockpit import cockpit
from participation.staff.due import due
from participation.staff.waiting import waiting
from workshops.staff.overview import overview
from workshops.staff.waiting import waiting as waiting_for_planners

# The rooms as the house stacks them and, in each, the models as somebody works with them. A new model adds its name.
ROOMS: dict[str, tuple[str, ...]] = {
    "participation": ("Inbox", "WeighingTable", "Round", "Idea", "DeclineReason", "Comment", "Report", "Assessment"),
    "catalogue": ("Need", "Goal", "Measure"),
    "workshops": ("Planning", "Event", "WorkingGroup", "Outcome"),
    "milestones": (
        "Phase",
        "Milestone",
        "Resolution",
        "Consultation",
        "CouncilSession",
        "Postponement",
        "CallOff",
        "Attainment",
    ),
    "district": (
        "Concept",
        "FieldOfAction",
        "Body",
        "Department",
        "Municipality",
        "LegalText",
        "District",
        "User",
        "OutgoingMail",
    ),
}

# What somebody works with first and is no model: room, name for `ROOMS`, label, the right to it, and its address.
DESKS: tuple[tuple[str, str, Promise, str, str], ...] = (
    ("participation", "Inbox", _("Eingang"), "participation.moderate_idea", "admin:participation_inbox"),
    ("participation", "WeighingTable", _("Abwägung"), "participation.view_assessment", "admin:participation_weighing"),
    ("workshops", "Planning", _("Planung"), "workshops.view_event", "admin:workshops_planning"),
)
# What nobody edits by hand: the page of its room lists it, and the pages on which one works with it lead there.
RECORDS: dict[str, tuple[str, ...]] = {"participation": ("Comment", "Report", "Assessment")}


class LabelledAutocomplete(AutocompleteJsonView):
    """Finds rows and names them as their admin says (`autocomplete_label`), so that like-named ones can be told apart."""

    def serialize_result(self, obj: Any, to_field_name: str) -> dict[str, str]:
        """Return key and label of one row."""
        label = getattr(self.model_admin, "autocomplete_label", str)
        return {"id": str(getattr(obj, to_field_name)), "text": label(obj)}


class VerwaltungSite(admin.AdminSite):
    """Where staff work. Who is logged in without access gets a plain answer, not another login."""

    site_header = _("Verwaltung")
    site_title = _("Verwaltung")
    index_title = _("Übersicht")
    index_template = "admin/index.html"

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Add the pages that belong to no single model."""
        return [
            path("start/", self.admin_view(self.start), name="start"),
            path("cockpit/<slug:slug>/", self.admin_view(self.cockpit), name="cockpit"),
            path("catalogue/uebernehmen/<int:pk>/", self.admin_view(promote_outcome), name="catalogue_promote"),
            path("workshops/planung/", self.admin_view(overview), name="workshops_planning"),
            *super().get_urls(),
        ]

    def admin_view(self, view: Callable[..., HttpResponseBase], cacheable: bool = False) -> Any:
        """Refuse a person without access; ask a stranger to log in."""
        guarded = super().admin_view(view, cacheable)

        @wraps(guarded)
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.user.is_authenticated and not self.has_permission(request):
                raise PermissionDenied
            return guarded(request, *args, **kwargs)

        return checked

    def start(self, request: HttpRequest) -> HttpResponse:
        """Lead to what this person looks at first: the cockpit of the concept in work, or the overview."""
        if request.user.has_perm("milestones.view_cockpit") and (concept := _concept_in_work()):
            return redirect("admin:cockpit", slug=concept.slug)
        return redirect("admin:index")

    def cockpit(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Show where a concept stands on the way to the resolution."""
        return cockpit(request, slug, {**self.each_context(request), "waits": _waits(request)})

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """Show all rooms, and above them what waits and the ways to cockpit, portal and the person's own settings."""
        concepts = Concept.objects.all() if request.user.has_perm("milestones.view_cockpit") else Concept.objects.none()
        return super().index(request, {"concepts": concepts, "waits": _waits(request), **(extra_context or {})})

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """Return the rooms in the house's order; one without a model this person may see is left out.

        Records stand on the page of their room alone.
        """
        rooms = super().get_app_list(request, app_label)
        rooms.sort(key=lambda room: _place(room["app_label"], tuple(ROOMS)))
        for room in rooms:
            name = room["app_label"]
            records = () if app_label else RECORDS.get(name, ())
            entries = [*_desks(request, name), *room["models"]]
            entries = [entry for entry in entries if entry["object_name"] not in records]
            room["models"] = sorted(entries, key=lambda entry: _place(entry["object_name"], ROOMS.get(name, ())))
            _mark_current(room["models"], request.path)
        return [room for room in rooms if room["models"]]

    @method_decorator(never_cache)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Send a stranger to the portal's login and back; turn away who is logged in without access."""
        if not request.user.is_authenticated:
            asked_for = request.GET.get(REDIRECT_FIELD_NAME, "")
            is_front_door = asked_for in ("", reverse("admin:index"))
            return redirect_to_login(reverse("admin:start") if is_front_door else asked_for)
        if not self.has_permission(request):
            raise PermissionDenied
        return redirect("admin:start")

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Leave by the portal's door."""
        return redirect("account_logout")

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Change it where the other settings of the login are."""
        return redirect("account_change_password")

    def password_change_done(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Nothing to show: see `password_change`."""
        return redirect("admin:index")

    def autocomplete_view(self, request: HttpRequest) -> Any:
        """Answer what somebody types into a field with suggestions."""
        if "\x00" in request.GET.get("term", ""):
            raise BadRequest("a search without a character that no text has")
        return LabelledAutocomplete.as_view(admin_site=self)(request)

    def i18n_javascript(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Give scripts their German words, the text editor's too."""
        return JavaScriptCatalog.as_view(packages=["django.contrib.admin", "django_prose_editor"])(request)


def _waits(request: HttpRequest) -> list[Figure]:
    """Return what waits for the person, as the overview and the cockpit show it."""
    assert isinstance(request.user, User)  # nobody else comes through `admin_view`
    today = timezone.localdate()
    user = request.user
    return [*waiting(user, on=today), *due(user, on=today), *waiting_for_planners(user, on=today)]


def _desks(request: HttpRequest, room: str) -> Iterator[dict[str, Any]]:
    """Yield the desks of a room that this person may open, as Django describes a model (templates/admin/app_list.html)."""
    for app_label, name, label, right, address in DESKS:
        if app_label == room and request.user.has_perm(right):
            url = reverse(address)
            yield {
                "name": label,
                "object_name": name,
                "admin_url": url,
                "add_url": None,
                "view_only": True,
                "perms": {},
            }


def _mark_current(entries: list[dict[str, Any]], path: str) -> None:
    """Mark the entry to which a page belongs: the inbox lies under the address of the ideas and is none of them."""
    around = [entry for entry in entries if path.startswith(entry.get("admin_url") or "\0")]
    for entry in sorted(around, key=lambda each: len(each["admin_url"]))[-1:]:
        entry["is_current"] = True


def _concept_in_work() -> Concept | None:
    return Concept.objects.in_progress().first() or Concept.objects.current()


def _place(name: str, order: tuple[str, ...]) -> tuple[int, str]:
    """Return where a name stands in an order; names without a place come last, by the alphabet."""
    return (order.index(name) if name in order else len(order), name)
