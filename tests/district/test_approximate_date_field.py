"""Approximate dates in the database and in forms."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django import forms
from django.core import serializers
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test.utils import isolate_apps
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from district.approximate_date import ApproximateDate, Precision
from district.fields import ApproximateDateField, ApproximateDateFormField

DATES = st.builds(ApproximateDate.of, st.dates(date(1900, 1, 1), date(2200, 12, 31)), st.sampled_from(Precision))


@pytest.fixture(autouse=True)
def in_german() -> Iterator[None]:
    with translation.override("de"):
        yield


@pytest.fixture
def entry(db: None) -> Any:
    """A table with two approximate dates that exists for one test."""
    with isolate_apps("district"):

        class Entry(models.Model):
            due = ApproximateDateField()
            done = ApproximateDateField(null=True, blank=True)

            class Meta:
                app_label = "district"

    with connection.schema_editor() as editor:
        editor.create_model(Entry)
    return Entry


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=st.lists(DATES, min_size=1, max_size=20))
def test_what_is_stored_comes_back_in_the_order_of_python(entry: Any, values: list[ApproximateDate]) -> None:
    entry.objects.all().delete()
    entry.objects.bulk_create([entry(due=value) for value in values])
    assert list(entry.objects.order_by("due").values_list("due", flat=True)) == sorted(values)
    assert list(entry.objects.order_by("-due").values_list("due", flat=True)) == sorted(values, reverse=True)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=DATES, other=DATES)
def test_lookups_agree_with_python(entry: Any, value: ApproximateDate, other: ApproximateDate) -> None:
    entry.objects.all().delete()
    entry.objects.create(due=value)

    def finds(**lookup: Any) -> bool:
        return entry.objects.filter(**lookup).exists() is True

    assert finds(due=value)
    assert finds(due__fully_lt=other) == value.is_before(other)
    assert finds(due__overlap=other) == value.overlaps(other)
    assert finds(due__contains=other) == value.contains(other)
    assert finds(due__contains=other.latest) == value.contains(other.latest)
    assert finds(due__contained_by=other) == other.contains(value)
    assert finds(due__earliest=value.earliest, due__latest=value.latest)
    assert finds(due__latest__lt=other.earliest) == value.is_before(other)
    assert finds(due__startswith__lte=other.latest, due__endswith__gt=other.earliest) == value.overlaps(other)
    assert finds(due__overlap=(other.earliest, None)) == (value.latest >= other.earliest)
    assert finds(due__gt=other) == (value > other)


@pytest.mark.parametrize(
    "given_value",
    [
        ApproximateDate.begin_of(2021),
        "Anfang 2021",
        "2021-37",
        DateRange(date(2021, 1, 1), date(2021, 5, 1)),
        (date(2021, 1, 1), date(2021, 5, 1)),
    ],
)
def test_it_takes_objects_text_ranges_and_pairs(entry: Any, given_value: Any) -> None:
    one = entry(due=given_value)
    one.clean_fields()
    assert one.due == ApproximateDate.begin_of(2021)
    assert entry.objects.create(due=given_value).pk == entry.objects.get(due=ApproximateDate.begin_of(2021)).pk


def test_none_is_stored_as_null(entry: Any) -> None:
    entry.objects.create(due="2021")
    assert entry.objects.get(done=None).done is None


@pytest.mark.parametrize(
    "raw",
    [
        "empty",
        "[,2021-01-01)",
        "[2021-01-01,)",
        "[-infinity,infinity)",
        "[2021-01-01,2021-01-03)",
        "[2021-02-01,2021-05-01)",
        "[2021-02-01,2021-06-01)",
        "[2021-02-01,2022-02-01)",
        "[2021-01-31,2021-02-28)",
        "[1899-01-01,1900-01-01)",
        "[2201-01-01,2202-01-01)",
    ],
)
def test_the_database_refuses_what_is_no_approximate_date(entry: Any, raw: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {entry._meta.db_table} (due) VALUES (%s)", [raw])
    assert not entry.objects.exists()


@pytest.mark.parametrize(
    "wrong", ["31.02.2021", (date(2021, 1, 1), date(2021, 1, 3)), (None, date(2021, 1, 1)), DateRange(empty=True), 7.5]
)
def test_cleaning_refuses_what_is_no_approximate_date(wrong: Any) -> None:
    with pytest.raises(ValidationError):
        ApproximateDateField().to_python(wrong)


@pytest.mark.parametrize("language", ["de", "en"])
def test_serialising_does_not_depend_on_the_language(entry: Any, language: str) -> None:
    entry.objects.create(due="24.03.2021", done=None)
    entry.objects.create(due="2. Quartal 2021", done="Ende 2021")
    with translation.override(language):
        text = serializers.serialize("python", entry.objects.order_by("pk"))
    assert [row["fields"] for row in text] == [
        {"due": "2021-03-24", "done": None},
        {"due": "2021-34", "done": "2021-39"},
    ]


def test_migrations_can_write_the_field() -> None:
    _, path, args, kwargs = ApproximateDateField("fällig", null=True).deconstruct()
    assert (path, args, kwargs) == (
        "district.fields.ApproximateDateField",
        [],
        {"verbose_name": "fällig", "null": True},
    )


class DueForm(forms.Form):
    due = ApproximateDateFormField(label="fällig")


def test_the_form_shows_a_date_as_people_write_it() -> None:
    form = DueForm(initial={"due": ApproximateDate.quarter(2021, 2)})
    assert form["due"].value() == "2. Quartal 2021"
    assert 'value="2. Quartal 2021"' in str(form["due"])
    assert form["due"].help_text == "Zum Beispiel: 24.03.2021, März 2021, 2. Quartal 2021, Anfang 2021 oder 2021."


def test_the_form_keeps_wrong_input_and_says_what_is_wrong() -> None:
    form = DueForm({"due": "31.2.2021"})
    assert form.errors == {"due": ["Den Tag 31.02.2021 gibt es nicht."]}
    assert form["due"].value() == "31.2.2021"


def test_the_form_asks_for_a_missing_date() -> None:
    assert DueForm({"due": " "}).errors == {"due": ["Bitte geben Sie an, wann das ist oder war."]}


@given(DATES)
def test_sending_a_form_back_unchanged_changes_nothing(value: ApproximateDate) -> None:
    field = ApproximateDateFormField()
    assert field.clean(field.prepare_value(value)) == value
    assert not field.has_changed(value, field.prepare_value(value))


@pytest.mark.parametrize(
    ("initial", "data", "changed"),
    [
        (ApproximateDate.month(2021, 3), "3/2021", False),
        (ApproximateDate.month(2021, 3), "April 2021", True),
        (ApproximateDate.month(2021, 3), "", True),
        (ApproximateDate.month(2021, 3), "bald", True),
        (None, "", False),
        ("März 2021", "03/2021", False),
        (date(2021, 3, 24), "24.03.2021", False),
        ("bald", "2021", True),
    ],
)
def test_a_form_compares_dates_not_spellings(initial: Any, data: str, changed: bool) -> None:
    assert ApproximateDateFormField(required=False).has_changed(initial, data) == changed
