"""Maps network faults to outcomes, the same for every channel that speaks HTTP."""

from __future__ import annotations

from .base import Outcome, Result
from .outgoing import Fault

_RESTING_RETRY_S = 30.0
_ANSWER_LOST = (Fault.TIMED_OUT, Fault.BROKEN_REPLY, Fault.CLOSED)


def outcome_of_fault(delivery_id: int, fault: Fault) -> Outcome:
    """Return the outcome: a private address fails permanently; every other fault is retried.

    It is not INVALID_ADDRESS: a broken name server that answers with private addresses must not erase all subscribers.
    """
    if fault is Fault.PRIVATE_ADDRESS:
        return Outcome(delivery_id, Result.FAILED, code=fault)
    after_s = _RESTING_RETRY_S if fault is Fault.ORIGIN_RESTING else None
    return Outcome(delivery_id, Result.RETRY, code=fault, retry_after_s=after_s, outcome_unknown=fault in _ANSWER_LOST)
