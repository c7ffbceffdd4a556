"""Sends each message to its person's room. Both home servers can read it: rooms are not encrypted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from corredor.channels.base import Capabilities, Message, Outcome, Problem, Result
from corredor.channels.chat_text import render_chat
from corredor.channels.fault import outcome_of_fault
from corredor.channels.http_provider import PROVIDER_LIMITS, HttpProvider
from corredor.channels.outgoing import Limits, Origin, Reply, Request
from corredor.channels.reply_reading import is_temporary, parse_json, read_code, read_reference, retry
from corredor.channels.setting import Settings

from .rooms import PERSON, ROOM, Rooms

_LONGEST_WAIT_S = 3600.0
_Make = Callable[[int, str], Request]


@dataclass(frozen=True, slots=True)
class MatrixSettings:
    """``user`` is the network's own account (@name:server), ``token`` its access token.

    ``room_key`` makes room aliases unguessable; after a change everybody is invited to a new room.
    """

    origin: Origin
    user: str
    token: str
    room_key: str
    per_s: int
    ca_file: str | None = None
    limits: Limits = PROVIDER_LIMITS

    @classmethod
    def from_mapping(cls, values: Mapping[str, object]) -> MatrixSettings:
        """Raise ProviderNotConfigured if a setting is missing or wrong."""
        settings = Settings(MatrixProvider.name, values)
        origin, user = settings.url("url")[0], settings.text("user")
        if not PERSON.fullmatch(user):
            raise settings.refuse("user", Problem.NO_SENDER)
        return cls(
            origin=origin,
            user=user,
            token=settings.text("token"),
            room_key=settings.text("room_key"),
            ca_file=settings.text("ca_file", "") or None,
            per_s=settings.number("per_s", 10, most=1000),
        )


class MatrixProvider(HttpProvider):
    """The outcome's ``reference`` is the event id. Sending is idempotent by transaction id."""

    name = "matrix"
    capabilities = Capabilities(max_chars=4000, batch=100)
    redact = ("address", "room", "body", "token", "room_key", "authorization")

    def __init__(self, settings: MatrixSettings) -> None:
        super().__init__(settings.origin, ca_file=settings.ca_file, limits=settings.limits, per_s=float(settings.per_s))
        headers = {"Authorization": f"Bearer {settings.token}", "Content-Type": "application/json"}
        self._rooms = Rooms(settings.origin, user=settings.user, key=settings.room_key, headers=headers)

    @classmethod
    def from_mapping(cls, values: Mapping[str, object]) -> MatrixProvider:
        """Raise ProviderNotConfigured if a setting is missing or wrong."""
        return cls(MatrixSettings.from_mapping(values))

    def _post(self, messages: Sequence[Message]) -> Iterator[Outcome]:
        """Resolve the rooms that are not cached, then post the messages."""
        people = {message.address for message in messages if PERSON.fullmatch(message.address)}
        missing = [address for address in sorted(people) if self._rooms.find(address) is None]
        failed = dict(self._find_rooms(missing))
        ready = [message for message in messages if message.address not in failed]
        for message in messages:
            if message.address in failed:
                yield _outcome_of(failed[message.address], message.delivery_id)
        yield from super()._post(ready)

    def _find_rooms(self, people: Sequence[str]) -> Iterator[tuple[str, Reply]]:
        """Create or look up each person's room; yield the outcomes of messages whose room could not be found."""
        in_use: list[str] = []
        for person, reply in self._ask(people, self._rooms.make):
            if parse_json(reply.body).get("errcode") == "M_ROOM_IN_USE":
                in_use.append(person)
            elif not self._keep_room(person, reply):
                yield person, reply
        for person, reply in self._ask(in_use, self._rooms.look_up):
            if not self._keep_room(person, reply):
                yield person, reply

    def _ask(self, people: Sequence[str], make: _Make) -> Iterator[tuple[str, Reply]]:
        requests = (make(n, person) for n, person in enumerate(people))
        for reply in self._poster.post_many(requests):
            yield people[reply.key], reply

    def _keep_room(self, person: str, reply: Reply) -> bool:
        room = parse_json(reply.body).get("room_id") if reply.status == 200 else None
        if not isinstance(room, str) or not ROOM.fullmatch(room):
            return False
        self._rooms.keep(person, room)
        return True

    def _write(self, message: Message) -> Request | Outcome:
        room = self._rooms.find(message.address)
        if room is None or not ROOM.fullmatch(room):
            return Outcome(message.delivery_id, Result.INVALID_ADDRESS, code="BAD_ADDRESS")
        text = render_chat(message)
        if not text:
            return Outcome(message.delivery_id, Result.FAILED, code="EMPTY")
        return self._rooms.say(message.delivery_id, room, {"msgtype": "m.text", "body": text})

    def _read(self, reply: Reply, message: Message) -> Outcome:
        event = read_reference(parse_json(reply.body).get("event_id"))
        if reply.status == 200 and event:
            return Outcome(reply.key, Result.ACCEPTED, code="200", reference=event)
        if reply.status in (403, 404):
            self._rooms.forget(message.address)
        return _outcome_of(reply, reply.key)


def _outcome_of(reply: Reply, delivery_id: int) -> Outcome:
    """Return the outcome. Never INVALID_ADDRESS: a home server that refuses us refuses all our messages."""
    reply = Reply(delivery_id, reply.status, reply.headers, reply.body, reply.fault)
    if reply.fault is not None:
        return outcome_of_fault(delivery_id, reply.fault)
    data = parse_json(reply.body)
    code = read_code(str(data.get("errcode") or "").removeprefix("M_"), otherwise=reply.status)
    if is_temporary(reply.status) or reply.status == 200:
        wait = data.get("retry_after_ms")
        after_s = min(wait / 1000, _LONGEST_WAIT_S) if isinstance(wait, int) and wait >= 0 else None
        return retry(reply, code, after_s=after_s)
    return Outcome(delivery_id, Result.FAILED, code=code)
