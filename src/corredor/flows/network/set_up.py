"""Set-up: first account, network settings, providers of channels.

Writes people, delivery and the timeline. Called by the steward pages and by `corredor init`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from django.conf import settings
from django.db import transaction

from corredor.channels.base import ProviderNotConfigured
from corredor.channels.catalogue import DEFAULT, build_provider, providers_of
from corredor.delivery import actions as delivery
from corredor.delivery.models import ProviderHealth
from corredor.delivery.providers.circuit import is_circuit_open, list_health
from corredor.delivery.queries import get_failovers, get_routes
from corredor.flows.after_commit import after_change
from corredor.incidents.enums import RADIUS_LEAST_M, RADIUS_MOST_M
from corredor.incidents.timeline import record
from corredor.packs import list_packs
from corredor.people import actions, queries
from corredor.people.enums import COURSE_FOR_ROLE, Role
from corredor.people.errors import UnknownPerson
from corredor.people.models import Network, User
from corredor.people.rules import require_role
from corredor.people.second_factor import make_totp, read_totp
from corredor.places.pack import pack_roots
from corredor.subscriptions.enums import REAL_CHANNELS, Channel

from .provider_problem import describe_problem

__all__ = [
    "PROVIDERS",
    "FirstPerson",
    "NotForTrying",
    "ProviderChoice",
    "UnknownPerson",
    "UnknownProvider",
    "WrongSetting",
    "change_network",
    "choose_failover",
    "is_set_up",
    "list_channels",
    "list_cities",
    "make_first_person",
    "read_code_for_trying",
    "switch_channel",
]

# Which providers can carry which channel. Drills have one of their own that nothing can change.
PROVIDERS: dict[str, tuple[str, ...]] = {channel: providers_of(channel) for channel in REAL_CHANNELS}
_FIRST_TRAINING_LASTS = timedelta(days=365)


class UnknownProvider(Exception):
    """The provider does not support this channel."""


class NotForTrying(Exception):
    """This server is open to others, so no one's code is shown."""


class WrongSetting(Exception):
    """Invalid network setting; ``field`` names it."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


@dataclass(frozen=True, slots=True)
class ProviderChoice:
    """A provider of a channel; ``problem`` names the wrong setting in the reader's language, if any."""

    name: str
    problem: str
    is_current: bool
    is_second: bool = False
    health: ProviderHealth | None = None  # recent outcome counts
    is_circuit_open: bool = False  # the failover provider is in use

    @property
    def may_be_second(self) -> bool:
        """True if it could be the failover of the current one."""
        return not (self.problem or self.is_current or self.is_second or self.name == DEFAULT)


@dataclass(frozen=True, slots=True)
class FirstPerson:
    """An account made by `corredor init`, with secrets that are shown once."""

    username: str
    alias: str
    roles: tuple[str, ...]
    password: str
    totp_secret: str


@transaction.atomic
def switch_channel(*, channel: str, provider: str, by: User, now: datetime) -> None:
    """Route a channel through ``provider``, or turn it off with ``null``.

    Raise UnknownProvider, ProviderNotConfigured (naming the missing setting).
    """
    _require_steward(by, now)
    if provider not in PROVIDERS.get(channel, ()):
        raise UnknownProvider
    build_provider(provider, settings.CORREDOR_PROVIDERS).close()
    delivery.switch_channel(channel=Channel(channel), provider=provider, by=by, now=now)


@transaction.atomic
def choose_failover(*, channel: str, provider: str, by: User, now: datetime) -> None:
    """Set the failover provider of a channel, used while the first one's circuit is open; empty for none.

    Raise UnknownProvider, ProviderNotConfigured.
    """
    _require_steward(by, now)
    first = get_routes().get(channel)
    if channel not in PROVIDERS or provider not in ("", *PROVIDERS[channel]) or provider in (first, DEFAULT):
        raise UnknownProvider
    if first == DEFAULT and provider:
        raise UnknownProvider
    if provider:
        build_provider(provider, settings.CORREDOR_PROVIDERS).close()
    delivery.choose_failover(channel=Channel(channel), provider=provider, by=by, now=now)


