"""Queue a transactional message to a person on the channel of their address; addresses stay encrypted."""

from __future__ import annotations

from datetime import datetime, timedelta

from corredor.channels.catalogue import list_channels
from corredor.delivery import actions as delivery
from corredor.delivery.enums import TransactionalKind
from corredor.delivery.words import title_of
from corredor.people.models import Address
from corredor.subscriptions.enums import Channel
from corredor.subscriptions.queries import is_suppressed

CHANNEL_OF: dict[str, Channel] = {spec.address.kind: Channel(spec.kind) for spec in list_channels()}
_USEFUL_FOR = timedelta(hours=24)


def notify(
    *,
    address: Address,
    kind: TransactionalKind,
    text: str,
    language: str,
    link: str = "",
    title: str = "",
    about: int | None = None,
    useful_for: timedelta = _USEFUL_FOR,
    now: datetime,
) -> None:
    """Queue a transactional message unless its address is suppressed. Call inside the flow's transaction."""
    if is_suppressed(lookup=bytes(address.lookup)):
        return
    delivery.queue_transactional(
        kind=kind,
        channel=CHANNEL_OF[address.kind],
        address_id=address.pk,
        language=language,
        title=title or title_of(kind, language),
        text=text,
        link=link,
        about=about,
        is_drill=address.is_drill,
        expires_at=now + useful_for,
        now=now,
    )
