"""Which room leads to a person. The home server remembers it under an alias, so nothing need be kept here."""

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
    """Rooms found so far, and the requests that find or make one."""

    def __init__(self, origin: Origin, *, user: str, key: str, headers: Mapping[str, str]) -> None:
        self._origin, self._headers = origin, dict(headers)
        self._server = user.partition(":")[2]
        self._key = key.encode()
        self._known: dict[str, str] = {}

    def find(self, address: str) -> str | None:
        """The room of an address, None until it has been made or looked up."""
        return address if address.startswith("!") else self._known.get(address)

    def keep(self, address: str, room: str) -> None:
        """Remember it for as long as this worker lives."""
        if len(self._known) >= _MOST_KNOWN:
            self._known.clear()
        self._known[address] = room

    def forget(self, address: str) -> None:
        """It no longer takes our messages."""
        self._known.pop(address, None)

    def make(self, key: int, person: str) -> Request:
        """Invite one person into a new room of two, unless it exists already (M_ROOM_IN_USE)."""
        body = {
            "preset": "trusted_private_chat",
            "is_direct": True,
            "invite": [person],
            "room_alias_name": self._alias(person),
        }
        data = json.dumps(body).encode()
        return Request.post(key, self._origin, f"{_API}/createRoom", headers=self._headers, body=data)

    def look_up(self, key: int, person: str) -> Request:
        """Ask for the room that an earlier try has made."""
        alias = quote(f"#{self._alias(person)}:{self._server}", safe="")
        return Request.get(key, self._origin, f"{_API}/directory/room/{alias}", headers=self._headers)

    def say(self, key: int, room: str, content: Mapping[str, object]) -> Request:
        """Put a message into a room; the same twice is one message there.

        Deliveries and notices are numbered apart, so the number alone would make two different ones one.
        """
        data = json.dumps(content).encode()
        mark = f"corredor-{key}-{sha256(data).hexdigest()[:16]}"
        target = f"{_API}/rooms/{quote(room, safe='')}/send/m.room.message/{mark}"
        return Request.send(key, self._origin, target, method="PUT", headers=self._headers, body=data)

    def _alias(self, person: str) -> str:
        """Anybody may ask the home server whether an alias exists, so nobody must be able to work one out."""
        return f"corredor-{hmac.new(self._key, person.encode(), sha256).hexdigest()[:32]}"
