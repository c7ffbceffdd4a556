"""Temporary installation for benches: a home folder, an alert pending approval, and subscribed phones."""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corredor.commands.output import forget_database, set_up_django

from .push_service import BenchPushService

if TYPE_CHECKING:
    from corredor.alerts.models import Alert

PERSHING_KEDZIE = (41.8226, -87.7044)


@contextmanager
def bench_home() -> Iterator[BenchPushService]:
    """Set up Django on an empty SQLite database in a temporary folder, and a trusted local push service."""
    with tempfile.TemporaryDirectory(prefix="corredor-bench-") as name, BenchPushService(Path(name)) as service:
        os.environ |= {
            "CORREDOR_HOME": name,
            "PUSH_ALLOWED_PRIVATE_ORIGINS": service.origin,
            "PUSH_CA_FILE": service.ca_file,
            "CORREDOR_CONTACT": "mailto:bench@example.org",
            "CORREDOR_LOG": "WARNING",
        }
        forget_database()
        set_up_django()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        from corredor.engines.webpush import make_vapid_key

        (Path(name) / "keys" / "vapid.pem").write_bytes(make_vapid_key())
        yield service


def prepare_alert(now: datetime) -> tuple[Alert, Any]:
    """Return an alert of a confirmed incident at Pershing and Kedzie, and the person who may approve it."""
    one, two = (make_person(name, now.date()) for name in ("Ana", "Beto"))
    return write_new_alert(by=one, now=now), two


def write_new_alert(*, by: Any, now: datetime, point: tuple[float, float] = PERSHING_KEDZIE, words: str = "") -> Alert:
    """Return a pending alert of a new, confirmed incident at a point."""
    from corredor.alerts.enums import AlertKind
    from corredor.flows.alert.compose import write_alert
    from corredor.flows.incident.open import open_incident
    from corredor.flows.incident.verify import verify_incident
    from corredor.flows.report.receive import receive_report
    from corredor.incidents.enums import Agency, Method, Outcome
    from corredor.intake.enums import Source
    from corredor.intake.new_report import NewReport, ReportFields

    text = f"agentes en la 39 y kedzie, echaron gas {words}"
    fields = ReportFields(text=text)
    received = receive_report(NewReport(source=Source.WEB, language="es", raw=text.encode(), fields=fields), now=now)
    incident = open_incident(report_id=received.report_id, lat=point[0], lon=point[1], by=by, now=now)
    verify_incident(
        incident_id=incident.pk,
        outcome=Outcome.CONFIRMED_ACTIVE,
        agency=Agency.ICE,
        method=Method.ON_SCENE,
        seen_at=now,
        by=by,
        now=now,
    )
    return write_alert(incident_id=incident.pk, kind=AlertKind.CONFIRMED, radius_m=800, by=by, now=now)


def make_person(name: str, today: Any) -> Any:
    """Return a person with every role of the desk and the training for each."""
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


def subscribe_phones(browsers: Sequence[str], *, cell: int, now: datetime) -> None:
    """Subscribe one person in ``cell`` for each browser's push subscription, and enable push."""
    subscribe_people(browsers, channel="PUSH", kind="PUSH", provider="web_push", cell=cell, now=now)


def subscribe_people(
    values: Sequence[str],
    *,
    channel: str,
    kind: str,
    provider: str,
    cell: int,
    now: datetime,
    languages: Sequence[str] = ("es", "en"),
) -> None:
    """Subscribe one person in ``cell`` for each address of ``kind``, and enable the channel."""
    from django.db import transaction

    from corredor.delivery.models import Route
    from corredor.people import address_book
    from corredor.people.contact import Contact
    from corredor.subscriptions.actions import save_coverage_area
    from corredor.subscriptions.models import ContactMethod, Subscription

    Route.objects.update_or_create(channel=channel, defaults={"provider": provider})
    with transaction.atomic():
        addresses = address_book.save_addresses([Contact.parse(kind, value) for value in values], now=now)
        coverage_area = save_coverage_area([cell])
        people = Subscription.objects.bulk_create(
            [
                Subscription(
                    coverage_area=coverage_area,
                    language=languages[n % len(languages)],
                    state="ACTIVE",
                    unsubscribe_digest=secrets.token_hex(16),
                    asked_at=now,
                    confirmed_at=now,
                )
                for n in range(len(values))
            ],
            batch_size=5000,
        )
        ContactMethod.objects.bulk_create(
            [
                ContactMethod(subscription=one, kind=channel, address_id=address, confirmed_at=now)
                for one, address in zip(people, addresses, strict=True)
            ],
            batch_size=5000,
        )
