"""The mailbox of a demo: what the portal sends can be read there, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.test import Client

from district.post import send
from kek.demo_mailbox import FILE_BACKEND

pytestmark = pytest.mark.django_db

ADDRESS = "/demo/post/"
HOSTILE = '<script>alert("x")</script>'


@pytest.fixture(autouse=True)
def demo(settings: Any, tmp_path: Path) -> Path:
    settings.IS_DEMO = True
    settings.EMAIL_BACKEND = FILE_BACKEND
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")
    return tmp_path / "mail"


@pytest.fixture
def post(django_capture_on_commit_callbacks: Any) -> Any:
    """Send a mail through the portal."""

    def sent(subject: str = "Ihre Idee", text: str = "Vielen Dank.", **more: Any) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            send("Eingang", to="jemand@example.org", subject=subject, text=text, **more)

    return sent


def page(client: Client, path: str = ADDRESS) -> str:
    response = client.get(path)
    assert response.status_code == 200
    assert not response.cookies
    assert "no-store" in response["Cache-Control"]
    return response.content.decode()


def links(html: str) -> list[str]:
    return re.findall(r'href="(/demo/post/[^"]+)"', html)


def test_a_mail_that_the_portal_sends_can_be_read(client: Client, post: Any) -> None:
    post(
        "Bestätigen Sie Ihre Adresse",
        "Grüße!\n\nhttp://localhost:8000/kek/?a=1&b=2\n",
        attachments=[("a.ics", b"x", "text/calendar")],
    )
    listed = page(client)
    assert "Bestätigen Sie Ihre Adresse" in listed
    assert "an jemand@example.org" in listed
    (link,) = links(listed)
    html = page(client, link)
    assert "Grüße!" in html
    assert '<a href="http://localhost:8000/kek/?a=1&amp;b=2" rel="nofollow">' in html
    assert "a.ics" in html


def test_the_newest_mail_stands_on_top(client: Client, post: Any) -> None:
    for subject in ("Erste", "Zweite", "Dritte"):
        post(subject)
    assert re.findall("Erste|Zweite|Dritte", page(client)) == ["Dritte", "Zweite", "Erste"]
    assert len(set(links(page(client)))) == 3


def test_two_mails_in_one_file_are_two(client: Client, demo: Path, post: Any) -> None:
    for subject in ("Erste", "Zweite"):
        post(subject)
    first, second = sorted(demo.iterdir(), key=lambda path: path.stat().st_mtime_ns)
    first.write_bytes(first.read_bytes() + second.read_bytes())
    second.unlink()
    assert [
        subject in page(client, link) for link, subject in zip(links(page(client)), ("Zweite", "Erste"), strict=True)
    ] == [
        True,
        True,
    ]


def test_a_mail_is_shown_as_text(client: Client, post: Any) -> None:
    post(f"Idee {HOSTILE}", f"{HOSTILE}\n<a href='javascript:alert(1)'>hier</a> javascript:alert(2)\n")
    listed = page(client)
    (link,) = links(listed)
    for html in (listed, page(client, link)):
        assert "alert(&quot;x&quot;)" in html
        assert "<script>" not in html
        assert "='javascript:" not in html
        assert '"javascript:' not in html


def test_a_password_of_the_staff_is_not_for_everybody(client: Client, demo: Path) -> None:
    EmailMessage("Passwort zurücksetzen", "/konto/password/reset/key/1-abc/", to=["amt@example.org"]).send()
    assert len(list(demo.iterdir())) == 1
    assert "zurücksetzen" not in page(client)
    name = next(demo.iterdir()).stem
    assert client.get(f"{ADDRESS}{name}/0/").status_code == 404


def test_only_files_that_are_mails_are_opened(client: Client, demo: Path, post: Any) -> None:
    post("Wahre Post")
    mail = next(demo.iterdir())
    secret = demo.parent / "geheim.txt"
    secret.write_bytes(mail.read_bytes().replace(b"Wahre Post", b"Geheim"))
    for name in (f"{HOSTILE.replace('/', '')}.log", "20300101-120000-1.log.exe", "..log", "a\nb.log", "demo.env"):
        (demo / name).write_bytes(secret.read_bytes())
    (demo / "20300101-120000-2.log").symlink_to(secret)
    (demo / "20300101-120000-3.log").mkdir()
    (demo / "20300101-120000-4.log").write_bytes(b"\x00\xff kein Brief")
    html = page(client)
    assert len(links(html)) == 1
    assert "Geheim" not in html
    for path in ("20300101-120000-2/0", "20300101-120000-4/0", "../geheim/0", "%2e%2e%2fgeheim/0", f"{mail.stem}/7"):
        assert client.get(f"{ADDRESS}{path}/").status_code == 404


def test_an_empty_mailbox_and_a_demo_with_a_mail_server_say_so(client: Client, settings: Any) -> None:
    assert "Noch ist keine E-Mail unterwegs." in page(client)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    assert "verschickt ihre E-Mails wirklich" in page(client)


def test_only_a_demo_has_a_mailbox(client: Client, settings: Any, post: Any) -> None:
    post()
    (link,) = links(page(client))
    assert f'href="{ADDRESS}"' in client.get("/impressum/").content.decode()
    settings.IS_DEMO = False
    for path in (ADDRESS, link):
        assert client.get(path).status_code == 404
    assert ADDRESS not in client.get("/impressum/").content.decode()
