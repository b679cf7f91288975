"""Django forms come out as accessible KERN markup, and the admin keeps its own."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from django import forms
from django.contrib.admin.helpers import AdminForm
from django.core.files.uploadedfile import SimpleUploadedFile
from django.forms.renderers import DjangoTemplates


class EveryField(forms.Form):
    text = forms.CharField(label="Ihre Idee", widget=forms.Textarea, help_text="Bitte keine Namen Dritter.")
    email = forms.EmailField(label="E-Mail", required=False)
    day = forms.DateField(label="Tag")
    begins = forms.SplitDateTimeField(label="Beginn")
    field = forms.ChoiceField(label="Handlungsfeld", choices=[("", "–"), ("1", "Wirtschaft")])
    places = forms.MultipleChoiceField(
        label="Gemeinden", choices=[("1", "Torgau"), ("2", "Oschatz")], widget=forms.CheckboxSelectMultiple
    )
    kind = forms.ChoiceField(label="Art", choices=[("1", "Lob"), ("2", "Kritik")], widget=forms.RadioSelect)
    agreed = forms.BooleanField(label="Ich stimme zu", help_text="Widerruf jederzeit.")
    attachment = forms.FileField(label="Datei")
    hidden = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean(self) -> None:
        raise forms.ValidationError("Die Runde ist geschlossen.")


class Elements(HTMLParser):
    """Every start tag of a page with its attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.all: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.all.append((tag, dict(attrs)))

    @property
    def ids(self) -> list[str]:
        return [attrs["id"] for _tag, attrs in self.all if attrs.get("id")]  # type: ignore[misc]  # asked for just before

    def by_id(self, id_: str) -> dict[str, str | None]:
        return next(attrs for _tag, attrs in self.all if attrs.get("id") == id_)

    def having(self, attribute: str) -> list[str]:
        return [attrs[attribute] for _tag, attrs in self.all if attrs.get(attribute)]  # type: ignore[misc]  # likewise


@pytest.fixture
def failed() -> Elements:
    return Elements(str(EveryField({})))


def test_the_error_summary_comes_first_and_links_to_each_field(failed: Elements) -> None:
    tag, summary = failed.all[0]
    assert (tag, summary["role"], summary["tabindex"]) == ("div", "alert", "-1")
    assert "data-error-summary" in summary
    links = [link.removeprefix("#") for link in failed.having("href")]
    assert links == [
        "id_text", "id_day", "id_begins_0", "id_field", "id_places_0", "id_kind_0", "id_agreed", "id_attachment",
    ]  # fmt: skip
    assert set(links) <= set(failed.ids)


def test_the_error_summary_says_what_concerns_the_whole_form() -> None:
    assert "<li>Die Runde ist geschlossen.</li>" in str(EveryField({}))


def test_no_error_no_summary() -> None:
    assert "data-error-summary" not in str(EveryField())


def test_every_id_is_there_once(failed: Elements) -> None:
    assert len(failed.ids) == len(set(failed.ids))


def test_every_description_and_label_points_to_something(failed: Elements) -> None:
    described_by = [id_ for ids in failed.having("aria-describedby") for id_ in ids.split()]
    assert "id_text_helptext" in described_by
    assert set(described_by) | set(failed.having("for")) <= set(failed.ids)


@pytest.mark.parametrize("id_", ["id_text", "id_day", "id_field", "id_agreed", "id_attachment"])
def test_a_wrong_field_says_so_and_why(failed: Elements, id_: str) -> None:
    field = failed.by_id(id_)
    assert field["aria-invalid"] == "true"
    assert f"{id_}_error" in str(field["aria-describedby"])
    assert "required" in field


def test_options_form_a_group_with_legend_and_error(failed: Elements) -> None:
    groups = [attrs for tag, attrs in failed.all if tag == "fieldset"]
    assert [group["aria-describedby"] for group in groups] == ["id_begins_error", "id_places_error", "id_kind_error"]
    assert groups[2]["role"] == "radiogroup"
    assert "aria-invalid" not in failed.by_id("id_kind_0")
    assert len([tag for tag, _attrs in failed.all if tag == "legend"]) == 3


