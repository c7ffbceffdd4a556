"""Why a carrier did not take a text: the same few classes for every provider."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from corredor.channels.base import Result
from corredor.channels.inbound import Reason


class CarrierClass(StrEnum):
    """Stands behind the provider's own number in a code, as in "30006 LANDLINE"."""

    UNKNOWN = "UNKNOWN"  # no such number, or no longer in service
    LANDLINE = "LANDLINE"  # cannot take texts, now or later
    STOPPED = "STOPPED"  # its owner told the carrier STOP
    THROUGHPUT = "THROUGHPUT"  # more than the number or the account may send in a second or a day
    QUEUE_FULL = "QUEUE_FULL"
    UNREACHABLE = "UNREACHABLE"  # phone off, or the carrier does not say why
    ACCOUNT = "ACCOUNT"  # credentials, credit or settings that a steward can mend
    FILTERED = "FILTERED"  # the carrier took it for spam
    BLOCKED = "BLOCKED"  # this text to this number: blocked by the carrier or the phone
    UNREGISTERED = "UNREGISTERED"  # the sending number is not registered for campaigns


_REASONS = {
    CarrierClass.UNKNOWN: Reason.DEAD_NUMBER,
    CarrierClass.LANDLINE: Reason.LANDLINE,
    CarrierClass.STOPPED: Reason.BLOCKED,
    CarrierClass.BLOCKED: Reason.BLOCKED,
    CarrierClass.FILTERED: Reason.FILTERED,
    CarrierClass.UNREGISTERED: Reason.UNREGISTERED,
    CarrierClass.UNREACHABLE: Reason.UNREACHABLE,
    CarrierClass.THROUGHPUT: Reason.LIMIT,
    CarrierClass.QUEUE_FULL: Reason.LIMIT,
    CarrierClass.ACCOUNT: Reason.LIMIT,
}
_GONE = (CarrierClass.UNKNOWN, CarrierClass.LANDLINE, CarrierClass.STOPPED)
_RETRY = (CarrierClass.THROUGHPUT, CarrierClass.QUEUE_FULL, CarrierClass.UNREACHABLE, CarrierClass.ACCOUNT)


def judge(code: str, classes: Mapping[str, CarrierClass]) -> tuple[Result, str]:
    """What a provider's number means for the queue, and the code to keep; a number nobody knows is FAILED."""
    found = classes.get(code)
    if found is None:
        return Result.FAILED, code
    kept = f"{code} {found}"
    if found in _GONE:
        return Result.INVALID_ADDRESS, kept
    return (Result.RETRY if found in _RETRY else Result.FAILED), kept


def reason_of(code: str, classes: Mapping[str, CarrierClass]) -> Reason:
    """Why a text did not arrive, as a receipt says it."""
    found = classes.get(code)
    return _REASONS[found] if found else Reason.OTHER
