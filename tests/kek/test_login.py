"""Staff log in; nobody else does, and nobody registers."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.models import SocialAccount, SocialLogin
from django.contrib.auth import get_user
from django.contrib.sessions.backends.db import SessionStore
from django.core import mail
from django.core.cache import cache
from django.test import Client, RequestFactory

from district.models import User
from kek.login import StaffSocialAccountAdapter
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db


def log_in(client: Client, user: User, password: str = PASSWORD) -> Any:
    return client.post("/konto/login/", {"login": user.email, "password": password})


def is_logged_in(client: Client) -> bool:
    return get_user(client).is_authenticated


def test_the_login_page_is_german_and_offers_no_registration(client: Client) -> None:
    html = client.get("/konto/login/").content.decode()
    assert '<h1 class="kern-heading-x-large portal-title">Anmeldung zur Verwaltung</h1>' in html
    assert '<input type="email" name="login"' in html
    assert "Passwort vergessen?" in html
    assert "/konto/signup/" not in html


def test_staff_come_in_with_their_address_in_any_case(client: Client) -> None:
    user = UserFactory(email="projektbuero@example.org")
    user.email = "Projektbuero@Example.org"
    response = log_in(client, user)
    assert response.status_code == 302
    assert is_logged_in(client)


def test_a_wrong_password_is_said_at_the_top(client: Client) -> None:
    response = log_in(client, UserFactory(), "falsch")
    html = response.content.decode()
    assert "data-error-summary" in html
    assert "E-Mail-Adresse oder Passwort stimmen nicht." in html
    assert "<title>Fehler: Anmeldung" in html
    assert not is_logged_in(client)


@pytest.mark.parametrize(("proxies", "statuses"), [(1, [200, 429, 200]), (0, [200, 429, 429])])
def test_behind_a_proxy_failed_logins_are_counted_for_each_visitor(
    client: Client, settings: Any, proxies: int, statuses: list[int]
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    settings.ACCOUNT_RATE_LIMITS = {"login": "1/m/ip"}
    cache.clear()
    answers = []
    for visitor in ("192.0.2.1", "192.0.2.1", "192.0.2.2"):
        sent = {"HTTP_X_FORWARDED_FOR": f"198.51.100.7, {visitor}"}  # the first is what the visitor claims
        data = {"login": "niemand@example.org", "password": "falsch"}
        answers.append(client.post("/konto/login/", data, **sent).status_code)  # type: ignore[arg-type]  # extra headers
    cache.clear()
    assert answers == statuses


@pytest.mark.parametrize("rights", [{"is_staff": False}, {"is_active": False}])
def test_without_access_nobody_comes_in(client: Client, rights: dict[str, bool]) -> None:
    response = log_in(client, UserFactory(**rights))
    assert not is_logged_in(client)
    assert response.headers.get("Location", "") in ("/konto/inactive/", "")


def test_registration_is_closed(client: Client) -> None:
    response = client.post("/konto/signup/", {"email": "neu@example.org", "password1": PASSWORD})
    assert "Hier kann man sich nicht registrieren." in response.content.decode()
    assert not User.objects.exists()


@pytest.mark.parametrize("path", ["email/", "confirm-email/", "3rdparty/", "3rdparty/signup/", "password/set/"])
def test_what_the_portal_does_not_offer_is_not_there(client: Client, path: str) -> None:
    client.force_login(UserFactory())
    assert client.get(f"/konto/{path}").status_code == 404


def test_a_new_password_is_sent_to_staff_alone(client: Client) -> None:
    user = UserFactory()
    client.post("/konto/password/reset/", {"email": "fremd@example.org"})
    assert mail.outbox == []
    client.post("/konto/password/reset/", {"email": user.email})
    assert [message.to for message in mail.outbox] == [[user.email]]
    assert "für Ihr Konto wurde ein neues Passwort angefordert" in mail.outbox[0].body


@pytest.mark.parametrize(
    "path",
    [
        "/konto/password/change/",
        "/konto/logout/",
        "/konto/2fa/",
        "/konto/2fa/webauthn/",
        "/konto/reauthenticate/",
        "/konto/inactive/",
        "/konto/password/reset/done/",
        "/konto/password/reset/key/1-abc/",
    ],
)
def test_the_pages_of_an_account_stand_in_the_layout(client: Client, path: str) -> None:
    client.force_login(UserFactory())
    html = client.get(path, follow=True).content.decode()
    assert '<main id="inhalt" tabindex="-1">' in html
    assert html.count("<h1") == 1
    assert " style=" not in html
    assert "onclick" not in html


def test_the_account_pages_say_sie(client: Client) -> None:
    client.force_login(UserFactory())
    assert "Möchten Sie sich abmelden?" in client.get("/konto/logout/").content.decode()


def sociallogin(user: User) -> SocialLogin:
    return SocialLogin(user=user, account=SocialAccount(provider="landkreis", uid="1"))


def test_the_districts_login_lets_in_who_has_an_account(rf: RequestFactory) -> None:
    request = rf.get("/")
    StaffSocialAccountAdapter(request).pre_social_login(request, sociallogin(UserFactory()))


def test_the_districts_login_makes_no_accounts(rf: RequestFactory) -> None:
    request = rf.get("/")
    request.session = SessionStore()
    adapter = StaffSocialAccountAdapter(request)
    stranger = sociallogin(User(email="fremd@example.org"))
    with pytest.raises(ImmediateHttpResponse) as stopped:
        adapter.pre_social_login(request, stranger)
    assert stopped.value.response.status_code == 403
    assert "Für Sie gibt es hier noch kein Konto." in stopped.value.response.content.decode()
    assert not adapter.is_open_for_signup(request, stranger)
