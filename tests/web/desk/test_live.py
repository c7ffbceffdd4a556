"""The poll: 304 without changes, and updates after a colleague's action."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from corredor.flows.incident.claim import claim_incident
from tests.web.shown import shown


def poll(seat, tag="", **selection):
    query = "&".join(f"{key}={value}" for key, value in selection.items())
    return seat.get(f"/desk/live/?{query}", **({"If-None-Match": tag} if tag else {}))


def test_unchanged_is_304_without_a_body(seats, incident):
    first = poll(seats["operator"], incident=incident.slug, tab="check")
    again = poll(seats["operator"], first["ETag"], incident=incident.slug, tab="check")
    assert first.status_code == 200
    assert again.status_code == 304
    assert again.content == b""


def test_a_new_report_ends_the_silence(seats, report):
    tag = poll(seats["operator"])["ETag"]
    report("agentes", where_words="rockwell y cermak")
    answer = poll(seats["operator"], tag)
    assert answer.status_code == 200
    assert "rockwell y cermak" in answer.content.decode()


def test_a_colleague_s_claim_is_seen(seats, desk, incident):
    tag = poll(seats["operator"], incident=incident.slug, tab="check")["ETag"]
    claim_incident(incident_id=incident.pk, by=desk["verifier"], now=timezone.now())
    answer = poll(seats["operator"], tag, incident=incident.slug, tab="check")
    assert "Beto is on it" in answer.content.decode()


def test_another_selection_is_another_screen(seats, incident):
    tag = poll(seats["operator"])["ETag"]
    assert poll(seats["operator"], tag, incident=incident.slug).status_code == 200


def test_a_drill_does_not_answer_for_the_live_desk(seats):
    tag = poll(seats["operator"], world="drill")["ETag"]
    assert poll(seats["operator"], tag).status_code == 200


def test_the_poll_draws_around_what_people_type(seats, incident):
    body = shown(poll(seats["verifier"], incident=incident.slug, tab="check").content.decode())
    assert '<hx-partial hx-target="#pane" hx-swap="innerMorph">' in body
    assert "hx-morph-skip" in body


def test_an_unchanged_poll_asks_the_database_little(seats, incident):
    tag = poll(seats["operator"], incident=incident.slug, tab="check")["ETag"]
    with CaptureQueriesContext(connection) as queries:
        assert poll(seats["operator"], tag, incident=incident.slug, tab="check").status_code == 304
    # the network's clock, session, user, its listed session, its factor, the day, two for roles, two for the version
    assert len(queries) <= 10, [query["sql"][:90] for query in queries]


@pytest.mark.parametrize("path", ["/desk/live/", "/desk/live/?incident={slug}&tab=check"])
def test_a_screen_asks_no_more_for_more_rows(seats, desk, report, incident, path):
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert seats["operator"].get(path.format(slug=incident.slug)).status_code == 200
        return len(queries)

    report("uno", where_words="a")
    one = count()
    for number in range(3):
        report(f"cosa distinta {number} {'xyz'[number] * 9}", where_words=f"lugar {number}")
    assert count() == one


def test_signed_out_elsewhere_is_401_for_a_poll(seats):
    seats["operator"].client.logout()
    assert poll(seats["operator"]).status_code == 401
