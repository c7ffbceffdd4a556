"""Append-only timeline (audit log): every change is one entry, chained by hash to the previous one.

Entries hold codes and row ids, never personal text, so that the chain can outlive erased data.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from corredor.kit.hash_chain import GENESIS, Link, digest_entry, find_break

from .models import ChainHead, TimelineEntry


def record(
    *, kind: str, now: datetime, incident_id: int | None = None, actor_id: int | None = None, **data: Any
) -> TimelineEntry:
    """Append one entry, in the transaction of the change it records.

    Writers lock the head row, so that no two entries get the same position.
    """
    head, _ = ChainHead.objects.select_for_update().get_or_create(pk=1)
    seq = head.seq + 1
    content = _content(at=now, incident_id=incident_id, actor_id=actor_id, kind=kind, data=data)
    digest = digest_entry(seq=seq, previous=head.digest, content=content)
    entry = TimelineEntry.objects.create(
        seq=seq,
        at=now,
        incident_id=incident_id,
        actor_id=actor_id,
        kind=kind,
        data=data,
        previous=head.digest,
        digest=digest,
    )
    head.seq, head.digest = seq, digest
    head.save(update_fields=["seq", "digest"])
    return entry


def find_broken_entry() -> int | None:
    """Return the position of the first altered, removed or inserted entry; None if the chain is intact.

    The head row is compared too, which detects truncation at the end.
    """
    broken = find_break(_links())
    if broken is not None:
        return broken
    last = TimelineEntry.objects.order_by("-seq").values_list("seq", "digest").first() or (0, GENESIS)
    head = ChainHead.objects.filter(pk=1).values_list("seq", "digest").first() or (0, GENESIS)
    return None if last == head else min(last[0], head[0]) + 1


def _links() -> Iterator[Link]:
    for entry in TimelineEntry.objects.order_by("seq").iterator(chunk_size=2000):
        yield Link(
            seq=entry.seq,
            previous=entry.previous,
            digest=entry.digest,
            content=_content(
                at=entry.at,
                incident_id=entry.incident_id,
                actor_id=entry.actor_id,
                kind=entry.kind,
                data=entry.data,
            ),
        )


def _content(
    *, at: datetime, incident_id: int | None, actor_id: int | None, kind: str, data: dict[str, Any]
) -> dict[str, Any]:
    return {
        "at": at.astimezone(UTC).isoformat(timespec="microseconds"),
        "incident": incident_id,
        "actor": actor_id,
        "kind": kind,
        "data": data,
    }
