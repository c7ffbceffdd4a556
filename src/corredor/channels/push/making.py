"""The requests of one call in the making: chunks at the encoders, and a few that the posting thread makes itself."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from itertools import islice

from corredor.channels.base import Message, Outcome
from corredor.channels.outgoing import Request

from .encoders import Chunk, Encoders
from .maker import Made, RequestMaker

AHEAD = 4  # chunks being made before the network asks for them
FEW = 4  # messages made by the posting thread at a stretch, about a third of a millisecond
_SPARE = 64  # made by it in pauses and not asked for yet
_KEYS = 16  # sender keys made in one pause, about as long


class Making:
    """Used by the one thread that posts. With processes at work it encrypts too, whenever it would have to wait."""

    def __init__(self, messages: Iterable[Message], maker: RequestMaker, encoders: Encoders) -> None:
        self._source, self._maker, self._encoders = iter(messages), maker, encoders
        self._running: deque[Chunk] = deque()
        self._spare: deque[Request] = deque()
        self._unsendable: deque[Outcome] = deque()
        self._made = 0

    def requests(self) -> Iterator[Request]:
        """Requests about in order, a few chunks being made ahead; broken addresses are set aside."""
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
        """Something useful while the network is waited for; False when there is nothing to do."""
        if self._encoders.are_up and len(self._spare) < _SPARE and self._make_few():
            return True
        return not self._maker.keys.fill(_KEYS)

    def list_unsendable(self) -> Iterator[Outcome]:
        """Outcomes of what could not be made, each once."""
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
