"""What every public page shows and sends."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.paginator import Paginator
from django.template import Context, RequestContext, Template
from django.test import Client, RequestFactory, override_settings
from django.utils import translation

from district.models import LegalText
from kek import navigation
from tests.factories import ConceptFactory, DistrictFactory, LegalTextFactory

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6300010000000500010d0a2db40000000049454e44ae426082"
)


def page(client: Client, path: str) -> str:
    return client.get(path).content.decode()


@pytest.mark.django_db
def test_a_reader_gets_no_cookie_and_nobody_asks_for_one(client: Client) -> None:
    DistrictFactory()
    response = client.get("/impressum/")
    assert not response.cookies
    assert "Cookie" not in response.headers.get("Vary", "")


@pytest.mark.django_db
def test_a_public_page_is_sent_with_all_guards(client: Client) -> None:
    headers = client.get("/impressum/").headers
    assert headers["Content-Security-Policy"].split("; ").count("default-src 'self'") == 1
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert "geolocation=()" in headers["Permissions-Policy"]
    assert headers["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"


@pytest.mark.django_db
@pytest.mark.parametrize("kind", LegalText.Kind.values)
def test_each_legal_page_shows_its_text_and_when_it_was_changed(client: Client, kind: str) -> None:
    LegalTextFactory(kind=kind, title="Überschrift", body="<p>Der Text.</p>", updated_on=datetime.date(2026, 3, 1))
    html = page(client, f"/{kind}/")
    assert '<h1 class="kern-heading-x-large portal-title" lang="de">Überschrift</h1>' in html
    assert "<p>Der Text.</p>" in html
    assert '<time datetime="2026-03-01">1. März 2026</time>' in html


@pytest.mark.django_db
def test_a_legal_text_not_yet_written_is_said_so(client: Client) -> None:
    response = client.get("/datenschutz/")
    assert response.status_code == 200
    assert "Dieser Text ist noch nicht hinterlegt." in response.content.decode()


@pytest.mark.django_db
def test_the_title_names_page_and_portal(client: Client) -> None:
    DistrictFactory()
    LegalTextFactory()
    assert "<title>Impressum – Entwicklungsportal – Landkreis Nordsachsen</title>" in page(client, "/impressum/")


@pytest.mark.django_db
def test_the_layout_stands_without_a_district(client: Client) -> None:
    response = client.get("/impressum/")
    assert response.status_code == 200
    assert "None" not in response.content.decode()


@pytest.mark.django_db
def test_the_address_leads_to_the_current_concept(client: Client) -> None:
    ConceptFactory(slug="kek-2040")
    ConceptFactory(slug="kek-2030", is_current=True)
    assert client.get("/").headers["Location"] == "/kek-2030/"
    assert client.get("/en/").headers["Location"] == "/en/kek-2030/"


@pytest.mark.django_db
def test_without_a_current_concept_the_start_page_says_so(client: Client) -> None:
    assert "Zurzeit ist kein Entwicklungskonzept veröffentlicht." in page(client, "/")


@pytest.mark.django_db
@pytest.mark.parametrize("concepts", [1, 3])
def test_the_layout_costs_two_queries(
    client: Client, django_assert_num_queries: Callable[[int], Any], concepts: int
) -> None:
    DistrictFactory()
    LegalTextFactory()
    for _ in range(concepts):
        ConceptFactory()
    with django_assert_num_queries(3):  # the text; the district and the concepts
        client.get("/impressum/")


@pytest.mark.django_db
def test_the_same_page_is_offered_in_the_other_language(client: Client) -> None:
    assert 'href="/en/impressum/?a=1" lang="en" hreflang="en"' in page(client, "/impressum/?a=1")
    english = page(client, "/en/impressum/")
    assert '<html lang="en">' in english
    assert 'href="/impressum/" lang="de" hreflang="de"' in english


@pytest.mark.django_db
def test_a_page_in_german_alone_offers_no_other_language(client: Client) -> None:
    assert "hreflang" not in page(client, "/konto/login/")


@pytest.mark.django_db
def test_only_public_concepts_are_listed_and_examples_named(client: Client) -> None:
    ConceptFactory(short_title="KEK Fortschreibung", is_example=True)
    ConceptFactory(short_title="Geheim", is_public=False)
    html = page(client, "/impressum/")
    assert '<span lang="de">KEK Fortschreibung</span> (Beispiel)</a>' in html
    assert "Geheim" not in html


@pytest.mark.django_db
@override_settings(IS_DEMO=True)
def test_a_demo_says_that_it_is_one(client: Client) -> None:
    DistrictFactory()
    html = page(client, "/impressum/")
    assert "Vorführung mit Beispieldaten" in html
    assert "Offizielle Website" not in html
    assert client.get("/robots.txt").content == b"User-agent: *\nDisallow: /\n"


@pytest.mark.django_db
def test_search_engines_stay_out_of_the_staff_pages(client: Client) -> None:
    assert page(client, "/robots.txt") == "User-agent: *\nDisallow: /verwaltung/\nDisallow: /konto/\n"


@pytest.mark.django_db
def test_the_coat_of_arms_comes_from_our_own_address(client: Client, tmp_path: Any) -> None:
    with override_settings(MEDIA_ROOT=tmp_path):
        DistrictFactory(coat_of_arms=ContentFile(PIXEL, name="wappen.png"))
        assert '<img class="portal-brand__arms" src="/wappen" alt="">' in page(client, "/impressum/")
        response = client.get("/wappen")
        assert (response.headers["Content-Type"], b"".join(response.streaming_content)) == ("image/png", PIXEL)  # type: ignore[attr-defined]


@pytest.mark.django_db
def test_a_coat_of_arms_whose_file_is_gone_is_not_found(client: Client, tmp_path: Any) -> None:
    with override_settings(MEDIA_ROOT=tmp_path):
        district = DistrictFactory(coat_of_arms=ContentFile(PIXEL, name="wappen.png"))
        district.coat_of_arms.delete(save=False)
        assert client.get("/wappen").status_code == 404


@pytest.mark.django_db
def test_a_webp_is_sent_as_one_on_every_machine(client: Client, tmp_path: Any) -> None:
    with override_settings(MEDIA_ROOT=tmp_path):
        DistrictFactory(coat_of_arms=ContentFile(b"RIFF", name="wappen.WEBP"))
        response = client.get("/wappen")
        assert (response.headers["Content-Type"], b"".join(response.streaming_content)) == ("image/webp", b"RIFF")  # type: ignore[attr-defined]


@pytest.mark.django_db
def test_without_a_coat_of_arms_there_is_no_picture(client: Client) -> None:
    DistrictFactory()
    assert "<img" not in page(client, "/impressum/")
    assert client.get("/wappen").status_code == 404


@pytest.mark.parametrize(
    ("path", "current"),
    [
        ("/kek/", ["page", "", ""]),
        ("/kek/zeitplan/", ["", "page", ""]),
        ("/kek/zeitplan/methode/", ["", "true", ""]),
        ("/impressum/", ["", "", ""]),
    ],
)
def test_the_navigation_knows_where_it_is(path: str, current: list[str]) -> None:
    assert [entry.current for entry in navigation.for_concept("kek", path)][:3] == current


@pytest.mark.django_db
def test_the_navigation_of_an_unknown_address_is_not_made_of_it(client: Client) -> None:
    ConceptFactory(slug="geheim", is_public=False)
    assert "/geheim/zeitplan/" not in page(client, "/geheim/")


def test_a_long_list_keeps_its_filters_from_page_to_page() -> None:
    request = RequestFactory().get("/", {"art": "lob", "page": "2"})
    template = Template("{% load portal %}{% pagination page %}")
    html = template.render(RequestContext(request, {"page": Paginator(range(100), 10).page(2)}))
    assert 'href="?art=lob&amp;page=3" rel="next"' in html
    assert 'href="?art=lob&amp;page=1" rel="prev"' in html
    assert html.count('aria-current="page"') == 1


def test_a_list_of_one_page_is_not_numbered() -> None:
    template = Template("{% load portal %}{% pagination page %}")
    html = template.render(RequestContext(RequestFactory().get("/"), {"page": Paginator([1], 10).page(1)}))
    assert html.strip() == ""


def test_a_table_scrolls_in_itself_and_has_a_name() -> None:
    html = Template("{% load portal %}{% table name %}<tbody></tbody>{% endtable %}").render(Context({"name": "A & B"}))
    assert 'role="group" aria-label="A &amp; B" tabindex="0"' in html
    assert '<caption class="kern-title">A &amp; B</caption>' in html
    assert "<tbody></tbody>" in html


def test_a_day_stands_in_a_sentence_without_a_space_after_it() -> None:
    template = Template("{% load portal %}({{ at|day }}).{{ none|day }}")
    at = datetime.datetime(2026, 3, 1, 23, 30, tzinfo=datetime.UTC)  # past midnight here
    html = template.render(Context({"at": at, "none": None}))
    assert html == '(<time datetime="2026-03-02">2. März 2026</time>).'


def test_large_numbers_and_moments_are_written_as_people_say_them() -> None:
    template = Template('{% load portal %}{{ n|grouped }}, {{ at|date:"DATETIME_FORMAT" }}')
    at = datetime.datetime(2026, 3, 1, 8, 5, tzinfo=datetime.UTC)
    with translation.override("de"):
        assert template.render(Context({"n": 12345, "at": at})) == "12.345, 1. März 2026 um 09:05 Uhr"
    with translation.override("en"):
        assert template.render(Context({"n": 12345, "at": at})) == "12,345, 1 March 2026, 09:05"
