"""The port every channel fits: frozen messages in, frozen outcomes out, no database."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar


class Result(StrEnum):
    """What became of one message, as the queue must treat it."""

    ACCEPTED = "ACCEPTED"  # the provider took it
    RETRY = "RETRY"  # temporary: try again after retry_after_s
    FAILED = "FAILED"  # this message will never go; the address may be fine
    GONE = "GONE"  # the address itself is dead and must be erased


@dataclass(frozen=True, slots=True)
class Message:
    """One message to one address, holding all that a channel may need.

    ``address`` is E.164 for SMS, an addr-spec for e-mail, and for web push the browser's
    subscription as JSON text ({"endpoint", "keys": {"p256dh", "auth"}}).
    ``short`` is at most 90 characters, ``standard`` at most 360, ``long`` is free.
    """

    delivery_id: int
    address: str
    language: str
    title: str
    short: str
    standard: str
    long: str
    link: str
    leave_link: str = ""  # one-tap unsubscribe, shown in e-mail and push
    status: str = "NOTICE"  # CONFIRMED, UPDATE, CORRECTED, ENDED or NOTICE: how a phone shows it
    topic: str = ""  # messages of one topic replace one another on the phone (<= 32 url-safe characters)
    urgent: bool = True
    is_drill: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the provider said of one message. ``detail`` never holds an address or a text."""

    delivery_id: int
    result: Result
    code: str = ""  # the provider's own code, e.g. "201", "30007"
    detail: str = ""
    reference: str = ""  # the provider's id of the message, to match receipts
    retry_after_s: float | None = None
    segments: int = 1
    in_doubt: bool = False  # no answer came, so the message may have arrived all the same


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a channel can do, so that misuse is refused when a message is made and not when it is sent."""

    max_chars: int | None = None
    two_way: bool = False
    receipts: bool = False
    batch: int = 100  # messages a worker hands over at once


class ChannelNotConfigured(Exception):
    """A setting this channel cannot work without is missing; the text names it."""


class Channel(ABC):
    """One way to reach people. Kept for the life of a worker and used by one thread at a time."""

    name: ClassVar[str]
    capabilities: ClassVar[Capabilities] = Capabilities()
    redact: ClassVar[tuple[str, ...]] = ()  # setting and request keys that must never reach a log

    @abstractmethod
    def send_many(self, messages: Sequence[Message]) -> Iterator[Outcome]:
        """Send every message and yield exactly one outcome for each, in the order they finish.

        Must not raise for a provider's or network's fault: those are outcomes.
        """

    def close(self) -> None:  # noqa: B027  # most channels hold nothing to give back
        """Give back connections. Called once when the worker ends."""
