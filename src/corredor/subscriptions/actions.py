"""Writes of the subscriptions stage: sign up, confirm, change, unsubscribe. Unsubscribing erases."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from hashlib import sha256

from django.db import transaction
from django.db.models import Exists, F, OuterRef

from corredor.kit import ids
from corredor.people.models import Address
from corredor.people.queries import digest_token

from .enums import Channel, SubscriptionState
from .errors import TooManyTries, WrongCode
from .models import ContactMethod, CoverageArea, CoverageCell, Subscription, Suppression

PENDING_FOR = timedelta(hours=48)
MOST_TRIES = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """A person's preferences. Quiet hours are local times on the half hour; both or none."""

    language: str
    areas: tuple[str, ...] = ()
    circle: tuple[float, float, int] | None = None  # lat, lon, radius in metres; only its cells are stored
    wants_enforcement: bool = True
    wants_hazard: bool = True
    wants_rumour: bool = False
    text_if_needed: bool = True  # with push and SMS: text fallback only
    quiet_from: time | None = None
    quiet_until: time | None = None


def create_subscription(
    *,
    preferences: Preferences,
    cells: Sequence[int],
    channel: Channel,
    address: Address,
    code: str,
    is_drill: bool,
    now: datetime,
) -> tuple[Subscription, str]:
    """Create a subscription pending double opt-in. Return it and its unsubscribe token (shown once)."""
    token = ids.new_token()
    subscription = Subscription.objects.create(
        coverage_area=save_coverage_area(cells),
        unsubscribe_digest=digest_token(token),
        asked_at=now,
        is_drill=is_drill,
        **_columns(preferences),
    )
    ContactMethod.objects.create(
        subscription=subscription, kind=channel, address=address, code_digest=digest_token(f"{token}:{code}")
    )
    return subscription, token


def add_method(
    *, subscription: Subscription, kind: Channel, address: Address, token: str, code: str, now: datetime
) -> ContactMethod:
    """Add a contact method pending opt-in; it replaces a pending one of the same channel."""
    subscription.methods.filter(kind=kind, confirmed_at=None).delete()
    digest = digest_token(f"{token}:{code}")
    return ContactMethod.objects.create(
        subscription=subscription, kind=kind, address=address, code_digest=digest, asked_at=now
    )


def delete_pending_method(*, method: ContactMethod) -> None:
    """Delete a pending contact method, and its subscription unless that has a confirmed one."""
    if method.subscription.methods.filter(confirmed_at__isnull=False).exists():
        method.delete()
    else:
        erase_subscription(subscription=method.subscription)


def change_preferences(*, subscription: Subscription, preferences: Preferences, cells: Sequence[int]) -> None:
    """Replace the preferences; contact methods stay."""
    Subscription.objects.filter(pk=subscription.pk).update(
        coverage_area=save_coverage_area(cells), **_columns(preferences)
    )
    _delete_unused_coverage_area(subscription.coverage_area_id)


def make_preferences_key(preferences: Preferences, cells: Sequence[int]) -> tuple[object, ...]:
    """Return preferences in a form comparable with ``get_preferences_key``."""
    return (*_columns(preferences).values(), sorted(cells))


def get_preferences_key(subscription: Subscription) -> tuple[object, ...]:
    """Return a subscription's preferences, to compare two sign-ups."""
    cells = sorted(subscription.coverage_area.cells.values_list("cell", flat=True))
    return (*(getattr(subscription, name) for name in _columns(Preferences(language=""))), cells)


def mark_repeated(*, subscription: Subscription) -> None:
    """Mark that the same sign-up came again, perhaps from another person; see ``invalidate_token``."""
    Subscription.objects.filter(pk=subscription.pk).update(asked_again=True)


def invalidate_token(*, subscription: Subscription) -> None:
    """Invalidate the token shown at sign-up; signed links in messages stay valid."""
    Subscription.objects.filter(pk=subscription.pk).update(unsubscribe_digest=digest_token(ids.new_token()))


def confirm_method(*, method: ContactMethod, now: datetime) -> None:
    """Record the opt-in of a contact method and activate its subscription."""
    ContactMethod.objects.filter(pk=method.pk).update(confirmed_at=now, code_digest="", code_tries=0)
    Subscription.objects.filter(pk=method.subscription_id).exclude(state=SubscriptionState.ACTIVE).update(
        state=SubscriptionState.ACTIVE, confirmed_at=now
    )


def move_method(*, method: ContactMethod, address: Address) -> None:
    """Move a contact method to another address."""
    ContactMethod.objects.filter(pk=method.pk).update(address=address)


def check_code(*, method: ContactMethod, token: str, code: str) -> None:
    """Compare a typed code. Raise WrongCode, TooManyTries. Failed tries are counted."""
    if method.code_tries >= MOST_TRIES:
        raise TooManyTries
    if not method.code_digest or method.code_digest != digest_token(f"{token}:{code.strip()}"):
        ContactMethod.objects.filter(pk=method.pk).update(code_tries=F("code_tries") + 1)
        raise WrongCode


def erase_subscription(*, subscription: Subscription) -> list[int]:
    """Erase preferences, cells and contact methods. Return their address ids (see ``people.address_uses``).

    Deliveries stay as counts, without subscription and address.
    """
    address_ids = list(subscription.methods.values_list("address_id", flat=True))
    subscription.delete()
    _delete_unused_coverage_area(subscription.coverage_area_id)
    return address_ids


def save_coverage_area(cells: Iterable[int]) -> CoverageArea:
    """Get or create the coverage area of exactly these cells."""
    unique_cells = sorted(set(cells))
    digest = sha256(",".join(map(str, unique_cells)).encode()).digest()[:16]
    with transaction.atomic():
        # locked, so that it is not deleted between the lookup and its use in the caller's transaction
        coverage_area, is_new = CoverageArea.objects.select_for_update().get_or_create(digest=digest)
        if is_new:
            CoverageCell.objects.bulk_create(
                [CoverageCell(coverage_area=coverage_area, cell=cell) for cell in unique_cells], batch_size=500
            )
    return coverage_area


def suppress_address(*, lookup: bytes, now: datetime) -> None:
    """Add an address to the suppression list as a keyed digest, so that nobody can sign it up again."""
    Suppression.objects.get_or_create(lookup=lookup, defaults={"refused_at": now})


def lift_suppression(*, lookup: bytes) -> bool:
    """Remove an address from the suppression list (START). Return False if it was not on it."""
    return bool(Suppression.objects.filter(lookup=lookup).delete()[0])


def _columns(preferences: Preferences) -> dict[str, object]:
    return {
        "language": preferences.language,
        "areas": list(preferences.areas),
        "wants_enforcement": preferences.wants_enforcement,
        "wants_hazard": preferences.wants_hazard,
        "wants_rumour": preferences.wants_rumour,
        "text_if_needed": preferences.text_if_needed,
        "quiet_from": preferences.quiet_from,
        "quiet_until": preferences.quiet_until,
    }


def _delete_unused_coverage_area(coverage_area_id: int) -> None:
    """Delete a coverage area without subscribers; it would still reveal an interest."""
    unused = ~Exists(Subscription.objects.filter(coverage_area_id=OuterRef("pk")))
    CoverageArea.objects.filter(unused, pk=coverage_area_id).delete()
