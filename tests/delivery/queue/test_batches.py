"""Announcements to the broker: one batch per thousand rows of a channel, the first of each channel first."""

from __future__ import annotations

from datetime import timedelta

import pytest

from corredor.alerts.enums import AlertKind
from corredor.delivery.models import Delivery
from corredor.delivery.queue import batches
from tests.factories import NOW, approve_new_alert, make_confirmed, make_neighbours

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _few(monkeypatch):
    monkeypatch.setattr(batches, "ROWS", 3)
    monkeypatch.setattr(batches, "MOST", 4)


def announced() -> list[tuple[str, int, int]]:
    return [(one.channel, one.number, one.of) for one in batches.list_due(now=LATER)]


def test_nothing_due_is_no_slice():
    assert announced() == []


def test_as_many_as_the_rows_need_and_never_more_than_the_most(desk):
    make_neighbours(7)
    make_neighbours(40, prefix="s", channel="SMS")
    approve_new_alert(desk, make_confirmed(desk), AlertKind.CONFIRMED)

    assert sorted(announced()) == [("EMAIL", n, 3) for n in (1, 2, 3)] + [("SMS", n, 4) for n in (1, 2, 3, 4)]
    assert announced()[:2] == [("SMS", 1, 4), ("EMAIL", 1, 3)]


def test_what_is_not_due_yet_or_too_old_is_not_announced(desk):
    make_neighbours(3)
    approve_new_alert(desk, make_confirmed(desk), AlertKind.CONFIRMED)
    Delivery.objects.update(due_at=LATER + timedelta(seconds=1))
    assert announced() == []

    Delivery.objects.update(due_at=NOW, expires_at=LATER)
    assert announced() == []
