"""The servers as pytest fixtures; load them with ``pytest_plugins`` or import them in a conftest."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from corredor.bench.parts.certificate import Certificate, make_certificate
from corredor.engines.webpush import make_vapid_key

from .kannel import Kannel
from .mailbox import Mailbox
from .postgres import postgres_database
from .push_service import PushService
from .rabbitmq import rabbitmq_broker
from .smpp import Carrier

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """For localhost; clients trust ``certificate.cert``."""
    return make_certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def vapid_key(tmp_path: Path) -> Path:
    """A fresh VAPID key file."""
    path = tmp_path / "vapid.pem"
    path.write_bytes(make_vapid_key())
    return path


@pytest.fixture
def push_service(certificate: Certificate) -> Iterator[PushService]:
    """A push service that decrypts."""
    with PushService(certificate) as service:
        yield service


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """An SMTP server without encryption."""
    with Mailbox() as server:
        yield server


@pytest.fixture(scope="session")
def carrier() -> Iterator[Carrier]:
    """The message centre Kannel sends to; the number +13125550199 cannot be reached."""
    with Carrier(fails=frozenset({"+13125550199", "13125550199"})) as centre:
        yield centre


@pytest.fixture(scope="session")
def kannel(carrier: Carrier, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kannel]:
    """The Kannel gateway, bound to ``carrier``."""
    with Kannel(tmp_path_factory.mktemp("kannel"), carrier=carrier) as gateway:
        yield gateway


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """An empty PostgreSQL database."""
    with postgres_database() as url:
        yield url


@pytest.fixture(scope="session")
def broker_url() -> Iterator[str]:
    """A RabbitMQ broker."""
    with rabbitmq_broker() as url:
        yield url


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium."""
    from .chromium import chromium_browser

    with chromium_browser() as browser:
        yield browser
