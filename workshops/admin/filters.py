"""What narrows the lists of the experts' work."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from district.staff_pages import person
from workshops.models import WorkingGroup

OWN: Final = "eigene"


class GroupFilter(admin.SimpleListFilter):
    """Rows of one working group: of the chosen concept, or of those in progress; of all own ones for who leads some."""

    title = gettext_lazy("Arbeitsgruppe")
    parameter_name = "gruppe"
    concept_parameter = "concept__id__exact"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        groups = WorkingGroup.objects.select_related("concept")
        if (concept := request.GET.get(self.concept_parameter, "")).isdecimal():
            return [(str(group.pk), str(group)) for group in groups.filter(concept=int(concept))]
        own = [(OWN, _("eigene"))] if groups.led_by(person(request)).exists() else []
        groups = groups.filter(concept__process_closed_on=None)
        return [*own, *((str(group.pk), f"{group} ({group.concept})") for group in groups)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value()
        if value == OWN:
            return queryset.filter(group__in=WorkingGroup.objects.led_by(person(request)).values("pk"))
        return queryset.filter(group=int(value)) if value and value.isdecimal() else queryset
