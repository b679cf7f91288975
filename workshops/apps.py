from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorkshopsConfig(AppConfig):
    """The experts' work: working groups, events of every format, registrations, minutes and outcomes."""

    name = "workshops"
    verbose_name = _("Arbeitsgruppen und Termine")

    def ready(self) -> None:
        """Put the events into the calendar of the whole concept."""
        from milestones import calendar

        from .calendar import concept_entries

        if concept_entries not in calendar.SOURCES:
            calendar.SOURCES.append(concept_entries)
