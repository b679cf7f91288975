"""What an allowance lets pass, whom it counts for, and that nobody's address is kept."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, transaction
from django.test import RequestFactory

from district.models import Bucket, DailySalt
from district.rate_limit import Allowance, forget, take, visitor_of, wait_in_words

NOON = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)
SOMEBODY = "192.0.2.7"


@pytest.fixture(autouse=True)
def allowances(settings: Any) -> None:
    settings.ALLOWANCES = {"letters": (3, 60), "letters_per_round": (2, 3600), "other": (1, 1)}


def send(*, seconds: float = 0, who: str = SOMEBODY, name: str = "letters") -> int:
    return take(name, who=who, at=NOON + timedelta(seconds=seconds))


# What passes


@pytest.mark.django_db
def test_a_burst_passes_then_one_waits_for_the_next_token() -> None:
    assert [send() for _ in range(5)] == [0, 0, 0, 60, 60]
    assert send(seconds=20) == 40
    assert send(seconds=60) == 0
    assert send(seconds=60) == 60


@pytest.mark.django_db
def test_the_bucket_never_holds_more_than_the_burst() -> None:
    send()
    assert [send(seconds=86_000) for _ in range(4)] == [0, 0, 0, 60]


@pytest.mark.django_db
def test_asking_while_empty_does_not_lengthen_the_wait() -> None:
    for _ in range(3):
        send()
    assert [send(seconds=passed) for passed in (15, 30, 45, 59.5, 60)] == [45, 30, 15, 1, 0]


@pytest.mark.django_db
def test_a_clock_that_lags_behind_neither_fills_nor_harms() -> None:
    assert [send(), send(seconds=-3600), send(), send(seconds=-3600), send(seconds=60)] == [0, 0, 0, 60, 0]


@pytest.mark.django_db
def test_visitors_allowances_and_rounds_are_counted_apart() -> None:
    for _ in range(3):
        send()
    assert send()
    assert send(who="192.0.2.8") == 0
    assert send(name="other") == 0
    assert [take("letters_per_round", scope=1, at=NOON) for _ in range(3)] == [0, 0, 1]
    assert take("letters_per_round", scope=2, at=NOON) == 0


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_exactly_the_burst_passes(settings: Any) -> None:
    settings.ALLOWANCES = {"letters": (5, 1)}
    waits: list[int] = []
    start = Barrier(12)

    def run() -> None:
        try:
            start.wait(timeout=10)
            waits.append(send())
        finally:
            connection.close()

    threads = [Thread(target=run) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    assert sorted(waits) == [0] * 5 + [3600] * 7
    assert DailySalt.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_bucket_is_not_held_by_somebodys_transaction() -> None:
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        send()
    assert send() == 0


def test_an_allowance_of_nothing_is_a_mistake_of_the_settings() -> None:
    for burst, per_hour in [(0, 1), (1, 0)]:
        with pytest.raises(ImproperlyConfigured):
            Allowance(burst, per_hour)


# What is remembered


@pytest.mark.django_db
def test_neither_address_nor_its_unsalted_hash_is_kept() -> None:
    send()
    key = Bucket.objects.get().key
    DailySalt.objects.all().delete()
    Bucket.objects.all().delete()
    send()
    assert SOMEBODY not in key
    assert Bucket.objects.get().key != key


@pytest.mark.django_db
def test_a_new_day_has_a_new_salt_and_the_old_one_is_gone() -> None:
    for _ in range(3):
        send()
    assert send(seconds=86_400) == 0
    assert list(DailySalt.objects.values_list("day", flat=True)) == [date(2026, 5, 5)]
    assert Bucket.objects.count() == 2


@pytest.mark.django_db
def test_the_day_of_a_salt_is_the_day_in_germany() -> None:
    take("letters", who=SOMEBODY, at=datetime(2026, 5, 4, 22, 30, tzinfo=UTC))
    assert DailySalt.objects.get().day == date(2026, 5, 5)


@pytest.mark.django_db
def test_old_buckets_and_salts_are_forgotten() -> None:
    send()
    assert forget(NOON) == 0
    assert forget(NOON + timedelta(hours=23)) == 1
    assert (DailySalt.objects.count(), Bucket.objects.count()) == (0, 1)
    assert forget(NOON + timedelta(hours=25)) == 1
    assert not Bucket.objects.exists()


# Whom it counts for


@pytest.mark.parametrize(
    ("address", "visitor"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1%eth0", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("", "unknown"),
        ("a name", "unknown"),
    ],
)
def test_a_visitor_is_an_address_or_a_household(rf: RequestFactory, address: str, visitor: str) -> None:
    assert visitor_of(rf.get("/", REMOTE_ADDR=address, HTTP_X_FORWARDED_FOR="198.51.100.1")) == visitor


@pytest.mark.parametrize(
    ("forwarded", "visitor"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("198.51.100.1, 192.0.2.7", "192.0.2.7"),
        ("198.51.100.1,2001:db8::1", "2001:db8::/64"),
        ("192.0.2.7:50123", "192.0.2.7"),
        ("[2001:db8::1]:50123", "2001:db8::/64"),
        ("192.0.2.7,", "unknown"),
    ],
)
def test_behind_a_proxy_the_last_entry_counts(rf: RequestFactory, settings: Any, forwarded: str, visitor: str) -> None:
    settings.BEHIND_PROXY = True
    assert visitor_of(rf.get("/", REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR=forwarded)) == visitor


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (1, "in 1 Sekunde"),
        (59, "in 59 Sekunden"),
        (60, "in 1 Minute"),
        (61, "in 2 Minuten"),
        (3600, "in 1 Stunde"),
        (3601, "in 2 Stunden"),
    ],
)
def test_a_wait_is_told_rounded_up(seconds: int, words: str) -> None:
    assert wait_in_words(seconds) == words
