"""Pages kept for readers: fast, never of yesterday, and never somebody else's.

A client has a store of its own, as each process of the portal has. The version of the content is counted at the commit, so
tests about changes really commit.
"""

from __future__ import annotations

import datetime
import gzip
from collections.abc import Callable, Iterator
from threading import Thread
from typing import Any

import pytest
import time_machine
from django.db import connection, models, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from factory.django import DjangoModelFactory

from district.freshness import content_version
from district.models import LegalText
from kek.page_store import OVERHEAD_BYTES, Page, Shelf
from milestones.actions import postpone
from milestones.models.changes import Cause
from tests.factories import (
    AttachmentFactory,
    BodyFactory,
    CallOffFactory,
    ConceptFactory,
    ConsultationFactory,
    CouncilSessionFactory,
    DepartmentFactory,
    DependencyFactory,
    DistrictFactory,
    FieldOfActionFactory,
    LegalTextFactory,
    MilestoneFactory,
    MunicipalityFactory,
    PhaseFactory,
    PostponementFactory,
    ResolutionFactory,
    UserFactory,
    when,
)
from tests.kek import page_store_urls
from tests.kek.page_store_urls import NEVER_KEPT, made, meanwhile

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.kek.page_store_urls")]
committing = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def store(settings: Any) -> Iterator[None]:
    settings.PAGE_STORE_BYTES = 1_000_000
    made.clear()
    LegalTextFactory(title="Erste Fassung")
    connection.check_constraints()  # counts, where nothing is committed
    yield
    meanwhile.clear()


@pytest.fixture
def reader() -> Client:
    return Client(raise_request_exception=False)


def read(client: Client, path: str = "/titel/", **headers: str) -> str:
    return client.get(path, headers={name.replace("_", "-"): value for name, value in headers.items()}).content.decode()


def retitle(title: str) -> None:
    LegalText.objects.update(title=title)


def elsewhere(act: Callable[[], object]) -> None:
    """Do something in a connection of its own, and wait for it."""

    def run() -> None:
        try:
            act()
        finally:
            connection.close()

    thread = Thread(target=run)
    thread.start()
    thread.join(timeout=30)
    assert not thread.is_alive()


# What is kept


def test_a_page_is_made_once_and_then_costs_one_question(reader: Client) -> None:
    first = reader.get("/impressum/")
    with CaptureQueriesContext(connection) as captured:
        second = reader.get("/impressum/")
    assert len(captured) == 1
    assert second.content == first.content
    assert second.headers == first.headers
    assert "Content-Security-Policy" in second.headers
    assert second.headers["X-Frame-Options"] == "DENY"


def test_without_memory_for_it_nothing_is_kept(reader: Client, settings: Any) -> None:
    settings.PAGE_STORE_BYTES = 0
    assert read(reader) == read(reader)
    assert made == ["titel"] * 2


def test_a_view_that_does_not_promise_it_is_not_kept(reader: Client) -> None:
    assert read(reader, "/ohne-zusage/") == read(reader, "/ohne-zusage/")
    assert made == ["ohne-zusage"] * 2


@pytest.mark.parametrize("name", NEVER_KEPT)
def test_what_is_not_the_whole_page_for_everybody_is_made_each_time(reader: Client, name: str) -> None:
    first = reader.get(f"/{name}/")
    reader.cookies.clear()
    reader.get(f"/{name}/")
    assert made.count(name) == 2
    assert "ETag" not in first.headers


@pytest.mark.parametrize("method", ["post", "put", "delete", "options"])
def test_only_reading_is_answered_from_memory(reader: Client, method: str) -> None:
    getattr(reader, method)("/titel/")
    read(reader)
    getattr(reader, method)("/titel/")
    assert made == ["titel"] * 3


def test_head_is_answered_from_memory_but_not_kept(reader: Client) -> None:
    assert reader.head("/titel/").status_code == 200
    length = len(read(reader))
    response = reader.head("/titel/")
    assert (response.content, response.headers["Content-Length"]) == (b"", str(length))
    assert made == ["titel"] * 2


