"""Retention: erase expired data, class by class, as each stage lists it (``<stage>/retention.py``).

Runs every minute with ``repair``, and by `corredor sweep`.
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
    """Run one round of every class; return erased rows by code.

    Each step has its own transaction: an error in one leaves the others done. Steps that unlink addresses run before
    the addresses are erased.
    """
    steps = {stored.code: stored.erase for stored in list_stored() if stored.erase is not None}
    # First everything that unlinks addresses, then the unused addresses.
    erased = {code: erase(now) for code, erase in steps.items() if code != "addresses"}
    erased["addresses"] = steps["addresses"](now)
    erased["partner_calls"] = _erase_partner_calls(now)
    if counts := {code: erased[code] for code in _RECORDED if erased[code]}:
        with transaction.atomic():
            record(kind="swept", now=now, **counts)
    return erased


@transaction.atomic
def _erase_partner_calls(now: datetime) -> int:
    """Erase finished partner calls, and records of what partners were counts about incidents no longer public."""
    return partners.forget_old(now=now, subjects_in_view=subjects_of(public_view(now=now)))
