"""Measure web-push encryption against pywebpush and against the key agreement alone, in one run."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import cycle
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from corredor.bench.parts.own_servers import NotInstalled
from corredor.engines.webpush import KeyPool, Receiver, SenderKey, encrypt, parse_receiver
from corredor.engines.webpush.base64url import encode_base64url

_ROUNDS, _PER_ROUND = 25, 500
_PAYLOAD = os.urandom(600)


@dataclass(frozen=True, slots=True)
class _Rig:
    receivers: list[Receiver]
    subscriptions: list[dict[str, Any]]
    pool: KeyPool


def run() -> dict[str, float | int]:
    """Messages per second of one core's time, medians over interleaved rounds.

    ``ecdh_per_s`` is the P-256 key agreement alone, ``encode_per_s`` a whole message with the sender's
    key from the pool, both on one thread; the ``_with_keygen`` pair also generates that key each time, as
    pywebpush does. ``threads_per_s`` is two threads in wall-clock time. Raise NotInstalled.
    """
    try:
        from pywebpush import WebPusher  # only the bench needs it
    except ImportError as error:
        raise NotInstalled("pywebpush is not installed; it comes with requirements/dev.txt") from error
    rig = _make_rig()
    receivers, subscriptions = cycle(rig.receivers), cycle(rig.subscriptions)
    ecdh = ec.ECDH()
    tasks: dict[str, Callable[[], object]] = {
        "ecdh": lambda: rig.pool.take().private_key.exchange(ecdh, next(receivers).public_key),
        "encode": lambda: encrypt(_PAYLOAD, next(receivers), sender=rig.pool.take()),
        "ecdh_with_keygen": lambda: SenderKey.make().private_key.exchange(ecdh, next(receivers).public_key),
        "encode_with_keygen": lambda: encrypt(_PAYLOAD, next(receivers)),
        "pywebpush": lambda: WebPusher(next(subscriptions)).encode(_PAYLOAD),
    }
    times: dict[str, list[float]] = {name: [] for name in (*tasks, "threads")}
    for _ in range(_ROUNDS):
        for name, task in tasks.items():
            rig.pool.fill()
            times[name].append(_time(task))
        rig.pool.fill()
        times["threads"].append(_time_threads(rig))
    return _report({name: _PER_ROUND / statistics.median(taken) for name, taken in times.items()})


def _make_rig() -> _Rig:
    subscriptions = list(_make_subscriptions(500))
    receivers = [parse_receiver(s["keys"]["p256dh"], s["keys"]["auth"]) for s in subscriptions]
    return _Rig(receivers, subscriptions, KeyPool(_PER_ROUND))


def _make_subscriptions(count: int) -> Iterator[dict[str, Any]]:
    for _ in range(count):
        key = ec.generate_private_key(ec.SECP256R1()).public_key()
        point = key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        keys = {"p256dh": encode_base64url(point), "auth": encode_base64url(os.urandom(16))}
        yield {"endpoint": "https://push.example/x", "keys": keys}


def _time(task: Callable[[], object]) -> float:
    begun = time.thread_time()
    for _ in range(_PER_ROUND):
        task()
    return time.thread_time() - begun


def _time_threads(rig: _Rig) -> float:
    def chunk(start: int) -> None:
        for n in range(start, start + 25):
            encrypt(_PAYLOAD, rig.receivers[n % 500], sender=rig.pool.take())

    with ThreadPoolExecutor(2) as threads:
        begun = time.perf_counter()
        list(threads.map(chunk, range(0, _PER_ROUND, 25)))
        return time.perf_counter() - begun


def _report(rates: dict[str, float]) -> dict[str, float | int]:
    report: dict[str, float | int] = {f"{name}_per_s": round(rate) for name, rate in rates.items()}
    report["encode_vs_pywebpush"] = round(rates["encode"] / rates["pywebpush"], 2)
    report["encode_with_keygen_vs_pywebpush"] = round(rates["encode_with_keygen"] / rates["pywebpush"], 2)
    report["threads_vs_pywebpush"] = round(rates["threads"] / rates["pywebpush"], 2)
    report["encode_vs_ecdh"] = round(rates["encode"] / rates["ecdh"], 2)
    report["encode_with_keygen_vs_ecdh_with_keygen"] = round(rates["encode_with_keygen"] / rates["ecdh_with_keygen"], 2)
    return report
