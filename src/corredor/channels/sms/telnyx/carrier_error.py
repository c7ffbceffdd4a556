"""Maps Telnyx's error codes to results for the queue."""

from __future__ import annotations

from corredor.channels.base import Result
from corredor.channels.carrier import CarrierClass, judge, reason_of
from corredor.channels.inbound import Reason

_NUMBERS: dict[CarrierClass, tuple[str, ...]] = {
    CarrierClass.UNKNOWN: ("40012", "40310"),
    CarrierClass.LANDLINE: ("40001",),
    CarrierClass.STOPPED: ("40300",),
    CarrierClass.THROUGHPUT: ("10011", "40011"),
    CarrierClass.QUEUE_FULL: ("40014", "40318"),
    CarrierClass.UNREACHABLE: ("10007", "40004", "40006"),
    CarrierClass.ACCOUNT: ("10009", "10010", "20100", "40305", "40312", "40314", "40320", "40321"),
    CarrierClass.BLOCKED: ("40008",),
    CarrierClass.FILTERED: ("40002", "40003", "40015"),
    CarrierClass.UNREGISTERED: ("40010",),
}
_CLASSES = {code: name for name, codes in _NUMBERS.items() for code in codes}


def judge_code(code: str) -> tuple[Result, str]:
    """Return the result, and the code to store with its class. Unknown codes are FAILED."""
    return judge(code, _CLASSES)


def find_reason(code: str) -> Reason:
    """Return why a text did not arrive, as its receipt reports it."""
    return reason_of(code, _CLASSES)
