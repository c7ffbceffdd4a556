"""Names of workers: from a name one can tell later whether the process behind it still lives, and on which machine.

A host's name is no identity: copies of a machine share it. The kernel gives each start of a machine an identifier of
its own, and each container its own numbering of processes; together they say whose process numbers are meant.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import socket
from collections.abc import Iterable
from functools import cache
from pathlib import Path


def process_name() -> str:
    """machine/process/start: this process and no other, ever."""
    return f"{_machine()}/{os.getpid()}/{_start_of(os.getpid())}"


def new_worker_name() -> str:
    """The process, and one of its senders: machine/process/start/random."""
    return f"{process_name()}/{secrets.token_hex(3)}"


def process_of(name: str) -> str:
    """The process that a worker's name names."""
    return "/".join(name.split("/")[:3])


def host_name() -> str:
    """For people to read; two machines may have the same."""
    return socket.gethostname()[:60]


def is_dead(name: str) -> bool:
    """Whether the process is known to have ended. Of other machines' processes nobody here knows."""
    machine, pid, start, *_ = [*name.split("/"), "", ""]
    return machine == _machine() and pid.isdigit() and _start_of(int(pid)) != start


def pick_dead(names: Iterable[str]) -> list[str]:
    """Those whose process on this machine has ended."""
    return [name for name in names if is_dead(name)]


@cache
def _machine() -> str:
    """This start of this machine, and this container on it; ten characters."""
    parts = [socket.gethostname()]
    for read in (lambda: Path("/proc/sys/kernel/random/boot_id").read_text(), lambda: os.readlink("/proc/self/ns/pid")):
        try:
            parts.append(read())
        except OSError:
            parts.append("")
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:10]


def _start_of(pid: int) -> str:
    """The kernel's start time of a process, so that a new process with an old number is not mistaken."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return ""
    return stat.rpartition(")")[2].split()[19]
