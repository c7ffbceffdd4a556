"""A carrier's message centre: enough of SMPP 3.4 for Kannel to send texts and get receipts."""

from __future__ import annotations

import contextlib
import itertools
import socket
import struct
import threading
from dataclasses import dataclass, field

_BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_ESCAPED = {
    0x0A: "\f",
    0x14: "^",
    0x28: "{",
    0x29: "}",
    0x2F: "\\",
    0x3C: "[",
    0x3D: "~",
    0x3E: "]",
    0x40: "|",
    0x65: "€",
}
_SUBMIT, _DELIVER, _ENQUIRE, _UNBIND = 0x04, 0x05, 0x15, 0x06
_BINDS = (0x01, 0x02, 0x09)
_REPLY = 0x80000000


def decode_gsm7(data: bytes) -> str:
    """Unpacked septets to text."""
    out, is_escaped = [], False
    for byte in data:
        if byte == 0x1B:
            is_escaped = True
            continue
        out.append(_ESCAPED[byte] if is_escaped else _BASIC[byte])
        is_escaped = False
    return "".join(out)


@dataclass
class CarriedText:
    """One text put together from its segments."""

    number: str
    text: str
    segments: int
    coding: int  # 0 is GSM-7, 8 is UCS-2


@dataclass
class _Parts:
    total: int
    pieces: dict[int, bytes] = field(default_factory=dict)


class Carrier:
    """Use as a context manager. ``fails`` are numbers whose receipts say they could not be delivered."""

    def __init__(self, *, fails: frozenset[str] = frozenset()) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self.texts: list[CarriedText] = []
        self._fails = fails
        self._ids, self._sequence = itertools.count(1), itertools.count(1000)
        self._parts: dict[tuple[str, int], _Parts] = {}
        self._peers: list[socket.socket] = []
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Carrier:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()
        for peer in self._peers:
            peer.close()

    @property
    def is_bound(self) -> bool:
        return bool(self._peers)

    def say(self, sender: str, recipient: str, text: str) -> None:
        """A phone sends a text to our number."""
        body = b"\0\0\0" + sender.encode() + b"\0\0\0" + recipient.encode() + b"\0"
        is_cheap = all(c in _BASIC for c in text)
        encoded = bytes(_BASIC.index(c) for c in text) if is_cheap else text.encode("utf-16-be")
        body += b"\0\0\0\0\0\0\0" + (b"\0" if is_cheap else b"\x08") + b"\0" + bytes([len(encoded)]) + encoded
        self._send(self._peers[-1], _DELIVER, next(self._sequence), body)

    def _serve(self) -> None:
        while True:
            try:
                peer, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(peer,), daemon=True).start()

    def _talk(self, peer: socket.socket) -> None:
        with contextlib.suppress(OSError, struct.error):
            while head := _read(peer, 16):
                length, command, _, sequence = struct.unpack(">IIII", head)
                body = _read(peer, length - 16)
                self._answer(peer, command, sequence, body)
        with contextlib.suppress(ValueError):
            self._peers.remove(peer)

    def _answer(self, peer: socket.socket, command: int, sequence: int, body: bytes) -> None:
        if command in _BINDS:
            self._send(peer, command | _REPLY, sequence, b"carrier\0")
            self._peers.append(peer)
        elif command == _SUBMIT:
            identity = f"{next(self._ids):08d}"
            self._send(peer, _SUBMIT | _REPLY, sequence, identity.encode() + b"\0")
            self._take(peer, identity, body)
        elif command in (_ENQUIRE, _UNBIND):
            self._send(peer, command | _REPLY, sequence, b"")

    def _take(self, peer: socket.socket, identity: str, body: bytes) -> None:
        _, rest = body.split(b"\0", 1)
        source, rest = rest[2:].split(b"\0", 1)
        number, rest = rest[2:].split(b"\0", 1)
        esm_class, rest = rest[0], rest[3:]
        _, rest = rest.split(b"\0", 1)
        _, rest = rest.split(b"\0", 1)
        wants_receipt, coding, length = rest[0], rest[2], rest[4]
        self._collect(number.decode(), esm_class, coding, rest[5 : 5 + length])
        if wants_receipt & 1:
            self._report(peer, identity, source, number)

    def _collect(self, number: str, esm_class: int, coding: int, data: bytes) -> None:
        total, index, mark = 1, 1, -1
        if esm_class & 0x40:  # a header of a longer text: 05 00 03 mark total index
            mark, total, index = data[3], data[4], data[5]
            data = data[data[0] + 1 :]
        with self._lock:
            parts = self._parts.setdefault((number, mark), _Parts(total))
            parts.pieces[index] = data
            if len(parts.pieces) < total:
                return
            del self._parts[(number, mark)]
            joined = b"".join(parts.pieces[i] for i in sorted(parts.pieces))
            text = joined.decode("utf-16-be") if coding == 8 else decode_gsm7(joined)
            self.texts.append(CarriedText(number, text, total, coding))

    def _report(self, peer: socket.socket, identity: str, source: bytes, number: bytes) -> None:
        is_there = number.decode() not in self._fails
        words = (
            f"id:{identity} sub:001 dlvrd:00{int(is_there)} submit date:2510041200 done date:2510041201 "
            f"stat:{'DELIVRD' if is_there else 'UNDELIV'} err:{'000' if is_there else '027'} text:"
        ).encode()
        body = b"\0\1\1" + number + b"\0\1\1" + source + b"\0\x04\0\0\0\0\0\0\0\0"
        body += bytes([len(words)]) + words
        self._send(peer, _DELIVER, next(self._sequence), body)

    def _send(self, peer: socket.socket, command: int, sequence: int, body: bytes) -> None:
        with self._lock:
            peer.sendall(struct.pack(">IIII", 16 + len(body), command, 0, sequence) + body)


def _read(peer: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        more = peer.recv(count - len(data))
        if not more:
            return b""
        data += more
    return data
