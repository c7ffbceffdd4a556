"""Reads of the partners stage."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db.models import Count, Q, QuerySet

from corredor.kit import ids

from .enums import HookState
from .errors import UnknownPartner
from .models import Announcement, Hook, Partner, ReceivedMessage


def list_partners() -> QuerySet[Partner]:
    """Return the partners that are not removed, by name, with counts of pending and failed webhooks."""
    return (
        Partner.objects.filter(removed_at=None)
        .annotate(
            waiting=Count("hooks", filter=Q(hooks__state__in=[HookState.DUE, HookState.CLAIMED])),
            failed=Count("hooks", filter=Q(hooks__state=HookState.FAILED)),
        )
        .order_by("name", "pk")
    )


def get_partner(*, partner_id: int) -> Partner:
    """Return a partner that is not removed. Raise UnknownPartner."""
    partner = Partner.objects.filter(pk=partner_id, removed_at=None).first()
    if partner is None:
        raise UnknownPartner
    return partner


def find_by_token(*, token: str) -> Partner:
    """Return the partner with this token. Raise UnknownPartner."""
    digest = ids.digest_secret(token, pepper=settings.CODE_PEPPER)
    partner = Partner.objects.filter(token_digest=digest, removed_at=None).first() if token else None
    if partner is None:
        raise UnknownPartner
    return partner


def list_listening() -> list[Partner]:
    """Return the partners with webhooks switched on."""
    return list(Partner.objects.filter(removed_at=None, is_on=True).exclude(url=""))


def get_announced(*, subjects: Iterable[str]) -> dict[str, str]:
    """Return the digest of the newest announced state, by subject."""
    return dict(Announcement.objects.filter(subject__in=list(subjects)).values_list("subject", "digest"))


def find_received(*, partner: Partner, references: Iterable[str]) -> ReceivedMessage | None:
    """Return the oldest of a partner's stored messages among these references, with its report."""
    rows = ReceivedMessage.objects.filter(partner=partner, reference__in=list(references))
    return rows.select_related("report").order_by("pk").first()


def count_received(*, partner: Partner, since: datetime) -> int:
    """Return the number of a partner's messages accepted since a time."""
    return ReceivedMessage.objects.filter(partner=partner, received_at__gte=since).count()


def get_hook(*, hook_id: int) -> Hook:
    """Return one webhook. Raise Hook.DoesNotExist."""
    return Hook.objects.get(pk=hook_id)
