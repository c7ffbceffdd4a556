"""How a channel describes itself: the one place that declares what SMS, e-mail or Telegram need and are called.

Each folder of ``corredor.channels`` that reaches people declares ``CHANNEL`` in its ``__init__.py``: the kind of
address, how a subscriber opts in, the texts of the sign-up and steward's pages, and its providers with their
settings. Pages, flows, the forecast, the self-check and the exposure list read it from here and name no channel
themselves. Texts are English msgids, translated where they are shown (``_`` only marks them for scripts/messages.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from .base import Provider
from .inbound import InboundText, Receipt

Values = Mapping[str, object]


def _(text: str) -> str:
    """Mark a text for translation."""
    return text


class OptIn(StrEnum):
    """How the owner of an address confirms (double opt-in)."""

    CODE = "CODE"  # six digits sent by the channel itself, entered on the page
    LINK = "LINK"  # a link or button in the first message
    CHAT = "CHAT"  # the owner opens a chat with us; no request is sent to them
    NONE = "NONE"  # confirmed by the program: drills


class WrongForm(ValueError):
    """The text is not an address of this kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressSpec:
    """One kind of address. ``normalise`` returns its stored form or raises WrongForm."""

    kind: str
    label: str
    longest: int
    normalise: Callable[[str], str]
    identity: Callable[[str], str] = str  # what makes two stored forms the same address
    is_phone_number: bool = False  # a texted STOP from the number ends this channel too
    is_typed: bool = True  # a person can enter it on the sign-up page
    noun: str = ""  # as in "Your phone number or e-mail address"
    wrong: str = ""  # the page's error for a text that is not such an address
    exposure_code: str = ""
    exposure: str = ""  # its name in `corredor exposure`


@dataclass(frozen=True, slots=True)
class GeneratedAddress:
    """An address that we generate: ``value`` is stored, ``link`` is opened; ``server`` and ``topic`` may be typed."""

    value: str
    link: str
    server: str = ""
    topic: str = ""


class Webhook(Protocol):
    """The webhook of a channel's provider: /hooks/channel/<kind>. ``settings`` maps provider names to settings."""

    def answer_challenge(self, query: Mapping[str, str], settings: Mapping[str, Values]) -> str | None:
        """Return the answer to the provider's verification request; None to refuse."""

    def is_genuine(self, body: bytes, headers: Mapping[str, str], settings: Mapping[str, Values]) -> bool:
        """Return True if the call is authentic."""

    def parse(self, event: Mapping[str, object]) -> Iterable[Receipt | InboundText]:
        """Return the receipts and texts in a call."""


class Environment(Protocol):
    """What fields read: the environment's variables and the installation's folder and base URL."""

    base_url: str
    is_reachable: bool  # a provider on the internet can call base_url

    def text(self, name: str, default: str = "") -> str: ...
    def number(self, name: str, default: int) -> int: ...
    def words(self, name: str) -> list[str]: ...
    def key_path(self, name: str) -> str: ...


@dataclass(frozen=True, slots=True)
class Field:
    """One setting of a provider, declared once: its key, its variable, its default and its type.

    ``derive`` computes a setting without a variable of its own, such as the URL of a webhook.
    """

    key: str
    variable: str = ""
    default: str | int | tuple[str, ...] = ""
    derive: Callable[[Environment], object] | None = None

    def read(self, environment: Environment) -> object:
        """Return the value in the type that the provider's settings take."""
        if self.derive is not None:
            return self.derive(environment)
        if isinstance(self.default, int):
            return environment.number(self.variable, self.default)
        if isinstance(self.default, tuple):
            return environment.words(self.variable)
        return environment.text(self.variable, self.default)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderSpec:
    """One provider of a channel. ``build`` imports its code only when it is needed."""

    name: str
    title: str
    words: str
    build: Callable[[Values], Provider]
    fields: tuple[Field, ...] = ()
    first_per_s: float | None = None  # units per second assumed before anything was measured


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelSpec:
    """One channel. ``asked`` are the paragraphs after sign-up, or ``asked_template`` a template of its own."""

    kind: str
    order: int
    label: str
    address: AddressSpec
    opt_in: OptIn
    providers: tuple[ProviderSpec, ...]
    offer: str = ""  # the choice on the sign-up page; empty if it cannot be chosen from the list
    asked: tuple[str, ...] = ()
    asked_template: str = ""
    is_usual: bool = False  # the self-check reports it when it is off
    is_costly: bool = False  # each message costs money, so requests are rate-limited by the hour
    is_for_drills: bool = False
    counts_segments: bool = False  # limited and priced in text segments, not messages
    spells_code: bool = False  # digits are read out one by one
    sends_welcome: bool = False  # the opt-in is confirmed by a message of its own
    generate_address: Callable[[Mapping[str, Values], str], GeneratedAddress] | None = None
    webhook: Webhook | None = None
