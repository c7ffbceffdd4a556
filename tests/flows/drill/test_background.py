"""Drills inside the live database: one at a time, stopped, interrupted, erased, and no real person contacted."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from corredor.delivery.models import Delivery, TransactionalMessage
from corredor.flows import drill
from corredor.flows.publish.snapshot import snapshot_path, write_snapshot
from corredor.flows.publish.view import public_view
from corredor.incidents.models import Incident, TimelineEntry
from corredor.incidents.timeline import find_broken_entry
from corredor.intake.models import Report
from corredor.kit.db_rules import guards_of
from corredor.people.enums import Role
from corredor.people.errors import NotAllowed
from corredor.people.models import Address
from corredor.review.models import DrillRun
from corredor.subscriptions.models import Subscription
from corredor.volunteers.models import Volunteer
from tests.factories import make_neighbours, make_user
from tests.servers.deadline import wait_until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _may_be_emptied(transactional_db):
    """The timeline's rules would keep the test database from being emptied; emptying puts them back."""
    yield
    with connection.cursor() as cursor:
        for guard in guards_of("incidents"):
            for statement in guard.drop_sql(connection.vendor):
                cursor.execute(statement)


@pytest.fixture
def steward():
    return make_user("Estela", Role.STEWARD)


def begin(by, speed=60.0):
    return drill.start_drill(scenario="chicago-october", speed=speed, by=by, now=timezone.now())


def stop(run, by):
    drill.stop_drill(by=by, now=timezone.now())
    assert drill.join_drill(run_id=run.pk, timeout_s=30)


def reports_are_in():
    return Report.objects.filter(is_drill=True).exists()


def test_a_drill_plays_beside_real_life_until_it_is_stopped_and_is_erased(steward):
    real = make_neighbours(2)
    before = write_snapshot(now=timezone.now())
    run = begin(steward, speed=600)
    wait_until(reports_are_in, "the first report", limit_s=60)

    playing = drill.get_run(now=timezone.now())
    assert playing is not None
    assert (playing.pk, playing.lane, playing.speed) == (run.pk, 1, 600)
    assert playing.clock_at > timezone.now()  # nothing of it is due for the live machinery
    with pytest.raises(drill.DrillAlreadyRunning):
        begin(steward)
    with pytest.raises(drill.DrillAlreadyRunning):
        drill.erase_drill(by=steward, now=timezone.now())
    stop(run, steward)

    ended = drill.get_run(now=timezone.now())
    assert ended is not None
    assert ended.stopped_at is not None
    assert ended.result is None
    assert snapshot_path().read_bytes() == before
    counts = drill.erase_drill(by=steward, now=timezone.now())
    assert counts["subscriptions"] == 490  # 400 around the places, 90 parents of schools
    assert counts["reports"] >= 1
    assert not Report.objects.exists()
    assert counts["volunteers"] >= 1
    assert not Volunteer.objects.exists()
    assert not Address.objects.filter(is_drill=True).exists()
    assert not Delivery.objects.exists()
    assert not TransactionalMessage.objects.exists()
    assert not Incident.objects.filter(closed_at=None).exists()
    shown = public_view(now=timezone.now(), is_drill=True)
    assert (shown.confirmed, shown.denied, shown.ended, shown.being_checked) == ((), (), (), 0)
    assert list(Subscription.objects.order_by("pk")) == real
    assert TimelineEntry.objects.filter(kind="drill.erased").exists()
    assert find_broken_entry() is None


def test_a_second_drill_begins_with_a_clean_street(steward):
    first = begin(steward)
    wait_until(reports_are_in, "the first report", limit_s=60)
    stop(first, steward)
    second = begin(steward)
    wait_until(lambda: reports_are_in() and DrillRun.objects.get(pk=second.pk).step > 20, "its steps", limit_s=60)
    stop(second, steward)

    assert Subscription.objects.filter(is_drill=True).count() == 490
    assert DrillRun.objects.get(pk=first.pk).erased_at is not None


def test_a_drill_whose_process_died_is_over_and_makes_room(steward):
    now = timezone.now()
    dead = DrillRun.objects.create(scenario="chicago-october", begun_at=now, beat_at=now - timedelta(minutes=5), lane=1)

    found = drill.get_run(run_id=dead.pk, now=now)
    assert found is not None
    assert (found.failed_with, found.lane) == ("ProcessGone", None)
    run = begin(steward)
    stop(run, steward)


def test_only_trained_people_begin_stop_and_erase(steward):
    stranger = make_user("Nadie", Role.OPERATOR)
    with pytest.raises(NotAllowed):
        begin(stranger)
    with pytest.raises(NotAllowed):
        drill.stop_drill(by=stranger, now=timezone.now())
    with pytest.raises(NotAllowed):
        drill.erase_drill(by=stranger, now=timezone.now())
    with pytest.raises(drill.NoDrillRunning):
        drill.stop_drill(by=steward, now=timezone.now())
    with pytest.raises(drill.UnknownScenario):
        drill.start_drill(scenario="nowhere", speed=60, by=steward, now=timezone.now())
    with pytest.raises(ValueError, match="speed"):
        begin(steward, speed=0.001)
    assert not DrillRun.objects.exists()
    assert connection.in_atomic_block is False
