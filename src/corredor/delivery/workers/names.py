"""Worker names, from which one can tell later whether the process is alive, and on which machine it ran.

A host name is no identity: copies of a machine share it. The kernel's boot id and the container's PID namespace
together define which process numbers are meant.
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
    """Return machine/process/start: unique to this process for all time."""
    return f"{_machine()}/{os.getpid()}/{_start_of(os.getpid())}"


def new_worker_name() -> str:
    """Return the name of a sender of this process: machine/process/start/random."""
    return f"{process_name()}/{secrets.token_hex(3)}"


def process_of(name: str) -> str:
    """Return the process part of a worker's name."""
    return "/".join(name.split("/")[:3])


def host_name() -> str:
    """Return the host name, for display; not unique."""
    return socket.gethostname()[:60]


def is_dead(name: str) -> bool:
    """Return whether the process is known to have ended; always False for other machines' processes."""
    machine, pid, start, *_ = [*name.split("/"), "", ""]
    return machine == _machine() and pid.isdigit() and _start_of(int(pid)) != start


def pick_dead(names: Iterable[str]) -> list[str]:
    """Return the names of this machine's ended processes."""
    return [name for name in names if is_dead(name)]


@cache
def _machine() -> str:
    """Return ten characters that identify this boot of this machine, and this container on it."""
    parts = [socket.gethostname()]
    for read in (lambda: Path("/proc/sys/kernel/random/boot_id").read_text(), lambda: os.readlink("/proc/self/ns/pid")):
        try:
            parts.append(read())
        except OSError:
            parts.append("")
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:10]


def _start_of(pid: int) -> str:
    """Return the kernel's start time of a process, so that a reused process number is not mistaken for it."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return ""
    return stat.rpartition(")")[2].split()[19]
