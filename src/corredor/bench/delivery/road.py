"""Measure end-to-end latency from the second approval to the phones: real flow, queue, encryption, TLS posts."""

from __future__ import annotations

import os
import time
from typing import Any

from corredor.bench.parts.installation import bench_home, prepare_alert, subscribe_phones
from corredor.bench.parts.push_service import BenchPushService

PEOPLE = 10_000


def run() -> dict[str, Any]:
    """Seconds from the approval to the first, the thousandth and the last of PEOPLE pushes accepted.

    On SQLite in a temporary folder, senders as inside `corredor serve`, the push service in a child
    process on the same machine. ``approve_s`` is the flow alone: the approval and everyone's row.
    """
    with bench_home() as service:
        return _measure(service)


def _measure(service: BenchPushService) -> dict[str, Any]:
    from django.utils import timezone

    from corredor.delivery.models import Delivery
    from corredor.delivery.workers.worker import SenderThreads
    from corredor.flows.alert.approve import approve_alert

    alert, approver = prepare_alert(timezone.now())
    subscribe_phones(service.subscribe(PEOPLE), cell=alert.place.cell, now=timezone.now())
    senders = SenderThreads(on_invalid=lambda ids: None)
    senders.start()
    pressed = time.monotonic()
    approve_alert(alert_id=alert.pk, by=approver, now=timezone.now())
    approved = time.monotonic()
    while service.count() < PEOPLE and time.monotonic() - pressed < 300:
        time.sleep(0.05)
    while Delivery.objects.exclude(state="SENT").exists() and time.monotonic() - pressed < 330:
        time.sleep(0.05)
    settled = time.monotonic()
    senders.stop()
    seen = service.read()
    times = sorted(seen.times_s)
    return {
        "people": PEOPLE,
        "approve_s": round(approved - pressed, 3),
        "to_first_s": round(times[0] - pressed, 3),
        "to_1000th_s": round(times[999] - pressed, 3),
        "to_last_s": round(times[-1] - pressed, 3),
        "to_last_settled_s": round(settled - pressed, 3),
        "pushes_per_s": round((len(times) - 1) / (times[-1] - times[0])),
        "lost": PEOPLE - (len(times) - seen.repeats),
        "doubled": seen.repeats,
        "sample_opened": f"{seen.opened} of {seen.sampled}",
        "machine": f"{os.cpu_count()} cores",
    }
