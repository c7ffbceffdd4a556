"""Tests that need PostgreSQL and RabbitMQ together; collected when the tests run on PostgreSQL (tests/postgres)."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.utils import timezone

from corredor.alerts.enums import AlertKind
from corredor.bench.delivery.kills_processes import list_children
from corredor.bench.parts.own_servers import OwnRabbitMQ
from corredor.delivery.models import Delivery, Route
from corredor.delivery.workers import broker as delivery_broker
from corredor.delivery.workers.broker import count_waiting
from corredor.engines.webpush import make_vapid_key
from tests.commands.installation import Installation
from tests.delivery.workers.test_kill import subscribe_browsers
from tests.factories import approve_new_alert, make_confirmed, make_desk
from tests.servers.deadline import wait_until
from tests.servers.own import asked_for
from tests.servers.process import running

if not os.environ.get("CORREDOR_TEST_DATABASE_URL"):
    collect_ignore_glob = ["test_*.py"]

PEOPLE = 60


@pytest.fixture(scope="session")
def rabbitmq(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnRabbitMQ]:
    """A broker that may be killed."""
    with asked_for(OwnRabbitMQ, tmp_path_factory.mktemp("rabbitmq")) as server:
        yield server


@pytest.fixture
def broker(rabbitmq: OwnRabbitMQ, settings) -> OwnRabbitMQ:
    """The broker, up, with empty queues, known to this process."""
    if not rabbitmq.is_running():
        rabbitmq.start()
    settings.BROKER_URL = rabbitmq.url
    count_waiting("PUSH")  # makes the queue
    empty_queue()
    return rabbitmq


@pytest.fixture
def installation(open_db, broker, push_service) -> Installation:
    """The real program's settings, on this test's database."""
    kept = connection.settings_dict
    home = Path(django_settings.HOME)
    (home / "keys" / "vapid.pem").write_bytes(make_vapid_key())
    return Installation(
        home,
        DJANGO_SETTINGS_MODULE="corredor.config.settings",
        DATABASE_URL=f"postgresql://{kept['USER']}@{kept['HOST']}:{kept['PORT']}/{kept['NAME']}",
        BROKER_URL=broker.url,
        PUSH_ALLOWED_PRIVATE_ORIGINS=push_service.origin,
        PUSH_CA_FILE=push_service.ca_file,
        CORREDOR_CONTACT="mailto:steward@example.org",
        CORREDOR_LOG="WARNING",
    )


@pytest.fixture
def workers(installation, tmp_path):
    """Starts `corredor worker --methods PUSH`; returns the process that was begun."""
    with contextlib.ExitStack() as stack:

        def start(*words: str):
            command = ["-m", "corredor.commands.main", "worker", "--channels", "PUSH", *words]
            log = tmp_path / f"worker-{len(list(tmp_path.iterdir()))}.log"
            started = running([sys.executable, *command], log=log, environment=installation.environment)
            return stack.enter_context(started)

        yield start


@pytest.fixture
def approve(open_db, push_service):
    """Sixty phones, and the second yes to a warning for them."""
    desk = make_desk()
    subscribe_browsers(push_service, PEOPLE)
    Route.objects.create(channel="PUSH", provider="web_push")
    now = timezone.now()  # workers go by the database's clock
    incident = make_confirmed(desk, now=now)

    def approve() -> None:
        approve_new_alert(desk, incident, AlertKind.CONFIRMED, now=now)
        assert Delivery.objects.count() == PEOPLE

    return approve


def empty_queue() -> None:
    """What a broker does that loses everything it had."""
    with delivery_broker.get_app().connection_for_read() as line:
        line.default_channel.queue_purge(delivery_broker.queue_name("PUSH"))


def is_listened_to() -> bool:
    """Whether a worker waits on the queue."""
    with contextlib.suppress(*delivery_broker.UNREACHABLE):
        return count_waiting("PUSH")[1] > 0
    return False


def wait_for_all() -> None:
    """Until every row is sent."""
    wait_until(lambda: not Delivery.objects.exclude(state="SENT").exists(), "everyone", limit_s=60)


def wait_for_child(pool) -> int:
    """The process that the pool has begun."""
    return wait_until(lambda: list_children(pool.pid), "a worker process", limit_s=30)[0]


def kill(pid: int) -> None:
    """Without a word."""
    os.kill(pid, signal.SIGKILL)
