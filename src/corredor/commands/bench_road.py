"""Measures the way from the second yes to the phones: real flow, real queue, real encryption, TLS posts."""

from __future__ import annotations

import os
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .bench_push_service import BenchPushService
from .output import set_up_django

if TYPE_CHECKING:
    from corredor.alerts.models import Alert

PEOPLE = 10_000
_RECEIVERS = 500  # distinct browser keys, used in turn: making ten thousand would measure key making


def run() -> dict[str, Any]:
    """Seconds from the approval to the first, the thousandth and the last of PEOPLE pushes accepted.

    On SQLite in a temporary folder, senders as inside `corredor serve`, the push service in a process of
    its own on the same machine. ``approve_s`` is the flow itself: the yes and everyone's row.
    """
    with tempfile.TemporaryDirectory(prefix="corredor-bench-") as home, BenchPushService(Path(home)) as service:
        os.environ |= {
            "CORREDOR_HOME": home,
            "PUSH_ALLOWED_PRIVATE_ORIGINS": service.origin,
            "PUSH_CA_FILE": service.ca_file,
            "CORREDOR_CONTACT": "mailto:bench@example.org",
            "CORREDOR_LOG": "WARNING",
        }
        os.environ.pop("DATABASE_URL", None)
        set_up_django()
        return _measure(service, Path(home))


def _measure(service: BenchPushService, home: Path) -> dict[str, Any]:
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from django.utils import timezone

    from corredor.delivery.models import Delivery
    from corredor.delivery.worker import SenderThreads
    from corredor.engines.webpush import make_vapid_key
    from corredor.flows.fan_out import approve_alert

    (home / "keys" / "vapid.pem").write_bytes(make_vapid_key())
    alert, approver = _prepare(service.origin)
    senders = SenderThreads(on_gone=lambda ids: None)
    senders.start()
    pressed = time.monotonic()
    approve_alert(alert_id=alert.pk, by=approver, now=timezone.now())
    approved = time.monotonic()
    while service.count() < PEOPLE and time.monotonic() - pressed < 300:
        time.sleep(0.05)
    seen = service.read()
    while Delivery.objects.exclude(state="SENT").exists() and time.monotonic() - pressed < 330:
        time.sleep(0.05)
    settled = time.monotonic()
    senders.stop()
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
        "machine": f"{os.cpu_count()} cores",
    }


def _prepare(origin: str) -> tuple[Alert, Any]:
    """A confirmed incident at Pershing and Kedzie, an alert that waits, and PEOPLE phones around it."""
    from django.utils import timezone

    from corredor.alerts.enums import AlertKind
    from corredor.delivery.models import Route
    from corredor.flows.compose import write_alert
    from corredor.flows.open import open_incident
    from corredor.flows.receive import receive_report
    from corredor.flows.verify import verify_incident
    from corredor.incidents.enums import Agency, Method, Outcome
    from corredor.intake.actions import ReportFields
    from corredor.intake.enums import Source

    now = timezone.now()
    one, two = (_make_person(name, now.date()) for name in ("Ana", "Beto"))
    text = "agentes en la 39 y kedzie, echaron gas"
    fields = ReportFields(text=text)
    received = receive_report(source=Source.WEB, language="es", raw=text.encode(), fields=fields, now=now)
    incident = open_incident(report_id=received.report_id, lat=41.8226, lon=-87.7044, by=one, now=now)
    verify_incident(
        incident_id=incident.pk,
        outcome=Outcome.CONFIRMED_ACTIVE,
        agency=Agency.ICE,
        method=Method.ON_SCENE,
        seen_at=now,
        by=one,
        now=now,
    )
    alert = write_alert(incident_id=incident.pk, kind=AlertKind.CONFIRMED, radius_m=800, by=one, now=now)
    Route.objects.create(way="PUSH", transport="web_push")
    assert incident.place is not None
    _subscribe(origin, incident.place.cell, now)
    return alert, two


def _make_person(name: str, today: Any) -> Any:
    from django.utils import timezone

    from corredor.people.enums import COURSE_FOR_ROLE, Role
    from corredor.people.models import RoleGrant, Training, User

    user = User.objects.create_user(name.lower(), None, alias=name)
    for role in (Role.OPERATOR, Role.VERIFIER, Role.APPROVER):
        RoleGrant.objects.create(user=user, role=role, granted_at=timezone.now())
        Training.objects.create(
            user=user, course=COURSE_FOR_ROLE[role], passed_on=today, expires_on=today + timedelta(days=9)
        )
    return user


def _make_browsers(origin: str) -> list[str]:
    """Push subscriptions as browsers hand them over, one for each person."""
    import base64
    import json
    import secrets

    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    def encode(raw: bytes) -> str:
        return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()

    points = [
        encode(
            ec.generate_private_key(ec.SECP256R1())
            .public_key()
            .public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        )
        for _ in range(_RECEIVERS)
    ]
    return [
        json.dumps(
            {
                "endpoint": f"{origin}/push/{number}",
                "keys": {"p256dh": points[number % _RECEIVERS], "auth": encode(secrets.token_bytes(16))},
            }
        )
        for number in range(PEOPLE)
    ]


def _subscribe(origin: str, cell: int, now: Any) -> None:
    from django.db import transaction

    from corredor.people import address_book
    from corredor.subscriptions.models import Subscription, SubscriptionCell, Way

    with transaction.atomic():
        addresses = [
            address_book.keep_address(kind="PUSH", value=browser, now=now) for browser in _make_browsers(origin)
        ]
        people = Subscription.objects.bulk_create(
            Subscription(
                language=("es", "en")[n % 2], state="ACTIVE", leave_digest=str(n), asked_at=now, confirmed_at=now
            )
            for n in range(PEOPLE)
        )
        SubscriptionCell.objects.bulk_create(SubscriptionCell(subscription=one, cell=cell) for one in people)
        Way.objects.bulk_create(
            Way(subscription=one, kind="PUSH", address=address, confirmed_at=now)
            for one, address in zip(people, addresses, strict=True)
        )
