"""Importing municipalities: what is added, renamed, redrawn, closed, and what stops an import."""

import json
from dataclasses import replace
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import DataError

from district.actions import ImportSummary, Renaming, import_municipalities
from district.boundaries import Area, BoundaryError, Place, read_areas, read_places
from district.models import Municipality
from tests.district.test_boundaries import OTHER_SQUARE, SAMPLE, feature, geojson
from tests.factories import DistrictFactory, MunicipalityFactory, UserFactory

GEOJSON = SAMPLE / "nordsachsen_gemeinden.geojson"
CSV = SAMPLE / "nordsachsen_gemeinden.csv"
DAY = date(2026, 1, 1)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def district() -> None:
    DistrictFactory.create()


def areas(*features: Any) -> list[Area]:
    return read_areas(geojson(*features), district_key="14730")


def rows() -> list[dict[str, Any]]:
    return [dict(row) for row in Municipality.objects.order_by("ags").values()]


ARZBERG = feature()
DUEBEN = feature(OTHER_SQUARE, AGS="14730020", GEN="Bad Düben", BEZ="Stadt")


def test_the_sample_files_give_30_municipalities_11_towns_and_19_others() -> None:
    summary = import_municipalities(
        features=read_areas(GEOJSON.read_bytes(), district_key="14730"), places=read_places(CSV.read_bytes()), on=DAY
    )
    assert len(summary.added) == 30
    assert summary == ImportSummary(added=summary.added)
    assert Municipality.objects.filter(kind=Municipality.Kind.TOWN).count() == 11
    assert Municipality.objects.filter(kind=Municipality.Kind.MUNICIPALITY).count() == 19
    torgau: Any = Municipality.objects.get(name="Torgau")
    assert (torgau.ags, torgau.ars, torgau.latitude, torgau.longitude, torgau.closed_on) == (
        "14730310",
        "147305311310",
        51.53831,
        12.9927,
        None,
    )
    assert torgau.boundary["type"] == "MultiPolygon"


def test_importing_again_changes_nothing() -> None:
    files = {
        "features": read_areas(GEOJSON.read_bytes(), district_key="14730"),
        "places": read_places(CSV.read_bytes()),
    }
    import_municipalities(**files, on=DAY)  # type: ignore[arg-type]  # keys are the arguments
    before = rows()
    summary = import_municipalities(**files, on=DAY)  # type: ignore[arg-type]  # keys are the arguments
    assert summary == ImportSummary(unchanged=summary.unchanged)
    assert len(summary.unchanged) == 30
    assert rows() == before


def test_a_new_municipality_gets_a_point_inside_its_boundary() -> None:
    import_municipalities(features=areas(ARZBERG), on=DAY)
    arzberg = Municipality.objects.get()
    assert (arzberg.latitude, arzberg.longitude) == (51.55, 13.1)


def test_a_municipality_keeps_its_row_when_name_and_kind_change() -> None:
    import_municipalities(features=areas(ARZBERG), on=DAY)
    before = Municipality.objects.get()
    summary = import_municipalities(features=areas(feature(GEN="Arzberg/Elbe", BEZ="Stadt")), on=DAY)
    after = Municipality.objects.get()
    assert summary == ImportSummary(renamed=(Renaming("Arzberg (Gemeinde)", "Arzberg/Elbe (Stadt)"),))
    assert (after.pk, after.name, after.kind) == (before.pk, "Arzberg/Elbe", Municipality.Kind.TOWN)


def test_a_new_boundary_moves_the_point_only_where_it_has_to() -> None:
    import_municipalities(features=areas(ARZBERG), on=DAY)
    Municipality.objects.update(latitude=51.52, longitude=13.02)
    larger = [[[12.9, 51.4], [13.2, 51.4], [13.2, 51.6], [12.9, 51.6], [12.9, 51.4]]]
    summary = import_municipalities(features=areas(feature(larger)), on=DAY)
    arzberg = Municipality.objects.get()
    assert summary == ImportSummary(updated=("Arzberg",))
    assert arzberg.boundary == {"type": "Polygon", "coordinates": larger}
    assert (arzberg.latitude, arzberg.longitude) == (51.52, 13.02)

    import_municipalities(features=areas(feature(OTHER_SQUARE)), on=DAY)
    arzberg.refresh_from_db()
    assert (arzberg.latitude, arzberg.longitude) == (51.55, 13.45)


def test_the_table_gives_point_and_regional_key() -> None:
    place = Place("14730010", "147305302010", latitude=51.53, longitude=13.15)
    import_municipalities(features=areas(ARZBERG), places=[place], on=DAY)
    arzberg = Municipality.objects.get()
    assert (arzberg.ars, arzberg.latitude, arzberg.longitude) == ("147305302010", 51.53, 13.15)


def test_a_municipality_missing_from_the_extract_is_closed_and_comes_back() -> None:
    import_municipalities(features=areas(ARZBERG, DUEBEN), on=date(2025, 1, 1))
    assert import_municipalities(features=areas(ARZBERG), on=DAY) == ImportSummary(
        closed=("Bad Düben",), unchanged=("Arzberg",)
    )
    assert Municipality.objects.get(name="Bad Düben").closed_on == DAY
    assert list(Municipality.objects.existing()) == [Municipality.objects.get(name="Arzberg")]

    later = import_municipalities(features=areas(ARZBERG), on=date(2027, 1, 1))
    assert later == ImportSummary(unchanged=("Arzberg",))
    assert Municipality.objects.get(name="Bad Düben").closed_on == DAY

    again = import_municipalities(features=areas(ARZBERG, DUEBEN), on=date(2028, 1, 1))
    assert again == ImportSummary(reopened=("Bad Düben",), unchanged=("Arzberg",))
    assert Municipality.objects.existing().count() == 2


