from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DistrictConfig(AppConfig):
    """The ground: what every other room stands on."""

    name = "district"
    verbose_name = _("Landkreis")
