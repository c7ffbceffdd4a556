"""Maps the Cloud API's error codes to results for the queue."""

from __future__ import annotations

from corredor.channels.base import Result
from corredor.channels.inbound import Reason

# The number has no WhatsApp account, or its owner does not accept our messages.
_INVALID = {"131026": Reason.DEAD_NUMBER, "131021": Reason.DEAD_NUMBER, "131050": Reason.BLOCKED}
# Temporary limits, and settings that a steward can correct: access token, template, payment, registration.
_RETRY = {
    "4": Reason.LIMIT,
    "80007": Reason.LIMIT,
    "130429": Reason.LIMIT,
    "131048": Reason.LIMIT,
    "131056": Reason.LIMIT,
    "131000": Reason.OTHER,
    "131016": Reason.OTHER,
    "133004": Reason.OTHER,
    "190": Reason.OTHER,
    "131042": Reason.OTHER,
    "131045": Reason.UNREGISTERED,
    "133010": Reason.UNREGISTERED,
    "132001": Reason.OTHER,
    "132007": Reason.FILTERED,
    "132015": Reason.FILTERED,
    "132016": Reason.FILTERED,
}


def judge_code(code: str) -> tuple[Result, str]:
    """Return the result for the queue and the code to store; an unknown code is FAILED."""
    if code in _INVALID:
        return Result.INVALID_ADDRESS, f"{code} {_INVALID[code]}"[:20]
    return (Result.RETRY if code in _RETRY else Result.FAILED), code


def find_reason(code: str) -> Reason:
    """Return why a message did not arrive, as its receipt reports it."""
    return _INVALID.get(code) or _RETRY.get(code) or Reason.OTHER
