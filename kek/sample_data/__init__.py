"""The sample data: the district, the real way of its concept to the resolution, and an example of its successor."""

from __future__ import annotations

import datetime

import pghistory
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import override

from district.models import Concept

from . import arbeitsgruppen, beteiligung, fortschreibung, kek_2030, nordsachsen

FIRST_DAY = kek_2030.RECORD_ENDS_ON


def load(*, today: datetime.date, password: str | None = None) -> None:
    """Load all of it, as it looks on `today`, in one transaction; users get `password` or none.

    Raises ValidationError and changes nothing where a concept is kept already, or where `today` lies before the end
    of the real process.
    """
    if today < FIRST_DAY:
        raise ValidationError("Die Beispieldaten erzählen den Verlauf bis zum 30. Juni 2021; davor geht es nicht.")
    with transaction.atomic(), override("de"), pghistory.context(action="load_sample_data"):
        _refuse_a_second_load()
        nordsachsen.load(today=today, password=password)
        concept = kek_2030.load()
        beteiligung.load_called_off(concept)
        successor = fortschreibung.load(predecessor=concept, today=today)
        beteiligung.load(successor, today=today)
        arbeitsgruppen.load(successor, today=today)


def _refuse_a_second_load() -> None:
    """Let two loads at once wait for each other, and only the first find an empty database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('load_sample_data'))")
    if Concept.objects.exists():
        raise ValidationError(
            "Es gibt schon ein Entwicklungskonzept. Beispieldaten kommen nur in eine leere Datenbank."
        )
