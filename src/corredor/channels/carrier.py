"""Why a carrier refused a text message: the same few classes for every provider."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from corredor.channels.base import Result
from corredor.channels.inbound import Reason


class CarrierClass(StrEnum):
    """Class of a carrier error; follows the provider's own number in a code, as in "30006 LANDLINE"."""

    UNKNOWN = "UNKNOWN"  # no such number, or no longer in service
    LANDLINE = "LANDLINE"  # cannot receive texts, now or later
    STOPPED = "STOPPED"  # its owner told the carrier STOP
    THROUGHPUT = "THROUGHPUT"  # above the rate limit of the number or the account
    QUEUE_FULL = "QUEUE_FULL"
    UNREACHABLE = "UNREACHABLE"  # phone off, or no reason given
    ACCOUNT = "ACCOUNT"  # credentials, credit or settings that a steward can correct
    FILTERED = "FILTERED"  # filtered as spam
    BLOCKED = "BLOCKED"  # this text to this number was blocked by the carrier or the phone
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
    """Return the result for the queue and the code to store; an unknown number is FAILED."""
    found = classes.get(code)
    if found is None:
        return Result.FAILED, code
    kept = f"{code} {found}"
    if found in _GONE:
        return Result.INVALID_ADDRESS, kept
    return (Result.RETRY if found in _RETRY else Result.FAILED), kept


def reason_of(code: str, classes: Mapping[str, CarrierClass]) -> Reason:
    """Return why a text did not arrive, as receipts report it."""
    found = classes.get(code)
    return _REASONS[found] if found else Reason.OTHER
