"""Hash chains: each entry carries the digest of the one before, so that nothing is changed in silence."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

GENESIS = "0" * 64


@dataclass(frozen=True, slots=True)
class Link:
    """One stored entry as the checker needs it. ``content`` must be JSON-serialisable."""

    seq: int
    previous: str
    digest: str
    content: Mapping[str, Any]


def digest_entry(*, seq: int, previous: str, content: Mapping[str, Any]) -> str:
    """SHA-256 over the position, the previous digest and the canonical JSON of the content (hex)."""
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(f"{seq}\n{previous}\n{canonical}".encode()).hexdigest()


def find_break(links: Iterable[Link]) -> int | None:
    """The ``seq`` of the first entry that does not follow from the one before, or None if all hold.

    ``links`` must come in rising order of ``seq`` and start at the chain's beginning.
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
