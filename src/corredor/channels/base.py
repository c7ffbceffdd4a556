"""The interface of every channel: frozen messages in, frozen outcomes out, no database."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar


class Result(StrEnum):
    """The result of one message, as the queue must treat it."""

    ACCEPTED = "ACCEPTED"  # accepted by the provider
    RETRY = "RETRY"  # temporary: try again after retry_after_s
    FAILED = "FAILED"  # this message can never be sent; the address may be valid
    INVALID_ADDRESS = "INVALID_ADDRESS"  # the address itself is invalid and must be erased


@dataclass(frozen=True, slots=True)
class Message:
    """One message to one address, with everything that a channel may need.

    ``address`` is E.164 for SMS, an addr-spec for e-mail, and for web push the browser's
    subscription as JSON text ({"endpoint", "keys": {"p256dh", "auth"}}).
    ``short`` is at most 90 characters, ``standard`` at most 360, ``long`` is unlimited.
    """

    delivery_id: int
    address: str
    language: str
    title: str
    short: str
    standard: str
    long: str
    link: str
    unsubscribe_link: str = ""  # one-tap unsubscribe, shown in e-mail and push
    status: str = "NOTICE"  # CONFIRMED, UPDATE, CORRECTED, ENDED or NOTICE: how a phone displays it
    topic: str = ""  # messages of one topic replace one another on the phone (<= 32 url-safe characters)
    urgent: bool = True
    is_drill: bool = False
    reference: str = ""  # our unguessable reference; returned with receipts (<= 36 characters), empty for none


@dataclass(frozen=True, slots=True)
class Outcome:
    """The provider's answer for one message. ``detail`` never holds an address or a text."""

    delivery_id: int
    result: Result
    code: str = ""  # the provider's own code, e.g. "201", "30007"
    detail: str = ""
    reference: str = ""  # the provider's id of the message, to match receipts
    retry_after_s: float | None = None
    segments: int = 1
    outcome_unknown: bool = False  # outcome unknown: no answer came, so the message may have arrived


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a channel can do, so that misuse is refused when a message is built, not when it is sent."""

    max_chars: int | None = None
    two_way: bool = False
    receipts: bool = False
    batch: int = 100  # messages claimed by a worker at once
    streams: bool = False  # streams: draws messages one by one as it has capacity, instead of a whole batch
    units_per_s: float | None = None  # segments, calls or messages per second; None: no limit


PACED = "PACED"  # code of messages handed back because of the rate limit


class Problem(StrEnum):
    """What is wrong with a setting, in a form that pages can translate."""

    MISSING = "MISSING"
    NOT_TEXT = "NOT_TEXT"
    NOT_ONE_LINE = "NOT_ONE_LINE"
    NOT_A_CHOICE = "NOT_A_CHOICE"
    NOT_A_NUMBER = "NOT_A_NUMBER"
    OUT_OF_RANGE = "OUT_OF_RANGE"
    NOT_A_LIST = "NOT_A_LIST"
    NO_URL = "NO_URL"
    NO_FILE = "NO_FILE"
    NO_KEY = "NO_KEY"
    NO_CONTACT = "NO_CONTACT"
    NO_MAILBOX = "NO_MAILBOX"
    NO_SENDER = "NO_SENDER"
    IN_CLEAR = "IN_CLEAR"
    UNKNOWN_PROVIDER = "UNKNOWN_PROVIDER"


# For logs, and the msgid that pages translate; its placeholders are those given with the problem.
_SENTENCES: dict[Problem, str] = {
    Problem.MISSING: "is missing",
    Problem.NOT_TEXT: "must be a text",
    Problem.NOT_ONE_LINE: "must be one line",
    Problem.NOT_A_CHOICE: "must be one of {choices}",
    Problem.NOT_A_NUMBER: "must be a whole number",
    Problem.OUT_OF_RANGE: "must be between {least} and {most}",
    Problem.NOT_A_LIST: "must be a list",
    Problem.NO_URL: "is no address: {why}",
    Problem.NO_FILE: "names no readable file",
    Problem.NO_KEY: "is no usable key: {why}",
    Problem.NO_CONTACT: "must begin with mailto: or https://",
    Problem.NO_MAILBOX: "must be a mail address",
    Problem.NO_SENDER: "must be telephone numbers or one service of the provider",
    Problem.IN_CLEAR: "none would send the password in clear",
    Problem.UNKNOWN_PROVIDER: "is not known; known are {choices}",
}


class ProviderNotConfigured(Exception):
    """A required setting is missing or wrong; the text names the setting, never its value."""

    def __init__(self, provider: str, setting: str, problem: Problem, **slots: object) -> None:
        self.provider, self.setting, self.problem, self.slots = provider, setting, problem, slots
        where = f"channel {provider}: setting '{setting}'" if setting else f"channel '{provider}'"
        super().__init__(f"{where} {_SENTENCES[problem].format_map(slots)}")


class Provider(ABC):
    """One provider of a channel. Lives as long as its worker; used by one thread at a time."""

    name: ClassVar[str]
    capabilities: Capabilities = Capabilities()  # settings of an instance may narrow those of its class
    redact: ClassVar[tuple[str, ...]] = ()  # setting and request keys that must never be logged

    @abstractmethod
    def send_many(self, messages: Iterable[Message]) -> Iterator[Outcome]:
        """Send every message and yield exactly one outcome for each, in completion order.

        Do not raise for a fault of the provider or the network: those are outcomes.
        """

    def close(self) -> None:  # noqa: B027  # most channels hold nothing to give back
        """Close connections. Called once when the worker ends."""
