"""A simulated disk: synced data is certain, and any subset of the rest may survive a power cut."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from pathlib import PurePath

from .strace_log import Call

_SECTOR = 512  # bytes; what a disk writes whole or not at all


@dataclass
class File:
    """Bytes on the disk, and calls on their way to it."""

    synced: bytearray
    pending: list[Call] = field(default_factory=list)

    def sync(self, before: int) -> None:
        """Bring to the disk what was called before that line of the log."""
        for call in self.pending:
            if call.begun < before:
                _apply(self.synced, call)
        self.pending = [call for call in self.pending if call.begun >= before]

    def after_cut(self, luck: random.Random | None) -> bytes:
        """The file after a power cut: without luck nothing of what is pending, with luck any part of it."""
        left = bytearray(self.synced)
        for call in self.pending if luck else ():
            fate = luck.choice(("lost", "kept", "torn"))
            if fate == "kept" or (fate == "torn" and call.name == "ftruncate"):
                _apply(left, call)
            elif fate == "torn":
                for start in range(0, len(call.data), _SECTOR):
                    if luck.random() < 0.5:
                        _write(left, call.number + start, call.data[start : start + _SECTOR])
        return bytes(left)


class Disk:
    """The folder of one database. Names are pending too, until the folder itself is synced."""

    def __init__(self, folder: PurePath, files: dict[str, bytes]) -> None:
        self._folder = str(folder)
        self._files = {name: File(bytearray(content)) for name, content in files.items()}  # as programs see them
        self._synced_names = dict(self._files)
        self._pending_names: list[tuple[int, str, File | None]] = []

    def apply(self, call: Call) -> None:
        """Take one call, in the order of `Call.at`."""
        name = call.path.removeprefix(f"{self._folder}/")
        if call.path == self._folder and call.is_sync:
            self._sync_names(call.begun)
        elif call.name == "create" and name not in self._files:
            self._files[name] = File(bytearray())
            self._pending_names.append((call.begun, name, self._files[name]))
        elif call.name == "unlink":
            del self._files[name]
            self._pending_names.append((call.begun, name, None))
        elif call.is_sync:
            self._files[name].sync(call.begun)
        elif call.name in ("pwrite64", "ftruncate"):
            self._files[name].pending.append(call)
        else:
            assert call.name in ("create", "openat"), f"{call.name} is not known to this model"

    def after_cut(self, luck: random.Random | None) -> dict[str, bytes]:
        """The folder after a power cut. A file system keeps the order of its names, so a beginning of them is left."""
        names = dict(self._synced_names)
        kept = luck.randint(0, len(self._pending_names)) if luck else 0
        for _, name, file in self._pending_names[:kept]:
            _name(names, name, file)
        return {name: file.after_cut(luck) for name, file in names.items()}

    def _sync_names(self, before: int) -> None:
        for begun, name, file in self._pending_names:
            if begun < before:
                _name(self._synced_names, name, file)
        self._pending_names = [one for one in self._pending_names if one[0] >= before]


def _name(names: dict[str, File], name: str, file: File | None) -> None:
    if file is None:
        names.pop(name, None)
    else:
        names[name] = file


def _apply(content: bytearray, call: Call) -> None:
    if call.name == "ftruncate":
        del content[call.number :]
        content.extend(bytes(call.number - len(content)))
    else:
        _write(content, call.number, call.data)


def _write(content: bytearray, offset: int, data: bytes) -> None:
    content.extend(bytes(max(0, offset - len(content))))
    content[offset : offset + len(data)] = data
