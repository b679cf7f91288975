from typing import Any

from django.core.management.base import BaseCommand

from kek import translations


class Command(BaseCommand):
    help = "Compile locale/*/django.po into the files that Django reads."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        for path in translations.catalogs():
            translations.compile_catalog(path)
