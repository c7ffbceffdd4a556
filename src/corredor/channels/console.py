"""Logs one masked line per message, to try the whole path without sending anything."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence

from .base import Capabilities, Message, Outcome, Result
from .fence import FencedProvider

_log = logging.getLogger(__name__)


class ConsoleProvider(FencedProvider):
    """Log number, language, urgency and lengths: never an address, never a text."""

    name = "console"
    capabilities = Capabilities(batch=100)
    redact = ("address", "title", "short", "standard", "long", "link", "unsubscribe_link")

    def _send(self, messages: Sequence[Message]) -> Iterator[Outcome]:
        for message in messages:
            _log.info(
                "delivery.console id=%d language=%s urgent=%s address=*** characters=%d/%d/%d",
                message.delivery_id,
                message.language,
                message.urgent,
                len(message.short),
                len(message.standard),
                len(message.long),
            )
            yield Outcome(message.delivery_id, Result.ACCEPTED, code="CONSOLE")