def test_a_dry_run_tells_the_same_and_changes_nothing() -> None:
    import_municipalities(features=areas(ARZBERG), on=DAY)
    before = rows()
    newer = areas(feature(GEN="Neuarzberg"), DUEBEN)
    foreseen = import_municipalities(features=newer, on=DAY, dry_run=True)
    assert rows() == before
    assert import_municipalities(features=newer, on=DAY) == foreseen


def test_an_error_halfway_changes_nothing() -> None:
    MunicipalityFactory.create(ags="14730010", name="Arzberg")
    before = rows()
    too_long = [replace(area, ars="1" * 13) for area in areas(DUEBEN)]
    with pytest.raises(DataError):
        import_municipalities(features=[*areas(feature(GEN="Neuarzberg")), *too_long], on=DAY)
    assert rows() == before


def test_the_history_says_who_imported() -> None:
    user = UserFactory.create()
    import_municipalities(features=areas(ARZBERG), on=DAY, by=user)
    arzberg: Any = Municipality.objects.get()
    event = arzberg.events.get()
    assert event.pgh_context.metadata == {"action": "import_municipalities", "user": user.pk}


@pytest.mark.parametrize("count", [1, 3, 30])
def test_the_number_of_queries_does_not_grow(count: int, django_assert_num_queries: Any) -> None:
    MunicipalityFactory.create(ags="14730999")
    extract = read_areas(GEOJSON.read_bytes(), district_key="14730")[:count]
    # The district, the municipalities, those new, the one closed; a savepoint and its release.
    with django_assert_num_queries(6):
        import_municipalities(features=extract, on=DAY)


def test_an_extract_of_another_district_is_refused() -> None:
    before = rows()
    with pytest.raises(BoundaryError, match="keine Gemeinde des Landkreises"):
        import_municipalities(features=read_areas(geojson(feature(AGS="14729010")), district_key="14729"), on=DAY)
    with pytest.raises(BoundaryError, match="keine Gemeinde des Landkreises"):
        import_municipalities(features=[], on=DAY)
    assert rows() == before


# The command


def run(*arguments: Any) -> str:
    out = StringIO()
    call_command("import_municipalities", *map(str, arguments), stdout=out)
    return out.getvalue()


def test_the_command_imports_both_files() -> None:
    told = run(GEOJSON, "--csv", CSV)
    assert told.startswith("Neu (30): Arzberg, Bad Düben, Beilrode, ")
    assert told.endswith("Unverändert: 0\n")
    assert Municipality.objects.existing().count() == 30


@time_machine.travel("2026-03-01 12:00+01:00")
@pytest.mark.parametrize(("arguments", "day"), [([], date(2026, 3, 1)), (["--date", "2025-01-01"], date(2025, 1, 1))])
def test_the_command_closes_on_the_given_day_or_today(arguments: list[str], day: date, tmp_path: Path) -> None:
    run(GEOJSON)
    extract = json.loads(GEOJSON.read_text())
    extract["features"] = [each for each in extract["features"] if each["properties"]["name"] != "Torgau"]
    newer = tmp_path / "neu.geojson"
    newer.write_text(json.dumps(extract))
    assert run(newer, *arguments) == "Aufgelöst (1): Torgau\nUnverändert: 29\n"
    assert Municipality.objects.get(name="Torgau").closed_on == day


def test_a_dry_run_of_the_command_changes_nothing() -> None:
    assert run(GEOJSON, "--dry-run").endswith("Probelauf: Es wurde nichts geändert.\n")
    assert rows() == []


@pytest.mark.parametrize(
    ("geojson_text", "csv_text", "message"),
    [
        ("kein JSON", None, "karte.geojson: Die Datei ist kein gültiges JSON."),
        (None, None, "Die Datei .*karte.geojson ist nicht lesbar."),
        (geojson(ARZBERG).decode(), "ags\n", "tabelle.csv: In der ersten Zeile fehlen die Spalten"),
        (geojson(feature(AGS="14729010")).decode(), None, "karte.geojson: Die Datei enthält keine Gemeinde"),
    ],
)
def test_the_command_names_the_wrong_file_and_changes_nothing(
    geojson_text: str | None, csv_text: str | None, message: str, tmp_path: Path
) -> None:
    arguments: list[Any] = [tmp_path / "karte.geojson"]
    if geojson_text is not None:
        arguments[0].write_text(geojson_text)
    if csv_text is not None:
        (tmp_path / "tabelle.csv").write_text(csv_text)
        arguments += ["--csv", tmp_path / "tabelle.csv"]
    with pytest.raises(CommandError, match=message):
        run(*arguments)
    assert rows() == []


def test_the_command_wants_a_date_it_can_read() -> None:
    with pytest.raises(CommandError, match="Bitte schreiben Sie das Datum als JJJJ-MM-TT"):
        run(GEOJSON, "--date", "01.01.2026")


def test_the_command_needs_a_district(db: None) -> None:
    from district.models import District

    District.objects.all().delete()
    with pytest.raises(CommandError, match="Bitte legen Sie zuerst den Landkreis"):
        run(GEOJSON)
