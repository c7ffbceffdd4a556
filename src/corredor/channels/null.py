"""The default provider: discards every message and reports it, until a steward turns on a real one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .base import Capabilities, Message, Outcome, Result
from .fence import FencedProvider


class NullProvider(FencedProvider):
    """Nothing leaves the machine; every outcome carries the code NULL."""

    name = "null"
    capabilities = Capabilities(batch=500)

    def _send(self, messages: Sequence[Message]) -> Iterator[Outcome]:
        for message in messages:
            yield Outcome(message.delivery_id, Result.ACCEPTED, code="NULL")