@pytest.mark.parametrize(
    ("id_", "expected"),
    [
        ("id_text", "kern-form-input__input"),
        ("id_field", "kern-form-input__select"),
        ("id_places_0", "kern-form-check__checkbox"),
        ("id_kind_0", "kern-form-check__radio"),
        ("id_agreed", "kern-form-check__checkbox"),
        ("id_attachment", "kern-form-input__input"),
    ],
)
def test_each_input_has_its_kern_class(id_: str, expected: str) -> None:
    assert Elements(str(EveryField())).by_id(id_)["class"] == expected


def test_dates_and_times_use_the_browsers_own_inputs() -> None:
    elements = Elements(str(EveryField(initial={"day": "2021-03-24"})))
    assert elements.by_id("id_day")["type"] == "date"
    assert elements.by_id("id_day")["value"] == "2021-03-24"
    assert (elements.by_id("id_begins_0")["type"], elements.by_id("id_begins_0")["aria-label"]) == ("date", "Datum")
    assert (elements.by_id("id_begins_1")["type"], elements.by_id("id_begins_1")["aria-label"]) == ("time", "Uhrzeit")


def test_an_initial_day_is_written_as_the_browser_reads_it() -> None:
    import datetime

    form = EveryField(initial={"day": datetime.date(2021, 3, 24)})
    assert Elements(str(form)).by_id("id_day")["value"] == "2021-03-24"


def test_optional_fields_are_marked_and_explained() -> None:
    html = str(EveryField())
    assert html.count("(freiwillig)") == 1
    assert "bei denen nicht „freiwillig“ steht" in html


def test_a_form_that_demands_nothing_marks_nothing() -> None:
    class Filter(forms.Form):
        words = forms.CharField(label="Suchwort", required=False)

    assert "freiwillig" not in str(Filter())


def test_a_placeholder_that_repeats_the_label_is_left_out() -> None:
    class Login(forms.Form):
        email = forms.EmailField(label="E-Mail", widget=forms.EmailInput(attrs={"placeholder": "E-Mail"}))

    assert "placeholder" not in str(Login())


def test_a_label_from_outside_is_escaped() -> None:
    class Form(forms.Form):
        choice = forms.ChoiceField(choices=[("1", "<script>")], widget=forms.RadioSelect)

    assert "<script>" not in str(Form())


def test_a_stored_file_shows_its_name_and_can_be_removed() -> None:
    class Stored(SimpleUploadedFile):
        url = "/datei.pdf"

    class Form(forms.Form):
        attachment = forms.FileField(label="Datei", required=False)

    html = str(Form(initial={"attachment": Stored("datei.pdf", b"")}))
    assert '<a href="/datei.pdf">' in html
    assert "attachment-clear_id" in html


def test_one_field_can_stand_by_itself() -> None:
    html = EveryField()["email"].as_field_group()
    assert html.startswith('<div class="kern-form-input">')


def test_the_admin_draws_its_fields_as_django_does() -> None:
    def drawn(**kwargs: Any) -> str:
        form = EveryField({}, **kwargs)
        fieldsets: Any = [(None, {"fields": ["text", "day", "kind", "agreed"]})]
        admin_form: Any = AdminForm(form, fieldsets, {})  # type: ignore[arg-type]  # its stub wants more
        lines = [line for fieldset in admin_form for line in fieldset]
        return "".join(f"{field.label_tag()}{field.field}{field.errors()}" for line in lines for field in line)

    assert drawn() == drawn(renderer=DjangoTemplates())
    assert "kern" not in drawn()


def test_no_markup_breaks_the_content_security_policy(failed: Elements) -> None:
    attributes = {name for _tag, attrs in failed.all for name in attrs}
    assert not [name for name in attributes if name == "style" or re.match(r"on[a-z]+$", name)]
