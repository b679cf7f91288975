"""Database constraints whose German message appears at the field it is about.

Django reports a violated constraint for the whole form; a person wants to read it where the wrong value stands.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models


class _AtField(models.constraints.BaseConstraint):
    """Report a violation at the field named by `at`."""

    def __init__(self, *args: Any, at: str, **kwargs: Any) -> None:
        self.at = at
        super().__init__(*args, **kwargs)

    def validate(
        self, model: Any, instance: Any, exclude: set[str] | None = None, using: str = "default", **kwargs: Any
    ) -> None:
        """Raise ValidationError at the field where the instance violates the constraint."""
        if exclude and self.at in exclude:
            return
        try:
            super().validate(model, instance, exclude=exclude, using=using)
        except ValidationError as violation:
            raise ValidationError({self.at: violation.messages}) from violation

    def deconstruct(self) -> Any:
        path, args, kwargs = super().deconstruct()
        return path, args, {**kwargs, "at": self.at}


class CheckAtField(_AtField, models.CheckConstraint):
    """A CheckConstraint reported at one field."""


class UniqueAtField(_AtField, models.UniqueConstraint):
    """A UniqueConstraint reported at one field."""
