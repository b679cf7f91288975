"""Fills a round with published ideas, a million if need be: made up by PostgreSQL itself, the same each time."""

from __future__ import annotations

import datetime
from random import Random
from typing import Any, Final

from django.db import connection
from django.utils import timezone

from district.models import Concept, FieldOfAction, Municipality, User
from participation.models import Assessment, Round
from participation.models.assessments import Decision

SLUG: Final = "messung"
# Rows of one transaction: what the database remembers to check at its end shall fit into memory.
AT_ONCE: Final = 50_000

# Compound words, as German makes them: some of them stand in many ideas, most in few.
BEGINNINGS: Final = (
    "Rad Fuß Bus Bahn Schul Spiel Markt Dorf Stadt Wald Wasser Sport Kinder Jugend Senioren Gemeinde Vereins Feuerwehr "
    "Kultur Heimat Land Straßen Brücken Garten Energie Solar Wind Klima Umwelt Tier Blumen Baum Obst Ufer See Fluss Mühlen "
    "Park Haus Wohn Gewerbe Handwerks Bau Funk Post Bürger Arzt Pflege Gesundheits Ferien Musik Kunst Theater Lese Lern "
    "Tages Abend Nacht Winter Sommer"
)
ENDINGS: Final = (
    "weg platz halle haus treff anlage verkehr netz plan angebot laden markt fest garten schule zentrum verein stelle "
    "linie brücke straße fläche raum werkstatt station rat beirat preis karte börse bank tafel beleuchtung förderung "
    "beratung versorgung sanierung verbindung querung"
)
VERBS: Final = (
    "ausbauen erneuern beleuchten sichern öffnen erhalten anlegen bepflanzen verbinden verlängern fördern sanieren "
    "begrünen prüfen beschildern entsiegeln"
)
FILLERS: Final = (
    "und für die Menschen im Ort mit mehr Platz damit alle Kinder sicher zur Schule kommen weil heute viele Autos zu "
    "schnell fahren auch abends am Wochenende barrierefrei gemeinsam neue Bäume gute Ideen unsere Region seit Jahren "
    "fehlt eine Lösung wir wünschen uns dass"
)
COMMON_WORD: Final = "Glasfaser"  # in each twentieth idea
RARE_WORD: Final = "Bücherbus"  # in each two-hundredth

_TABLES: Final = ("submitter", "idea", "ideastep", "comment")

_SUBMITTERS: Final = """
    INSERT INTO participation_submitter (key, pseudonym, email, postal_address, language, created_at)
    SELECT md5('submitter-' || n)::uuid, CASE WHEN n %% 3 = 0 THEN 'Bürger ' || n ELSE '' END, '', '', 'de', %(now)s
    FROM generate_series(%(first)s, %(last)s) AS n
"""
# `chance` looks random and follows from n; its powers make some words common and most rare, some ideas liked and most not.
_IDEAS: Final = """
    INSERT INTO participation_idea (
        key, round_id, title, text, original_title, original_text, field_of_action_id, municipality_id,
        latitude, longitude, is_everywhere, state, source, source_note, submitter_id, has_links, assessment_id,
        submitted_at, checked_at, published_at, answered_at, support_count, comment_count
    )
    SELECT
        md5('idea-' || n)::uuid, %(round)s, title.words, body.words, '', '',
        (%(fields)s)[1 + n %% %(field_count)s],
        CASE WHEN n %% 10 > 0 THEN (%(municipalities)s)[1 + n / 7 %% %(municipality_count)s] END,
        CASE WHEN n %% 10 > 4 THEN 51.2 + chance * 0.5 END, CASE WHEN n %% 10 > 4 THEN 12.2 + chance * 0.9 END,
        n %% 10 = 0, standing.state, 'online', '', submitter.id, false,
        CASE WHEN standing.state = 'answered' THEN (%(assessments)s)[1 + n / 10 %% %(assessment_count)s] END,
        day.at - interval '2 days', day.at, day.at,
        CASE WHEN standing.state = 'answered' THEN day.at + interval '30 days' END,
        floor(power(chance, 6) * 500)::int, CASE WHEN n %% 5 = 0 THEN 1 ELSE 0 END
    FROM generate_series(%(first)s, %(last)s) AS n
    CROSS JOIN LATERAL (SELECT (hashint8(n::bigint) & 2147483647) / 2147483648::float8 AS chance) AS luck
    CROSS JOIN LATERAL (SELECT %(now)s - interval '31 days' - chance * interval '365 days' AS at) AS day
    CROSS JOIN LATERAL (
        SELECT CASE WHEN n %% 10 < 7 THEN 'published' WHEN n %% 10 = 7 THEN 'in_review' ELSE 'answered' END AS state
    ) AS standing
    CROSS JOIN LATERAL (
        SELECT (%(compounds)s)[1 + floor(power(chance, 2) * %(compound_count)s)::int] || ' '
            || (%(verbs)s)[1 + n %% %(verb_count)s] AS words
    ) AS title
    CROSS JOIN LATERAL (
        SELECT string_agg(
            CASE WHEN h %% 5 < 3 THEN (%(fillers)s)[1 + h / 5 %% %(filler_count)s]
            ELSE (%(compounds)s)[1 + floor(power(h / 2147483648::float8, 2) * %(compound_count)s)::int] END,
            ' ' ORDER BY k
        ) || CASE WHEN n %% 20 = 0 THEN ' ' || %(common)s ELSE '' END
          || CASE WHEN n %% 200 = 0 THEN ' ' || %(rare)s ELSE '' END || '.' AS words
        FROM (SELECT k, hashint8(n::bigint * 1000 + k) & 2147483647 AS h FROM generate_series(1, 40 + n %% 40) AS k) AS picks
    ) AS body
    JOIN participation_submitter AS submitter ON submitter.key = md5('submitter-' || n)::uuid
"""
_STEPS: Final = """
    INSERT INTO participation_ideastep (idea_id, kind, audience, note, at)
    SELECT idea.id, step.kind, 'public', '', step.at
    FROM participation_idea AS idea
    CROSS JOIN LATERAL (
        VALUES ('received', idea.submitted_at), ('published', idea.published_at),
            ('in_review', CASE WHEN idea.state <> 'published' THEN idea.published_at + interval '10 days' END),
            ('answered', idea.answered_at)
    ) AS step (kind, at)
    WHERE idea.round_id = %(round)s AND idea.id > %(newest)s AND step.at IS NOT NULL
"""
_COMMENTS: Final = """
    INSERT INTO participation_comment (
        idea_id, key, text, submitter_id, state, decline_note, has_links, submitted_at, checked_at, published_at
    )
    SELECT id, md5('comment-' || id)::uuid, 'Das wünsche ich mir auch, am besten bald.', submitter_id, 'published', '',
        false, published_at, published_at, published_at
    FROM participation_idea WHERE round_id = %(round)s AND id > %(newest)s AND comment_count > 0
"""


