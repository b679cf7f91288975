"""Sessions, papers and results in „Verwaltung“."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from district import admin_base
from district.models import Concept, Role
from milestones.models import Attachment, Consultation, CouncilSession, Milestone, Postponement, Resolution
from tests.factories import (
    AttachmentFactory,
    BodyFactory,
    ConceptFactory,
    ConsultationFactory,
    CouncilSessionFactory,
    DistrictFactory,
    MilestoneFactory,
    PhaseFactory,
    PostponementFactory,
    ResolutionFactory,
    UserFactory,
    when,
)
from tests.html_forms import unchanged

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7 Inhalt"


@pytest.fixture(autouse=True)
def today(settings: Any, tmp_path: Any) -> Any:
    settings.MEDIA_ROOT = tmp_path
    with time_machine.travel("2030-01-10T12:00:00+01:00", tick=False):
        yield


@pytest.fixture
def office(client: Client) -> Client:
    client.force_login(UserFactory(role=Role.PROJECT_OFFICE))
    return client


@pytest.fixture
def concept() -> Concept:
    return ConceptFactory()


@pytest.fixture
def milestone(concept: Concept) -> Milestone:
    return MilestoneFactory(
        phase=PhaseFactory(concept=concept),
        title="Beschluss des Kreistags",
        kind="resolution",
        current=when("9.1.2030"),
    )


@pytest.fixture
def resolution(concept: Concept, milestone: Milestone) -> Resolution:
    return ResolutionFactory(concept=concept, milestone=milestone)


@pytest.fixture
def consultation(resolution: Resolution) -> Consultation:
    """The deciding step, in yesterday's session."""
    return ConsultationFactory(resolution=resolution, session=CouncilSessionFactory(date=when("9.1.2030")))


def resolution_data(resolution: Resolution | None = None, **changes: Any) -> dict[str, Any]:
    data = {
        "number": "BV-KT 001/2030",
        "kind": "decision",
        "subject": "Beschluss über das Konzept",
        "submitter": "",
        "proposal": "",
        "reasoning": "",
        "financial_effects": "",
        "milestone": resolution.milestone_id or "" if resolution else "",
    }
    for prefix in ("consultations", "consultations-2", "attachments"):
        data |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}
    return data | changes


def attachment_data(name: str, content: bytes) -> dict[str, Any]:
    return {
        "attachments-TOTAL_FORMS": 1,
        "attachments-0-title": "Entwurf",
        "attachments-0-file": SimpleUploadedFile(name, content),
        "attachments-0-is_public": "on",
    }


def change_url(row: Any) -> str:
    return reverse(f"admin:milestones_{row._meta.model_name}_change", args=[row.pk])


def result_url(consultation: Consultation) -> str:
    return reverse("admin:milestones_consultation_record_result", args=[consultation.pk])


def errors(response: Any) -> dict[str, list[str]]:
    assert response.status_code == 200
    found: dict[str, list[str]] = {}
    for error in response.context["form_errors"]:
        found.setdefault(error.anchor.rpartition("-")[2].removeprefix("id_"), []).append(error.message)
    return found