@pytest.mark.parametrize(
    "headers",
    [
        {"cookie": "sessionid=abc"},
        {"cookie": "csrftoken=abc"},
        {"cookie": "irgendein=keks"},
        {"authorization": "Basic YTpi"},
        {"hx-request": "true"},
        {"range": "bytes=0-3"},
    ],
    ids="".join,
)
def test_who_may_be_somebody_is_not_answered_from_memory(reader: Client, headers: dict[str, str]) -> None:
    read(reader)
    response = reader.get("/titel/", headers=headers)
    assert "ETag" not in response.headers
    reader.cookies.clear()
    read(reader)
    assert made == ["titel"] * 2


def test_staff_logged_in_read_the_page_itself(reader: Client) -> None:
    staff = Client()
    staff.force_login(UserFactory())
    read(staff)
    read(staff)
    read(reader)
    assert made == ["titel"] * 3


def test_each_query_is_a_page_of_its_own_and_a_long_one_is_not_kept(reader: Client) -> None:
    long = "?q=" + "a" * 600
    for query in ("", "?q=rad", "?q=bahn", "?q=rad", "", long, long):
        read(reader, f"/titel/{query}")
    assert made == ["titel"] * 5


def test_names_of_the_portal_do_not_share_pages(reader: Client) -> None:
    for host in ("localhost", "testserver", "localhost"):
        read(reader, host=host)
    reader.get("/titel/", secure=True)
    assert made == ["titel"] * 3


def test_a_made_up_name_of_the_portal_is_refused(reader: Client) -> None:
    assert reader.get("/titel/", headers={"host": "erfunden.example"}).status_code == 400


@pytest.mark.parametrize("languages", [("en", "de"), ("de", "en")])
def test_the_address_decides_the_language_whatever_the_browser_asks_for(
    reader: Client, languages: tuple[str, str]
) -> None:
    for asked_for in languages:
        assert read(reader, "/sprache/", accept_language=asked_for) == "de"
        assert read(reader, "/en/sprache/", accept_language=asked_for) == "en"
    assert len(made) == 2


# Never stale


@committing
def test_a_change_is_on_the_next_page(reader: Client) -> None:
    assert read(reader) == read(reader) == "Erste Fassung"
    retitle("Zweite Fassung")
    assert read(reader) == read(reader) == "Zweite Fassung"
    assert made == ["titel"] * 2


@committing
def test_every_process_sees_the_change() -> None:
    processes = [Client(), Client()]
    assert [read(process) for process in processes] == ["Erste Fassung"] * 2
    retitle("Zweite Fassung")
    assert [read(process) for process in processes] == ["Zweite Fassung"] * 2


@committing
def test_what_is_rolled_back_changes_nothing(reader: Client) -> None:
    read(reader)
    before = content_version()
    with transaction.atomic():
        retitle("Zweite Fassung")
        transaction.set_rollback(True)
    assert content_version() == before
    assert read(reader) == "Erste Fassung"
    assert made == ["titel"]


@committing
def test_a_step_undone_within_a_transaction_does_not_hide_a_later_one() -> None:
    before = content_version()
    with transaction.atomic():
        with transaction.atomic():
            retitle("Zweite Fassung")
            connection.check_constraints()  # lets the triggers run at once
            transaction.set_rollback(True)
        retitle("Dritte Fassung")
    assert content_version() != before


@committing
def test_a_change_not_yet_committed_is_neither_shown_nor_missed(reader: Client) -> None:
    shown: list[str] = []
    with transaction.atomic():
        retitle("Zweite Fassung")
        elsewhere(lambda: shown.append(read(reader)))
    shown.append(read(reader))
    assert shown == ["Erste Fassung", "Zweite Fassung"]


@committing
def test_a_change_while_the_page_is_made_is_on_the_next_one(reader: Client) -> None:
    meanwhile.append(lambda: elsewhere(lambda: retitle("Zweite Fassung")))
    assert read(reader) == "Erste Fassung"
    assert read(reader) == read(reader) == "Zweite Fassung"
    assert made == ["titel"] * 2


@committing
def test_a_change_while_an_outdated_page_is_made_anew_is_on_the_next_one(reader: Client) -> None:
    read(reader)
    retitle("Zweite Fassung")
    meanwhile.append(lambda: elsewhere(lambda: retitle("Dritte Fassung")))
    assert read(reader) == "Zweite Fassung"
    assert read(reader) == "Dritte Fassung"


