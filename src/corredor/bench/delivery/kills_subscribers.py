"""Subscribers of `corredor bench kills`: all with web push around one crossing, and two people at the desk."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from django.utils import timezone

from corredor.bench.parts.installation import prepare_alert, subscribe_phones
from corredor.delivery.models import Delivery
from corredor.engines.webpush import make_vapid_key
from corredor.flows.alert.approve import approve_alert
from corredor.people import address_book
from corredor.people.models import User


def prepare(browsers: Sequence[str], home: Path) -> tuple[int, int]:
    """Create the subscribers and an alert pending its second approval; return its id, and the approver's."""
    now = timezone.now()
    (home / "keys" / "vapid.pem").write_bytes(make_vapid_key())
    alert, approver = prepare_alert(now)
    subscribe_phones(browsers, cell=alert.place.cell, now=now)
    return alert.pk, approver.pk


def approve(alert_id: int, approver_id: int) -> None:
    """Give the second approval: create everyone's row and notify the broker."""
    approve_alert(alert_id=alert_id, by=User.objects.get(pk=approver_id), now=timezone.now())


def list_unknown_outcomes() -> set[int]:
    """Return the numbers of those whose message was in flight when the process, or the database, died."""
    ids = Delivery.objects.filter(outcome_unknown=True).values_list("address_id", flat=True)
    opened = address_book.open_addresses([pk for pk in ids if pk])
    return {int(json.loads(value)["endpoint"].rpartition("/")[2]) for value in opened.values()}


def list_states() -> dict[str, int]:
    """Return the number of rows in each state."""
    return dict(Counter(Delivery.objects.values_list("state", flat=True)))
