from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ParticipationConfig(AppConfig):
    """The citizens' voice: rounds, ideas, moderation, weighing and answers."""

    name = "participation"
    verbose_name = _("Bürgerbeteiligung")
