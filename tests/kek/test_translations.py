"""Collecting, checking and compiling the texts without GNU gettext."""

import gettext
from pathlib import Path

import pytest
from django.utils.translation import gettext as translate
from django.utils.translation import override
from pytest_django.fixtures import Settings

from kek import translations

CODE = """
from django.utils.translation import gettext_lazy as _, ngettext, pgettext

TITLE = _("Zeitplan")
COUNT = ngettext("%(count)s Idee", "%(count)s Ideen", 2)
MAY = pgettext("Monat", "Mai")
"""
TEMPLATE = """
{% load i18n %}
  <h1>{% translate "Wo stehen wir?" %}</h1>
{% blocktranslate trimmed with day=day|date:"j. F" %}
  Heute ist
  der {{ day }}.
{% endblocktranslate %}
    {% blocktranslate count number=ideas|length %}Eine Idee{% plural %}{{ number }} Ideen{% endblocktranslate %}
 <p title="{% translate "Mai" context "Monat" %}">It's {# a comment #} {{ title|default:_("Ohne Titel") }}</p>
"""


@pytest.fixture
def house(tmp_path: Path, settings: Settings) -> Path:
    """A checkout with one Python file and one template."""
    settings.BASE_DIR = tmp_path
    (tmp_path / "kek").mkdir()
    (tmp_path / "kek" / "views.py").write_text(CODE)
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "home.html").write_text(TEMPLATE)
    (tmp_path / "templates" / "plan.svg").write_text('<svg><title>{% translate "Bild" %}</title></svg>')
    return tmp_path


def write_english(*translated: tuple[str, str]) -> None:
    """Write the English catalog with these translations, all others filled with something."""
    catalog = translations.updated(translations.english())
    translation = dict(translated)
    for message in catalog:
        if message.id:
            message.string = translation.get(str(message.id), message.id)
    translations.write(catalog, translations.english())


def test_texts_of_code_and_templates_are_found(house: Path) -> None:
    texts = {(message.context, message.id) for message in translations.collected() if message.id}
    assert texts == {
        (None, "Zeitplan"),
        (None, ("%(count)s Idee", "%(count)s Ideen")),
        ("Monat", "Mai"),
        (None, "Wo stehen wir?"),
        (None, "Heute ist der %(day)s."),
        (None, ("Eine Idee", "%(number)s Ideen")),
        (None, "Ohne Titel"),
        (None, "Bild"),
    }


def test_compiled_translations_are_read_by_gettext(house: Path) -> None:
    write_english(("Zeitplan", "Timeline"), ("Wo stehen wir?", "Where do we stand?"))
    translations.compile_catalog(translations.english())
    english = gettext.translation("django", house / "locale", languages=["en"])
    assert [english.gettext(text) for text in ("Zeitplan", "Wo stehen wir?")] == ["Timeline", "Where do we stand?"]


def test_updating_keeps_translations_adds_new_texts_and_forgets_old_ones(house: Path) -> None:
    write_english(("Zeitplan", "Timeline"), ("Ohne Titel", "Untitled"))
    (house / "kek" / "views.py").write_text(CODE + 'NEW = _("Beschluss")\n')
    (house / "templates" / "home.html").write_text("")
    catalog = translations.updated(translations.english())
    assert {message.id: message.string for message in catalog if message.id and not message.pluralizable} == {
        "Zeitplan": "Timeline",
        "Beschluss": None,
        "Mai": "Mai",
        "Bild": "Bild",
    }


def test_a_complete_catalog_has_no_complaints(house: Path) -> None:
    write_english()
    assert list(translations.complaints(translations.english())) == []


@pytest.mark.parametrize(
    ("text", "translation", "complaint"),
    [
        ("Zeitplan", "", "not translated: 'Zeitplan'"),
        ("Heute ist der %(day)s.", "Today.", "placeholders lost: 'Heute ist der %(day)s.'"),
        ("Zeitplan", "Plan of %(day)s", "placeholders unknown to the German text: 'Zeitplan'"),
    ],
)
def test_a_faulty_translation_is_named(house: Path, text: str, translation: str, complaint: str) -> None:
    write_english((text, translation))
    assert list(translations.complaints(translations.english())) == [complaint]


def test_an_uncertain_translation_and_one_that_nobody_uses_are_named(house: Path) -> None:
    write_english()
    path = translations.english()
    path.write_text(path.read_text().replace('msgid "Zeitplan"', '#, fuzzy\nmsgid "Zeitplan"'))
    assert "uncertain (fuzzy): 'Zeitplan'" in list(translations.complaints(path))

    path.unlink()
    write_english()
    path.write_text(path.read_text() + '\nmsgid "Von gestern"\nmsgstr "Of yesterday"\n')
    assert list(translations.complaints(path)) == [
        "the file is not as `make translations` writes it: texts added, gone or moved"
    ]


def test_a_refused_deletion_is_told_without_a_gender() -> None:
    with override("de"):
        words = translate(
            "Deleting the %(object_name)s '%(escaped_object)s' would require deleting the following protected "
            "related objects:"
        )
    assert words % {"escaped_object": "Analyse"} == "„Analyse“ lässt sich nicht löschen, weil Folgendes daran hängt:"
