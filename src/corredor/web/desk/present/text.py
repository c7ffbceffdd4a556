"""A message in its three lengths, with segments and cost as an SMS."""

from __future__ import annotations

from dataclasses import dataclass

from corredor.alerts.wording import SHORT, STANDARD
from corredor.engines.smstext import plan, to_gsm7
from corredor.flows.alert.forecast import Words


@dataclass(frozen=True, slots=True)
class TextShown:
    """One language as recipients read it. The SMS form is reduced to GSM-7, as it is sent."""

    language: str
    title: str
    short: str
    standard: str
    long: str
    sms: str
    segments: int
    short_limit: int = SHORT
    standard_limit: int = STANDARD


def show_text(words: Words, *, language: str = "") -> TextShown:
    """Return the texts with their SMS form."""
    sms = to_gsm7(words.standard)
    costs = plan(sms)
    return TextShown(
        language=language or getattr(words, "language", ""),
        title=words.title,
        short=words.short,
        standard=words.standard,
        long=words.long,
        sms=sms,
        segments=costs.segments,
    )
