"""Bulk-insert a city's worth of subscribers for benches: realistic coverage areas, spread over Chicago."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from corredor.alerts.models import Alert

_SEED = 20251004
_AREA_SHARE = 0.3  # share with one or two community areas; the others have a circle around a place
_RADII_M = ((400, 0.3), (800, 0.5), (1500, 0.15), (3000, 0.05))
_TEXTED, _BOTH = 0.2, 0.1  # by text message alone, and in addition to push
_QUIET = 0.3
_SLICE = 20_000


def fill(count: int, *, now: datetime) -> None:
    """Insert ``count`` confirmed subscriptions with coverage areas, contact methods and (undecryptable) addresses."""
    from django.db import connection, transaction

    chance = random.Random(_SEED)  # noqa: S311 -- people of a bench, not secrets
    with transaction.atomic():
        coverage_areas = _make_coverage_areas(chance)
        _write(
            "subscriptions_subscription",
            "id, zone_id, language, wants_enforcement, wants_hazard, wants_rumour, quiet_from, quiet_until, areas, "
            "state, is_drill, leave_digest, asked_at, asked_again, confirmed_at",
            (
                (
                    n,
                    chance.choice(coverage_areas),
                    "es" if chance.random() < 0.6 else "en",
                    chance.random() < 0.95,
                    True,
                    chance.random() < 0.3,
                    *(("22:00:00", "07:00:00") if chance.random() < _QUIET else (None, None)),
                    "[]",
                    "ACTIVE",
                    False,
                    f"{n:x}",
                    now,
                    False,
                    now,
                )
                for n in range(1, count + 1)
            ),
        )
        methods = list(_channels(count, chance))
        _write(
            "people_address",
            "id, kind, sealed, lookup, made_at, expires_at, is_drill",
            ((n, kind, bytes(180), n.to_bytes(16, "big"), now, None, False) for n, (_, kind) in enumerate(methods, 1)),
        )
        _write(
            "subscriptions_contact_method",
            "id, subscription_id, kind, address_id, code_digest, code_tries, confirmed_at",
            ((n, owner, kind, n, "", 0, now) for n, (owner, kind) in enumerate(methods, 1)),
        )
    with connection.cursor() as cursor:
        # what a server does automatically within minutes of so many rows
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def make_alert(*, now: datetime) -> Alert:
    """Return an approved alert of a confirmed incident at Pershing and Kedzie."""
    from corredor.alerts.models import Alert
    from corredor.flows.alert.approve import approve_alert

    from .installation import prepare_alert

    alert, approver = prepare_alert(now)
    approve_alert(alert_id=alert.pk, by=approver, now=now)
    Alert.objects.filter(pk=alert.pk).update(expires_at=now + timedelta(hours=6))
    return Alert.objects.get(pk=alert.pk)


def _make_coverage_areas(chance: random.Random) -> list[int]:
    """Return coverage area ids, weighted by popularity, to draw from."""
    from corredor.engines import hexgrid
    from corredor.places.areas import area_cells
    from corredor.places.pack import get_pack
    from corredor.subscriptions.actions import save_coverage_area

    areas = get_pack("chicago").areas
    codes = [f"{kind}:{code}" for kind, code in zip(areas.kind, areas.code, strict=True)][:77]
    by_area = {code: area_cells(codes=[code], city="chicago") for code in codes}
    city = sorted({cell for cells in by_area.values() for cell in cells})
    chosen: list[int] = []
    for _ in range(300):
        picked = chance.sample(codes, chance.choice((1, 1, 2)))
        chosen.append(save_coverage_area(hexgrid.compact({c for code in picked for c in by_area[code]})).pk)
    drawn: list[int] = []
    for _ in range(7_000):
        (radius_m,) = chance.choices([r for r, _ in _RADII_M], [share for _, share in _RADII_M])
        cells = hexgrid.cells_in_circle(*hexgrid.centre_of(chance.choice(city)), radius_m)
        drawn.append(save_coverage_area(hexgrid.compact(cells)).pk)
    return drawn + chosen * round(len(drawn) * _AREA_SHARE / (1 - _AREA_SHARE) / len(chosen))


def _channels(count: int, chance: random.Random) -> Iterator[tuple[int, str]]:
    for owner in range(1, count + 1):
        luck = chance.random()
        if luck >= _TEXTED:
            yield owner, "PUSH"
        if luck < _TEXTED + _BOTH:
            yield owner, "SMS"


def _write(table: str, columns: str, rows: Iterable[Sequence[Any]]) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}")  # noqa: S608
            return
        marks = ", ".join(["%s"] * (columns.count(",") + 1))
        iterator = iter(rows)
        while part := list(islice(iterator, _SLICE)):
            cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", part)  # noqa: S608
