from typing import Any

from django.core.management.base import BaseCommand

from kek import translations


class Command(BaseCommand):
    help = "Collect the German texts of code and templates into locale/, keeping the translations there are."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        path = translations.english()
        catalog = translations.updated(path)
        translations.write(catalog, path)
        open_texts = sum(1 for message in catalog if message.id and not message.string)
        self.stdout.write(f"{len(catalog)} texts, {open_texts} to translate, in {path.relative_to(path.parents[3])}")