@committing
def test_an_action_of_the_office_is_on_the_next_page(reader: Client) -> None:
    milestone = MilestoneFactory(phase__concept__slug="kek-2030", current=when("1.6.2027"))
    paths = [f"/kek-2030/{page}" for page in ("", "zeitplan/", "zeitplan/verschiebungen/", "aenderungen.atom")]
    assert not any("Weil der Saal fehlt." in read(reader, path) for path in paths)
    postpone(milestone, to=when("1.9.2027"), reason="Weil der Saal fehlt.", cause=Cause.OTHER, by=UserFactory())
    assert all("Weil der Saal fehlt." in read(reader, path) for path in paths)
    assert "20270901" in read(reader, "/kek-2030/kalender.ics")


@time_machine.travel(datetime.datetime(2026, 3, 1, 22, 59, tzinfo=datetime.UTC), tick=False)
def test_a_new_day_is_on_the_next_page(reader: Client) -> None:
    assert read(reader, "/heute/") == read(reader, "/heute/") == "2026-03-01"
    with time_machine.travel(datetime.datetime(2026, 3, 1, 23, 0, tzinfo=datetime.UTC), tick=False):
        assert read(reader, "/heute/") == read(reader, "/heute/") == "2026-03-02"
    assert len(made) == 2


SHOWN: list[tuple[type[DjangoModelFactory[Any]], dict[str, Any]]] = [
    (ConceptFactory, {"summary": "Anders."}),
    (FieldOfActionFactory, {"name": "Anders"}),
    (DistrictFactory, {"name": "Landkreis Anders"}),
    (MunicipalityFactory, {"name": "Anders"}),
    (BodyFactory, {"name": "Anders"}),
    (DepartmentFactory, {"name": "Anders"}),
    (PhaseFactory, {"summary": "Anders."}),
    (MilestoneFactory, {"title": "Anders"}),
    (DependencyFactory, {"lead_time": 99}),
    (CouncilSessionFactory, {"place": "Anders"}),
    (ResolutionFactory, {"subject": "Anders"}),
    (ConsultationFactory, {"agenda_number": "Ö 99"}),
    (AttachmentFactory, {"title": "Anders"}),
    (PostponementFactory, {}),
    (CallOffFactory, {}),
]


