from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.utils.translation import gettext_lazy as _


class KekConfig(AppConfig):
    """The roof: what brings the rooms together."""

    name = "kek"
    verbose_name = _("Portal")


class VerwaltungConfig(AdminConfig):
    """Django's admin as „Verwaltung“."""

    default_site = "kek.admin.VerwaltungSite"
