"""Webhook sender: signed calls to checked addresses (SSRF protection), within hard limits, without redirects."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from datetime import datetime

from django.conf import settings

from corredor.channels.outgoing import AddressGuard, BadUrl, Limits, Poster, Reply, Request, parse_url, retry_after_s
from corredor.channels.setting import Settings

from .errors import BrokenSecret, WrongEndpoint
from .models import Hook, Partner
from .queue import claim_due, settle
from .secret import open_key
from .signature import sign

BATCH = 50
_LIMITS = Limits(
    per_origin=1,  # sequential, so that news arrives in order
    connections=16,
    waiting=BATCH,
    reply_s=15.0,
    newcomer_s=15.0,
)


def send_due(*, now: datetime, partner_id: int | None = None) -> int:
    """Claim, call and settle one batch; return the number of calls."""
    hooks = claim_due(most=BATCH, now=now, partner_id=partner_id)
    if not hooks:
        return 0
    by_id = {hook.pk: hook for hook in hooks}
    poster = _open_poster()
    try:
        for reply in poster.post_many(_write_requests(hooks, now=now)):
            _settle(by_id.pop(reply.key), reply, now=now)
    finally:
        poster.close()
    for hook in by_id.values():  # their address or secret can no longer be used
        settle(hook=hook, is_accepted=False, code="WRONG_ENDPOINT", retry_after_s=None, now=now)
    return len(hooks)


def check_endpoint(url: str) -> None:
    """Raise WrongEndpoint for an address that will never be called. Names are resolved and checked at every call."""
    try:
        parse_url(url)
    except BadUrl as error:
        raise WrongEndpoint(str(error)) from error


def _write_requests(hooks: list[Hook], *, now: datetime) -> Iterator[Request]:
    for hook in hooks:
        body = hook.body.encode()
        try:
            origin, target = parse_url(hook.partner.url)
            headers = sign(
                body,
                message_id=hook.message_id,
                timestamp_s=int(now.timestamp()),
                keys=_open_keys(hook.partner, now=now),
            )
            headers |= {"Content-Type": "application/json", "User-Agent": "Corredor"}
            yield Request.post(hook.pk, origin, target, headers=headers, body=body)
        except (BadUrl, BrokenSecret):  # one unusable webhook must not block the others
            continue


def _open_keys(partner: Partner, *, now: datetime) -> list[bytes]:
    """Return the newest key, and for a day after a rotation the previous one."""
    assert partner.sealed_secret is not None, "a rule of the database: what partners are told is signed"
    keys = [open_key(partner.sealed_secret)]
    if partner.sealed_older_secret is not None and partner.older_until is not None and partner.older_until > now:
        keys.append(open_key(partner.sealed_older_secret))
    return keys


def _settle(hook: Hook, reply: Reply, *, now: datetime) -> None:
    settle(
        hook=hook,
        is_accepted=200 <= reply.status < 300,
        code=str(reply.fault or reply.status)[:20],
        retry_after_s=retry_after_s(reply.headers, now_s=now.timestamp()),
        now=now,
    )


def _open_poster() -> Poster:
    options = Settings("partners", settings.CORREDOR_PARTNERS)
    guard = AddressGuard(options.words("allowed_private_origins"))
    context = ssl.create_default_context(cafile=options.text("ca_file", "") or None)
    return Poster(guard=guard, context=context, limits=_LIMITS)
