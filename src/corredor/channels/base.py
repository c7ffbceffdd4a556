"""The port every channel fits: frozen messages in, frozen outcomes out, no database."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar


class Result(StrEnum):
    """What became of one message, as the queue must treat it."""

    ACCEPTED = "ACCEPTED"  # the provider took it
    RETRY = "RETRY"  # temporary: try again after retry_after_s
    FAILED = "FAILED"  # this message will never go; the address may be fine
    INVALID_ADDRESS = "INVALID_ADDRESS"  # the address itself is dead and must be erased


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
    unsubscribe_link: str = ""  # one-tap unsubscribe, shown in e-mail and push
    status: str = "NOTICE"  # CONFIRMED, UPDATE, CORRECTED, ENDED or NOTICE: how a phone shows it
    topic: str = ""  # messages of one topic replace one another on the phone (<= 32 url-safe characters)
    urgent: bool = True
    is_drill: bool = False
    reference: str = ""  # our own, unguessable; comes back with receipts (<= 36 characters), empty for none


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
    outcome_unknown: bool = False  # no answer came, so the message may have arrived all the same


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a channel can do, so that misuse is refused when a message is made and not when it is sent."""

    max_chars: int | None = None
    two_way: bool = False
    receipts: bool = False
    batch: int = 100  # messages a worker hands over at once
    streams: bool = False  # takes messages one after the other as it has room, instead of a whole batch
    units_per_s: float | None = None  # segments, calls or messages that leave in a second; None: as fast as it goes


PACED = "PACED"  # code of what was handed back because its pace does not let it leave yet


class Problem(StrEnum):
    """What is wrong with a setting, so that pages can say it in the reader's language."""

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


# For logs, and as the sentence that pages translate; the slots are those given with the problem.
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
    """A setting that a channel cannot work without is missing or wrong; the text names it, never its value."""

    def __init__(self, provider: str, setting: str, problem: Problem, **slots: object) -> None:
        self.provider, self.setting, self.problem, self.slots = provider, setting, problem, slots
        where = f"channel {provider}: setting '{setting}'" if setting else f"channel '{provider}'"
        super().__init__(f"{where} {_SENTENCES[problem].format_map(slots)}")


class Provider(ABC):
    """One way to reach people. Kept for the life of a worker and used by one thread at a time."""

    name: ClassVar[str]
    capabilities: Capabilities = Capabilities()  # an instance's settings may narrow its class's
    redact: ClassVar[tuple[str, ...]] = ()  # setting and request keys that must never reach a log

    @abstractmethod
    def send_many(self, messages: Iterable[Message]) -> Iterator[Outcome]:
        """Send every message and yield exactly one outcome for each, in the order they finish.

        Must not raise for a provider's or network's fault: those are outcomes.
        """

    def close(self) -> None:  # noqa: B027  # most channels hold nothing to give back
        """Give back connections. Called once when the worker ends."""