@committing
@pytest.mark.parametrize(("factory", "change"), SHOWN, ids=lambda value: getattr(value, "__name__", ""))
def test_each_change_of_what_readers_see_is_counted_once(
    factory: type[DjangoModelFactory[Any]], change: dict[str, Any], settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    versions = [content_version()]

    def note() -> None:
        versions.append(content_version())

    row: models.Model = factory()
    note()
    if change:
        type(row)._base_manager.filter(pk=row.pk).update(**change)
        note()
        row.delete()
        note()
    assert None not in versions
    assert versions == sorted(set(versions), key=lambda version: version or 0), "each is later than the one before"


@committing
def test_what_stays_as_it_is_is_not_counted(reader: Client) -> None:
    before = content_version()
    retitle("Erste Fassung")
    UserFactory()
    assert content_version() == before


@committing
def test_changes_at_the_same_moment_do_not_wait_for_each_other() -> None:
    versions = [content_version()]
    with transaction.atomic():
        retitle("Zweite Fassung")
        connection.check_constraints()  # counts now; the count stays locked until the end

        def other() -> None:
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '100ms'")
            ConceptFactory()

        elsewhere(other)
        elsewhere(lambda: versions.append(content_version()))
    versions.append(content_version())
    assert versions == sorted(set(versions), key=lambda version: version or 0)


def test_a_store_that_lost_its_count_keeps_nothing(reader: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM district_contentversion")
    read(reader)
    read(reader)
    assert made == ["titel"] * 2


# Answers


@committing
def test_a_page_that_the_reader_has_is_not_sent_again(reader: Client) -> None:
    etag = reader.get("/titel/").headers["ETag"]
    response = reader.get("/titel/", headers={"if-none-match": etag})
    assert (response.status_code, response.content) == (304, b"")
    assert response.headers["Cache-Control"] == "no-cache"
    retitle("Zweite Fassung")
    assert read(reader, if_none_match=etag) == "Zweite Fassung"
    ConceptFactory()
    same = reader.get("/titel/", headers={"if-none-match": reader.get("/titel/").headers["ETag"]})
    assert same.status_code == 304, "another page changed, not this one"


def test_a_subscribed_calendar_is_kept_although_its_reader_has_it(reader: Client) -> None:
    ConceptFactory(slug="kek-2030")
    path = "/kek-2030/kalender.ics"
    etag = reader.get(path).headers["ETag"]
    other_process = Client()
    statuses = [other_process.get(path, headers={"if-none-match": etag}).status_code for _ in range(2)]
    with CaptureQueriesContext(connection) as captured:
        statuses.append(other_process.get(path, headers={"if-none-match": etag}).status_code)
    assert (statuses, len(captured)) == ([304] * 3, 1)


def test_a_page_is_compressed_for_who_understands_it(reader: Client) -> None:
    plain = reader.get("/impressum/")
    compressed = reader.get("/impressum/", headers={"accept-encoding": "br, gzip"})
    assert compressed.headers["Content-Encoding"] == "gzip"
    assert int(compressed.headers["Content-Length"]) == len(compressed.content) < len(plain.content)
    assert gzip.decompress(compressed.content) == plain.content
    assert "Accept-Encoding" in plain.headers["Vary"]
    assert "Content-Encoding" not in plain.headers


@committing
def test_a_broken_connection_is_replaced(reader: Client) -> None:
    read(reader)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (backend,) = cursor.fetchone()

    def end() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", [backend])

    elsewhere(end)
    assert read(reader) == "Erste Fassung"
    assert read(reader) == "Erste Fassung"
    assert made == ["titel"] * 2


def test_an_outage_is_said_as_such_although_the_page_is_kept(reader: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    read(reader)

    def fail(*args: Any, **kwargs: Any) -> None:
        raise page_store_urls.OUTAGE

    monkeypatch.setattr(connection, "cursor", fail)
    monkeypatch.setattr(connection, "chunked_cursor", fail)
    assert reader.get("/titel/").status_code == 503


# The shelf

STATE = (1, datetime.date(2026, 3, 1))


def page(size: int) -> Page:
    return Page(STATE, body=b"x" * (size - OVERHEAD_BYTES), compressed=b"", headers={})


def address(name: str) -> tuple[str, bool, str, str]:
    return "localhost", False, name, ""


def test_the_page_that_nobody_asked_for_the_longest_goes_first() -> None:
    shelf = Shelf(most_bytes=8 * 5000)
    for name in "abcdefgh":
        shelf.put(address(name), page(5000))
    shelf.get(address("a"))
    shelf.put(address("i"), page(5000))
    assert [name for _, _, name, _ in shelf.pages] == ["c", "d", "e", "f", "g", "h", "a", "i"]
    assert shelf.bytes == 8 * 5000


def test_a_page_put_again_counts_once_and_a_huge_one_is_not_taken() -> None:
    shelf = Shelf(most_bytes=80_000)
    shelf.put(address("a"), page(9000))
    shelf.put(address("a"), page(7000))
    assert shelf.bytes == 7000
    shelf.put(address("b"), page(10_001))
    assert shelf.get(address("b")) is None


def test_many_small_pages_are_bounded_too() -> None:
    shelf = Shelf(most_bytes=100 * OVERHEAD_BYTES)
    for number in range(1000):
        shelf.put(address(str(number)), page(OVERHEAD_BYTES))
    assert len(shelf.pages) == 100


def test_threads_share_a_shelf() -> None:
    shelf = Shelf(most_bytes=50_000)

    def work(start: int) -> None:
        for number in range(start, start + 2000):
            shelf.put(address(str(number % 37)), page(OVERHEAD_BYTES + number % 700))
            shelf.get(address(str(number % 11)))

    threads = [Thread(target=work, args=[start]) for start in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert shelf.bytes == sum(kept.size for kept in shelf.pages.values()) <= 50_000
