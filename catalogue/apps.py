from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CatalogueConfig(AppConfig):
    """The goal system and the catalogue of projects and measures."""

    name = "catalogue"
    verbose_name = _("Ziele und Maßnahmen")