def round_of_ideas() -> Round:
    """Return the round that is measured, of the concept that is being worked on; it runs today."""
    concept = Concept.objects.public().in_progress().first()
    if concept is None:
        raise RuntimeError("The sample data have no public concept in progress.")
    today = timezone.localdate()
    asked, _is_new = Round.objects.get_or_create(
        concept=concept,
        slug=SLUG,
        defaults={
            "title": "Messung",
            "question": "Wie schnell ist diese Seite?",
            "opens_on": today - datetime.timedelta(days=400),
            "closes_on": today + datetime.timedelta(days=400),
            "is_public": True,
        },
    )
    return asked


def fill(asked: Round, *, up_to: int) -> None:
    """Add ideas until the round has so many.

    The triggers rest meanwhile: nobody moved these rows, and their audit trail would take as long again.
    """
    present = asked.ideas.count()
    choices = _choices(asked)
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        for table in _TABLES:
            cursor.execute(f"ALTER TABLE participation_{table} DISABLE TRIGGER USER")
        for first in range(present + 1, up_to + 1, AT_ONCE):
            cursor.execute("SELECT coalesce(max(id), 0) FROM participation_idea")
            (newest,) = cursor.fetchone()
            numbers = {"first": first, "last": min(first + AT_ONCE - 1, up_to), "newest": newest}
            for statement in (_SUBMITTERS, _IDEAS, _STEPS, _COMMENTS):
                cursor.execute(statement, choices | numbers)
        for table in _TABLES:
            cursor.execute(f"ALTER TABLE participation_{table} ENABLE TRIGGER USER")
            cursor.execute(f"VACUUM ANALYZE participation_{table}")
        cursor.execute("SELECT district_count_change()")
        cursor.execute("RESET statement_timeout")


def _choices(asked: Round) -> dict[str, Any]:
    """Return what ideas are made of, each list with its length."""
    verbs, fillers = VERBS.split(), FILLERS.split()
    compounds = [beginning + ending for beginning in BEGINNINGS.split() for ending in ENDINGS.split()]
    Random(SLUG).shuffle(compounds)
    fields = list(FieldOfAction.objects.filter(concept=asked.concept).values_list("pk", flat=True))
    municipalities = list(Municipality.objects.existing().values_list("pk", flat=True))
    assessments = _assessments(asked)
    return {
        "round": asked.pk,
        "now": timezone.now(),
        "fields": fields,
        "field_count": len(fields),
        "municipalities": municipalities,
        "municipality_count": len(municipalities),
        "assessments": assessments,
        "assessment_count": len(assessments),
        "compounds": compounds,
        "compound_count": len(compounds),
        "verbs": verbs,
        "verb_count": len(verbs),
        "fillers": fillers,
        "filler_count": len(fillers),
        "common": COMMON_WORD,
        "rare": RARE_WORD,
    }


def _assessments(asked: Round) -> list[int]:
    """Return a released weighing for each decision."""
    drafter, releaser = (User.objects.get_or_create(email=f"messung{number}@example.org")[0] for number in (1, 2))
    released = [
        Assessment.objects.get_or_create(
            round=asked,
            decision=decision,
            defaults={
                "summary": "Gewünscht wird etwas Neues.",
                "reason": "Wir haben den Vorschlag geprüft und mit den Gemeinden besprochen.",
                "state": Assessment.State.RELEASED,
                "drafted_by": drafter,
                "submitted_by": drafter,
                "released_by": releaser,
                "released_at": timezone.now(),
            },
        )[0]
        for decision in Decision.values
    ]
    return [assessment.pk for assessment in released]
