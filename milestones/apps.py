from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MilestonesConfig(AppConfig):
    """The way to the resolution."""

    name = "milestones"
    verbose_name = _("Weg zum Beschluss")
