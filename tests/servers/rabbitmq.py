"""A RabbitMQ broker: one that runs here, else one started for the test."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from kombu import Connection
from kombu.exceptions import OperationalError

from .binary import free_port, need_binary
from .deadline import wait_until
from .process import running


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
    server = need_binary(
        "rabbitmq-server", package="rabbitmq-server", places=("/usr/lib/rabbitmq/bin", "/usr/lib/rabbitmq/lib/*/sbin")
    )
    with tempfile.TemporaryDirectory(prefix="corredor-rabbitmq-", ignore_cleanup_errors=True) as name:
        folder, port = Path(name), free_port()
        (folder / "enabled_plugins").write_text("[].\n")
        (folder / "rabbitmq.conf").write_text(f"listeners.tcp.local = 127.0.0.1:{port}\nlog.console = true\n")
        environment = {
            "HOME": name,
            "RABBITMQ_NODENAME": f"corredor{port}@localhost",
            "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "enabled_plugins"),
            "RABBITMQ_MNESIA_BASE": str(folder / "mnesia"),
            "RABBITMQ_LOG_BASE": str(folder / "log"),
            "RABBITMQ_PID_FILE": str(folder / "pid"),
            "RABBITMQ_DIST_PORT": str(free_port()),
        }
        with running([server], log=folder / "out.log", environment=environment):
            url = f"amqp://guest:guest@127.0.0.1:{port}//"
            wait_until(lambda: _answers(url), "RabbitMQ", limit_s=60)
            yield url
