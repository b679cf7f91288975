"""The municipalities kept in memory: never stale, and sent to the map."""

from __future__ import annotations

import datetime
import json
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from district import atlas
from district.models import Municipality
from tests.factories import MunicipalityFactory

pytestmark = pytest.mark.django_db


def square(west: float, south: float, size: float = 0.1) -> dict[str, Any]:
    east, north = west + size, south + size
    return {
        "type": "Polygon",
        "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]],
    }


def names() -> list[str]:
    return [area.name for area in atlas.current().areas]


def features(client: Client) -> list[Any]:
    found: list[Any] = json.loads(client.get("/gemeinden.geojson").content)["features"]
    return found


def test_a_point_is_found_in_its_municipality() -> None:
    torgau = MunicipalityFactory(boundary=square(13.0, 51.5))
    MunicipalityFactory(boundary=square(13.1, 51.5))
    sheet = atlas.current()
    assert sheet.at(latitude=51.55, longitude=13.05) == torgau.pk
    assert sheet.at(latitude=51.55, longitude=12.95) is None
    assert sheet.drawing.outline_of(torgau.ags) is not None


def test_without_boundaries_it_is_empty_and_knows_no_point() -> None:
    MunicipalityFactory()
    sheet = atlas.current()
    assert sheet.is_empty
    assert sheet.drawing.is_empty
    assert sheet.at(latitude=51.55, longitude=13.05) is None


def test_a_second_look_takes_one_query() -> None:
    MunicipalityFactory.create_batch(3, boundary=square(13.0, 51.5))
    atlas.current()
    with CaptureQueriesContext(connection) as captured:
        assert len(atlas.current().areas) == 3
    assert len(captured) == 1


def test_it_is_never_stale() -> None:
    first = MunicipalityFactory(name="Aberg", boundary=square(13.0, 51.5))
    assert names() == ["Aberg"]
    second = MunicipalityFactory(name="Bedorf", boundary=square(13.1, 51.5))
    assert names() == ["Aberg", "Bedorf"]
    Municipality.objects.filter(pk=first.pk).update(name="Adorf")
    assert names() == ["Adorf", "Bedorf"]
    Municipality.objects.filter(pk=second.pk).update(closed_on=datetime.date(2026, 1, 1))
    assert names() == ["Adorf"]
    first.delete()
    assert names() == []


def test_what_a_transaction_takes_back_is_forgotten() -> None:
    MunicipalityFactory(name="Aberg", boundary=square(13.0, 51.5))
    with transaction.atomic():
        MunicipalityFactory(name="Bedorf", boundary=square(13.1, 51.5))
        assert names() == ["Aberg", "Bedorf"]
        transaction.set_rollback(True)
    assert names() == ["Aberg"]


def test_towns_come_first_and_a_broken_boundary_is_left_out() -> None:
    MunicipalityFactory(name="Aberg", boundary=square(13.0, 51.5))
    MunicipalityFactory(name="Zstadt", kind=Municipality.Kind.TOWN, boundary=square(13.1, 51.5))
    MunicipalityFactory(name="Bruch", boundary={"type": "Polygon", "coordinates": []})
    assert names() == ["Zstadt", "Aberg"]


def test_the_map_gets_the_existing_municipalities(client: Client) -> None:
    municipality = MunicipalityFactory(name="Bad Düben", boundary=square(13.0, 51.5))
    MunicipalityFactory(boundary=square(13.1, 51.5), closed_on=datetime.date(2025, 1, 1))
    assert features(client) == [
        {
            "type": "Feature",
            "id": municipality.pk,
            "properties": {"ags": municipality.ags, "name": "Bad Düben", "label": [13.05, 51.55]},
            "geometry": square(13.0, 51.5),
        }
    ]


def test_browsers_keep_the_boundaries_and_ask_whether_they_still_hold(client: Client) -> None:
    MunicipalityFactory(boundary=square(13.0, 51.5))
    response = client.get("/gemeinden.geojson")
    assert response["Content-Type"] == "application/geo+json"
    assert response["Cache-Control"] == "public, max-age=3600"
    assert not response.cookies
    assert client.get("/gemeinden.geojson", headers={"if-none-match": response["ETag"]}).status_code == 304
    MunicipalityFactory(boundary=square(13.1, 51.5))
    assert client.get("/gemeinden.geojson", headers={"if-none-match": response["ETag"]}).status_code == 200


def test_the_boundaries_have_one_address_in_all_languages(client: Client) -> None:
    assert client.get("/en/gemeinden.geojson").status_code == 404


@pytest.mark.parametrize("number", [1, 3])
def test_the_boundaries_take_the_same_number_of_queries(client: Client, number: int) -> None:
    MunicipalityFactory.create_batch(number, boundary=square(13.0, 51.5))
    client.get("/gemeinden.geojson")
    with CaptureQueriesContext(connection) as captured:
        client.get("/gemeinden.geojson")
    assert len(captured) == 2  # the version for the ETag and once more for the content


def test_the_map_cannot_be_posted_to(client: Client) -> None:
    assert client.post("/gemeinden.geojson").status_code == 405
