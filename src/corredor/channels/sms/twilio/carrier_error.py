"""Maps Twilio's and carriers' error codes to results for the queue."""

from __future__ import annotations

from corredor.channels.base import Result
from corredor.channels.carrier import CarrierClass, judge, reason_of
from corredor.channels.inbound import Reason

_NUMBERS: dict[CarrierClass, tuple[str, ...]] = {
    CarrierClass.UNKNOWN: ("21211", "30005"),
    CarrierClass.LANDLINE: ("21614", "21635", "30006"),
    CarrierClass.STOPPED: ("21610",),
    CarrierClass.THROUGHPUT: ("14107", "20429", "30022", "30023"),
    CarrierClass.QUEUE_FULL: ("21611", "30001"),
    CarrierClass.UNREACHABLE: ("30003", "30008"),
    CarrierClass.ACCOUNT: ("20003", "20005", "30002", "30010"),
    CarrierClass.BLOCKED: ("30004",),
    CarrierClass.FILTERED: ("30007",),
    CarrierClass.UNREGISTERED: ("30032", "30034"),
}
_CLASSES = {code: name for name, codes in _NUMBERS.items() for code in codes}


def judge_code(code: str) -> tuple[Result, str]:
    """Return the result, and the code to store with its class. Unknown codes are FAILED."""
    return judge(code, _CLASSES)


def find_reason(code: str) -> Reason:
    """Return why a text did not arrive, as its receipt reports it."""
    return reason_of(code, _CLASSES)
