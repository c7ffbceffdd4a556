"""While the database is unavailable, outcomes are kept in memory, and nobody gets a message twice."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.utils import Error, IntegrityError, OperationalError

from corredor.alerts.enums import AlertKind
from corredor.delivery.models import Delivery, LeaderLease, Route
from corredor.delivery.workers import db_errors, db_retry
from corredor.delivery.workers.db_retry import retry_until_written
from corredor.delivery.workers.worker import SteadySender
from tests.delivery.workers.test_kill import subscribe_browsers
from tests.factories import NOW, approve_new_alert, make_confirmed, make_desk


@pytest.fixture(autouse=True)
def _hurried(monkeypatch):
    monkeypatch.setattr(db_retry, "_LONGEST_PAUSE_S", 0.01)
    monkeypatch.setattr(db_retry, "_FIRST_PAUSE_S", 0.01)


def fill_disk(table: str) -> None:
    """The database refuses to write this table as it does when its disk is full."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS "
                "$$ BEGIN RAISE EXCEPTION 'no room' USING ERRCODE = '53100'; END $$"
            )
            cursor.execute(f"CREATE TRIGGER no_room BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION no_room()")
        else:
            cursor.execute("PRAGMA query_only = ON")


def make_room(table: str) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"DROP TRIGGER no_room ON {table}")
            cursor.execute("DROP FUNCTION no_room")
        else:
            cursor.execute("PRAGMA query_only = OFF")


def test_it_tries_until_the_database_takes_it(open_db):
    LeaderLease.objects.create(name="try", until=NOW)
    fill_disk("delivery_leader_lease")
    seen: list[str] = []

    def write() -> int:
        try:
            return LeaderLease.objects.filter(pk="try").update(holder="written")
        except Error as error:
            seen.append(db_errors.name(error))
            make_room("delivery_leader_lease")
            raise

    assert retry_until_written(write) == 1
    assert seen in (["53100"], ["SQLITE_READONLY"])
    assert LeaderLease.objects.get(pk="try").holder == "written"


def test_it_gives_up_in_the_end(open_db):
    def write() -> None:
        raise OperationalError

    with pytest.raises(OperationalError):
        retry_until_written(write, give_up_after_s=0.05)


@pytest.mark.django_db
def test_it_does_not_wait_inside_a_transaction_nor_for_what_is_simply_wrong():
    tries: list[int] = []

    def write(error: type[Error]) -> None:
        tries.append(1)
        raise error

    for error in (OperationalError, IntegrityError):
        with pytest.raises(error):
            retry_until_written(lambda error=error: write(error))
    assert len(tries) == 2


def write_much() -> None:
    for number in range(10_000):
        LeaderLease.objects.update_or_create(pk="try", defaults={"until": NOW})
        LeaderLease.objects.create(name=f"t{number}", holder="x" * 40, until=NOW)


def test_a_full_disk_is_told_from_other_troubles(open_db):
    """SQLite's own word for it, made real by a limit on the size of its file."""
    if connection.vendor == "postgresql":
        LeaderLease.objects.create(name="try", until=NOW)
        fill_disk("delivery_leader_lease")
    else:
        with connection.cursor() as cursor:
            cursor.execute("VACUUM")  # pages that earlier tests have freed would be room enough
            cursor.execute("PRAGMA max_page_count = 1")  # SQLite makes it the present size
    with pytest.raises(OperationalError) as met:
        write_much()
    connection.close()
    if connection.vendor == "postgresql":
        make_room("delivery_leader_lease")

    assert db_errors.is_full(met.value)
    assert db_errors.is_transient(met.value)
    assert not db_errors.is_read_only(met.value)


def test_outcomes_outlive_a_database_that_takes_nothing(open_db, push_service, monkeypatch, push_settings):
    """The disk fills up after messages are out; when there is room again all are written, and none is repeated."""
    desk = make_desk()
    subscribe_browsers(push_service, 60)
    Route.objects.create(channel="PUSH", provider="web_push")
    approve_new_alert(desk, make_confirmed(desk), AlertKind.CONFIRMED)
    Delivery.objects.update(due_at=NOW, expires_at="2100-01-01T00:00Z")
    full: list[int] = []
    waited: list[str] = []

    def fill_when_messages_are_out(execute, sql, params, many, context):
        if sql.startswith("UPDATE delivery_delivery SET state = %s") and not full:
            full.append(push_service.accepted)
            connection.connection.execute(
                "SET transaction_read_only = on" if connection.vendor == "postgresql" else "PRAGMA query_only = ON"
            )
        return execute(sql, params, many, context)

    name = db_errors.name
    monkeypatch.setattr(db_errors, "name", lambda error: waited.append(name(error)) or name(error))
    sender = SteadySender("PUSH", on_invalid=lambda ids: None)
    with connection.execute_wrapper(fill_when_messages_are_out):
        while sender.send_due():
            pass
    sender.close()

    assert full[0] > 0
    assert waited[0] in ("25006", "SQLITE_READONLY")
    assert {len(one.received) for one in push_service.browsers.values()} == {1}
    assert set(Delivery.objects.values_list("state", "outcome_unknown")) == {("SENT", False)}


@pytest.fixture
def push_settings(push_service, vapid_key, settings):
    """Web push that leads to the test's own push service."""
    settings.CORREDOR_PROVIDERS = settings.CORREDOR_PROVIDERS | {"web_push": push_service.settings(vapid_key)}
