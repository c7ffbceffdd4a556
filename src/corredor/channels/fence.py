"""Keeps drills and real messages apart; every channel inherits from it."""

from __future__ import annotations

from abc import abstractmethod
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from typing import ClassVar, final

from .base import Message, Outcome, Provider, Result


class FencedProvider(Provider):
    """A channel that refuses messages of the wrong kind (drill or real) before its own code runs.

    ``takes_drills`` is True only for the drill channel, which in turn refuses real messages.
    """

    takes_drills: ClassVar[bool] = False

    @final
    def send_many(self, messages: Iterable[Message]) -> Iterator[Outcome]:
        refused: deque[Outcome] = deque()
        own = self._sift(messages, refused)
        batch: Iterable[Message] = own if self.capabilities.streams else list(own)
        if batch:
            for outcome in self._send(batch):  # type: ignore[arg-type]  # a list, unless it says that it streams
                while refused:
                    yield refused.popleft()
                yield outcome
        yield from refused

    def _sift(self, messages: Iterable[Message], refused: deque[Outcome]) -> Iterator[Message]:
        refused_code = "NOT_A_DRILL" if self.takes_drills else "DRILL"
        for message in messages:
            if message.is_drill is not self.takes_drills:
                refused.append(Outcome(message.delivery_id, Result.FAILED, code=refused_code))
            elif not _is_writable(message):
                refused.append(Outcome(message.delivery_id, Result.FAILED, code="NOT_TEXT"))
            else:
                yield message

    @abstractmethod
    def _send(self, messages: Sequence[Message]) -> Iterator[Outcome]:
        """As ``Provider.send_many``, for messages of this channel's kind only."""


def _is_writable(message: Message) -> bool:
    """Return True if every text can be encoded as UTF-8: lone surrogates would break every format."""
    texts = (
        message.address,
        message.language,
        message.title,
        message.short,
        message.standard,
        message.long,
        message.link,
        message.unsubscribe_link,
        message.topic,
    )
    try:
        "".join(texts).encode()
    except UnicodeEncodeError:
        return False
    return True
