"""Mail that is never lost, never sent twice, and forgotten once it is sent."""

from __future__ import annotations

import smtplib
import time
from collections.abc import Callable
from datetime import timedelta
from threading import Event
from typing import Any

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.management.commands import db_worker
from django_tasks_db.models import DBTaskResult

from district.delivery import PATIENCE, WAITS, Outcome
from district.models import District, OutgoingMail, Role
from district.post import KEPT, absolute, call_back, forget, in_bulk, send, send_template, try_again
from district.tasks import deliver, deliver_each
from tests.factories import DistrictFactory, UserFactory
from tests.milestones.test_at_once import at_once

pytestmark = pytest.mark.django_db

ADDRESS = "buergerin@example.org"
SERVER_IS_AWAY = ConnectionRefusedError(f"no way to bring this to {ADDRESS}")


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel("2030-01-10T12:00:00+01:00", tick=False) as traveller:
        yield traveller


@pytest.fixture
def outage(monkeypatch: pytest.MonkeyPatch) -> Callable[[Exception | None], None]:
    """Let the mail server fail with an error; with None it is well again."""
    well = EmailBackend.send_messages

    def begin(error: Exception | None) -> None:
        def fail(backend: EmailBackend, messages: Any) -> int:
            raise error  # type: ignore[misc]

        monkeypatch.setattr(EmailBackend, "send_messages", fail if error else well)

    return begin


