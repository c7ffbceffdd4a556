"""Parse a strace log: writes, syncs, created and removed files, and the bytes sent to clients."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

TRACED = "openat,pwrite64,pwritev,write,ftruncate,fallocate,fsync,fdatasync,unlink,unlinkat,rename,renameat2,sendto"
_LINE = re.compile(rb"(\d+) +(?:<\.\.\. \w+ resumed>)?(.*)")
_CALL = re.compile(rb"(\w+)\((.*)\) += (\d+)(?:<.*)?$")  # only what succeeded
_STRING = re.compile(rb'"([^"]*)"')
_FILE = re.compile(rb"\d+<([^>]*)>")
_UNFINISHED = b" <unfinished ...>"
_SYNCS = {"fsync", "fdatasync"}


@dataclass(frozen=True)
class Call:
    """One system call that succeeded; ``begun`` and ``ended`` are lines of the log."""

    name: str
    path: str
    begun: int
    ended: int
    data: bytes = b""
    number: int = 0  # offset of a write, length of a truncation

    @property
    def is_sync(self) -> bool:
        return self.name in _SYNCS

    @property
    def at(self) -> int:
        """When it counts: a sync when it has returned, anything else from its beginning."""
        return self.ended if self.is_sync else self.begun


def read_log(log: Path) -> Iterator[Call]:
    """All calls that succeeded, in the order in which they ended."""
    unfinished: dict[bytes, tuple[int, bytes]] = {}
    for number, line in enumerate(log.read_bytes().splitlines()):
        found = _LINE.match(line)
        assert found, line[:200]
        thread, text = found.groups()
        begun, start = unfinished.pop(thread, (number, b""))
        if text.endswith(_UNFINISHED):
            unfinished[thread] = number, text.removesuffix(_UNFINISHED)
        elif call := _CALL.match(start + text):
            yield _read_call(call[1].decode(), call[2], int(call[3]), begun=begun, ended=number)


def _read_call(name: str, arguments: bytes, result: int, *, begun: int, ended: int) -> Call:
    strings = [codecs.escape_decode(text)[0] for text in _STRING.findall(arguments)]
    if name in ("openat", "unlink", "unlinkat", "rename", "renameat2"):
        name = "create" if b"O_CREAT" in arguments else name
        return Call(name, strings[0].decode(errors="replace"), begun, ended)
    file = _FILE.match(arguments)
    path = codecs.escape_decode(file[1])[0].decode(errors="replace") if file else ""
    data = strings[0] if strings else b""
    last = arguments.rsplit(b", ", 1)[-1]
    if name == "pwrite64":
        assert len(data) == result, "a short write: strace's -s is too small, or the disk is full"
    return Call(name, path, begun, ended, data, int(last) if last.isdigit() else 0)
