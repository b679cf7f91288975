"""Which of the sample ideas are offered as like another: those a person would put beside it."""

import pytest

from participation.models import Idea
from participation.similar import similar
from participation.staff.alike import alike

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sample_data")]


@pytest.mark.parametrize(
    ("title", "like"),
    [
        ("Kita mit längeren Öffnungszeiten", "Kein Neubaugebiet ohne Kita"),
        ("Elbbrücke in der Nacht beleuchten", "Elbbrücke für Räder sicher machen"),
        ("Radschnellweg nach Leipzig", "Radweg an der B 2 schließen"),
        ("Schmalspurbahn auch im Alltag", "Güterverkehr auf der Schmalspur"),
        ("Schlosspark für alle", "Kultur im Schlosspark"),
        ("Mitfahrbank mit Fahrplan", "Mitfahrbänke an den Dorfausgängen"),
        ("Holz aus der Heide hier verarbeiten", "Kräuter aus der Heide"),
        ("Werkstätten für Rückkehrer", "Schule mit Werkstatt"),
    ],
)
def test_what_is_like_an_idea_comes_first(title: str, like: str) -> None:
    idea = Idea.objects.select_related("round").get(title=title)
    assert similar(idea.round, idea.title, exclude=idea)[0].title == like
    assert like in [each.title for each in alike(idea)]


def test_what_is_about_something_else_is_not_offered() -> None:
    asked = Idea.objects.select_related("round").get(title="Schlosspark für alle").round
    assert similar(asked, "Mehr Sternwarten mit Teleskop für alle") == []


@pytest.mark.parametrize(
    ("written", "like"),
    [
        ("Mehr Radwege nach Eilenburg", "Radweg von Doberschütz nach Eilenburg"),
        ("Bessere Kitas", "Kita mit längeren Öffnungszeiten"),
        ("Licht auf der Brücke über die Elbe", "Elbbrücke in der Nacht beleuchten"),
    ],
)
def test_somebody_who_writes_a_title_is_offered_what_fits(written: str, like: str) -> None:
    asked = Idea.objects.select_related("round").get(title=like).round
    assert like in [each.title for each in similar(asked, written)]
