"""Pipeline of one call's requests: chunks at the encoders, and a few that the posting thread encodes itself."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from itertools import islice

from corredor.channels.base import Message, Outcome
from corredor.channels.outgoing import Request

from .encoders import Chunk, Encoders
from .maker import Made, RequestMaker

AHEAD = 4  # chunks being encoded ahead of the network
FEW = 4  # messages that the posting thread encodes per pause, about a third of a millisecond
_SPARE = 64  # limit of messages that it has encoded ahead in pauses
_KEYS = 16  # sender keys generated per pause, about as long


class Making:
    """Used by the posting thread only. While processes run, it too encrypts whenever it would otherwise wait."""

    def __init__(self, messages: Iterable[Message], maker: RequestMaker, encoders: Encoders) -> None:
        self._source, self._maker, self._encoders = iter(messages), maker, encoders
        self._running: deque[Chunk] = deque()
        self._spare: deque[Request] = deque()
        self._unsendable: deque[Outcome] = deque()
        self._made = 0

    def requests(self) -> Iterator[Request]:
        """Yield requests in approximate order, encoding a few chunks ahead; set invalid addresses aside."""
        while chunk := self._draw(self._encoders.chunk_size(made=self._made)):
            self._running.append(self._encoders.submit(chunk))
            if len(self._running) < AHEAD:
                continue
            while self._running[0].is_late() and (self._spare or self._make_few()):
                yield from self._hand_out_spare()
            yield from self._sift(self._running.popleft().take())
        while self._running:
            yield from self._hand_out_spare()
            yield from self._sift(self._running.popleft().take())
        yield from self._hand_out_spare()

    def use_pause(self) -> bool:
        """Do a short piece of work while waiting for the network; return False if none is left."""
        if self._encoders.are_up and len(self._spare) < _SPARE and self._make_few():
            return True
        return not self._maker.keys.fill(_KEYS)

    def list_unsendable(self) -> Iterator[Outcome]:
        """Return the outcomes of messages that could not be encoded, each once."""
        while self._unsendable:
            yield self._unsendable.popleft()

    def _draw(self, count: int) -> list[Message]:
        drawn = list(islice(self._source, count))
        self._made += len(drawn)
        return drawn

    def _make_few(self) -> bool:
        few = self._draw(FEW)
        self._spare.extend(self._sift(self._maker.make_many(few)))
        return bool(few)

    def _hand_out_spare(self) -> Iterator[Request]:
        while self._spare:
            yield self._spare.popleft()

    def _sift(self, made: Iterable[Made]) -> Iterator[Request]:
        for item in made:
            if isinstance(item, Outcome):
                self._unsendable.append(item)
            else:
                yield item
