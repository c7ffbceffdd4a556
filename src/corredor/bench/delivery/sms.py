"""Measure texts through a real Kannel against its own maximum rate, and whether every receipt matches its row."""

from __future__ import annotations

import asyncio
import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corredor.bench.parts.installation import make_person, subscribe_people, write_new_alert
from corredor.bench.parts.kannel import PASSWORD, USER, running_kannel, wait_for_port
from corredor.bench.parts.own_servers import free_port
from corredor.bench.parts.smpp_carrier import BenchCarrier, Carried
from corredor.commands.output import forget_database, set_up_django

if TYPE_CHECKING:
    from corredor.alerts.models import Alert

PEOPLE = 3_000
ROUNDS = 2  # of each, interleaved: the gateway's own rate is the better of its rounds
CONNECTIONS = 8
_TOKEN = "only-on-this-computer"  # noqa: S105 -- protects only the bench's own pages
_LIMIT_S = 240.0


def run() -> dict[str, Any]:
    """Texts a second that reach the carrier: through our queue and sender, and as prepared requests to that Kannel.

    On SQLite in a temporary folder; the senders in this process, the pages that take the receipts in a child
    process, as with `corredor worker` next to `corredor serve --no-send`. Both loads are the same texts and request
    receipts at the same pages; the prepared ones belong to no row. Rates are taken at the carrier, from the first
    text to the last. Raise KannelMissing.
    """
    with tempfile.TemporaryDirectory(prefix="corredor-bench-") as home, BenchCarrier() as carrier:
        folder, page_port = Path(home), free_port()
        with running_kannel(folder, carrier_port=carrier.port) as send_port:
            _wait(lambda: carrier.is_bound)
            _set_environment(folder, page_port, send_port)
            set_up_django()
            return _measure(carrier, page_port, send_port)


def _set_environment(folder: Path, page_port: int, send_port: int) -> None:
    os.environ |= {
        "CORREDOR_HOME": str(folder),
        "CORREDOR_URL": f"http://127.0.0.1:{page_port}",
        "SMS_GATEWAY_URL": f"http://127.0.0.1:{send_port}/cgi-bin/sendsms",
        "SMS_GATEWAY_USER": USER,
        "SMS_GATEWAY_PASSWORD": PASSWORD,
        "SMS_GATEWAY_INBOUND_TOKEN": _TOKEN,
        "SMS_FROM": "3125550100",
        "CORREDOR_LOG": "WARNING",
    }
    forget_database()


def _measure(carrier: BenchCarrier, page_port: int, send_port: int) -> dict[str, Any]:
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from django.utils import timezone

    from corredor.delivery.models import Delivery

    crew = [make_person(name, timezone.now().date()) for name in ("Ana", "Beto")]
    gateway: list[float] = []
    ours: list[float] = []
    lost = doubled = 0
    with _pages(page_port):
        for number in range(ROUNDS):
            now = timezone.now()
            alert = write_new_alert(by=crew[0], now=now)
            if not number:
                subscribe_people(
                    [f"+1312{n:07d}" for n in range(2_000_000, 2_000_000 + PEOPLE)],
                    channel="SMS",
                    kind="PHONE",
                    provider="sms_gateway",
                    cell=alert.place.cell,
                    now=now,
                    languages=["es"],  # the longer texts
                )
            gateway.append(_send_ready_made(carrier, send_port, _make_requests(alert, number)))
            carried = _send_alert(carrier, alert, crew[1])
            ours.append(_rate(carried))
            lost += PEOPLE - len(carried.by_number)
            doubled += sum(carried.by_number.values()) - len(carried.by_number)
            _wait(lambda: not Delivery.objects.filter(state="SENT").exclude(receipt="DELIVERED").exists())
    return {
        "sms_per_s": round(max(ours)),
        "gateway_per_s": round(max(gateway)),
        "vs_gateway": round(max(ours) / max(gateway), 3),
        "sent": Delivery.objects.filter(state="SENT").count(),
        "receipts_matched": Delivery.objects.filter(receipt="DELIVERED").count(),
        "lost": lost,
        "doubled": doubled,
        "segments_each": Delivery.objects.values_list("segments", flat=True).first(),
        "rounds": {"sms_per_s": [round(one) for one in ours], "gateway_per_s": [round(one) for one in gateway]},
        "machine": f"{os.cpu_count()} cores",
    }


@contextlib.contextmanager
def _pages(port: int) -> Iterator[None]:
    """Run the real web server, without senders."""
    command = [sys.executable, "-m", "corredor.commands.main", "serve", "--no-send", "--bind", f"127.0.0.1:{port}"]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)  # noqa: S603 -- our own
    try:
        wait_for_port(port)
        yield
    finally:
        process.terminate()
        process.wait(30)


def _send_alert(carrier: BenchCarrier, alert: Alert, approver: Any) -> Carried:
    from django.utils import timezone

    from corredor.delivery.workers.worker import SenderThreads
    from corredor.flows.alert.approve import approve_alert

    carrier.read()
    senders = SenderThreads(on_invalid=lambda ids: None, channels=["SMS"])
    senders.start()
    try:
        approve_alert(alert_id=alert.pk, by=approver, now=timezone.now())
        _wait(lambda: alert.deliveries.filter(state="SENT").count() == PEOPLE)
        _wait(lambda: carrier.count() >= PEOPLE)
    finally:
        senders.stop()
    return carrier.read()


def _rate(carried: Carried) -> float:
    times = sorted(carried.times_s)
    return (len(times) - 1) / (times[-1] - times[0])


# ---- the gateway alone ----


def _make_requests(alert: Alert, round_number: int) -> list[bytes]:
    """Return the channel's own requests with the alert's own words, made beforehand, to other numbers."""
    from django.conf import settings

    from corredor.channels.outgoing import parse_url
    from corredor.channels.sms.gateway.dialect import Account, Kannel, Text
    from corredor.channels.sms.text import render_sms
    from corredor.delivery.queue.message import sketch_message

    words, plan = render_sms(sketch_message(alert.pk, "es"))
    values = settings.CORREDOR_PROVIDERS["sms_gateway"]
    origin, target = parse_url(str(values["url"]), schemes=("http",))
    account = Account(origin, target, USER, PASSWORD, "3125550100", str(values["receipt_url"]))
    texts = (Text(n, f"+1773{2 + round_number}{n:06d}", words, plan, f"d{n}-AAAAAAAAAAAAAAAA") for n in range(PEOPLE))
    write = Kannel().writer(account)
    return [write(text).data for text in texts]


def _send_ready_made(carrier: BenchCarrier, port: int, requests: Sequence[bytes]) -> float:
    carrier.read()
    asyncio.run(_post_all(port, requests))
    _wait(lambda: carrier.count() >= len(requests))
    return _rate(carrier.read())


async def _post_all(port: int, requests: Sequence[bytes]) -> None:
    waiting = iter(requests)
    await asyncio.gather(*(_post_some(port, waiting) for _ in range(CONNECTIONS)))


async def _post_some(port: int, waiting: Iterator[bytes]) -> None:
    """Post sequentially, with a new connection each time because the gateway closes them."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for request in waiting:
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        at = head.lower().index(b"content-length:")
        await reader.readexactly(int(head[at + 15 :].split(b"\r\n", 1)[0]))
        if b"connection: close" in head.lower():
            writer.close()
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.close()


def _wait(is_so: Any) -> None:
    ends = time.monotonic() + _LIMIT_S
    while not is_so() and time.monotonic() < ends:
        time.sleep(0.2)  # polling uses the machine too
