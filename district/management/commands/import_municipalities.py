"""Reads the district's municipalities and their boundaries from an extract of VG250."""

import argparse
import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from district.actions import ImportSummary, import_municipalities
from district.boundaries import BoundaryError, read_areas, read_places
from district.models import District


class Command(BaseCommand):
    help = "Add, rename, redraw and close the district's municipalities after a GeoJSON extract (VG250_GEM)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("geojson", type=Path, help="GeoJSON file in WGS 84; other districts in it are left out")
        parser.add_argument(
            "--csv", type=Path, help="table with regional keys and points (ags, ars, repr_lat, repr_lon)"
        )
        parser.add_argument(
            "--date", type=_day, help="day (YYYY-MM-DD) on which missing ones are closed; default: today"
        )
        parser.add_argument("--dry-run", action="store_true", help="only say what would change")

    def handle(self, *args: Any, **options: Any) -> None:
        district = District.objects.current()
        if district is None:
            raise CommandError(_("Bitte legen Sie zuerst den Landkreis mit seinem Kreisschlüssel an."))
        geojson: Path = options["geojson"]
        table: Path | None = options["csv"]
        # The message names the file that is wrong.
        file = geojson
        try:
            areas = read_areas(file.read_bytes(), district_key=district.ags)
            places = None
            if table is not None:
                file = table
                places = read_places(file.read_bytes())
            summary = import_municipalities(
                features=areas, places=places, on=options["date"] or timezone.localdate(), dry_run=options["dry_run"]
            )
        except OSError as error:
            raise CommandError(_("Die Datei %(file)s ist nicht lesbar.") % {"file": file}) from error
        except BoundaryError as error:
            raise CommandError(f"{file}: {error}") from error
        self._report(summary, dry_run=options["dry_run"])

    def _report(self, summary: ImportSummary, *, dry_run: bool) -> None:
        for heading, entries in summary.changes:
            self.stdout.write(f"{heading} ({len(entries)}): {', '.join(map(str, entries))}")
        self.stdout.write(_("Unverändert: %(count)s") % {"count": len(summary.unchanged)})
        if dry_run:
            self.stdout.write(_("Probelauf: Es wurde nichts geändert."))


def _day(text: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(_("Bitte schreiben Sie das Datum als JJJJ-MM-TT.")) from error
