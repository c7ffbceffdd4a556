"""Hash chain (tamper-evident log): each entry carries the digest of the previous one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

GENESIS = "0" * 64


@dataclass(frozen=True, slots=True)
class Link:
    """One stored entry for verification. ``content`` must be JSON-serialisable."""

    seq: int
    previous: str
    digest: str
    content: Mapping[str, Any]


def digest_entry(*, seq: int, previous: str, content: Mapping[str, Any]) -> str:
    """Return SHA-256 (hex) over the position, the previous digest and the canonical JSON of the content."""
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(f"{seq}\n{previous}\n{canonical}".encode()).hexdigest()


def find_break(links: Iterable[Link]) -> int | None:
    """Return the ``seq`` of the first entry that does not follow from its predecessor, or None if the chain is intact.

    ``links`` must be in ascending order of ``seq`` and start at the chain's beginning.
    """
    previous, expected = GENESIS, 1
    for link in links:
        sound = (
            link.seq == expected
            and link.previous == previous
            and link.digest == digest_entry(seq=link.seq, previous=previous, content=link.content)
        )
        if not sound:
            return link.seq
        previous, expected = link.digest, expected + 1
    return None
