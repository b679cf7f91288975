"""German moments as people say them; all else is Django's own for "de"."""

DATETIME_FORMAT = r"j. F Y \u\m H:i \U\h\r"
