"""Papers of the council: the list, one paper, and its files."""

import datetime
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from pytest_django import Settings
from time_machine import TimeMachineFixture

from district.models import Concept
from milestones.deliberations import ballot
from milestones.models import Consultation, Resolution
from tests.factories import (
    AttachmentFactory,
    BodyFactory,
    ConceptFactory,
    ConsultationFactory,
    CouncilSessionFactory,
    MilestoneFactory,
    ResolutionFactory,
    when,
)

from .queries import queries

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_on_the_first_of_march")]

PAPERS = "/kek/beschluss/"
Result = Consultation.Result


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def _on_the_first_of_march(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(datetime.datetime(2021, 3, 1, 10, tzinfo=datetime.UTC))


@pytest.fixture
def concept() -> Concept:
    return ConceptFactory(slug="kek")


@pytest.fixture
def paper(concept: Concept) -> Resolution:
    return ResolutionFactory(
        concept=concept,
        number="BV-KT 070/2021",
        subject="Beschluss über das KEK",
        proposal="Der Kreistag beschließt.",
        reasoning="Weil es gut ist.",
        financial_effects="Keine.",
    )


def page(client: Client, path: str = PAPERS) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def test_without_papers_the_page_says_so(client: Client, concept: Concept) -> None:
    html = page(client)
    assert "Für dieses Konzept liegt den Gremien noch keine Vorlage vor." in html
    assert "<form" not in html


def test_a_paper_shows_its_state_its_way_and_its_votes(client: Client, paper: Resolution) -> None:
    council = BodyFactory(name="Kreistag")
    december = CouncilSessionFactory(body=council, date=when("Dezember 2020"), called_off_reason="Pandemie.")
    first = ConsultationFactory(resolution=paper, session=december, result=Result.REMOVED)
    march = CouncilSessionFactory(body=council, date=when("24. Februar 2021"))
    ConsultationFactory(
        resolution=paper,
        session=march,
        follows=first,
        agenda_number="Ö 4.3",
        result=Result.ADOPTED,
        yes=41,
        no=8,
        abstentions=15,
    )
    html = page(client)
    assert '<span class="kern-label">beschlossen</span>' in html
    assert "<s>Dezember 2020</s>" in html
    assert "weiter mit Nr. 2" in html
    assert "folgt auf Nr. 1" in html
    assert "Ö 4.3" in html
    assert 'aria-label="Abstimmung: 41 Ja, 8 Nein, 15 Enthaltungen"' in html
    assert "anwesend" not in html


def test_who_was_present_is_told_where_it_is_known(client: Client, paper: Resolution) -> None:
    ConsultationFactory(resolution=paper, result=Result.ADOPTED, present=66, yes=41, no=8, abstentions=1, biased=2)
    assert "41 Ja, 8 Nein, 1 Enthaltung, 2 befangen, 66 anwesend" in page(client)


def test_a_vote_becomes_a_bar_in_proportion(paper: Resolution) -> None:
    drawn = ballot(ConsultationFactory(resolution=paper, result=Result.ADOPTED, yes=30, no=0, abstentions=10))
    assert drawn is not None
    assert [(share.kind, share.x, share.width) for share in drawn.shares] == [("yes", 0, 240), ("abstentions", 240, 80)]


@pytest.mark.parametrize("votes", [{}, {"yes": 0, "no": 0, "abstentions": 0}])
def test_without_votes_there_is_no_bar(paper: Resolution, votes: dict[str, int]) -> None:
    assert ballot(ConsultationFactory(resolution=paper, result=Result.ADOPTED, **votes)) is None


def test_a_piece_too_small_for_its_number_goes_without(paper: Resolution) -> None:
    drawn = ballot(ConsultationFactory(resolution=paper, result=Result.ADOPTED, yes=80, no=1, abstentions=0))
    assert drawn is not None
    assert [share.has_room for share in drawn.shares] == [True, False]


@pytest.mark.parametrize("closed", ["consultation", "session"])
def test_what_was_discussed_behind_closed_doors_stays_there(client: Client, paper: Resolution, closed: str) -> None:
    session = CouncilSessionFactory(
        body=BodyFactory(name="Geheimer Ausschuss"), place="Hinterzimmer", is_public=closed != "session"
    )
    ConsultationFactory(
        resolution=paper,
        session=session,
        is_public=closed != "consultation",
        result=Result.REJECTED,
        yes=3,
        no=7,
        abstentions=0,
        remark="Eine vertrauliche Bemerkung.",
    )
    for path in (PAPERS, f"{PAPERS}{paper.pk}/", "/kek/"):
        html = page(client, path)
        for secret in ("Geheimer Ausschuss", "Hinterzimmer", "7 Nein", "Eine vertrauliche Bemerkung."):
            assert secret not in html
    assert "nichtöffentlich beraten" in page(client)


def test_the_next_session_is_named_with_time_and_place(client: Client, paper: Resolution) -> None:
    body = BodyFactory(name="Kreistag")
    called_off = CouncilSessionFactory(body=body, date=when("10. März 2021"), called_off_reason="Pandemie.")
    ConsultationFactory(resolution=paper, session=called_off)
    ConsultationFactory(resolution=paper, session=CouncilSessionFactory(body=body, date=when("24. März 2021")))
    html = " ".join(page(client).split())
    assert 'Nächste Sitzung:</strong> <span lang="de">Kreistag</span>, 24. März 2021, 17:00 Uhr' in html
    assert "Torgau, Plenarsaal" in html


def test_a_step_without_a_session_waits_for_one(client: Client, paper: Resolution) -> None:
    ConsultationFactory(resolution=paper, session=None)
    html = page(client)
    assert "noch kein Termin" in html
    assert "Nächste Sitzung" not in html


def test_one_paper_shows_all_its_texts(client: Client, paper: Resolution) -> None:
    paper.milestone = MilestoneFactory(phase__concept=paper.concept, title="Kreistag beschließt")
    paper.save()
    html = page(client, f"{PAPERS}{paper.pk}/")
    for words in ("Der Kreistag beschließt.", "Weil es gut ist.", "Keine.", "Kreistag beschließt", "BV-KT 070/2021"):
        assert words in html
    assert f"/kek/zeitplan/#meilenstein-{paper.milestone.pk}" in html


def test_an_internal_milestone_is_not_named(client: Client, paper: Resolution) -> None:
    paper.milestone = MilestoneFactory(phase__concept=paper.concept, title="Streng intern", is_public=False)
    paper.save()
    assert "Streng intern" not in page(client, f"{PAPERS}{paper.pk}/")


def test_internal_papers_and_those_of_others_do_not_exist(client: Client, concept: Concept) -> None:
    internal = ResolutionFactory(concept=concept, subject="Interne Vorlage", is_public=False)
    elsewhere = ResolutionFactory(subject="Vorlage eines anderen Konzepts")
    assert "Interne Vorlage" not in page(client)
    assert "Vorlage eines anderen Konzepts" not in page(client)
    assert client.get(f"{PAPERS}{internal.pk}/").status_code == 404
    assert client.get(f"{PAPERS}{elsewhere.pk}/").status_code == 404
    assert client.get(f"{PAPERS}{10**30}/").status_code == 404


def test_papers_are_found_by_words_and_kind(client: Client, concept: Concept, paper: Resolution) -> None:
    report = ResolutionFactory(concept=concept, subject="Zwischenbericht", kind=Resolution.Kind.INFORMATION)

    def found(query: str) -> list[int]:
        html = page(client, f"{PAPERS}?{query}")
        return [each.pk for each in (paper, report) if f'id="vorlage-{each.pk}"' in html]

    assert found("q=070/2021") == [paper.pk]
    assert found("q=beschluss+KEK") == [paper.pk]
    assert found("kind=information") == [report.pk]
    assert found("kind=decision&q=zwischenbericht") == []
    assert found("kind=unsinn") == []
    assert found("q=%00") == []


def test_papers_come_on_pages_of_twenty(client: Client, concept: Concept) -> None:
    ResolutionFactory.create_batch(21, concept=concept)
    assert page(client).count('class="course"') == 20
    assert page(client, f"{PAPERS}?page=2").count('class="course"') == 1


@pytest.mark.parametrize("path", [PAPERS, "/kek/beschluss/{pk}/", "/kek/"])
def test_the_number_of_queries_does_not_grow(client: Client, paper: Resolution, path: str) -> None:
    path = path.format(pk=paper.pk)

    def add(resolution: Resolution) -> None:
        first = ConsultationFactory(resolution=resolution, result=Result.DEFERRED)
        ConsultationFactory(resolution=resolution, follows=first, result=Result.ADOPTED, yes=2, no=1, abstentions=0)
        ConsultationFactory(resolution=resolution)
        AttachmentFactory(resolution=resolution)

    add(paper)
    with_one = queries(client, path)
    for _ in range(2):
        add(paper)
        add(ResolutionFactory(concept=paper.concept, milestone=MilestoneFactory(phase__concept=paper.concept)))
    add_phase = 3 if path == "/kek/" else 0  # phases, milestones, postponements: asked for once there are phases
    assert queries(client, path) in {with_one, with_one + add_phase - 1, with_one + add_phase}


# Files


def test_documents_are_listed_with_type_and_size(client: Client, paper: Resolution) -> None:
    AttachmentFactory(resolution=paper, title="Anlage 1: Konzept", file=ContentFile(b"x" * 2048, name="k.PDF"))
    html = page(client)
    assert "Anlage 1: Konzept" in html
    assert "(PDF, 2,0\xa0KB)" in html


def test_an_attachment_is_sent_to_be_saved(client: Client, paper: Resolution) -> None:
    attachment = AttachmentFactory(
        resolution=paper, title="Anlage 1: Über das Konzept", file=ContentFile(b"%PDF-1.7", name="geheimer-name.pdf")
    )
    response = client.get(attachment.get_absolute_url())
    assert b"".join(response.streaming_content) == b"%PDF-1.7"  # type: ignore[attr-defined]
    assert response["Content-Type"] == "application/pdf"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Disposition"].startswith("attachment; filename")
    assert "%C3%BCber-das-konzept.pdf" in response["Content-Disposition"]
    assert not response.cookies


@pytest.mark.parametrize("hidden", ["attachment", "paper", "concept"])
def test_an_attachment_is_as_public_as_all_above_it(client: Client, paper: Resolution, hidden: str) -> None:
    attachment = AttachmentFactory(resolution=paper, title="Vertrauliche Anlage", is_public=hidden != "attachment")
    if hidden == "paper":
        Resolution.objects.filter(pk=paper.pk).update(is_public=False)
    if hidden == "concept":
        Concept.objects.filter(pk=paper.concept.pk).update(is_public=False)
    assert client.get(attachment.get_absolute_url()).status_code == 404
    if hidden == "attachment":
        assert "Vertrauliche Anlage" not in page(client)


def test_an_attachment_is_not_found_under_another_concept(client: Client, paper: Resolution) -> None:
    attachment = AttachmentFactory(resolution=paper)
    ConceptFactory(slug="anderes")
    assert client.get(f"/anderes/beschluss/anlage/{attachment.pk}/").status_code == 404


def test_a_lost_file_is_no_error(client: Client, paper: Resolution) -> None:
    attachment = AttachmentFactory(resolution=paper, title="Verlorene Anlage")
    attachment.file.storage.delete(attachment.file.name)
    assert client.get(attachment.get_absolute_url()).status_code == 404
    html = page(client)
    assert "Verlorene Anlage" in html
    assert "zurzeit nicht verfügbar" in html
