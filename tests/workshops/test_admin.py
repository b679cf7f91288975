"""Groups, events and outcomes in „Verwaltung“: to enter, to find, to read; what a chair may, and what is refused."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from catalogue.models import Promotion
from district.models import Role
from tests.factories import (
    AgendaItemFactory,
    ConceptFactory,
    EventFactory,
    FieldOfActionFactory,
    MembershipFactory,
    MunicipalityFactory,
    NeedFactory,
    OutcomeFactory,
    PaperFactory,
    PhaseFactory,
    RegistrationFactory,
    UserFactory,
    WorkingGroupFactory,
    when,
)
from tests.html_forms import unchanged
from workshops.actions import begin_minutes, call_off, expire, hold, release, reschedule, send, write_minutes
from workshops.actions.planning import When
from workshops.models import Event, Mailing, Membership, Paper, WorkingGroup

from .sample import NOW, again
from .staff import log_in, log_in_chair, queries, told

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(settings: Any, tmp_path: Any) -> Iterator[None]:
    settings.MEDIA_ROOT = tmp_path
    with time_machine.travel(NOW, tick=False):
        yield


def page(model: str, name: str, *args: Any, **query: Any) -> str:
    return reverse(f"admin:workshops_{model}_{name}", args=args, query=query or None)


def listed(client: Client, model: str, **query: Any) -> set[Any]:
    return set(client.get(page(model, "changelist", **query)).context["cl"].result_list)


def save(client: Client, row: Any, **changes: Any) -> Any:
    """Send the form of a row with other values for some of its fields."""
    model = str(row._meta.model_name)
    url = page(model, "change", row.pk)
    return client.post(url, {**unchanged(client.get(url).content.decode(), f"{model}_form"), **changes})


def errors(response: Any) -> dict[str, list[str]]:
    """Return what was refused, by field."""
    return dict(response.context["adminform"].form.errors)


def problems(response: Any) -> list[str]:
    """Return all that the top of the page names, those of the rows below included."""
    return [error.message for error in response.context["form_errors"]]


# Events


def new_event(**changes: Any) -> dict[str, Any]:
    inlines = {
        f"{prefix}-{name}_FORMS": "0" for prefix in ("agenda", "field_links", "papers") for name in ("TOTAL", "INITIAL")
    }
    return {
        **inlines,
        "kind": "workshop",
        "title": "Workshop Mobilität",
        "date": "24.9.2026",
        "starts_at": "18:00",
        "ends_at": "20:00",
        "admission": "open",
        "reminder_days": "2",
        **changes,
    }


def test_the_project_office_makes_an_event(client: Client) -> None:
    log_in(client)
    concept = ConceptFactory()
    data = new_event(
        concept=concept.pk,
        **{"agenda-TOTAL_FORMS": "2", "agenda-0-title": "Begrüßung", "agenda-1-title": "Aussprache"},
        **{"field_links-TOTAL_FORMS": "1", "field_links-0-field_of_action": FieldOfActionFactory(concept=concept).pk},
    )
    assert client.post(page("event", "add"), data).status_code == 302
    event = Event.objects.get()
    assert (event.title, event.when, event.state) == (
        "Workshop Mobilität",
        "24. September 2026, 18 bis 20 Uhr",
        "planned",
    )
    assert [(item.order, item.title) for item in event.agenda.all()] == [(1, "Begrüßung"), (2, "Aussprache")]
    assert event.fields_of_action.count() == 1


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"ends_at": "17:00"}, "ends_at", "Eine Veranstaltung endet nicht vor ihrem Beginn."),
        ({"last_day": "23.9.2026"}, "last_day", None),
        ({"date": "September 2026"}, "starts_at",
         "Eine Uhrzeit gehört zu einem Tag. Bitte geben Sie den Termin auf den Tag genau an."),
        ({"registration_opens_on": "1.9.2026", "registration_closes_on": "25.9.2026"}, "registration_closes_on",
         "Die Anmeldung endet spätestens am Tag der Veranstaltung."),
        ({"registration_opens_on": "2.9.2026", "registration_closes_on": "1.9.2026"}, "registration_closes_on", None),
        ({"registration_closes_on": "1.9.2026"}, "registration_closes_on", None),
        ({"seats": "0"}, "seats", None),
        ({"kind": "group_session"}, "group", "Bitte wählen Sie die Arbeitsgruppe, die zusammenkommt."),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_told_at_its_field(
    client: Client, changes: dict[str, str], field: str, message: str | None
) -> None:
    log_in(client)
    response = client.post(page("event", "add"), new_event(concept=ConceptFactory().pk, **changes))
    assert list(errors(response)) == [field]
    assert message is None or errors(response)[field] == [message]
    assert not Event.objects.exists()


def test_what_belongs_to_another_concept_is_refused_at_its_field(client: Client) -> None:
    log_in(client)
    concept = ConceptFactory()
    foreign = "Dieser Eintrag gehört zu einem anderen Konzept."
    for field, row in (("group", WorkingGroupFactory()), ("phase", PhaseFactory())):
        response = client.post(page("event", "add"), new_event(concept=concept.pk, **{field: row.pk}))
        assert errors(response) == {field: [foreign]}
    field_of_action = {"field_links-TOTAL_FORMS": "1", "field_links-0-field_of_action": FieldOfActionFactory().pk}
    assert foreign in problems(client.post(page("event", "add"), new_event(concept=concept.pk, **field_of_action)))
    closed = ConceptFactory(process_closed_on=date(2026, 1, 1))
    assert list(errors(client.post(page("event", "add"), new_event(concept=closed.pk)))) == ["concept"]


def test_a_number_given_twice_in_the_agenda_is_told_in_words(client: Client) -> None:
    log_in(client)
    event = EventFactory()
    AgendaItemFactory(event=event, order=1)
    response = save(client, event, **{"agenda-1-title": "Aussprache", "agenda-1-order": "1"})
    twice = "Zwei Punkte haben dieselbe Nummer. Jede Nummer darf in der Tagesordnung nur einmal vorkommen."
    assert twice in problems(response)


def test_the_date_of_an_event_that_people_know_is_only_shown(client: Client) -> None:
    log_in(client)
    unknown, public = EventFactory(is_public=False), EventFactory()
    invited = EventFactory(is_public=False)
    RegistrationFactory(event=invited)
    for event, is_known in ((unknown, False), (public, True), (invited, True)):
        html = client.get(page("event", "change", event.pk)).content.decode()
        assert ('name="date"' in html, 'name="starts_at"' in html) == (not is_known, not is_known)
        assert 'name="state"' not in html


def test_a_date_typed_while_somebody_else_announced_the_event_is_not_dropped_silently(client: Client) -> None:
    log_in(client)
    event = EventFactory(is_public=False)
    url = page("event", "change", event.pk)
    data = {**unchanged(client.get(url).content.decode(), "event_form"), "date": "2.9.2026"}
    Event.objects.update(is_public=True)
    assert "Verlegen Sie ihn stattdessen." in problems(client.post(url, data))[0]
    assert again(event).date == when("1.9.2026")


def test_an_event_can_be_taken_back_from_the_public_and_its_date_stays_shown(client: Client) -> None:
    log_in(client)
    event = EventFactory()
    for _time in range(2):  # announced, and when it is not any more
        response = save(client, event, is_public="", title="")
        assert list(errors(response)) == ["title"]
        assert 'name="date"' not in response.content.decode()
        assert save(client, event, is_public="").status_code == 302
    assert not again(event).is_public
    assert client.post(page("event", "delete", event.pk), {"post": "yes"}).status_code == 403


def test_the_registration_is_compared_with_a_date_that_is_only_shown(client: Client) -> None:
    log_in(client)
    response = save(client, EventFactory(), registration_closes_on="2.9.2026")
    assert errors(response) == {"registration_closes_on": ["Die Anmeldung endet spätestens am Tag der Veranstaltung."]}


def test_more_seats_go_to_those_who_wait_and_the_page_says_to_whom(client: Client) -> None:
    log_in(client)
    event = EventFactory(seats=1)
    RegistrationFactory(event=event)
    for name in ("Frau Erste", "Herr Zweiter", "Frau Dritte"):
        RegistrationFactory(event=event, name=name, state="waiting", confirmed_at=timezone.now())
    response = save(client, event, seats="3")
    assert "Von der Warteliste nachgerückt und per E-Mail benachrichtigt: Frau Erste, Herr Zweiter." in told(response)
    assert event.registrations.confirmed().count() == 3


def test_fewer_seats_than_registered_are_refused_at_their_field(client: Client) -> None:
    log_in(client)
    event = EventFactory(seats=3)
    RegistrationFactory.create_batch(2, event=event)
    response = save(client, event, seats="1")
    assert errors(response) == {"seats": ["So viele sind schon angemeldet: 2. Weniger Plätze kann es nicht geben."]}
    assert again(event).seats == 3


def test_registration_to_an_event_nobody_sees_is_pointed_out(client: Client) -> None:
    log_in(client)
    response = save(client, EventFactory(is_public=False, concept__is_public=True))
    assert "Anmelden kann sich noch niemand: Setzen Sie dafür den Haken bei „öffentlich angekündigt“." in told(response)


def test_only_what_nobody_knows_of_can_be_deleted(client: Client) -> None:
    log_in(client)
    for event, status in ((EventFactory(is_public=False), 302), (EventFactory(), 403)):
        assert client.post(page("event", "delete", event.pk), {"post": "yes"}).status_code == status


# Papers


def presentation(name: str, entry: str, content: bytes = b"") -> SimpleUploadedFile:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(entry, content)
    return SimpleUploadedFile(name, file.getvalue())


@pytest.mark.parametrize(
    "file",
    [
        lambda: SimpleUploadedFile("folien.pdf", b"%PDF-1.7\n"),
        lambda: presentation("folien.pptx", "ppt/presentation.xml"),
        lambda: presentation("folien.odp", "mimetype", b"application/vnd.oasis.opendocument.presentation"),
    ],
)
def test_a_paper_is_stored_and_handed_out(client: Client, file: Any) -> None:
    log_in(client)
    event = EventFactory()
    added = {"papers-0-title": "Folien", "papers-0-file": file(), "papers-0-audience": "internal"}
    assert save(client, event, **added).status_code == 302
    response = client.get(page("event", "paper", Paper.objects.get().pk))
    assert response.headers["Content-Disposition"].startswith('attachment; filename="folien.')
    assert b"".join(response)  # read to its end, so that the file is closed


@pytest.mark.parametrize(
    "file",
    [
        lambda: SimpleUploadedFile("folien.exe", b"MZ"),
        lambda: SimpleUploadedFile("folien.pdf", b"MZ"),
        lambda: presentation("folien.pptx", "word/document.xml"),
        lambda: presentation("folien.odp", "mimetype", b"application/vnd.oasis.opendocument.text"),
    ],
)
def test_a_paper_that_is_not_what_it_says_is_refused(client: Client, file: Any) -> None:
    log_in(client)
    added = {"papers-0-title": "Folien", "papers-0-file": file(), "papers-0-audience": "public"}
    response = save(client, EventFactory(), **added)
    assert len(problems(response)) == 1
    assert not Paper.objects.exists()


# A chair


def test_a_chair_plans_for_the_own_group_alone(client: Client) -> None:
    own, other = WorkingGroupFactory(), WorkingGroupFactory()
    log_in_chair(client, own)
    form = client.get(page("event", "add")).context["adminform"].form
    assert [form.initial[name] for name in ("concept", "group", "kind")] == [own.concept_id, own.pk, "group_session"]
    assert list(form.fields["group"].queryset) == [own]
    assert list(form.fields["concept"].queryset) == [own.concept]
    for changes in ({"group": other.pk}, {"group": ""}, {"group": other.pk, "concept": other.concept_id}):
        response = client.post(page("event", "add"), new_event(**{"concept": own.concept_id, **changes}))
        assert "group" in errors(response)
    assert client.post(page("event", "add"), new_event(concept=own.concept_id, group=own.pk)).status_code == 302
    event = Event.objects.get()
    assert errors(save(client, event, group=other.pk)) != {}
    assert again(event).group == own


def test_a_chair_reads_the_events_of_others_without_what_is_internal(client: Client) -> None:
    own = WorkingGroupFactory()
    log_in_chair(client, own)
    event = EventFactory(concept=own.concept, online_url="https://example.org/geheim")
    PaperFactory(event=event, title="Entwurf der Verwaltung", audience="internal")
    html = client.get(page("event", "change", event.pk)).content.decode()
    assert event.title in html
    assert "geheim" not in html
    assert "Entwurf der Verwaltung" not in html
    assert 'type="submit"' not in html.split('id="event_form"')[1]


def test_a_chair_keeps_the_own_group_but_not_who_leads_it(client: Client) -> None:
    own = WorkingGroupFactory()
    chair = log_in_chair(client, own)
    other_account = UserFactory(role=Role.GROUP_CHAIR)
    changes = {
        "task": "Neuer Auftrag.",
        "name": "Anders",
        "members-0-organisation": "Verein am See",
        "members-0-is_chair": "",
        "members-0-user": other_account.pk,
        "members-TOTAL_FORMS": "2",
        "members-1-organisation": "Neuer Verein",
        "members-1-is_chair": "on",
        "members-1-user": other_account.pk,
    }
    assert save(client, own, **changes).status_code == 302
    own = again(own)
    assert (own.task, own.name != "Anders") == ("Neuer Auftrag.", True)
    people = own.members.order_by("pk").values_list("organisation", "is_chair", "user")
    assert list(people) == [("Verein am See", True, chair.pk), ("Neuer Verein", False, None)]


def test_the_log_of_the_administration_keeps_no_name(client: Client) -> None:
    log_in(client)
    group = WorkingGroupFactory()
    MembershipFactory(
        group=group, name="Frau Muster", function="Vorsitz", organisation="Verein", consented_on=date(2026, 1, 1)
    )
    save(client, group, **{"members-0-phone": "03421 1"})
    save(client, group, **{"members-0-name": "Herr Beispiel"})
    save(client, group, **{"members-0-DELETE": "on"})
    registration = RegistrationFactory(event=EventFactory(concept=group.concept), name="Frau Gast")
    client.post(page("event", "participants_export", registration.event_id), {"format": "csv"})
    client.post(page("event", "signatures", registration.event_id))
    client.post(page("event", "participants_erase", registration.event_id, registration.pk))
    expire(at=NOW + timedelta(days=3650))
    kept = " ".join(f"{entry.object_repr} {entry.change_message}" for entry in LogEntry.objects.all())
    assert LogEntry.objects.count() == 5
    assert kept.count("Vorsitz, Verein") == 3
    assert not any(name in kept for name in ("Muster", "Beispiel", "Gast", "@"))


def test_what_a_page_leaves_out_cannot_be_guessed_by_the_address_of_a_list(client: Client) -> None:
    EventFactory(online_url="https://konferenz.example.org/geheim")
    log_in_chair(client, WorkingGroupFactory())
    for lookup in ("online_url__startswith", "online_url", "registrations__email__startswith", "topic__contains"):
        answer = client.get(page("event", "changelist", **{lookup: "https://konferenz"}))
        assert (lookup, answer.status_code) == (lookup, 400)
    for lookup in ("owner__startswith", "event__online_url__startswith"):
        assert client.get(page("outcome", "changelist", **{lookup: "h"})).status_code == 400


def test_filters_and_links_still_narrow_the_lists(client: Client) -> None:
    log_in(client)
    group = WorkingGroupFactory()
    own = EventFactory(concept=group.concept, group=group, kind=Event.Kind.GROUP_SESSION)
    EventFactory()
    asked = {
        "gruppe": group.pk,
        "concept__id__exact": group.concept_id,
        "kind__exact": "group_session",
        "zeitraum": "kommende",
    }
    assert own.kind == asked["kind__exact"]
    assert listed(client, "event", **asked) == {own}
    phase = PhaseFactory(concept=group.concept)
    for model, query in (
        ("milestones_milestone", {"phase__id__exact": phase.pk}),
        ("milestones_milestone", {"phase__concept__id__exact": group.concept_id, "kind__exact": "resolution"}),
        ("milestones_postponement", {"recorded_at__date__gte": "2026-01-01"}),
        ("participation_idea", {"round__id__exact": 1}),
        ("district_municipality", {"closed_on__isempty": "1"}),
    ):
        assert client.get(reverse(f"admin:{model}_changelist", query=query)).status_code == 200


@pytest.mark.parametrize("change", [{"members-0-DELETE": "on"}, {"members-0-left_on": "1.7.2026"}])
def test_a_chair_does_not_take_a_chair_out(client: Client, change: dict[str, str]) -> None:
    own = WorkingGroupFactory()
    log_in_chair(client, own)
    assert problems(save(client, own, **change)) == [
        "Wer die Gruppe leitet, trägt die Projektkoordination ein und aus."
    ]
    assert Membership.objects.get().left_on is None


# Groups


def test_the_project_office_sets_up_a_group_with_its_chair(client: Client) -> None:
    log_in(client)
    concept, chair, other = ConceptFactory(), UserFactory(role=Role.GROUP_CHAIR), UserFactory(role=Role.MODERATION)
    data = {
        "concept": concept.pk, "name": "Wirtschaft", "slug": "wirtschaft", "order": "1", "task": "Vorschläge.",
        "starts": "Januar 2026", "is_public": "on",
        "field_links-TOTAL_FORMS": "1", "field_links-INITIAL_FORMS": "0",
        "field_links-0-field_of_action": FieldOfActionFactory(concept=concept).pk,
        "members-TOTAL_FORMS": "1", "members-INITIAL_FORMS": "0",
        "members-0-organisation": "Kammer", "members-0-is_chair": "on", "members-0-user": other.pk,
    }  # fmt: skip
    assert len(problems(client.post(page("workinggroup", "add"), data))) == 1  # an account that may not lead
    assert client.post(page("workinggroup", "add"), {**data, "members-0-user": chair.pk}).status_code == 302
    group = WorkingGroup.objects.get()
    assert (group.members.get().user, group.fields_of_action.count()) == (chair, 1)


def test_a_contact_without_consent_is_refused(client: Client) -> None:
    log_in(client)
    response = save(client, MembershipFactory().group, **{"members-0-email": "jemand@example.org"})
    assert problems(response) == ["Ohne Einwilligung werden Name, E-Mail und Telefon nicht gespeichert."]


@pytest.mark.parametrize("role", Role)
def test_members_are_seen_by_who_runs_the_group(client: Client, role: Role) -> None:
    member = MembershipFactory(name="Frau Muster", consented_on=date(2026, 1, 1))
    log_in(client, role)
    html = client.get(page("workinggroup", "change", member.group.pk)).content.decode()
    assert ("Frau Muster" in html) == (role == Role.PROJECT_OFFICE)
    assert ("/history/" in html) == (role == Role.PROJECT_OFFICE)


def test_groups_are_found_by_their_state(client: Client) -> None:
    log_in(client)
    concept = ConceptFactory()
    running = WorkingGroupFactory(concept=concept)
    ahead = WorkingGroupFactory(concept=concept, starts=when("Oktober 2026"))
    done = WorkingGroupFactory(concept=concept, concluded_on=date(2026, 6, 30))
    for state, group in (("running", running), ("planned", ahead), ("concluded", done)):
        assert listed(client, "workinggroup", stand=state) == {group}


# Outcomes


def test_outcomes_are_found_by_what_is_still_to_do(client: Client) -> None:
    log_in(client)
    event = EventFactory()
    of = {"event": event, "kind": "open_point"}
    late = OutcomeFactory(**of, due_on=date(2026, 6, 30))
    ahead = OutcomeFactory(**of, due_on=date(2026, 7, 1), owner="Umweltamt")
    done = OutcomeFactory(**of, due_on=date(2026, 6, 1), done_on=date(2026, 6, 2))
    need = OutcomeFactory(event=event, title="Mehr Busse am Abend")
    assert listed(client, "outcome", stand="offen") == {late, ahead}
    assert listed(client, "outcome", stand="ueberfaellig") == {late}
    assert listed(client, "outcome", stand="erledigt") == {done}
    assert listed(client, "outcome", q="Busse") == {need}
    assert listed(client, "outcome", q="Umweltamt") == {ahead}
    assert listed(client, "outcome", kind__exact="need") == {need}


def test_an_outcome_leads_to_its_minutes_and_to_what_it_became(client: Client) -> None:
    user = log_in(client)
    outcome = OutcomeFactory(item=AgendaItemFactory())
    outcome = OutcomeFactory(event=outcome.item.event, item=outcome.item, released_at=NOW)
    need = NeedFactory(field_of_action__concept=outcome.concept)
    Promotion.objects.create(outcome=outcome, need=need, promoted_by=user)
    html = client.get(page("outcome", "change", outcome.pk)).content.decode()
    assert reverse("admin:workshops_event_minutes", args=[outcome.event_id]) in html
    assert html.count(reverse("admin:catalogue_need_change", args=[need.pk])) == 2  # the button and the field
    assert (
        reverse("admin:catalogue_need_change", args=[need.pk])
        in client.get(page("outcome", "changelist")).content.decode()
    )


def test_a_chair_sees_of_other_groups_what_readers_see(client: Client) -> None:
    own = WorkingGroupFactory()
    log_in_chair(client, own)
    mine = OutcomeFactory(event=EventFactory(concept=own.concept, group=own), group=own)
    draft, public = OutcomeFactory(), OutcomeFactory(released_at=NOW)
    assert listed(client, "outcome") == {mine, public}
    assert listed(client, "outcome", gruppe="eigene") == {mine}
    for outcome, status in ((mine, 200), (public, 200), (draft, 403)):
        assert client.get(page("outcome", "change", outcome.pk)).status_code == status
    assert client.get(page("outcome", "history", public.pk)).status_code == 403


# Finding events


def test_events_are_found_by_day_word_time_and_group(client: Client) -> None:
    log_in(client)
    group = WorkingGroupFactory()
    past = EventFactory(concept=group.concept, date=when("1.6.2026"), group=group, registration_closes_on=None,
                        registration_opens_on=None)  # fmt: skip
    ahead = EventFactory(concept=group.concept, title="Forum Oschatz")
    assert listed(client, "event", q="1. September 2026") == listed(client, "event", q="3. Quartal 2026") == {ahead}
    assert listed(client, "event", q="oschatz") == {ahead}
    assert listed(client, "event", zeitraum="kommende") == {ahead}
    assert listed(client, "event", zeitraum="vergangene") == {past}
    assert listed(client, "event", gruppe=group.pk) == {past}
    assert listed(client, "event", gruppe="kaputt") == {past, ahead}


def a_row(model: str, group: WorkingGroup) -> None:
    """Add a row of which the list shows all there is to show."""
    match model:
        case "event":
            EventFactory(concept=group.concept, group=group)
        case "workinggroup":
            WorkingGroupFactory(concept=group.concept)
        case "outcome":
            outcome = OutcomeFactory(event__concept=group.concept, group=group, released_at=NOW)
            Promotion.objects.create(outcome=outcome, need=NeedFactory(), promoted_by=UserFactory())


@pytest.mark.parametrize("model", ["event", "workinggroup", "outcome"])
@pytest.mark.parametrize("is_chair", [False, True])
def test_a_list_takes_the_same_queries_for_one_and_for_three(client: Client, model: str, is_chair: bool) -> None:
    group = WorkingGroupFactory()
    if is_chair:
        log_in_chair(client, group)
    else:
        log_in(client)
    url = page(model, "changelist")
    a_row(model, group)
    one = queries(client, url)
    a_row(model, group)
    a_row(model, group)
    assert queries(client, url) == one


def test_the_page_of_an_event_takes_the_same_queries_for_one_and_for_three(client: Client) -> None:
    log_in(client)
    event = EventFactory()
    url = page("event", "change", event.pk)

    def add() -> None:
        AgendaItemFactory(event=event)
        PaperFactory(event=event)
        event.field_links.create(field_of_action=FieldOfActionFactory(concept=event.concept))
        MunicipalityFactory()

    add()
    one = queries(client, url)
    add()
    add()
    assert queries(client, url) == one


# Verlauf


def test_verlauf_tells_what_happened_and_to_whom_it_may_tell_what_was_written(client: Client) -> None:
    office = log_in(client)
    event = EventFactory(is_public=False, registration_opens_on=None, registration_closes_on=None)
    RegistrationFactory(event=event)
    send(event, kind=Mailing.Kind.MESSAGE, audience="confirmed", subject="Bitte beachten", text="X", by=office, at=NOW)
    reschedule(event, to=When(when("1.6.2026")), reason="Der Saal ist frei.", by=office, at=NOW)
    hold(event, by=office, at=NOW)
    minutes = write_minutes(begin_minutes(event, at=NOW), summary="Es ging gut.", internal="", seen=0)
    release(minutes, by=office, at=NOW)
    html = client.get(page("event", "history", event.pk)).content.decode()
    for words in ("Der Saal ist frei.", "durchgeführt", "Bitte beachten", "Schritt des Protokolls"):
        assert words in html
    log_in(client, Role.MODERATION)
    html = client.get(page("event", "history", event.pk)).content.decode()
    assert "Der Saal ist frei." in html
    assert "Bitte beachten" not in html


def test_what_was_called_off_is_told_on_its_page(client: Client) -> None:
    event = EventFactory()
    call_off(event, reason="Hochwasser.", feedback_until=date(2026, 9, 20), by=log_in(client), at=NOW)
    html = client.get(page("event", "change", event.pk)).content.decode()
    assert "abgesagt" in html
    assert "20. September 2026" in html
