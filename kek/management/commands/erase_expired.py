"""`erase_expired`: forget what has been kept long enough; run daily by the scheduler."""

from __future__ import annotations

from typing import Any

import pghistory
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from district import post, rate_limit
from participation.actions import expire as expire_participation
from workshops.actions import expire as expire_events


class Command(BaseCommand):
    """Erase expired personal data, and say how much; the audit trail notes that, not what."""

    help = "Löscht personenbezogene Daten, deren Frist abgelaufen ist. Täglich auszuführen."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take whether only to count."""
        parser.add_argument("--dry-run", action="store_true", help="zählt nur und löscht nichts")

    def handle(self, *args: Any, dry_run: bool, **options: Any) -> None:
        """Erase, and print one line for each kind."""
        at = timezone.now()
        with pghistory.context(command="erase_expired"):
            expired = expire_participation(at=at, dry_run=dry_run)
            over = expire_events(at=at, dry_run=dry_run)
        lines = {
            "Unbestätigte E-Mail-Adressen": expired.unconfirmed_addresses,
            "Kontaktdaten nach der Antwort": expired.contacts,
            "Dateien nie gesendeter Formulare": expired.abandoned_files,
            "Abgelaufene Bestätigungslinks": expired.links,
            "Unterstützungen ohne Bestätigung": expired.supporters,
            "Unbestätigte Anmeldungen": over.unconfirmed,
            "Angaben Angemeldeter": over.registrations,
            "Rückmeldungen von Angemeldeten getrennt": over.phones,
            "Kontakte früherer Mitglieder": over.members,
            "Erledigte E-Mails": post.forget(at=at, dry_run=dry_run),
        }
        if not dry_run:
            rate_limit.forget(at=at)
        self.stdout.write("Es würden gelöscht:" if dry_run else "Gelöscht:")
        for kind, count in lines.items():
            self.stdout.write(f"  {kind}: {count}")
