"""Measure a hundred thousand web pushes against pre-encrypted bodies and pywebpush, in one run."""

from __future__ import annotations

import gc
import os
import statistics
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from corredor.bench.parts.installation import bench_home, prepare_alert, subscribe_phones
from corredor.bench.parts.push_service import BenchPushService
from corredor.channels.outgoing import Request
from corredor.channels.push.encoders import Chunk, Encoders
from corredor.channels.push.maker import Made

from . import encode

if TYPE_CHECKING:
    from corredor.channels.base import Message, Provider

PEOPLE = 100_000
ROUNDS = 3  # of ours and of pre-encrypted bodies, interleaved: the speed of a shared machine varies
_PEER = 600  # messages sent by pywebpush, sequentially as its function does
_MOST_S = 600.0


def run() -> dict[str, Any]:
    """Send PEOPLE pushes through the real queue: claimed, addresses decrypted, encrypted, posted over TLS, recorded.

    ``pushes_per_s`` counts from the wake-up to the last row settled, the median of ROUNDS. ``vs_ready_made``
    compares with the same sender, queue and client posting pre-encrypted bodies; ``vs_pywebpush``
    with ``webpush()`` as documented, and ``vs_pywebpush_session`` with a persistent ``requests`` session passed
    to it. The push service runs on the same machine and uses its share of the cores. ``lost`` and ``doubled``
    count all rounds.
    """
    encoding = encode.run()  # first, while the machine does nothing else
    with bench_home() as service:
        measured = _measure(service)
    measured["encode_vs_pywebpush"] = encoding["encode_vs_pywebpush"]
    measured["encode_vs_ecdh"] = encoding["encode_vs_ecdh"]
    return {**measured, "encode": encoding, "machine": f"{os.cpu_count()} cores"}


def _measure(service: BenchPushService) -> dict[str, Any]:
    from django.conf import settings
    from django.utils import timezone

    from corredor.channels.catalogue import build_provider
    from corredor.flows.alert.approve import approve_alert

    alert, approver = prepare_alert(timezone.now())
    subscribe_phones(service.subscribe(PEOPLE), cell=alert.place.cell, now=timezone.now())
    begun = time.monotonic()
    approve_alert(alert_id=alert.pk, by=approver, now=timezone.now())
    rows_s = time.monotonic() - begun
    ours, ready = [], []
    ready_made = _ready_made_provider()
    for _ in range(ROUNDS):
        ours.append(_send_all(service, lambda name: build_provider(name, settings.CORREDOR_PROVIDERS)))
        ready.append(_send_all(service, ready_made))
    ours_s, ready_s = (statistics.median(took_s for took_s, _ in rounds) for rounds in (ours, ready))
    all_seen = [seen for _, seen in (*ours, *ready)]
    plain_per_s, session_per_s = _measure_pywebpush(service)
    per_s = PEOPLE / ours_s
    return {
        "people": PEOPLE,
        "pushes_per_s": round(per_s),
        "vs_pywebpush": round(per_s / plain_per_s, 1),
        "vs_pywebpush_session": round(per_s / session_per_s, 1),
        "vs_ready_made": round(ready_s / ours_s, 3),
        "lost": sum(PEOPLE - (len(seen.times_s) - seen.repeats) for seen in all_seen),
        "doubled": sum(seen.repeats for seen in all_seen),
        "sample_opened": "{} of {}".format(*map(sum, zip(*((s.opened, s.sampled) for _, s in ours), strict=True))),
        "approve_s": round(rows_s, 3),
        "ready_made_per_s": round(PEOPLE / ready_s),
        "rounds_per_s": {
            name: [round(PEOPLE / took_s) for took_s, _ in rounds]
            for name, rounds in (("ours", ours), ("ready_made", ready))
        },
        "pywebpush_per_s": round(plain_per_s),
        "pywebpush_session_per_s": round(session_per_s),
    }


def _send_all(service: BenchPushService, build: Callable[[str], Provider]) -> tuple[float, Any]:
    """Return (seconds until every row is settled, what the service received). Every row is due at the start."""
    from django.db.models import Q

    from corredor.delivery.models import Delivery
    from corredor.delivery.workers.worker import SenderThreads

    _make_due()
    senders = SenderThreads(on_invalid=lambda ids: None, channels=["PUSH"], build=build)
    begun = time.monotonic()
    senders.start()
    waiting = Delivery.objects.filter(Q(state="DUE") | Q(state="CLAIMED"))
    while time.monotonic() - begun < _MOST_S and (service.count() < PEOPLE or waiting.exists()):
        time.sleep(0.1)
    took_s = time.monotonic() - begun
    senders.stop()
    seen = service.read()
    service.forget()
    return took_s, seen


def _make_due() -> None:
    from django.utils import timezone

    from corredor.delivery.models import Delivery

    Delivery.objects.update(state="DUE", due_at=timezone.now(), claimed_by="", settled_at=None, attempts=0)


def _ready_made_provider() -> Callable[[str], Provider]:
    """Build the same channel, but with every request made beforehand."""
    from django.conf import settings

    from corredor.channels.push.provider import WebPushProvider
    from corredor.delivery.models import Delivery
    from corredor.delivery.queue.claim import Claimed
    from corredor.delivery.queue.message import build_alert_messages

    values = settings.CORREDOR_PROVIDERS["web_push"]
    maker = WebPushProvider.from_mapping(values).maker
    fields = ("pk", "alert_id", "subscription_id", "address_id", "language", "attempts")
    rows = [Claimed(*row) for row in Delivery.objects.order_by("pk").values_list(*fields)]
    requests: dict[int, Request] = {}
    for start in range(0, len(rows), 1000):
        messages, _ = build_alert_messages(rows[start : start + 1000])
        requests |= {made.key: made for made in maker.make_many(messages) if isinstance(made, Request)}
    gc.freeze()  # so that the garbage collector does not scan them during the measurement

    def build(_name: str) -> Provider:
        provider = WebPushProvider.from_mapping(values)
        provider.encoders = _ReadyMade(requests)
        return provider

    return build


class _ReadyMade(Encoders):
    """Stand-in for the encoders that returns the prepared requests."""

    def __init__(self, requests: dict[int, Request]) -> None:
        self._requests = requests

    are_up = False

    def chunk_size(self, *, made: int) -> int:
        """Return the chunk size of the real encoder processes."""
        return 100

    def submit(self, messages: Sequence[Message]) -> Chunk:
        """Return the chunk's requests immediately."""
        made: list[Made] = [self._requests[message.delivery_id] for message in messages]
        return Chunk(lambda: made)

    def close(self) -> None:
        """Do nothing."""


def _measure_pywebpush(service: BenchPushService) -> tuple[float, float]:
    """Return (posts a second as documented, and with a persistent session)."""
    import json

    import requests  # pywebpush's own
    from django.conf import settings
    from pywebpush import webpush

    values = settings.CORREDOR_PROVIDERS["web_push"]
    os.environ["REQUESTS_CA_BUNDLE"] = service.ca_file
    data = json.dumps({"title": "Confirmado por vecinos capacitados", "body": "x" * 560})
    people = [json.loads(one) for one in service.subscribe(_PEER)]

    def rate(session: Any) -> float:
        begun = time.monotonic()
        for person in people:
            webpush(
                person,
                data,
                vapid_private_key=str(values["vapid_key_path"]),
                vapid_claims={"sub": "mailto:bench@example.org"},
                ttl=60,
                requests_session=session,
            )
        return _PEER / (time.monotonic() - begun)

    with requests.Session() as session:
        return rate(None), rate(session)
