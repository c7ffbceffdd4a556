"""What a message costs as text messages: segments by language, and their price."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from .gsm7 import to_gsm7
from .segment import Encoding, plan

_CENT = Decimal("0.01")
_ACCENTS_OUTSIDE = "áíóúÁÍÓÚ"  # ñ é ü à ¿ ¡ and É Ñ Ü are in the cheap alphabet; Á Í Ó Ú and á í ó ú are not


@dataclass(frozen=True, slots=True)
class LanguagePlan:
    """One language: how many people, the alphabet, segments of one text, and of all of them together.

    ``spared`` are the segments that each text would take more if its accents were left as they are written.
    """

    people: int
    encoding: Encoding
    segments_each: int
    segments: int
    price: Decimal
    spared: int


@dataclass(frozen=True, slots=True)
class SegmentPlan:
    """All languages together. ``price`` is in the unit of the price per segment, to the cent."""

    by_language: dict[str, LanguagePlan]
    segments: int
    price: Decimal


def plan_segments(
    *, texts: Mapping[str, str], people: Mapping[str, int], price_per_segment: Decimal = Decimal(0)
) -> SegmentPlan:
    """Segments and price of sending each language's text to its people.

    ``texts`` are as written, with their link; they are spelt in the cheap alphabet as the channels do it. Raises
    KeyError for people without a text, ValueError for a price below zero or one that is no number.
    """
    if not price_per_segment.is_finite() or price_per_segment < 0:
        raise ValueError("a price cannot be less than nothing")
    by_language = {
        language: _plan_one(texts[language], count, price_per_segment) for language, count in people.items() if count
    }
    segments = sum(one.segments for one in by_language.values())
    return SegmentPlan(by_language, segments, _to_cents(segments * price_per_segment))


def count_expensive_accents(text: str) -> int:
    """Letters that alone would push a Spanish text out of the cheap alphabet: á í ó ú, not ñ é ü ¿ ¡."""
    return sum(text.count(letter) for letter in _ACCENTS_OUTSIDE)


def _plan_one(text: str, people: int, price: Decimal) -> LanguagePlan:
    cheap, as_written = plan(to_gsm7(text.strip())), plan(text.strip())
    segments = cheap.segments * people
    return LanguagePlan(
        people=people,
        encoding=cheap.encoding,
        segments_each=cheap.segments,
        segments=segments,
        price=_to_cents(segments * price),
        spared=as_written.segments - cheap.segments,
    )


def _to_cents(amount: Decimal) -> Decimal:
    return amount.quantize(_CENT, rounding=ROUND_HALF_UP)
