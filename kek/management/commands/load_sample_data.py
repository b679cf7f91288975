"""`load_sample_data`: fill an empty portal, for demo, development and tests."""

from __future__ import annotations

import datetime
from argparse import ArgumentTypeError
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from district.boundaries import BoundaryError
from district.models import Concept
from kek import sample_data
from kek.sample_data.nordsachsen import SAMPLE_USERS


def _day(text: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"„{text}“ ist kein Tag. Schreiben Sie ihn so: 2026-03-31.") from error


class Command(BaseCommand):
    """Load the sample data into a database without concepts; refuse any other."""

    help = "Lädt die Beispieldaten in eine Datenbank, in der es noch kein Entwicklungskonzept gibt."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the password of the sample users and the day that counts as today."""
        parser.add_argument(
            "--password", help="Kennwort aller Beispielkonten; ohne Angabe ist keine Anmeldung möglich."
        )
        parser.add_argument(
            "--today",
            type=_day,
            metavar="JJJJ-MM-TT",
            help="Der Tag, auf den sich die Termine der Fortschreibung beziehen; ohne Angabe der heutige.",
        )

    def handle(self, *args: Any, password: str | None, today: datetime.date | None, **options: Any) -> None:
        """Load, and say in one line what was loaded."""
        try:
            sample_data.load(today=today or timezone.localdate(), password=password)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        except BoundaryError as error:  # the database is another district's
            raise CommandError(str(error)) from error
        if options["verbosity"]:
            titles = " und ".join(concept.short_title for concept in Concept.objects.order_by("horizon"))
            self.stdout.write(f"Beispieldaten geladen: {titles}, {len(SAMPLE_USERS)} Konten.")
