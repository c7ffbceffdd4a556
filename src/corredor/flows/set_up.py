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

from corredor.channels.base import ChannelNotConfigured
from corredor.channels.registry import DEFAULT, build_channel
from corredor.delivery import actions as delivery
from corredor.delivery.health import is_passed_over, list_health
from corredor.delivery.models import Health
from corredor.delivery.queries import get_routes, get_seconds
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
from corredor.subscriptions.enums import WayKind

from .channel_problem import describe_problem

__all__ = [
    "TRANSPORTS",
    "FirstPerson",
    "NotForTrying",
    "TransportChoice",
    "UnknownPerson",
    "WrongSetting",
    "WrongTransport",
    "change_network",
    "choose_second",
    "is_set_up",
    "list_channels",
    "list_cities",
    "make_first_person",
    "read_code_for_trying",
    "switch_channel",
]

# Which transports can carry which kind of way. Drills have one of their own that nothing can change.
TRANSPORTS: dict[str, tuple[str, ...]] = {
    WayKind.PUSH: (DEFAULT, "web_push", "console"),
    WayKind.SMS: (DEFAULT, "sms_gateway", "sms_twilio", "sms_telnyx", "console"),
    WayKind.EMAIL: (DEFAULT, "email", "email_provider", "console"),
    WayKind.VOICE: (DEFAULT, "voice", "console"),
    WayKind.SIGNAL: (DEFAULT, "signal", "console"),
    WayKind.TELEGRAM: (DEFAULT, "telegram", "console"),
    WayKind.MATRIX: (DEFAULT, "matrix", "console"),
    WayKind.NTFY: (DEFAULT, "ntfy", "console"),
}
_FIRST_TRAINING_LASTS = timedelta(days=365)


class WrongTransport(Exception):
    """The transport cannot carry this kind of way."""


class NotForTrying(Exception):
    """This server is open to others, so nobody's code is shown."""


class WrongSetting(Exception):
    """A network setting that cannot be used; ``field`` names it."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


@dataclass(frozen=True, slots=True)
class TransportChoice:
    """One way of carrying messages; ``problem`` says in the reader's language which setting is wrong, if any."""

    name: str
    problem: str
    is_current: bool
    is_second: bool = False
    health: Health | None = None  # how it has answered lately
    is_passed_over: bool = False  # its second carries the messages now

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
def switch_channel(*, way: str, transport: str, by: User, now: datetime) -> None:
    """Let ``transport`` carry a kind of way, or turn it off with ``blackhole``.

    Raises WrongTransport, ChannelNotConfigured (naming the setting that is missing).
    """
    _require_steward(by, now)
    if transport not in TRANSPORTS.get(way, ()):
        raise WrongTransport
    build_channel(transport, settings.CORREDOR_CHANNELS).close()
    delivery.switch_channel(way=WayKind(way), transport=transport, by=by, now=now)


@transaction.atomic
def choose_second(*, way: str, transport: str, by: User, now: datetime) -> None:
    """Let ``transport`` take over a kind of way while its first one answers nothing but faults; empty for none.

    Raises WrongTransport, ChannelNotConfigured.
    """
    _require_steward(by, now)
    first = get_routes().get(way)
    if way not in TRANSPORTS or transport not in ("", *TRANSPORTS[way]) or transport in (first, DEFAULT):
        raise WrongTransport
    if first == DEFAULT and transport:
        raise WrongTransport
    if transport:
        build_channel(transport, settings.CORREDOR_CHANNELS).close()
    delivery.choose_second(way=WayKind(way), transport=transport, by=by, now=now)


def list_channels(*, now: datetime) -> dict[str, list[TransportChoice]]:
    """For each kind of way its possible transports, which one carries it now, and how it has answered."""
    routes, seconds, records = get_routes(), get_seconds(), list_health()
    return {
        way: [
            TransportChoice(
                name,
                _find_problem(name),
                is_current=routes[way] == name,
                is_second=seconds.get(way) == name,
                health=records.get(name),
                is_passed_over=bool(seconds.get(way)) and is_passed_over(records.get(name), now=now),
            )
            for name in names
        ]
        for way, names in TRANSPORTS.items()
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


def _find_problem(transport: str) -> str:
    try:
        build_channel(transport, settings.CORREDOR_CHANNELS).close()
    except ChannelNotConfigured as error:
        return describe_problem(error)
    return ""


def _require_steward(by: User, now: datetime) -> None:
    require_role(by, Role.STEWARD, today=queries.local_today(now))
