"""What every room's actions may have to tell whoever acts."""

from django.core.exceptions import ValidationError


class Outdated(ValidationError):  # noqa: N818 - it is no fault of anybody
    """Somebody else was faster: what was seen is no longer so, and nothing has happened."""
