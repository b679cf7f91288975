from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from kek import translations


class Command(BaseCommand):
    help = "Find texts that are missing in locale/, uncertain, or differ in their placeholders."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        complaints = [
            f"{path.relative_to(settings.BASE_DIR)}: {complaint}"
            for path in translations.catalogs()
            for complaint in translations.complaints(path)
        ]
        if complaints:
            raise CommandError("\n".join(complaints))
        self.stdout.write("translations: ok")
