"""Factories of people and rows, made through the real actions."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

from django.db import transaction

from corredor.alerts.enums import AlertKind
from corredor.alerts.models import Alert
from corredor.delivery.models import Route
from corredor.engines import hexgrid
from corredor.flows.alert.approve import approve_alert
from corredor.flows.alert.compose import write_alert
from corredor.flows.incident.verify import verify_incident
from corredor.flows.subscribe.opt_in import ADDRESS_OF
from corredor.incidents import actions as incident_actions
from corredor.incidents.actions import Pin
from corredor.incidents.enums import Agency, Method, Outcome
from corredor.incidents.models import Incident
from corredor.people import address_book
from corredor.people.contact import Contact
from corredor.people.enums import COURSE_FOR_ROLE, Role
from corredor.people.models import RoleGrant, Training, User
from corredor.subscriptions import actions as subscription_actions
from corredor.subscriptions.actions import Preferences
from corredor.subscriptions.enums import Channel
from corredor.subscriptions.models import Subscription

NOW = datetime(2025, 10, 4, 16, 0, tzinfo=UTC)  # Saturday, 11 in the morning in Chicago
PERSHING_KEDZIE = (41.8226, -87.7044)
ROCKWELL_CERMAK = (41.8520, -87.6905)


def make_user(alias: str, *roles: str, trained_until: date | None = None, is_drill: bool = False) -> User:
    """A member of staff with current training for each role."""
    password = None if is_drill else "a long password"
    user = User.objects.create_user(alias.lower().replace(" ", "-"), password, alias=alias, is_drill=is_drill)
    for role in roles:
        grant_role(user, role, trained_until=trained_until)
    return user


def grant_role(user: User, role: str, *, trained_until: date | None = None) -> None:
    """Give a role and the course behind it."""
    RoleGrant.objects.create(user=user, role=role, granted_at=NOW - timedelta(days=60))
    if course := COURSE_FOR_ROLE.get(role):
        Training.objects.create(
            user=user,
            course=course,
            passed_on=date(2020, 1, 1),
            expires_on=trained_until or date(2099, 1, 1),
        )


def turn_channels_on() -> None:
    """What a steward does first; without it nobody is offered a way to be told."""
    for channel in (Channel.PUSH, Channel.SMS, Channel.EMAIL):
        Route.objects.update_or_create(channel=channel, defaults={"provider": "console"})


def make_desk() -> dict[str, User]:
    """The smallest crew that can carry a report to an alert."""
    return {
        "operator": make_user("Ana", Role.OPERATOR),
        "verifier": make_user("Beto", Role.VERIFIER, Role.OPERATOR),
        "writer": make_user("Carmen", Role.OPERATOR, Role.APPROVER),
        "approver": make_user("Dario", Role.APPROVER),
    }


def make_pin(lat: float = PERSHING_KEDZIE[0], lon: float = PERSHING_KEDZIE[1]) -> Pin:
    """A confirmed pin, by default at Pershing and Kedzie."""
    return Pin(
        lat=lat,
        lon=lon,
        labels={"en": "Pershing Rd and Kedzie Ave, Brighton Park", "es": "Pershing Rd y Kedzie Ave, Brighton Park"},
        area_code="58",
        area_names={"en": "Brighton Park", "es": "Brighton Park"},
    )


def make_incident(by: User, *, is_drill: bool = False, now: datetime = NOW) -> Incident:
    """An incident that is being checked."""
    with transaction.atomic():
        return incident_actions.open_incident(
            city="chicago", pin=make_pin(), seen_at=now, by=by, is_drill=is_drill, now=now
        )


def make_confirmed(desk: dict[str, User], *, is_drill: bool = False, now: datetime = NOW) -> Incident:
    """An incident that the verifier has confirmed as going on."""
    incident = make_incident(desk["operator"], is_drill=is_drill, now=now)
    verify_incident(
        incident_id=incident.pk,
        outcome=Outcome.CONFIRMED_ACTIVE,
        agency=Agency.ICE,
        method=Method.ON_SCENE,
        seen_at=now,
        by=desk["verifier"],
        now=now,
    )
    return Incident.objects.get(pk=incident.pk)


def push_address(number: int) -> str:
    """A browser's subscription as JSON, with a key that is a point of the curve and nobody's."""
    p256dh = "BGEw2wsHgLwzerjvnMTkbKrFRxdmwJ5S_k7zi7A1coR_sVjHmGrlvzYpAT1n4NPbioFlQkIrTNL8EH4V3ZZ4vJE"
    keys = {"p256dh": p256dh, "auth": "AAAAAAAAAAAAAAAAAAAAAA"}
    return json.dumps({"endpoint": f"https://push.example/{number}", "keys": keys})


def contact_for(channel: str, text: str) -> Contact:
    """What a person typed for a channel, as the sign-up form parses it."""
    return Contact.parse(ADDRESS_OF[Channel(channel)], text)


def make_neighbours(
    count: int,
    *,
    at: tuple[float, float] = PERSHING_KEDZIE,
    channel: Channel = Channel.EMAIL,
    language: str = "es",
    prefix: str = "n",
    is_drill: bool = False,
    **preferences: object,
) -> list[Subscription]:
    """Confirmed subscriptions of people around a point, each with one address of its own."""
    kind = {Channel.EMAIL: "EMAIL", Channel.DRILL: "DRILL", Channel.SMS: "PHONE"}[channel]
    made = []
    for number in range(count):
        value = f"{prefix}{number}@example.org" if kind == "EMAIL" else f"{prefix}{number}"
        if kind == "PHONE":
            value = f"+1312555{number:04d}"
        address = address_book.save_address(Contact.parse(kind, value), now=NOW)
        cells = hexgrid.compact(hexgrid.cells_in_circle(*at, 800))
        subscription, _ = subscription_actions.create_subscription(
            preferences=Preferences(language=language, **preferences),
            cells=cells,
            channel=channel,
            address=address,
            code="1",
            is_drill=is_drill,
            now=NOW,
        )
        subscription_actions.confirm_method(method=subscription.methods.get(), now=NOW)
        made.append(subscription)
    return made


def approve_new_alert(desk: dict[str, User], incident: Incident, kind: AlertKind, *, now: datetime = NOW) -> Alert:
    """Written by one person and approved by another, through the flows."""
    alert = write_alert(incident_id=incident.pk, kind=kind, radius_m=800, by=desk["writer"], now=now)
    approve_alert(alert_id=alert.pk, by=desk["approver"], now=now)
    return Alert.objects.get(pk=alert.pk)