@pytest.fixture
def queue(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The queue of production, which a worker empties: see `work`."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    # It would close the test's own, since it is in a transaction.
    monkeypatch.setattr(db_worker, "close_old_connections", lambda: None)


def work() -> None:
    """Do what is to be done now, as the worker does, and end."""
    db_worker.Worker(
        queue_names=["default"],
        interval=0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id="test",
        excluded_queue_names=[],
    ).run()


def send_one(**more: Any) -> OutgoingMail:
    return send("Eingang", to=ADDRESS, subject="Ihre Idee", text="Vielen Dank, Frau Beispiel.", **more)


def refused(code: int, said: str) -> smtplib.SMTPRecipientsRefused:
    return smtplib.SMTPRecipientsRefused({ADDRESS: (code, said.encode())})


# On its way


def test_a_mail_leaves_once_what_it_tells_is_committed(django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        row = send_one()
        assert mail.outbox == []
    row.refresh_from_db()
    assert [(message.to, message.subject, message.body) for message in mail.outbox] == [
        ([ADDRESS], "Ihre Idee", "Vielen Dank, Frau Beispiel.")
    ]
    assert (row.sent_at, row.attempts, row.sealed) == (timezone.now(), 1, "")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("backend", ["queue", "tests"])
def test_what_is_rolled_back_sends_nothing(backend: str, request: pytest.FixtureRequest) -> None:
    if backend == "queue":
        request.getfixturevalue("queue")
    with transaction.atomic():
        send_one()
        transaction.set_rollback(True)
    assert not OutgoingMail.objects.exists()
    assert not DBTaskResult.objects.exists()
    assert mail.outbox == []


@pytest.mark.usefixtures("queue")
def test_a_mail_and_its_task_are_rows_of_one_transaction() -> None:
    row = send_one()
    task = DBTaskResult.objects.get()
    assert (task.task_path, task.args_kwargs) == ("district.tasks.deliver", {"args": [row.pk], "kwargs": {}})
    work()
    assert len(mail.outbox) == 1


def test_a_mail_says_that_a_machine_sent_it(django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        send_one()
    headers = mail.outbox[0].message()
    assert headers["Auto-Submitted"] == "auto-generated"
    assert headers["List-Unsubscribe"] is None
    assert headers["Message-ID"].endswith("@testserver>")


def test_a_mail_can_be_ended_with_one_click_and_carry_files(django_capture_on_commit_callbacks: Any) -> None:
    link = "https://kek.landkreis.example/abmelden/abc/"
    with django_capture_on_commit_callbacks(execute=True):
        send_one(unsubscribe=link, attachments=[("termin.ics", "BEGIN:VCALENDAR ä".encode(), "text/calendar")])
    message = mail.outbox[0]
    assert message.extra_headers["List-Unsubscribe"] == f"<{link}>"
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message.attachments == [("termin.ics", "BEGIN:VCALENDAR ä", "text/calendar")]


def test_a_subject_on_two_lines_adds_no_header(django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        send("Eingang", to=ADDRESS, subject="Idee\r\nBcc: andere@example.org", text="Text")
    message = mail.outbox[0].message()
    assert message["Subject"] == "Idee Bcc: andere@example.org"
    assert message["Bcc"] is None
    assert mail.outbox[0].recipients() == [ADDRESS]


@pytest.mark.parametrize(
    "more",
    [
        {"to": f"{ADDRESS}\nBcc: andere@example.org"},
        {"to": f"{ADDRESS}, andere@example.org"},
        {"to": ""},
        {"to": ADDRESS, "unsubscribe": "https://x.example/\nBcc: andere@example.org"},
    ],
)
def test_what_is_no_mail_is_given_up_and_told(
    more: dict[str, Any], django_capture_on_commit_callbacks: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """The caller's own work is not lost for it."""
    with django_capture_on_commit_callbacks(execute=True):
        row = send("Eingang", subject="Ihre Idee", text="Text", **more)
    row.refresh_from_db()
    assert (row.given_up_at, row.sealed) == (timezone.now(), "")
    assert row.last_error in {"ValidationError", "BadHeaderError"}
    assert mail.outbox == []
    assert [record.levelname for record in caplog.records if record.name == "district.tasks"] == ["ERROR"]


# A text of its own


TEMPLATE = """{% load i18n %}
{% translate "Impressum" %} & {{ title }}

{% if title %}Guten Tag,

{{ title }}: {{ portal_url }}{% url "legal" "impressum" %}
{% endif %}
"""


@pytest.fixture
def template(settings: Any, tmp_path: Any) -> str:
    settings.TEMPLATES = [settings.TEMPLATES[0] | {"DIRS": [tmp_path, *settings.TEMPLATES[0]["DIRS"]]}]
    (tmp_path / "mail.txt").write_text(TEMPLATE)
    return "mail.txt"


def sent_template(template: str, callbacks: Any, **more: Any) -> Any:
    with callbacks(execute=True):
        send_template("Eingang", template, to=ADDRESS, context={"title": "<Radweg> & Brücke"}, **more)
    return mail.outbox[0]


def test_a_template_gives_subject_and_text_as_they_are(template: str, django_capture_on_commit_callbacks: Any) -> None:
    DistrictFactory(street="Schloßstraße 27", postal_code="04860", email="kek@example.org")
    message = sent_template(template, django_capture_on_commit_callbacks)
    assert message.subject == "Impressum & <Radweg> & Brücke"
    text, footer = message.body.split("\n-- \n")
    assert text == "Guten Tag,\n\n<Radweg> & Brücke: http://testserver/impressum/\n"
    assert footer.splitlines() == [
        "Diese Nachricht hat das Portal automatisch verschickt.",
        "",
        "Landratsamt Nordsachsen, Landkreis Nordsachsen",
        "Schloßstraße 27, 04860 Torgau",
        "E-Mail: kek@example.org",
        "Kontakt: http://testserver/kontakt/",
        "Impressum: http://testserver/impressum/",
        "Datenschutz: http://testserver/datenschutz/",
    ]


def test_a_template_speaks_the_readers_language(template: str, django_capture_on_commit_callbacks: Any) -> None:
    message = sent_template(template, django_capture_on_commit_callbacks, language="en")
    assert message.subject == "Legal notice & <Radweg> & Brücke"
    assert "http://testserver/en/impressum/" in message.body


def test_the_way_to_end_such_mails_stands_below_them(template: str, django_capture_on_commit_callbacks: Any) -> None:
    assert not District.objects.exists()
    message = sent_template(template, django_capture_on_commit_callbacks, unsubscribe="https://x.example/ab/")
    assert "Keine weiteren Nachrichten dazu: https://x.example/ab/\n" in message.body
    assert message.extra_headers["List-Unsubscribe"] == "<https://x.example/ab/>"


def test_an_address_for_a_mail_is_whole(settings: Any) -> None:
    settings.PORTAL_URL = "https://kek.landkreis.example"
    assert absolute("/impressum/") == "https://kek.landkreis.example/impressum/"


# Outages


@pytest.mark.usefixtures("queue")
def test_an_outage_only_delays_a_mail(outage: Any, clock: Any) -> None:
    row = send_one()
    outage(SERVER_IS_AWAY)
    work()
    row.refresh_from_db()
    assert (row.attempts, row.not_before, row.last_error) == (1, timezone.now() + WAITS[0], "ConnectionRefusedError")
    outage(None)
    work()
    assert mail.outbox == []  # not due yet
    clock.shift(WAITS[0])
    work()
    work()
    row.refresh_from_db()
    assert len(mail.outbox) == 1
    assert (row.sent_at, row.attempts, row.last_error) == (timezone.now(), 2, "")


@pytest.mark.usefixtures("queue")
def test_the_pauses_grow_and_after_three_days_a_mail_is_given_up(
    outage: Any, clock: Any, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.ADMINS = [("Betrieb", "betrieb@example.org")]
    told: list[str] = []
    monkeypatch.setattr(
        "django.utils.log.AdminEmailHandler.send_mail", lambda _self, subject, *_a, **_k: told.append(subject)
    )
    row = send_one()
    outage(SERVER_IS_AWAY)
    pauses = []
    while OutgoingMail.objects.waiting().exists():
        assert told == []
        work()
        row.refresh_from_db()
        pauses.append(row.not_before - timezone.now())
        clock.shift(max(pauses[-1], timedelta()))
    minute, hour = timedelta(minutes=1), timedelta(hours=1)
    assert pauses[:8] == [minute, 5 * minute, 15 * minute, hour, 3 * hour, 6 * hour, 6 * hour, 6 * hour]
    assert row.given_up_at
    assert PATIENCE <= row.given_up_at - row.created_at <= PATIENCE + 6 * hour
    assert (row.sealed, row.sent_at) == ("", None)
    assert [f"Mail {row.pk}, attempt {row.attempts}: ConnectionRefusedError (given up)." in line for line in told] == [
        True
    ]


@pytest.mark.parametrize(
    ("error", "outcome", "told"),
    [
        (refused(550, "5.1.1 <buergerin@example.org> does not live here"), Outcome.GIVEN_UP, "WARNING"),
        (refused(550, "no such user buergerin"), Outcome.GIVEN_UP, "ERROR"),
        (refused(554, "5.7.1 <buergerin@example.org>: Relay access denied"), Outcome.TRY_AGAIN, "WARNING"),
        (refused(450, "4.2.0 <buergerin@example.org>: greylisted"), Outcome.TRY_AGAIN, "WARNING"),
        (smtplib.SMTPSenderRefused(553, b"not yours", "kek@example.org"), Outcome.TRY_AGAIN, "WARNING"),
        (smtplib.SMTPDataError(554, b"looks like spam for buergerin@"), Outcome.TRY_AGAIN, "WARNING"),
        (smtplib.SMTPServerDisconnected("bye buergerin@"), Outcome.TRY_AGAIN, "WARNING"),
        (TimeoutError("buergerin@"), Outcome.TRY_AGAIN, "WARNING"),
    ],
)
def test_only_an_address_that_is_refused_for_good_is_given_up_at_once(
    outage: Any, error: Exception, outcome: Outcome, told: str, caplog: pytest.LogCaptureFixture
) -> None:
    row = send_one()
    outage(error)
    assert deliver.call(row.pk) == outcome
    row.refresh_from_db()
    assert (row.given_up_at is not None, row.sealed == "") == (outcome == Outcome.GIVEN_UP,) * 2
    assert row.last_error.startswith(type(error).__name__)
    assert [record.levelname for record in caplog.records if record.name == "district.tasks"] == [told]


def test_what_the_server_said_is_noted_by_its_codes_alone(outage: Any) -> None:
    row = send_one()
    outage(refused(550, "5.1.1 <buergerin@example.org> does not live here"))
    deliver.call(row.pk)
    row.refresh_from_db()
    assert row.last_error == "SMTPRecipientsRefused 550 5.1.1"


@pytest.mark.usefixtures("queue")
def test_nothing_personal_is_left_behind(outage: Any, clock: Any, caplog: pytest.LogCaptureFixture) -> None:
    outage(refused(554, f"5.7.1 <{ADDRESS}>: Relay access denied"))
    send_one()
    work()
    left = repr([*OutgoingMail.objects.values(), *DBTaskResult.objects.values()])
    assert ADDRESS not in left
    assert "Beispiel" not in left
    outage(None)
    clock.shift(WAITS[0])
    work()
    left = repr([*OutgoingMail.objects.values(), *DBTaskResult.objects.values()]) + caplog.text
    assert len(mail.outbox) == 1
    assert "buergerin" not in left
    assert "Beispiel" not in left
    assert {task.status for task in DBTaskResult.objects.all()} == {"SUCCESSFUL"}


@pytest.mark.usefixtures("queue")
def test_a_failing_task_takes_no_address_along(outage: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The queue keeps tracebacks, also of what went wrong before."""
    send_one()
    outage(refused(554, f"5.7.1 <{ADDRESS}>: Relay access denied"))

    def fail(*_arguments: Any, **_more: Any) -> None:
        raise RuntimeError("the database has gone")

    monkeypatch.setattr(OutgoingMail, "save", fail)
    work()
    task = DBTaskResult.objects.get()
    assert (task.status, task.exception_class_path) == ("FAILED", "builtins.RuntimeError")
    assert "the database has gone" in task.traceback
    assert "buergerin" not in task.traceback
    assert OutgoingMail.objects.waiting().exists()


def test_a_mail_sealed_with_a_lost_key_waits_for_it(settings: Any) -> None:
    key = settings.SECRET_KEY
    row = send_one()
    settings.SECRET_KEY = "ein anderer"
    assert deliver.call(row.pk) == Outcome.TRY_AGAIN
    row.refresh_from_db()
    assert row.last_error == "CannotUnsealError"
    settings.SECRET_KEY_FALLBACKS = [key]
    with time_machine.travel(row.not_before):
        assert deliver.call(row.pk) == Outcome.SENT


# What the timer finds


def test_the_timer_sends_what_a_killed_worker_left(capsys: pytest.CaptureFixture[str]) -> None:
    send_one()
    assert mail.outbox == []  # its task is lost: nobody commits here
    call_command("send_waiting_mail")
    call_command("send_waiting_mail")
    assert len(mail.outbox) == 1
    assert capsys.readouterr().out.splitlines() == [
        "Mail: 1 sent, 0 failed, 0 given up; 0 waiting now.",
        "Mail: 0 sent, 0 failed, 0 given up; 0 waiting now.",
    ]


def test_the_timer_leaves_what_is_not_due(outage: Any) -> None:
    row = send_one()
    outage(SERVER_IS_AWAY)
    call_command("send_waiting_mail", verbosity=0)
    call_command("send_waiting_mail", verbosity=0)
    row.refresh_from_db()
    assert row.attempts == 1


def test_the_timer_does_not_ask_a_dead_server_for_each_mail(outage: Any, capsys: pytest.CaptureFixture[str]) -> None:
    for _number in range(7):
        send_one()
    outage(SERVER_IS_AWAY)
    call_command("send_waiting_mail")
    assert capsys.readouterr().out == "Mail: 0 sent, 5 failed, 0 given up; 7 waiting now.\n"
    outage(None)
    call_command("send_waiting_mail", verbosity=0)
    assert len(mail.outbox) == 2


def test_what_was_sent_or_given_up_is_forgotten_after_a_month(outage: Any, clock: Any) -> None:
    sent, given_up, waiting = send_one(), send_one(), send_one()
    deliver.call(sent.pk)
    outage(refused(550, "5.1.1 nobody"))
    deliver.call(given_up.pk)
    clock.shift(KEPT)
    assert forget(at=timezone.now()) == 0
    clock.shift(timedelta(seconds=1))
    assert forget(at=timezone.now(), dry_run=True) == 2
    assert OutgoingMail.objects.count() == 3
    assert forget(at=timezone.now()) == 2
    assert list(OutgoingMail.objects.all()) == [waiting]


# Many at once


def send_many(*to: str) -> None:
    with in_bulk():
        for address in to:
            send("Rundschreiben", to=address, subject="Anfahrt", text="Bitte nehmen Sie den Bus.")


@pytest.mark.usefixtures("queue")
def test_a_mail_to_many_takes_as_many_queries_as_one_and_reaches_each_once() -> None:
    many = [f"gast{number}@example.org" for number in range(3)]
    counts = []
    for addresses in (many[:1], many):
        with CaptureQueriesContext(connection) as captured:
            send_many(*addresses)
        counts.append(len(captured))
    assert counts[0] == counts[1]
    assert DBTaskResult.objects.count() == 2
    work()
    assert [message.to for message in mail.outbox] == [[address] for address in many[:1] + many]
    assert not OutgoingMail.objects.waiting().exists()
    deliver_each.call(list(OutgoingMail.objects.values_list("pk", flat=True)))
    work()
    assert len(mail.outbox) == 4


def test_what_fails_on_the_way_to_many_writes_to_nobody_and_the_next_mail_goes_by_itself() -> None:
    def fail() -> None:
        with in_bulk():
            send_one()
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    assert not OutgoingMail.objects.exists()
    send_one()
    assert OutgoingMail.objects.count() == 1


@pytest.mark.usefixtures("queue")
def test_where_nobody_is_written_to_nothing_is_queued() -> None:
    send_many()
    assert not DBTaskResult.objects.exists()


# Two at once


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("queue")
def test_two_workers_and_the_timer_at_once_send_a_mail_once(monkeypatch: pytest.MonkeyPatch) -> None:
    row = send_one()
    quick = EmailBackend.send_messages

    def slowly(backend: EmailBackend, messages: Any) -> int:
        time.sleep(0.5)
        return quick(backend, messages)

    monkeypatch.setattr(EmailBackend, "send_messages", slowly)
    outcomes: list[str] = []
    acts = [lambda: outcomes.append(deliver.call(row.pk))] * 2
    assert at_once(*acts, lambda: call_command("send_waiting_mail", verbosity=0)) == []
    assert len(mail.outbox) == 1
    assert OutgoingMail.objects.get().attempts == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("queue")
def test_a_mail_that_is_being_sent_is_not_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    row = send_one()
    is_sending, may_end = Event(), Event()
    quick = EmailBackend.send_messages

    def slowly(backend: EmailBackend, messages: Any) -> int:
        is_sending.set()
        may_end.wait(timeout=10)
        return quick(backend, messages)

    def ask() -> None:
        is_sending.wait(timeout=10)
        tried.append(try_again(OutgoingMail.objects.all(), at=timezone.now()))
        may_end.set()

    monkeypatch.setattr(EmailBackend, "send_messages", slowly)
    tried: list[int] = []
    assert at_once(lambda: deliver.call(row.pk), ask) == []
    assert (tried, len(mail.outbox)) == ([0], 1)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("queue")
def test_while_one_is_called_back_the_mails_of_others_leave() -> None:
    own, other = send_one(about="geheim"), send_one(about="andere")
    is_called_back, may_end = Event(), Event()

    def erase() -> None:
        with transaction.atomic():
            call_back({"geheim"}, at=timezone.now())
            is_called_back.set()
            may_end.wait(timeout=10)

    def deliver_both() -> None:
        is_called_back.wait(timeout=10)
        outcomes.extend(deliver.call(row.pk) for row in (own, other))
        may_end.set()

    outcomes: list[str] = []
    assert at_once(erase, deliver_both) == []
    assert outcomes == [Outcome.NOTHING_TO_DO, Outcome.SENT]


# „Postausgang“


@pytest.fixture
def office(client: Client) -> Client:
    client.force_login(UserFactory(role=Role.PROJECT_OFFICE))
    return client


def test_the_list_tells_the_state_and_not_the_words(office: Client, outage: Any) -> None:
    waiting, sent, given_up = send_one(), send_one(), send_one()
    deliver.call(sent.pk)
    outage(SERVER_IS_AWAY)
    deliver.call(waiting.pk)
    outage(refused(550, "5.1.1 nobody"))
    deliver.call(given_up.pk)
    listed = {}
    for state in ("", "waiting", "sent", "given_up"):
        response = office.get(reverse("admin:district_outgoingmail_changelist"), {"stand": state} if state else {})
        listed[state] = {row.pk for row in response.context["cl"].result_list}
        assert ADDRESS not in response.content.decode()
    assert listed == {
        "": {waiting.pk, sent.pk, given_up.pk},
        "waiting": {waiting.pk},
        "sent": {sent.pk},
        "given_up": {given_up.pk},
    }
    html = office.get(reverse("admin:district_outgoingmail_change", args=[waiting.pk])).content.decode()
    waiting.refresh_from_db()
    assert waiting.sealed not in html
    assert "ConnectionRefusedError" in html


def test_a_longer_list_asks_no_more_of_the_database(office: Client) -> None:
    counts = []
    for more in (1, 2):
        for _number in range(more):
            send_one()
        with CaptureQueriesContext(connection) as captured:
            office.get(reverse("admin:district_outgoingmail_changelist"))
        counts.append(len(captured))
    assert counts[0] == counts[1]


def again(client: Client, *rows: OutgoingMail) -> Any:
    chosen = {"action": "try_again", "_selected_action": [row.pk for row in rows]}
    return client.post(reverse("admin:district_outgoingmail_changelist"), chosen)


def told(response: Any) -> str:
    return str(list(get_messages(response.wsgi_request))[-1])


def test_a_waiting_mail_can_be_tried_again_now(
    office: Client, outage: Any, django_capture_on_commit_callbacks: Any
) -> None:
    waiting, sent = send_one(), send_one()
    deliver.call(sent.pk)
    outage(SERVER_IS_AWAY)
    deliver.call(waiting.pk)
    outage(None)
    with django_capture_on_commit_callbacks(execute=True):
        response = again(office, waiting, sent)
    assert told(response) == "1 E-Mail geht jetzt noch einmal auf den Weg."
    assert len(mail.outbox) == 2
    with django_capture_on_commit_callbacks(execute=True):
        response = again(office, sent)
    assert told(response) == "Keine der gewählten E-Mails wartet noch."
    assert len(mail.outbox) == 2


def test_others_try_nothing_again(client: Client, outage: Any, django_capture_on_commit_callbacks: Any) -> None:
    row = send_one()
    client.force_login(UserFactory(role=Role.STEERING_GROUP))
    with django_capture_on_commit_callbacks(execute=True):
        assert again(client, row).status_code == 403
    assert mail.outbox == []


def test_a_mail_that_is_called_back_forgets_what_it_said_and_never_leaves(
    django_capture_on_commit_callbacks: Any,
) -> None:
    own = send(
        "Nachricht", to=ADDRESS, subject="S", text="T", unsubscribe="https://kek.example/stand/geheim/abbestellen/"
    )
    other = send(
        "Nachricht", to=ADDRESS, subject="S", text="T", unsubscribe="https://kek.example/stand/andere/abbestellen/"
    )
    about = send("Nachricht", to=ADDRESS, subject="S", text="T", about="geheim")
    assert call_back({"geheim"}, at=timezone.now()) == 2
    about.refresh_from_db()
    assert about.sealed == ""
    own.refresh_from_db()
    other.refresh_from_db()
    assert (own.sealed, own.given_up_at, bool(other.sealed)) == ("", timezone.now(), True)
    deliver.call(own.pk)
    assert mail.outbox == []


def test_mails_of_many_are_called_back_in_one_go() -> None:
    def called_back(*whose: str) -> int:
        for each in whose:
            send("Nachricht", to=ADDRESS, subject="S", text="T", about=each)
        with CaptureQueriesContext(connection) as captured:
            assert call_back(set(whose), at=timezone.now()) == len(whose)
        return len(captured)

    send("Nachricht", to=ADDRESS, subject="S", text="T")  # is about nobody
    assert called_back("eins") == called_back("zwei", "drei", "vier")
    assert call_back(set(), at=timezone.now()) == 0
    assert OutgoingMail.objects.waiting().count() == 1
