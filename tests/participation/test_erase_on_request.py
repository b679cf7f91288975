"""The administration erases for somebody who has lost the link."""

from __future__ import annotations

import datetime

import pytest
from django.test import Client
from django.urls import reverse

from district.models import Role
from participation.models import Idea
from tests.factories import IdeaFactory, SubmitterFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_a_clerk_reads_what_goes_and_erases_it(client: Client) -> None:
    clerk = UserFactory(role=Role.MODERATION)
    client.force_login(clerk)
    submitter = SubmitterFactory(confirmed=True, pseudonym="Anna")
    idea: Idea = IdeaFactory(public=True, submitter=submitter)
    address = reverse("admin:participation_idea_erase", args=[idea.pk])

    asked = client.get(address)
    assert idea.reference in asked.text
    idea.refresh_from_db()
    assert idea.text

    done = client.post(address, follow=True)
    assert "Alles, was sich löschen lässt, ist gelöscht." in done.text
    idea = Idea.objects.select_related("submitter").get()
    assert (idea.state, idea.text, idea.submitter.email, idea.submitter.pseudonym) == ("withdrawn", "", "", "")
    assert [step.by for step in idea.steps.filter(kind="erased")] == [clerk]


def test_the_right_to_be_forgotten_does_not_end_with_the_process(client: Client) -> None:
    client.force_login(UserFactory(role=Role.PROJECT_OFFICE))
    idea = IdeaFactory(public=True, round__concept__process_closed_on=datetime.date(2026, 3, 1))
    client.post(reverse("admin:participation_idea_erase", args=[idea.pk]))
    assert Idea.objects.get().text == ""


@pytest.mark.parametrize("role", [Role.DEPARTMENT, Role.PUBLIC_RELATIONS, Role.STEERING_GROUP, Role.SYSTEM])
def test_others_erase_nothing(client: Client, role: Role) -> None:
    client.force_login(UserFactory(role=role))
    idea = IdeaFactory(public=True)
    assert client.post(reverse("admin:participation_idea_erase", args=[idea.pk])).status_code == 403
    assert Idea.objects.get().text
