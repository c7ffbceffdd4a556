"""Set up: the first people, the network's own settings, and which channels are on.

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
from corredor.channels.registry import DEFAULT, build_provider
from corredor.delivery import actions as delivery
from corredor.delivery.models import ProviderHealth
from corredor.delivery.providers.circuit import is_circuit_open, list_health
from corredor.delivery.queries import get_failovers, get_routes
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
from corredor.subscriptions.enums import Channel

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

# Which providers can carry which kind of way. Drills have one of their own that nothing can change.
PROVIDERS: dict[str, tuple[str, ...]] = {
    Channel.PUSH: (DEFAULT, "web_push", "console"),
    Channel.SMS: (DEFAULT, "sms_gateway", "sms_twilio", "sms_telnyx", "console"),
    Channel.EMAIL: (DEFAULT, "email", "email_provider", "console"),
    Channel.VOICE: (DEFAULT, "voice", "console"),
    Channel.SIGNAL: (DEFAULT, "signal", "console"),
    Channel.TELEGRAM: (DEFAULT, "telegram", "console"),
    Channel.MATRIX: (DEFAULT, "matrix", "console"),
    Channel.NTFY: (DEFAULT, "ntfy", "console"),
}
_FIRST_TRAINING_LASTS = timedelta(days=365)


class UnknownProvider(Exception):
    """The provider cannot carry this kind of way."""


class NotForTrying(Exception):
    """This server is open to others, so nobody's code is shown."""


class WrongSetting(Exception):
    """A network setting that cannot be used; ``field`` names it."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


@dataclass(frozen=True, slots=True)
class ProviderChoice:
    """One way of carrying messages; ``problem`` says in the reader's language which setting is wrong, if any."""

    name: str
    problem: str
    is_current: bool
    is_second: bool = False
    health: ProviderHealth | None = None  # how it has answered lately
    is_circuit_open: bool = False  # its second carries the messages now

    @property
    def may_be_second(self) -> bool:
        """Whether it could take over from the current one."""
        return not (self.problem or self.is_current or self.is_second or self.name == DEFAULT)


@dataclass(frozen=True, slots=True)
class FirstPerson:
    """An account that `corredor init` made, with what is shown once."""

    username: str
    alias: str
    roles: tuple[str, ...]
    password: str
    totp_secret: str


@transaction.atomic
def switch_channel(*, channel: str, provider: str, by: User, now: datetime) -> None:
    """Let ``provider`` carry a kind of way, or turn it off with ``null``.

    Raises WrongTransport, ChannelNotConfigured (naming the setting that is missing).
    """
    _require_steward(by, now)
    if provider not in PROVIDERS.get(channel, ()):
        raise UnknownProvider
    build_provider(provider, settings.CORREDOR_PROVIDERS).close()
    delivery.switch_channel(channel=Channel(channel), provider=provider, by=by, now=now)


@transaction.atomic
def choose_failover(*, channel: str, provider: str, by: User, now: datetime) -> None:
    """Let ``provider`` take over a kind of way while its first one answers nothing but faults; empty for none.

    Raises WrongTransport, ChannelNotConfigured.
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
    """For each kind of way its possible providers, which one carries it now, and how it has answered."""
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
    """Write the network's own settings. ``by`` is None for `corredor init`. Raises WrongSetting."""
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
    return network


def list_cities() -> list[str]:
    """Names of the city packs that are installed; the configured city even when its pack is missing."""
    return sorted({settings.DEFAULT_CITY, *(path.name for path in list_packs(pack_roots()))})


@transaction.atomic
def make_first_person(
    *, username: str, alias: str, roles: tuple[str, ...], password: str, language: str, now: datetime
) -> FirstPerson:
    """An account with roles, current courses and an authenticator app, made by whoever runs the server.

    Raises NameTaken, WeakPassword.
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
    """Whether any real person has an account."""
    return User.objects.filter(is_drill=False).exists()


def read_code_for_trying(*, username: str) -> str:
    """The six digits that an account's app shows now, on a server that only this computer reaches.

    Whoever runs the server could compute them anyway; elsewhere it is still refused, so that nobody
    makes a habit of it. Raises NotForTrying, UnknownPerson.
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
