"""A RabbitMQ broker: a running one, else one started for the test."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from kombu import Connection
from kombu.exceptions import OperationalError

from corredor.bench.parts.own_servers import OwnRabbitMQ

from .own import asked_for


@contextlib.contextmanager
def rabbitmq_broker() -> Iterator[str]:
    """The broker's URL. In a broker that others use too, name queues so that they are your own."""
    if url := _reachable():
        yield url
        return
    with _started() as url:
        yield url


def _reachable() -> str | None:
    if os.environ.get("CORREDOR_OWN_SERVERS") == "1":
        return None
    urls = (os.environ.get("CORREDOR_TEST_BROKER", ""), "amqp://guest:guest@127.0.0.1:5672//")
    return next((url for url in urls if url and _answers(url)), None)


def _answers(url: str) -> bool:
    try:
        with Connection(url, connect_timeout=2) as connection:
            connection.ensure_connection(max_retries=1, timeout=2)
        return True
    except (OSError, OperationalError):
        return False


@contextlib.contextmanager
def _started() -> Iterator[str]:
    folder = Path(tempfile.mkdtemp(prefix="corredor-rabbitmq-"))
    with asked_for(OwnRabbitMQ, folder) as server:
        yield server.url
