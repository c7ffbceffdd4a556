"""Maps people to rooms. The home server stores the mapping as room aliases, so nothing is stored here."""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Mapping
from hashlib import sha256
from urllib.parse import quote

from corredor.channels.outgoing import Origin, Request

ROOM = re.compile(r"![\x21-\x39\x3b-\x7e]{1,200}(:[A-Za-z0-9.\-\[\]:]{1,100})?")
PERSON = re.compile(r"@[a-z0-9._=/+-]{1,100}:[A-Za-z0-9.\-\[\]:]{1,100}")
_API = "/_matrix/client/v3"
_MOST_KNOWN = 20_000


class Rooms:
    """A cache of rooms, and the requests that find or create one."""

    def __init__(self, origin: Origin, *, user: str, key: str, headers: Mapping[str, str]) -> None:
        self._origin, self._headers = origin, dict(headers)
        self._server = user.partition(":")[2]
        self._key = key.encode()
        self._known: dict[str, str] = {}

    def find(self, address: str) -> str | None:
        """Return the room of an address; None until it has been created or looked up."""
        return address if address.startswith("!") else self._known.get(address)

    def keep(self, address: str, room: str) -> None:
        """Cache a room for the life of this worker."""
        if len(self._known) >= _MOST_KNOWN:
            self._known.clear()
        self._known[address] = room

    def forget(self, address: str) -> None:
        """Drop a room that no longer accepts our messages."""
        self._known.pop(address, None)

    def make(self, key: int, person: str) -> Request:
        """Build the request that creates a private room and invites one person (M_ROOM_IN_USE if it exists)."""
        body = {
            "preset": "trusted_private_chat",
            "is_direct": True,
            "invite": [person],
            "room_alias_name": self._alias(person),
        }
        data = json.dumps(body).encode()
        return Request.post(key, self._origin, f"{_API}/createRoom", headers=self._headers, body=data)

    def look_up(self, key: int, person: str) -> Request:
        """Build the request that looks up a room created earlier."""
        alias = quote(f"#{self._alias(person)}:{self._server}", safe="")
        return Request.get(key, self._origin, f"{_API}/directory/room/{alias}", headers=self._headers)

    def say(self, key: int, room: str, content: Mapping[str, object]) -> Request:
        """Build the request that sends a message; idempotent by transaction id.

        Deliveries and transactional messages are numbered separately, so the number alone is not unique.
        """
        data = json.dumps(content).encode()
        mark = f"corredor-{key}-{sha256(data).hexdigest()[:16]}"
        target = f"{_API}/rooms/{quote(room, safe='')}/send/m.room.message/{mark}"
        return Request.send(key, self._origin, target, method="PUT", headers=self._headers, body=data)

    def _alias(self, person: str) -> str:
        """Return the room alias. It is keyed, because anybody may ask the home server whether an alias exists."""
        return f"corredor-{hmac.new(self._key, person.encode(), sha256).hexdigest()[:32]}"
