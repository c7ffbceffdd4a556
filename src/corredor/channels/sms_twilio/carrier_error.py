"""What Twilio's and the carriers' error numbers mean for the queue."""

from __future__ import annotations

from corredor.channels.base import Result

# The number itself is dead or must not be texted: erase it.
GONE = frozenset(
    {
        "21211",  # no valid number
        "21610",  # the person told the carrier STOP
        "21614",  # no mobile number
        "30005",  # unknown or no longer in service
        "30006",  # landline or a carrier that cannot be reached
    }
)
# Worth another try: outages, limits, and settings that a steward can mend.
RETRY = frozenset(
    {
        "20003",
        "20005",
        "20429",
        "14107",  # credentials, suspended account, too many requests
        "21611",
        "30001",
        "30022",
        "30023",  # queue full, per-second and per-day limits
        "30002",
        "30003",
        "30008",
        "30010",  # suspended, phone off, unknown, price
    }
)


def result_of(code: str) -> Result:
    """GONE, RETRY, or FAILED for all others (blocked 30004, filtered 30007, unregistered 30034 ...)."""
    if code in GONE:
        return Result.GONE
    return Result.RETRY if code in RETRY else Result.FAILED
