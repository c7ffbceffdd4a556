"""Reads of the partners stage."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db.models import Count, Q, QuerySet

from corredor.kit import ids

from .enums import HookState
from .errors import UnknownPartner
from .models import Heard, Hook, Partner, Told


def list_partners() -> QuerySet[Partner]:
    """Those that were not removed, by name, with how many calls wait and failed."""
    return (
        Partner.objects.filter(removed_at=None)
        .annotate(
            waiting=Count("hooks", filter=Q(hooks__state__in=[HookState.DUE, HookState.CLAIMED])),
            failed=Count("hooks", filter=Q(hooks__state=HookState.FAILED)),
        )
        .order_by("name", "pk")
    )


def get_partner(*, partner_id: int) -> Partner:
    """One that was not removed. Raises UnknownPartner."""
    partner = Partner.objects.filter(pk=partner_id, removed_at=None).first()
    if partner is None:
        raise UnknownPartner
    return partner


def find_by_token(*, token: str) -> Partner:
    """Whose token this is. Raises UnknownPartner."""
    digest = ids.digest_secret(token, pepper=settings.CODE_PEPPER)
    partner = Partner.objects.filter(token_digest=digest, removed_at=None).first() if token else None
    if partner is None:
        raise UnknownPartner
    return partner


def list_listening() -> list[Partner]:
    """Those to be told when something public changes."""
    return list(Partner.objects.filter(removed_at=None, is_on=True).exclude(url=""))


def get_told(*, subjects: Iterable[str]) -> dict[str, str]:
    """Digest of the newest state that was told, by subject."""
    return dict(Told.objects.filter(subject__in=list(subjects)).values_list("subject", "digest"))


def find_heard(*, partner: Partner, references: Iterable[str]) -> Heard | None:
    """The oldest of a partner's messages among these that we still know, with its report."""
    rows = Heard.objects.filter(partner=partner, reference__in=list(references))
    return rows.select_related("report").order_by("pk").first()


def count_heard(*, partner: Partner, since: datetime) -> int:
    """How many messages of a partner were taken since a time."""
    return Heard.objects.filter(partner=partner, heard_at__gte=since).count()


def get_hook(*, hook_id: int) -> Hook:
    """One call. Raises Hook.DoesNotExist."""
    return Hook.objects.get(pk=hook_id)
