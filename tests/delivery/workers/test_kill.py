"""The sender is killed fifty times during a fan-out: no delivery is lost, and only those in flight are repeated."""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from corredor.alerts.enums import AlertKind
from corredor.delivery.enums import SendState
from corredor.delivery.models import Delivery, Route
from corredor.engines import hexgrid
from corredor.engines.webpush import make_vapid_key
from corredor.people import address_book
from corredor.people.contact import Contact
from corredor.subscriptions.actions import save_coverage_area
from corredor.subscriptions.enums import Channel
from corredor.subscriptions.models import ContactMethod, Subscription
from tests.factories import NOW, approve_new_alert, make_confirmed, make_desk, make_pin
from tests.servers.deadline import wait_until

PEOPLE = 2000
KILLS = 50


@transaction.atomic
def subscribe_browsers(push_service, count: int) -> None:
    """Confirmed push subscriptions at the place of the incident, made in bulk."""
    pin = make_pin()
    addresses = [
        address_book.save_address(Contact.parse("PUSH", push_service.subscribe().address), now=NOW)
        for _ in range(count)
    ]
    coverage_area = save_coverage_area([hexgrid.cell_of(pin.lat, pin.lon)])
    people = Subscription.objects.bulk_create(
        Subscription(
            coverage_area=coverage_area,
            language="es",
            state="ACTIVE",
            unsubscribe_digest=str(n),
            asked_at=NOW,
            confirmed_at=NOW,
        )
        for n in range(count)
    )
    ContactMethod.objects.bulk_create(
        ContactMethod(subscription=one, kind=Channel.PUSH, address=address, confirmed_at=NOW)
        for one, address in zip(people, addresses, strict=True)
    )


@contextlib.contextmanager
def sender_host(push_service) -> Iterator[subprocess.Popen[str]]:
    """The process that forks senders, on this test's home and database."""
    keys = Path(settings.HOME) / "keys"
    (keys / "vapid.pem").write_bytes(make_vapid_key())
    environment = os.environ | {
        "CORREDOR_TEST_HOME": str(settings.HOME),
        "CORREDOR_TEST_DATABASE_NAME": str(connection.settings_dict["NAME"]),
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "PUSH_ALLOWED_PRIVATE_ORIGINS": push_service.origin,
        "PUSH_CA_FILE": push_service.ca_file,
        "CORREDOR_CONTACT": "mailto:steward@example.org",
    }
    host = subprocess.Popen(
        [sys.executable, "-m", "tests.delivery.workers.sender_host"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
        cwd=Path(__file__).parents[3],
    )
    try:
        yield host
    finally:
        host.stdin.close()
        host.wait(10)


def start_sender(host) -> int:
    host.stdin.write("\n")
    host.stdin.flush()
    return int(host.stdout.readline())


def has_ended(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def test_fifty_kills_lose_nobody_and_repeat_only_those_in_flight(open_db, push_service):
    desk = make_desk()
    subscribe_browsers(push_service, PEOPLE)
    Route.objects.create(channel=Channel.PUSH, provider="web_push")
    alert = approve_new_alert(desk, make_confirmed(desk), AlertKind.CONFIRMED)
    # Rows are due by the wall clock here: the sender is a process of its own.
    assert Delivery.objects.filter(alert=alert).update(due_at=NOW, expires_at="2100-01-01T00:00Z") == PEOPLE
    browsers = list(push_service.browsers.values())
    # Before the sender hears of this many acceptances it is dead.
    moments = sorted(random.Random(20251004).sample(range(1, PEOPLE), KILLS))
    alive: list[int] = []

    def kill_at(accepted: int) -> None:
        if alive and moments and accepted >= moments[0]:
            moments.pop(0)
            os.kill(alive.pop(), signal.SIGKILL)

    push_service.on_accepted = kill_at
    in_flight: set[int] = set()
    with sender_host(push_service) as host:
        for _ in range(KILLS):
            pid = start_sender(host)
            alive.append(pid)
            wait_until(lambda pid=pid: has_ended(pid), "the sender to be killed", limit_s=30)
            in_flight |= set(Delivery.objects.filter(state=SendState.CLAIMED).values_list("address_id", flat=True))
        pid = start_sender(host)
        wait_until(lambda: not Delivery.objects.exclude(state=SendState.SENT).exists(), "everyone", limit_s=60)
        os.kill(pid, signal.SIGTERM)

    counts = {browser.address: len(browser.received) for browser in browsers}
    doubled = {address for address, count in counts.items() if count > 1}
    flying = set(address_book.open_addresses(in_flight).values())
    assert moments == []
    assert min(counts.values()) == 1
    assert {endpoint_of(address) for address in doubled} <= {endpoint_of(address) for address in flying}


def endpoint_of(address: str) -> str:
    return str(json.loads(address)["endpoint"])
