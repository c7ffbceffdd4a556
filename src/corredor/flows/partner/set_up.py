"""Manage partners: add, test, rotate secrets and tokens, turn off, remove.

Writes partners and the timeline. Called by the steward pages.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from corredor.flows.publish.partner_news import write_body
from corredor.incidents.timeline import record
from corredor.partners import actions, queries
from corredor.partners.enums import HookKind, HookState, OffReason
from corredor.partners.errors import NamelessPartner, NoEndpoint, UnknownPartner, WrongEndpoint
from corredor.partners.models import Partner
from corredor.partners.sender import check_endpoint, send_due
from corredor.people.models import User
from corredor.people.queries import require_steward

__all__ = [
    "NamelessPartner",
    "NoEndpoint",
    "Shown",
    "Tested",
    "UnknownPartner",
    "WrongEndpoint",
    "add_partner",
    "change_secret",
    "change_token",
    "list_partners",
    "remove_partner",
    "switch_partner",
    "test_partner",
]


@dataclass(frozen=True, slots=True)
class Shown:
    """A partner, with secrets that are shown once; either may be empty."""

    partner: Partner
    secret: str = ""
    token: str = ""


@dataclass(frozen=True, slots=True)
class Tested:
    """Response of the partner's server: an HTTP status, or why there was none."""

    is_accepted: bool
    code: str


def list_partners(*, by: User, now: datetime) -> list[Partner]:
    """Return all partners. Raise NotAllowed."""
    require_steward(by, now=now)
    return list(queries.list_partners())


@transaction.atomic
def add_partner(*, name: str, url: str, may_report: bool, by: User, now: datetime) -> Shown:
    """Add a partner that receives events (``url``), may report to us, or both.

    Raise NotAllowed, NamelessPartner, WrongEndpoint.
    """
    require_steward(by, now=now)
    if url:
        check_endpoint(url)
    partner = actions.add_partner(name=name, url=url, by=by, now=now)
    record(kind="partner.added", now=now, actor_id=by.pk, partner=partner.pk)
    secret = _first_secret(partner, now) if url else ""
    token = actions.change_token(partner=partner) if may_report else ""
    return Shown(partner, secret, token)


@transaction.atomic
def change_secret(*, partner_id: int, by: User, now: datetime) -> Shown:
    """Rotate the signing secret; the previous one signs too for a day. Raise NotAllowed, UnknownPartner, NoEndpoint."""
    require_steward(by, now=now)
    partner = queries.get_partner(partner_id=partner_id)
    if not partner.url:
        raise NoEndpoint
    record(kind="partner.secret", now=now, actor_id=by.pk, partner=partner.pk)
    return Shown(partner, secret=actions.change_secret(partner=partner, now=now))


@transaction.atomic
def change_token(*, partner_id: int, by: User, now: datetime) -> Shown:
    """Replace the partner's reporting token; the previous one is invalid. Raise NotAllowed, UnknownPartner."""
    require_steward(by, now=now)
    partner = queries.get_partner(partner_id=partner_id)
    record(kind="partner.token", now=now, actor_id=by.pk, partner=partner.pk)
    return Shown(partner, token=actions.change_token(partner=partner))


@transaction.atomic
def switch_partner(*, partner_id: int, is_on: bool, by: User, now: datetime) -> None:
    """Turn calls to the partner on or off. Raise NotAllowed, UnknownPartner."""
    require_steward(by, now=now)
    partner = queries.get_partner(partner_id=partner_id)
    if is_on:
        actions.switch_on(partner=partner)
    else:
        actions.switch_off(partner=partner, reason=OffReason.BY_STEWARD, now=now)
    record(kind="partner.switched", now=now, actor_id=by.pk, partner=partner.pk, is_on=is_on)


@transaction.atomic
def remove_partner(*, partner_id: int, by: User, now: datetime) -> None:
    """Erase the partner's address, secret and token. Raise NotAllowed, UnknownPartner."""
    require_steward(by, now=now)
    partner = queries.get_partner(partner_id=partner_id)
    actions.remove_partner(partner=partner, now=now)
    record(kind="partner.removed", now=now, actor_id=by.pk, partner=partner.pk)


def test_partner(*, partner_id: int, by: User, now: datetime) -> Tested:
    """Send a test call now and return its result. Raise NotAllowed, UnknownPartner, NoEndpoint.

    No transaction is open while waiting for their server.
    """
    require_steward(by, now=now)
    partner = queries.get_partner(partner_id=partner_id)
    if not partner.url or not partner.is_on:
        raise NoEndpoint
    body = write_body(HookKind.TEST, {"words": "A test. Nothing has happened."}, now)
    hook = actions.queue_hook(partner=partner, kind=HookKind.TEST, subject="", body=body, now=now)
    send_due(now=now, partner_id=partner.pk)
    settled = queries.get_hook(hook_id=hook.pk)
    return Tested(settled.state == HookState.SENT, settled.code)


def _first_secret(partner: Partner, now: datetime) -> str:
    """Create the first secret, without a previous one that would sign too."""
    secret = actions.change_secret(partner=partner, now=now)
    Partner.objects.filter(pk=partner.pk).update(sealed_older_secret=None, older_until=None)
    return secret
