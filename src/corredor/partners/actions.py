"""Writes of the partners stage: partners, secrets, queued webhooks, and received messages."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction

from corredor.intake.models import Report
from corredor.kit import ids
from corredor.people.models import User

from .enums import HookKind, HookState, OffReason
from .errors import NamelessPartner
from .models import Announcement, Hook, Partner, ReceivedMessage
from .secret import make_secret, seal

OLDER_SECRET_SIGNS = timedelta(hours=24)  # both secrets sign for a day, so that the receiver can switch without a gap
HOOKS_KEPT = timedelta(days=7)
ANNOUNCEMENTS_KEPT = timedelta(days=60)


def add_partner(*, name: str, url: str, by: User, now: datetime) -> Partner:
    """Add a partner without a shared secret. Raise NamelessPartner."""
    name = " ".join(name.split())[:60]
    if len(name) < 2:
        raise NamelessPartner
    sealed = seal(make_secret()) if url else None
    return Partner.objects.create(name=name, url=url, sealed_secret=sealed, added_by=by, added_at=now)


def change_secret(*, partner: Partner, now: datetime) -> str:
    """Rotate the signing secret and return the new one, only this once. The previous one also signs for a day."""
    secret = make_secret()
    partner.sealed_older_secret, partner.older_until = partner.sealed_secret, now + OLDER_SECRET_SIGNS
    partner.sealed_secret = seal(secret)
    partner.save(update_fields=["sealed_secret", "sealed_older_secret", "older_until"])
    return secret


def change_token(*, partner: Partner) -> str:
    """Replace the inbound token and return it, only this once. The previous one is invalid from now on."""
    token = ids.new_token()
    partner.token_digest = ids.digest_secret(token, pepper=settings.CODE_PEPPER)
    partner.save(update_fields=["token_digest"])
    return token


def switch_on(*, partner: Partner) -> None:
    """Resume webhooks to the partner."""
    partner.is_on, partner.off_reason, partner.failing_since = True, "", None
    partner.save(update_fields=["is_on", "off_reason", "failing_since"])


def switch_off(*, partner: Partner, reason: OffReason, now: datetime) -> None:
    """Stop webhooks to the partner; pending ones are cancelled."""
    partner.is_on, partner.off_reason = False, reason
    partner.save(update_fields=["is_on", "off_reason"])
    _stop_hooks(partner, now)


def remove_partner(*, partner: Partner, now: datetime) -> None:
    """Erase address, secrets and token immediately; the name stays with the reports they made."""
    _stop_hooks(partner, now)
    Partner.objects.filter(pk=partner.pk).update(
        removed_at=now,
        is_on=False,
        url="",
        token_digest="",
        sealed_secret=None,
        sealed_older_secret=None,
    )


def queue_hook(*, partner: Partner, kind: HookKind, subject: str, body: str, now: datetime) -> Hook:
    """Queue one webhook. Its id lets the receiver detect a duplicate.

    Pending ones about the same subject are superseded: old news must not arrive after new.
    """
    if subject:
        Hook.objects.filter(partner=partner, subject=subject, state=HookState.DUE).update(
            state=HookState.SUPERSEDED, settled_at=now
        )
    message_id = f"msg_{secrets.token_urlsafe(18)}"
    return Hook.objects.create(
        partner=partner, message_id=message_id, kind=kind, subject=subject, body=body, made_at=now, due_at=now
    )


def record_announcement(*, subject: str, digest: str, before: str | None, now: datetime) -> bool:
    """Record an announcement; return False if another process announced the same news first."""
    if before is None:
        try:
            with transaction.atomic():
                Announcement.objects.create(subject=subject, digest=digest, announced_at=now)
        except IntegrityError:
            return False
        return True
    return bool(Announcement.objects.filter(subject=subject, digest=before).update(digest=digest, announced_at=now))


def record_received(*, partner: Partner, reference: str, report: Report, now: datetime) -> None:
    """Record a received message, so that a repeat is detected and others can refer to it."""
    ReceivedMessage.objects.get_or_create(
        partner=partner, reference=reference, defaults={"report": report, "received_at": now}
    )


def record_call_result(*, partner: Partner, result: str, now: datetime) -> None:
    """Record the result of the partner's newest call, for the steward's page."""
    Partner.objects.filter(pk=partner.pk).update(last_call_at=now, last_call_result=result)


def forget_old(*, now: datetime, subjects_in_view: frozenset[str]) -> int:
    """Erase settled webhooks, expired older secrets, and old announcements; return the number of rows."""
    erased = Hook.objects.exclude(settled_at=None).filter(settled_at__lt=now - HOOKS_KEPT).delete()[0]
    erased += Partner.objects.filter(older_until__lte=now).update(sealed_older_secret=None, older_until=None)
    old = Announcement.objects.filter(announced_at__lt=now - ANNOUNCEMENTS_KEPT).exclude(subject__in=subjects_in_view)
    return erased + int(old.delete()[0])


def _stop_hooks(partner: Partner, now: datetime) -> None:
    rows = Hook.objects.filter(partner=partner, state__in=[HookState.DUE, HookState.CLAIMED])
    rows.update(state=HookState.STOPPED, settled_at=now)
