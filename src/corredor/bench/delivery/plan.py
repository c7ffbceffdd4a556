"""Measure the send plan: its forecast against the real curve, and the delay of the kill switch."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from statistics import median
from typing import Any

from corredor.bench.parts.installation import bench_home, make_person, subscribe_people, write_new_alert
from corredor.bench.parts.push_service import BenchPushService
from corredor.bench.parts.slow_gateway import BenchGateway

# What the network has learnt its rates from (the first send of a process opens connections, so one is not enough);
# each of the others is forecast, sent, and learnt from in turn.
KNOWN_PUSHES, PUSHES = (2_000, 1_000, 4_000), (1_000, 4_000, 8_000, 20_000)
KNOWN_TEXTS, TEXTS = (120,), (60, 300, 200)
TEXTS_PER_S = 40.0  # rate limit of the bench's gateway, as a carrier would have
HALTED = 6_000
_POINTS = (
    (41.8226, -87.7044),
    (41.8520, -87.6905),
    (41.7800, -87.6640),
    (41.9100, -87.6770),
    (41.9500, -87.7050),
    (41.7500, -87.6640),
    (41.8700, -87.7500),
    (41.9300, -87.7600),
    (41.6900, -87.6300),
    (41.7900, -87.7500),
    (41.9700, -87.6600),
    (41.7100, -87.5500),
)
_HALT_POINT = (41.7400, -87.6050)
_LONGEST_S = 300.0


def run() -> dict[str, Any]:
    """Relative error of the forecast time to the last message by channel and size, and the delay of the kill switch.

    ``forecast_error`` is the largest of them, ``forecast_error_from_1_s`` of those that took a second or longer (a plan
    shows whole seconds, and shorter times are dominated by noise). ``to_last_s`` is when the push service or
    gateway had the last message of an alert, from the approver's click. ``kill_switch_s`` counts from the click (or
    from starting the command) to the last push that still arrived.
    """
    with bench_home() as service, BenchGateway(per_s=TEXTS_PER_S) as gateway:
        from django.conf import settings

        from corredor.delivery.workers.worker import SenderThreads

        account = {"url": gateway.url, "user": "bench", "password": "bench", "sender": "8888"}
        settings.CORREDOR_PROVIDERS = settings.CORREDOR_PROVIDERS | {"sms_gateway": account}
        # disable the guards against unusual sends
        settings.AUDIENCE_TIMES_USUAL = settings.APPROVALS_IN_TEN_MINUTES = settings.ALERTS_AN_HOUR = 1000
        from django.utils import timezone

        crew = (make_person("Ana", timezone.now().date()), make_person("Beto", timezone.now().date()))
        senders = SenderThreads(on_invalid=lambda ids: None)
        senders.start()
        points = iter(_POINTS)
        pushes = _forecast("PUSH", KNOWN_PUSHES, PUSHES, points, lambda: service.read().times_s, service, crew)
        texts = _forecast("SMS", KNOWN_TEXTS, TEXTS, points, gateway.read, service, crew)
        switch = _measure_switch(service, *crew, first=sum((*KNOWN_PUSHES, *PUSHES)))
        senders.stop()
    rows = [*pushes.values(), *texts.values()]
    errors = [abs(row["error"]) for row in rows]
    return {
        "forecast_error": max(errors),
        "forecast_error_from_1_s": max(abs(row["error"]) for row in rows if row["to_last_s"] >= 1.0),
        "forecast_error_middle": round(median(errors), 3),
        "pushes": pushes,
        "texts": texts,
        "kill_switch_s": max(switch["desk_s"], switch["command_s"]),
        "kill_switch": switch,
        "machine": f"{os.cpu_count()} cores",
    }


def _forecast(
    channel: str,
    known: tuple[int, ...],
    sizes: tuple[int, ...],
    points: Iterator[tuple[float, float]],
    read: Callable[[], list[float]],
    service: BenchPushService,
    crew: tuple[Any, Any],
) -> dict[str, Any]:
    """Return forecast and result by size; those in ``known`` are only learnt from."""
    first, rows = 0, []
    for size in (*known, *sizes):
        alert = _prepare(service, crew[0], people=size, point=next(points), first=first, channel=channel)
        rows.append((str(size), _send(alert, crew[1], read)))
        first += size
    return dict(rows[len(known) :])


def _send(alert: Any, approver: Any, read: Callable[[], list[float]]) -> dict[str, Any]:
    from django.utils import timezone

    from corredor.delivery.models import Delivery
    from corredor.delivery.providers.rates import learn
    from corredor.flows.alert.approve import approve_alert
    from corredor.flows.alert.forecast import plan_alert

    planned = plan_alert(alert=alert, now=timezone.now())
    before, pressed = len(read()), time.monotonic()
    approve_alert(alert_id=alert.pk, by=approver, now=timezone.now())
    _wait(lambda: not Delivery.objects.filter(alert=alert).exclude(state="SENT").exists(), pressed)
    times = read()
    took = max(times) - pressed
    learn(now=timezone.now())
    return {
        "arrived": len(times) - before,
        "forecast_s": round(planned.last_s, 3),
        "to_last_s": round(took, 3),
        "error": round((planned.last_s - took) / took, 3),
    }


def _prepare(
    service: BenchPushService, writer: Any, *, people: int, point: tuple[float, float], first: int, channel: str
) -> Any:
    """Create a pending alert and ``people`` phones around it, numbered from ``first``."""
    from django.utils import timezone

    now = timezone.now()
    alert = write_new_alert(by=writer, now=now, point=point, words=f"({channel} {first})")
    if channel == "PUSH":
        values, kind, provider = service.subscribe(people, first=first), "PUSH", "web_push"
    else:
        values, kind, provider = (
            [f"+1312{5_550_000 + n}" for n in range(first, first + people)],
            "PHONE",
            "sms_gateway",
        )
    subscribe_people(values, channel=channel, kind=kind, provider=provider, cell=alert.place.cell, now=now)
    return alert


def _measure_switch(service: BenchPushService, writer: Any, approver: Any, *, first: int) -> dict[str, Any]:
    """Halt a running fan-out twice, from the desk and by the command."""
    from django.utils import timezone

    from corredor.flows.alert.approve import approve_alert
    from corredor.flows.alert.halt import end_halt, halt_everything

    alert = _prepare(service, writer, people=HALTED, point=_HALT_POINT, first=first, channel="PUSH")
    before = service.count()
    approve_alert(alert_id=alert.pk, by=approver, now=timezone.now())
    _wait(lambda: service.count() - before > HALTED // 20, time.monotonic())
    pressed = time.monotonic()
    halt_everything(reason="bench", by=approver, now=timezone.now())
    desk_s, stopped_at = _last_after(service, pressed), service.count() - before
    end_halt(by=approver, now=timezone.now())
    _wait(lambda: service.count() - before > stopped_at + HALTED // 20, time.monotonic())
    begun = time.monotonic()
    subprocess.run([sys.executable, "-m", "corredor.commands.main", "halt", "bench"], check=True, capture_output=True)
    command_s, at_end = _last_after(service, begun), service.count() - before
    return {
        "desk_s": round(desk_s, 3),
        "command_s": round(command_s, 3),
        "of": HALTED,
        "out_when_stopped_at_the_desk": stopped_at,
        "out_when_stopped_by_command": at_end,
    }


def _last_after(service: BenchPushService, since: float) -> float:
    """Return seconds from ``since`` to the last push after the halt; 3 s without one end the wait."""
    count, quiet = service.count(), time.monotonic()
    while time.monotonic() - quiet < 3.0:
        time.sleep(0.05)
        if (now := service.count()) != count:
            count, quiet = now, time.monotonic()
    return max(0.0, max(service.read().times_s) - since)


def _wait(look: Any, since: float) -> None:
    while not look() and time.monotonic() - since < _LONGEST_S:
        time.sleep(0.05)