def messages(response: Any) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def office_file(entry: str, content: bytes = b"x") -> bytes:
    """A ZIP archive with one entry, as office documents are."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(entry, content)
    return file.getvalue()


# Results


def test_a_result_is_previewed_and_changes_nothing_before_it_is_confirmed(
    office: Client, consultation: Consultation, milestone: Milestone
) -> None:
    data = {"result": "adopted", "present": 64, "yes": 41, "no": 8, "abstentions": 15}
    response = office.post(result_url(consultation), data)
    assert response.context["effect"].sentences == (
        "Ergebnis: ungeändert beschlossen.",
        "Stimmen: 41 Ja, 8 Nein, 15 Enthaltungen, 64 anwesend.",
        "„Beschluss des Kreistags“ ist erreicht (9. Januar 2030).",
    )
    consultation.refresh_from_db()
    milestone.refresh_from_db()
    assert (consultation.result, milestone.reached) == ("", None)


def test_a_decision_reaches_the_milestone_and_says_so(
    office: Client, consultation: Consultation, milestone: Milestone
) -> None:
    data = {"result": "adopted", "present": 64, "yes": 41, "no": 8, "abstentions": 15, "confirm": "1"}
    response = office.post(result_url(consultation), data)
    assert messages(response) == [
        (
            "Ergebnis: ungeändert beschlossen. Stimmen: 41 Ja, 8 Nein, 15 Enthaltungen, 64 anwesend. "
            "„Beschluss des Kreistags“ ist erreicht (9. Januar 2030)."
        )
    ]
    milestone.refresh_from_db()
    assert str(milestone.reached) == "9. Januar 2030"


def test_a_deferral_moves_the_milestone_and_opens_a_new_step(
    office: Client, consultation: Consultation, milestone: Milestone
) -> None:
    assert consultation.session
    later = CouncilSessionFactory(body=consultation.body, date=when("20.3.2030"))
    data = {
        "result": "deferred",
        "next_session": later.pk,
        "to": "20.3.2030",
        "cause": "politics",
        "reason": "Die Fraktionen wollen noch beraten.",
        "confirm": "1",
    }
    response = office.post(result_url(consultation), data)
    assert messages(response)[0].split(". ") == [
        "Ergebnis: vertagt",
        "„Beschluss des Kreistags“: neuer Termin 20",
        "März 2030, bisher 9",
        "Januar 2030",
        "Öffentliche Begründung: Die Fraktionen wollen noch beraten",
        f"Die Vorlage geht weiter an: {consultation.body} (beschließend), 20",
        "März 2030.",
    ]
    following = Consultation.objects.get(follows=consultation)
    assert (following.session, following.result) == (later, "")
    assert Postponement.objects.get().decided_in == consultation.session


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (
            {"result": "adopted", "present": 10, "yes": 9, "no": 2},
            {"present": ["Es wurden mehr Stimmen gezählt, als Mitglieder anwesend waren."]},
        ),
        ({"result": ""}, {"result": ["Bitte wählen Sie das Ergebnis."]}),
        (
            {"result": "adopted", "yes": -1},
            {"yes": ["Dieser Wert muss größer oder gleich 0 sein."]},
        ),
        (
            {"result": "deferred"},
            {
                "to": ["Bitte geben Sie an, wann das ist oder war."],
                "cause": ["Bitte wählen Sie eine Ursache."],
                "reason": ["Bitte geben Sie eine Begründung an."],
            },
        ),
    ],
)
def test_what_does_not_fit_is_told_at_its_field_and_changes_nothing(
    office: Client,
    consultation: Consultation,
    milestone: Milestone,
    changes: dict[str, Any],
    expected: dict[str, list[str]],
) -> None:
    response = office.post(result_url(consultation), changes | {"confirm": "1"})
    assert response.context["form"].errors == expected
    consultation.refresh_from_db()
    milestone.refresh_from_db()
    assert (consultation.result, str(milestone.current), milestone.reached) == ("", "9. Januar 2030", None)


def test_a_result_without_a_session_is_refused_where_the_session_is_asked(
    office: Client, resolution: Resolution
) -> None:
    step = ConsultationFactory(resolution=resolution, session=None)
    response = office.post(result_url(step), {"result": "adopted", "confirm": "1"})
    assert response.context["form"].errors == {
        "session": ["Ein Ergebnis gehört zu einer Sitzung. Bitte tragen Sie zuerst die Sitzung ein."]
    }
    step.refresh_from_db()
    assert step.result == ""


def test_a_missing_session_is_entered_with_the_result(office: Client, resolution: Resolution) -> None:
    session = CouncilSessionFactory(date=when("9.1.2030"))
    stranger = CouncilSessionFactory(date=when("9.1.2030"))
    step = ConsultationFactory(resolution=resolution, session=None, body=session.body)
    data = {"result": "adopted", "session": stranger.pk, "confirm": "1"}
    assert list(office.post(result_url(step), data).context["form"].errors) == ["session"]
    office.post(result_url(step), data | {"session": session.pk, "confirm": ""})
    step.refresh_from_db()
    assert (step.session, step.result) == (session, "adopted")


def test_a_session_ahead_has_no_result_yet(office: Client, resolution: Resolution) -> None:
    step = ConsultationFactory(resolution=resolution, session=CouncilSessionFactory(date=when("11.1.2030")))
    response = office.post(result_url(step), {"result": "adopted", "confirm": "1"})
    assert response.context["form"].errors == {"result": ["Die Sitzung hat noch nicht stattgefunden."]}


def test_recording_twice_records_once(office: Client, consultation: Consultation) -> None:
    data = {"result": "adopted", "confirm": "1"}
    assert office.post(result_url(consultation), data).status_code == 302
    again = office.post(result_url(consultation), data | {"result": "rejected"})
    assert again.context["form"].non_field_errors() == [
        "Zu dieser Beratung ist schon ein Ergebnis eingetragen. Ergebnisse bleiben stehen."
    ]
    consultation.refresh_from_db()
    assert consultation.result == "adopted"
    assert office.get(result_url(consultation)).status_code == 302


def test_a_closed_concept_takes_no_result(office: Client) -> None:
    closed = ConceptFactory(process_closed_on=date(2029, 1, 1))
    step = ConsultationFactory(resolution=ResolutionFactory(concept=closed))
    assert office.post(result_url(step), {"result": "adopted", "confirm": "1"}).status_code == 403


# Papers


def test_a_paper_is_added_with_its_first_step(office: Client, concept: Concept) -> None:
    session = CouncilSessionFactory(date=when("20.3.2030"))
    step = {
        "consultations-TOTAL_FORMS": 1,
        "consultations-0-body": session.body.pk,
        "consultations-0-role": "deciding",
        "consultations-0-session": session.pk,
        "consultations-0-agenda_number": "Ö 4.3",
        "consultations-0-is_public": "on",
    }
    data = resolution_data(concept=concept.pk, **step)
    assert office.post(reverse("admin:milestones_resolution_add"), data).status_code == 302
    assert Resolution.objects.get().consultations.get().agenda_number == "Ö 4.3"


def test_a_session_of_another_body_is_refused_where_it_was_chosen(office: Client, resolution: Resolution) -> None:
    step = {
        "consultations-TOTAL_FORMS": 1,
        "consultations-0-body": BodyFactory().pk,
        "consultations-0-role": "deciding",
        "consultations-0-session": CouncilSessionFactory(date=when("20.3.2030")).pk,
    }
    response = office.post(change_url(resolution), resolution_data(resolution, **step))
    assert errors(response) == {"session": ["Diese Sitzung gehört zu einem anderen Gremium."]}


def test_a_milestone_of_another_concept_is_refused(office: Client, concept: Concept) -> None:
    stranger = MilestoneFactory()
    data = resolution_data(concept=concept.pk, milestone=stranger.pk)
    response = office.post(reverse("admin:milestones_resolution_add"), data)
    assert errors(response) == {"milestone": ["Dieser Meilenstein gehört zu einem anderen Konzept."]}


def test_a_closed_step_is_shown_and_cannot_be_changed(office: Client, resolution: Resolution) -> None:
    session = CouncilSessionFactory(date=when("9.1.2030"))
    closed = ConsultationFactory(
        resolution=resolution, session=session, result="adopted", present=64, yes=41, no=8, abstentions=15
    )
    html = office.get(change_url(resolution)).content.decode()
    assert "Beratungsfolge: abgeschlossene Beratungen" in html
    assert "ungeändert beschlossen" in html
    assert 'name="consultations-INITIAL_FORMS" value="0"' in html
    assert office.post(change_url(closed), {"role": "preliminary"}).status_code == 403
    assert (
        office.post(reverse("admin:milestones_consultation_delete", args=[closed.pk]), {"post": "yes"}).status_code
        == 403
    )


def test_a_step_that_got_its_result_meanwhile_is_not_overwritten(
    office: Client, resolution: Resolution, consultation: Consultation
) -> None:
    stale = {
        "consultations-TOTAL_FORMS": 1,
        "consultations-INITIAL_FORMS": 1,
        "consultations-0-id": consultation.pk,
        "consultations-0-resolution": resolution.pk,
        "consultations-0-body": consultation.body.pk,
        "consultations-0-role": "preliminary",
    }
    office.post(result_url(consultation), {"result": "adopted", "confirm": "1"})
    data = resolution_data(resolution, **stale)
    response = office.post(change_url(resolution), data)
    message = "Zu einer Beratung wurde inzwischen ein Ergebnis eingetragen. Bitte laden Sie die Seite neu."
    assert message in [error.message for error in response.context["form_errors"]]
    consultation.refresh_from_db()
    assert consultation.role == "deciding"


def test_what_a_body_has_answered_is_not_deleted(office: Client, consultation: Consultation) -> None:
    delete = reverse("admin:milestones_resolution_delete", args=[consultation.resolution.pk])
    changelist = reverse("admin:milestones_resolution_changelist")
    chosen = {"action": "delete_selected", "_selected_action": [consultation.resolution.pk], "post": "yes"}
    office.post(result_url(consultation), {"result": "adopted", "confirm": "1"})
    assert office.post(delete, {"post": "yes"}).status_code == 403
    assert office.post(changelist, chosen).status_code == 403
    assert Resolution.objects.exists()


def test_a_paper_nobody_has_answered_can_be_deleted(office: Client, consultation: Consultation) -> None:
    delete = reverse("admin:milestones_resolution_delete", args=[consultation.resolution.pk])
    assert office.post(delete, {"post": "yes"}).status_code == 302
    assert not Resolution.objects.exists()


# Attachments


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("entwurf.pdf", PDF),
        ("bild.png", b"\x89PNG\r\n\x1a\nrest"),
        ("bild.jpg", b"\xff\xd8\xff\xe0rest"),
        ("tabelle.csv", "Größe;Wert\r\nA;1\r\n".encode("cp1252")),
        ("entwurf.docx", office_file("word/document.xml")),
        ("tabelle.xlsx", office_file("xl/workbook.xml")),
        ("entwurf.odt", office_file("mimetype", b"application/vnd.oasis.opendocument.text")),
    ],
)
def test_an_attachment_is_kept_under_a_name_nobody_guesses(
    office: Client, resolution: Resolution, name: str, content: bytes
) -> None:
    data = resolution_data(resolution, **attachment_data(name, content))
    assert office.post(change_url(resolution), data).status_code == 302
    attachment = Attachment.objects.get()
    assert "entwurf" not in str(attachment.file.name)
    download: Any = office.get(reverse("admin:milestones_resolution_attachment", args=[attachment.pk]))
    assert b"".join(download.streaming_content) == content
    assert download["Content-Disposition"].startswith('attachment; filename="entwurf.')


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("schadcode.exe", b"MZ", "Dateiendung „exe“ ist nicht erlaubt."),
        ("entwurf.pdf", b"<script>alert(1)</script>", "Der Inhalt dieser Datei passt nicht zur Endung „pdf“."),
        ("entwurf.docx", b"PK\x03\x04kaputt", "Der Inhalt dieser Datei passt nicht zur Endung „docx“."),
        ("entwurf.docx", office_file("xl/workbook.xml"), "Der Inhalt dieser Datei passt nicht zur Endung „docx“."),
        ("tabelle.ods", office_file("mimetype", b"application/zip"), "Der Inhalt dieser Datei passt nicht"),
        ("tabelle.csv", b"\x00\x01", "Der Inhalt dieser Datei passt nicht zur Endung „csv“."),
        ("entwurf.pdf", PDF + b" " * 50, "Diese Datei ist zu groß (65"),
    ],
)
def test_a_file_that_is_not_what_it_seems_is_refused_at_its_field(
    office: Client, resolution: Resolution, settings: Any, name: str, content: bytes, message: str
) -> None:
    settings.ATTACHMENT_MAX_BYTES = 60 if "groß" in message else 10_000
    response = office.post(change_url(resolution), resolution_data(resolution, **attachment_data(name, content)))
    assert list(errors(response)) == ["file"]
    assert errors(response)["file"][0].startswith(message)
    assert not Attachment.objects.exists()


def test_an_attachment_whose_file_is_gone_is_not_found(office: Client, resolution: Resolution) -> None:
    attachment = AttachmentFactory(resolution=resolution)
    attachment.file.delete(save=False)
    assert office.get(reverse("admin:milestones_resolution_attachment", args=[attachment.pk])).status_code == 404


def test_an_internal_attachment_is_for_staff(office: Client, resolution: Resolution, client: Client) -> None:
    attachment = AttachmentFactory(resolution=resolution, is_public=False)
    url = reverse("admin:milestones_resolution_attachment", args=[attachment.pk])
    download: Any = office.get(url)
    assert b"".join(download.streaming_content) == PDF
    client.logout()
    assert client.get(url).status_code == 302


# Sessions


def test_the_paper_deadline_follows_from_the_districts_setting(office: Client) -> None:
    DistrictFactory(paper_deadline_days=21)
    data = {"body": BodyFactory().pk, "date": "20.3.2030", "paper_deadline": "", "called_off_reason": ""}
    assert office.post(reverse("admin:milestones_councilsession_add"), data).status_code == 302
    assert CouncilSession.objects.get().paper_deadline == date(2030, 2, 27)


def test_a_paper_deadline_after_the_session_is_refused_at_its_field(office: Client) -> None:
    data = {"body": BodyFactory().pk, "date": "20.3.2030", "paper_deadline": "21.03.2030"}
    response = office.post(reverse("admin:milestones_councilsession_add"), data)
    assert errors(response) == {"paper_deadline": ["Der Vorlagenschluss liegt nicht nach der Sitzung."]}


def test_a_session_that_decided_something_keeps_its_day(office: Client, consultation: Consultation) -> None:
    session = consultation.session
    assert session
    assert 'name="date"' in office.get(change_url(session)).content.decode()
    office.post(result_url(consultation), {"result": "adopted", "confirm": "1"})
    assert 'name="date"' not in office.get(change_url(session)).content.decode()


@pytest.mark.parametrize("term", ["20.3.2030", "März 2030", "Anfang 2030"])
def test_sessions_are_found_by_date(office: Client, term: str) -> None:
    wanted = CouncilSessionFactory(date=when("20.3.2030"))
    CouncilSessionFactory(date=when("20.9.2031"))
    response = office.get(reverse("admin:milestones_councilsession_changelist"), {"q": term})
    assert list(response.context["cl"].result_list) == [wanted]


def test_sessions_ahead_are_found(office: Client) -> None:
    ahead, over = CouncilSessionFactory(date=when("Anfang 2030")), CouncilSessionFactory(date=when("9.1.2030"))
    url = reverse("admin:milestones_councilsession_changelist")
    assert list(office.get(url, {"zeitraum": "kommende"}).context["cl"].result_list) == [ahead]
    assert list(office.get(url, {"zeitraum": "vergangene"}).context["cl"].result_list) == [over]


def test_a_called_off_session_stays_with_its_steps_when_nothing_is_changed(
    office: Client, consultation: Consultation
) -> None:
    CouncilSession.objects.update(called_off_reason="Sturm.")
    CouncilSessionFactory(body=consultation.body, called_off_reason="Pandemie.")
    for row, form in ((consultation, "consultation_form"), (consultation.resolution, "resolution_form")):
        page = office.get(change_url(row)).content.decode()
        assert office.post(change_url(row), unchanged(page, form)).status_code == 302
        consultation.refresh_from_db()
        assert consultation.session


def suggestions(client: Client, **changes: Any) -> list[str]:
    query = {"app_label": "milestones", "model_name": "consultation", "field_name": "session", **changes}
    response = client.get(reverse("admin:autocomplete"), query)
    return sorted(result["id"] for result in response.json()["results"])


def test_the_search_suggests_what_the_field_takes(office: Client, consultation: Consultation) -> None:
    own, ahead = consultation.session, CouncilSessionFactory(date=when("20.3.2030"))
    assert own
    CouncilSession.objects.filter(pk=own.pk).update(called_off_reason="Sturm.")
    CouncilSessionFactory(called_off_reason="Pandemie.")
    paper = consultation.resolution.pk
    assert suggestions(office, vorlage=paper) == sorted([str(own.pk), str(ahead.pk)])
    assert suggestions(office, vorlage="") == [str(ahead.pk)]
    assert suggestions(office, vorlage=paper, term="9.1.2030") == [str(own.pk)]
    for row in (consultation, consultation.resolution):
        assert f"?vorlage={paper}" in office.get(change_url(row)).content.decode()


def test_a_session_in_which_something_was_decided_is_not_called_off(office: Client, consultation: Consultation) -> None:
    session = consultation.session
    assert session
    ConsultationFactory(session=session, result="removed")
    assert 'name="called_off_reason"' in office.get(change_url(session)).content.decode()
    office.post(result_url(consultation), {"result": "adopted", "confirm": "1"})
    assert 'name="called_off_reason"' not in office.get(change_url(session)).content.decode()
    assert office.post(change_url(session), {"called_off_reason": "Sturm."}).status_code == 302
    session.refresh_from_db()
    assert session.called_off_reason == ""


def test_of_many_sessions_the_first_are_drawn_and_the_chosen_one(
    office: Client, consultation: Consultation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(admin_base, "MOST_DRAWN", 2)
    later = [CouncilSessionFactory(body=consultation.body, date=when(f"{day}.3.2030")) for day in (20, 21, 22)]
    first = consultation.session
    drawn = {str(session.pk) for session in [*CouncilSession.objects.all()[:2], first] if session}
    for row, form, name in (
        (consultation, "consultation_form", "session"),
        (consultation.resolution, "resolution_form", "consultations-0-session"),
    ):
        page = office.get(change_url(row)).content.decode()
        select = page.partition(f'<select name="{name}"')[2].partition("</select>")[0]
        assert set(re.findall(r'<option value="(\d+)"', select)) == drawn
        for session in later:  # whether drawn or not, each can be chosen by searching
            data = unchanged(page, form) | {name: str(session.pk)}
            assert office.post(change_url(row), data).status_code == 302
            consultation.refresh_from_db()
            assert consultation.session == session
        assert office.post(change_url(row), unchanged(page, form) | {name: "unsinn"}).status_code == 200
        Consultation.objects.update(session=first)


# Lists


def sessions(count: int) -> None:
    CouncilSessionFactory.create_batch(count)


def resolutions(count: int) -> None:
    for resolution in ResolutionFactory.create_batch(count):
        ConsultationFactory.create_batch(count, resolution=resolution)


def postponements(count: int) -> None:
    for _number in range(count):
        PostponementFactory(decided_in=CouncilSessionFactory())


def call_offs(count: int) -> None:
    for _number in range(count):
        MilestoneFactory(called_off=date(2030, 1, 1))


def attainments(count: int) -> None:
    for _number in range(count):
        MilestoneFactory(reached="1.1.2030")


@pytest.mark.parametrize(
    ("model", "make"),
    [
        ("councilsession", sessions),
        ("resolution", resolutions),
        ("consultation", resolutions),
        ("postponement", postponements),
        ("calloff", call_offs),
        ("attainment", attainments),
    ],
)
def test_a_list_of_3_asks_the_database_as_often_as_a_list_of_1(
    office: Client, model: str, make: Callable[[int], None]
) -> None:
    url = reverse(f"admin:milestones_{model}_changelist")
    make(1)
    office.get(url)
    with CaptureQueriesContext(connection) as one:
        assert len(office.get(url).context["cl"].result_list) == 1
    make(2)
    with CaptureQueriesContext(connection) as more:
        assert len(office.get(url).context["cl"].result_list) >= 3
    assert len(more) == len(one)


def test_a_paper_with_3_steps_asks_the_database_as_often_as_with_1(office: Client, resolution: Resolution) -> None:
    def add(number: int) -> None:
        ConsultationFactory(resolution=resolution, session=CouncilSessionFactory(date=when("20.3.2030")))
        ConsultationFactory(resolution=resolution, session=CouncilSessionFactory(), result="noted")
        AttachmentFactory(resolution=resolution)

    add(1)
    office.get(change_url(resolution))
    with CaptureQueriesContext(connection) as one:
        office.get(change_url(resolution))
    add(2)
    add(3)
    with CaptureQueriesContext(connection) as three:
        office.get(change_url(resolution))
    assert len(three) == len(one)


def test_not_even_a_superuser_writes_a_record(client: Client) -> None:
    client.force_login(UserFactory(is_superuser=True))
    milestone = MilestoneFactory(reached="1.1.2030")
    attainment = milestone.attainment
    assert client.get(reverse("admin:milestones_attainment_add")).status_code == 403
    assert client.post(change_url(attainment), {}).status_code == 403
    assert client.post(reverse("admin:milestones_attainment_delete", args=[attainment.pk])).status_code == 403
