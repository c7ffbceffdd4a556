"""Fixtures for the journeys."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection

from corredor.flows.run.ready import STAGES
from corredor.kit.db_rules import guards_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from .desk_screens import Screens
    from .visitor import Visitors


@pytest.fixture(autouse=True)
def _patience() -> None:
    """A step that takes long on a busy machine is no fault; one that never comes is, after this."""
    playwright = pytest.importorskip("playwright.sync_api")
    playwright.expect.set_options(timeout=20_000)


@pytest.fixture
def emptied(transactional_db: None) -> Iterator[None]:
    """The database's own rules would keep it from being emptied after a test; emptying puts them back."""
    yield
    with connection.cursor() as cursor:
        for stage in STAGES:
            for guard in guards_of(stage):
                for statement in guard.drop_sql(connection.vendor):
                    cursor.execute(statement)


@pytest.fixture
def screens(chromium: Browser, emptied: None, live_server: Any) -> Iterator[Screens]:
    """Windows at the desk of a running server; no page may have thrown or asked another host."""
    from .desk_screens import Screens

    opened = Screens(chromium, live_server.url)
    yield opened
    opened.close()
    assert opened.troubles == []
    assert opened.hosts <= {live_server.url.split("/")[2]}


@pytest.fixture
def visitors(chromium: Browser, emptied: None, live_server: Any, settings: Any, tmp_path: Any) -> Iterator[Visitors]:
    """Phones at the public pages of a running server; no page may have thrown or asked another host."""
    from .visitor import Visitors

    settings.PUBLIC_SNAPSHOT, settings.PHOTO_ROOT = tmp_path / "public", tmp_path / "photos"
    settings.BASE_URL = live_server.url
    opened = Visitors(chromium, live_server.url)
    yield opened
    opened.close()
    assert opened.troubles == []
    assert opened.hosts <= {live_server.url.split("/")[2], ""}
