"""PostgreSQL's disk is full: the self-check reports it, and reports recovery."""

from __future__ import annotations

from django.utils import timezone

from corredor.delivery.workers.leader_lease import try_writing
from corredor.flows.run.self_check.database import check_writing
from tests.delivery.workers.test_db_retry import fill_disk, make_room


def test_a_full_disk_is_named_and_forgotten(open_db):
    try_writing()
    fill_disk("delivery_leader_lease")
    (full,) = check_writing(timezone.now())
    make_room("delivery_leader_lease")
    (well,) = check_writing(timezone.now())

    assert (full.level, well.level) == ("BAD", "GOOD")
    assert "disk of the database is full" in full.words