def list_channels(*, now: datetime) -> dict[str, list[ProviderChoice]]:
    """Return for each channel its possible providers, their state and recent outcomes."""
    routes, seconds, records = get_routes(), get_failovers(), list_health()
    return {
        channel: [
            ProviderChoice(
                name,
                _find_problem(name),
                is_current=routes[channel] == name,
                is_second=seconds.get(channel) == name,
                health=records.get(name),
                is_circuit_open=bool(seconds.get(channel)) and is_circuit_open(records.get(name), now=now),
            )
            for name in names
        ]
        for channel, names in PROVIDERS.items()
    }


@transaction.atomic
def change_network(
    *,
    name: str,
    city: str,
    hotline: str,
    sms_number: str,
    time_zone: str,
    alert_radius_m: int,
    by: User | None,
    now: datetime,
) -> Network:
    """Write the network's settings. ``by`` is None for `corredor init`. Raise WrongSetting."""
    if by is not None:
        _require_steward(by, now)
    for field, is_right in (
        ("name", bool(name.strip())),
        ("city", city in list_cities()),
        ("time_zone", time_zone in available_timezones()),
        ("alert_radius_m", RADIUS_LEAST_M <= alert_radius_m <= RADIUS_MOST_M),
    ):
        if not is_right:
            raise WrongSetting(field)
    network = actions.change_network(
        name=name.strip(),
        city=city,
        hotline=hotline.strip(),
        sms_number=sms_number.strip(),
        time_zone=time_zone,
        alert_radius_m=alert_radius_m,
    )
    record(kind="network.changed", now=now, actor_id=by.pk if by else None)
    after_change(now=now)
    return network


def list_cities() -> list[str]:
    """Return the installed city packs; the configured city even if its pack is missing."""
    return sorted({settings.DEFAULT_CITY, *(path.name for path in list_packs(pack_roots()))})


@transaction.atomic
def make_first_person(
    *, username: str, alias: str, roles: tuple[str, ...], password: str, language: str, now: datetime
) -> FirstPerson:
    """Create an account with roles, current courses and an authenticator app, for the server's operator.

    Raise NameTaken, WeakPassword.
    """
    user = actions.make_user(username=username, alias=alias, password=password, language=language, now=now)
    record(kind="staff.made_by_server", now=now, user=user.pk, roles=list(roles))
    today = queries.local_today(now)
    for role in roles:
        actions.grant_role(user=user, role=role, by_id=None, now=now)
        if course := COURSE_FOR_ROLE.get(role):
            actions.record_training(
                user=user,
                course=course,
                passed_on=today,
                expires_on=today + _FIRST_TRAINING_LASTS,
                by_id=None,
                today=today,
            )
    return FirstPerson(user.username, user.alias, roles, password, make_totp(user))


def is_set_up() -> bool:
    """Return whether any real account exists."""
    return User.objects.filter(is_drill=False).exists()


def read_code_for_trying(*, username: str) -> str:
    """Return the current TOTP code of an account, on a server that only this computer reaches.

    The operator could compute it anyway; elsewhere it is refused, so that it does not become a habit. Raise
    NotForTrying, UnknownPerson.
    """
    if urlsplit(settings.BASE_URL).hostname not in ("localhost", "127.0.0.1", "::1"):
        raise NotForTrying
    user = User.objects.filter(username=username, is_drill=False).first()
    code = read_totp(user) if user else None
    if code is None:
        raise UnknownPerson
    return code


def _find_problem(provider: str) -> str:
    try:
        build_provider(provider, settings.CORREDOR_PROVIDERS).close()
    except ProviderNotConfigured as error:
        return describe_problem(error)
    return ""


def _require_steward(by: User, now: datetime) -> None:
    require_role(by, Role.STEWARD, today=queries.local_today(now))
