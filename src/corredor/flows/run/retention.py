"""Retention: erase what is past its time, by the list of each stage (``<stage>/retention.py``).

Runs every minute beside ``repair``, and by `corredor sweep`.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from corredor.flows.publish.partner_news import subjects_of
from corredor.flows.publish.view import public_view
from corredor.incidents.timeline import record
from corredor.kit.retention import list_stored
from corredor.partners import actions as partners

_RECORDED = ("addresses", "unconfirmed", "reports", "attendance", "applications")


def erase_expired(*, now: datetime) -> dict[str, int]:
    """Erase one round of every class of data; return how many rows by code.

    Each step is a transaction of its own: a fault in one leaves the others done. Contacts are unlinked before
    addresses are looked at, because the intake stage comes first in the list of those that unlink.
    """
    steps = {stored.code: stored.erase for stored in list_stored() if stored.erase is not None}
    # What unlinks an address first, then the addresses that nothing uses any more.
    erased = {code: erase(now) for code, erase in steps.items() if code != "addresses"}
    erased["addresses"] = steps["addresses"](now)
    erased["partner_calls"] = _erase_partner_calls(now)
    if told := {code: erased[code] for code in _RECORDED if erased[code]}:
        with transaction.atomic():
            record(kind="swept", now=now, **told)
    return erased


@transaction.atomic
def _erase_partner_calls(now: datetime) -> int:
    """Erase calls to partners that are over, and what they were told of things the public no longer sees."""
    return partners.forget_old(now=now, subjects_in_view=subjects_of(public_view(now=now)))
