"""The sink of drill messages: counts them and stores nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from corredor.channels.base import Capabilities, Message, Outcome, Result
from corredor.channels.fence import FencedProvider


class DrillSinkProvider(FencedProvider):
    """Accept drill messages only; ``counts`` holds the number of messages by language."""

    name = "drill_sink"
    capabilities = Capabilities(batch=500)
    takes_drills = True

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()

    def _send(self, messages: Sequence[Message]) -> Iterator[Outcome]:
        for message in messages:
            self.counts[message.language] += 1
            yield Outcome(message.delivery_id, Result.ACCEPTED, code="DRILL_SINK")
