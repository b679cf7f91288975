"""The people who work with the portal, and the roles that say what they may."""

from __future__ import annotations

from typing import Any, ClassVar

import pghistory
from django.contrib.auth.base_user import BaseUserManager
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from .district import Department


class Role(models.TextChoices):
    """The groups of the portal; each value is the name of a `Group` (made by a migration)."""

    PROJECT_OFFICE = "Projektbüro", _("Projektbüro")
    MODERATION = "Moderation", _("Moderation")
    DEPARTMENT = "Fachamt", _("Fachamt")
    PUBLIC_RELATIONS = "Öffentlichkeitsarbeit", _("Öffentlichkeitsarbeit")
    GROUP_CHAIR = "Arbeitsgruppenleitung", _("Arbeitsgruppenleitung")
    STEERING_GROUP = "Steuerungsgruppe", _("Steuerungsgruppe")
    SYSTEM = "Systemverwaltung", _("Systemverwaltung")


class UserManager(BaseUserManager["User"]):
    """Makes users who log in with their e-mail address."""

    use_in_migrations = True

    def get_by_natural_key(self, email: str | None) -> User:
        """Return the user with this address, whatever its upper and lower case."""
        return self.get(email__iexact=email)

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Create a user; without a password they can only come in through OpenID Connect or a reset."""
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Create a user whom no rule stops: for setting up and for emergencies."""
        return self.create_user(email, password, is_superuser=True, **fields)


@pghistory.track(exclude=["password", "last_login"])
class User(AbstractUser):
    """Somebody of the administration or of a working group. Citizens need no account."""

    username = None  # type: ignore[assignment]  # the e-mail address takes its place
    email = models.EmailField(_("E-Mail"), unique=True)
    function = models.CharField(
        _("Funktion"), max_length=100, blank=True, help_text=_("Zum Beispiel „Projektkoordination“.")
    )
    department = models.ForeignKey(
        Department,
        verbose_name=_("Fachamt"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="users",
        help_text=_("Wer die Rolle „Fachamt“ hat, bearbeitet die Ideen dieses Amtes."),
    )
    is_staff = models.BooleanField(
        _("Zugang zur Verwaltung"), default=True, help_text=_("Ohne diesen Haken ist keine Anmeldung möglich.")
    )

    objects: ClassVar[UserManager] = UserManager()  # type: ignore[assignment]

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("Benutzerkonto")
        verbose_name_plural = _("Benutzerkonten")
        ordering = ["email"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_once",
                violation_error_message=_("Zu dieser E-Mail-Adresse gibt es schon ein Konto."),
            )
        ]

    def __str__(self) -> str:
        return self.function or self.get_full_name() or self.email


@pghistory.track(obj_field=None)
class UserRole(User.groups.through):  # type: ignore[name-defined]
    """Who has which role: tracked, because granting rights is a change people ask about later."""

    class Meta:
        proxy = True
        verbose_name = _("Rollenzuordnung")
        verbose_name_plural = _("Rollenzuordnungen")
