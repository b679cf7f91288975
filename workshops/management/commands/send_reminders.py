"""`send_reminders`: remind of events that are near; run every morning by the scheduler."""

from __future__ import annotations

from typing import Any

import pghistory
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from workshops.actions import remind


class Command(BaseCommand):
    """Remind everybody with a seat once, and say how many; running twice a day reminds nobody twice."""

    help = "Erinnert Angemeldete an Veranstaltungen, die bald stattfinden. Jeden Morgen auszuführen."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take whether only to count."""
        parser.add_argument("--dry-run", action="store_true", help="zählt nur und schreibt niemandem")

    def handle(self, *args: Any, dry_run: bool, **options: Any) -> None:
        """Remind, and print how many."""
        with pghistory.context(command="send_reminders"):
            count = remind(at=timezone.now(), dry_run=dry_run)
        self.stdout.write(f"Es würden erinnert: {count}" if dry_run else f"Erinnert: {count}")
