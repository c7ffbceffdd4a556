"""The pool of sender numbers: one stable number per person, one rate limit per number."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b

from corredor.channels.base import Problem
from corredor.channels.rate_limit import RateLimiter
from corredor.channels.setting import Settings

_TOLL_FREE = re.compile(r"\+1(800|833|844|855|866|877|888)\d{7}")
_NUMBER = re.compile(r"\+[1-9]\d{6,14}")
_SHORT_CODE = re.compile(r"\d{3,8}")
MOST_NUMBERS = 100


@dataclass(frozen=True, slots=True)
class Rates:
    """Segments per second by kind of number; 0 leaves the rate limit to the provider."""

    long_code: int = 1
    toll_free: int = 3
    short_code: int = 100

    @classmethod
    def from_settings(cls, settings: Settings) -> Rates:
        """Raise ProviderNotConfigured if a setting is missing or wrong."""
        return cls(
            long_code=settings.number("rate_long", 1, most=10_000),
            toll_free=settings.number("rate_toll_free", 3, most=10_000),
            short_code=settings.number("rate_short", 100, most=10_000),
        )

    def of(self, number: str) -> int:
        """Return the rate of one number; 0 for a provider's own pool, which limits the rate itself."""
        if _SHORT_CODE.fullmatch(number):
            return self.short_code
        if _TOLL_FREE.fullmatch(number):
            return self.toll_free
        return self.long_code if _NUMBER.fullmatch(number) else 0


def read_senders(settings: Settings, *, service: re.Pattern[str]) -> tuple[str, ...]:
    """Read the setting ``sender``: numbers separated by commas, or one pool that the provider manages.

    Raise ProviderNotConfigured.
    """
    senders = tuple(dict.fromkeys(part.strip() for part in settings.text("sender").split(",") if part.strip()))
    is_service = len(senders) == 1 and service.fullmatch(senders[0])
    are_numbers = all(_NUMBER.fullmatch(one) or _SHORT_CODE.fullmatch(one) for one in senders)
    if not senders or len(senders) > MOST_NUMBERS or not (is_service or are_numbers):
        raise settings.refuse("sender", Problem.NO_SENDER)
    return senders


class NumberPool:
    """Assigns a sender number to each person and keeps each number's rate limit."""

    def __init__(self, senders: tuple[str, ...], rates: Rates) -> None:
        self._senders = senders
        per_s = {sender: rates.of(sender) for sender in senders}
        self._paces: Mapping[str, RateLimiter] = {sender: RateLimiter(rate) for sender, rate in per_s.items() if rate}
        # A number without a rate of its own is limited by the provider.
        self.per_s = float(sum(per_s.values())) if all(per_s.values()) else 0.0

    def sender_of(self, number: str) -> str:
        """Return a person's sender by rendezvous hashing: stable; a new number takes only its share."""
        return max(self._senders, key=lambda sender: blake2b(f"{sender}\n{number}".encode(), digest_size=8).digest())

    def pace_of(self, sender: str) -> RateLimiter | None:
        """Return the rate limiter of this number, None without a limit."""
        return self._paces.get(sender)
