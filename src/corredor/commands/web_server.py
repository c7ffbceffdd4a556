"""Granian, set up for one machine: one process for pages, published files from memory, senders inside it.

The first process holds the socket and starts the second, which answers, anew if it dies.
"""

from __future__ import annotations

import errno
import multiprocessing
import os
import resource
import signal
import socket
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any

from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels

from .page_process import TOLD_TO_STOP, make_front

_WHOLE_HEAD_S = 12.0  # from a connection's beginning, or its last answer, to the whole head of a request
_LONGEST_HEAD = 64 * 1024
_GRACE_S = 15  # of what is under way when told to stop
_WAITING = 2048  # connections that the system holds until they are taken
_OPEN_FILES = 65_536
_SPARE_FILES = 256  # beside connections: database, log, static files, senders


def serve(*, bind: str, threads: int, send: bool) -> None:
    """Serve until told to stop. No access log: it would hold who read what. Raises OSError when ``bind`` is taken."""
    address = read_bind(bind)
    check_free(address)
    multiprocessing.set_start_method("spawn", force=True)  # forked, it would share locks and database connections
    server = Granian(
        f"{make_front.__module__}:{make_front.__name__}",
        **address,
        interface=Interfaces.ASGI,
        workers=1,  # because SQLite has one writer and the city pack is read into memory once
        http=HTTPModes.http1,
        websockets=False,
        http1_settings=HTTP1Settings(header_read_timeout=int(_WHOLE_HEAD_S * 1000), max_buffer_size=_LONGEST_HEAD),
        backlog=_WAITING,
        backpressure=allow_open_files() - _SPARE_FILES,  # connections at once; more wait to be taken
        workers_kill_timeout=_GRACE_S,
        respawn_failed_workers=True,
        log_access=False,
        log_level=LogLevels.warning,
    )
    server.on_startup(pass_stop_on)
    server.serve(target_loader=partial(make_front, threads=threads, send=send), wrap_loader=False)


def read_bind(bind: str) -> dict[str, Any]:
    """Return granian's words for ``HOST:PORT``, ``[IPv6]:PORT`` or ``unix:PATH``. Raises ValueError for another."""
    if bind.startswith("unix:") and len(bind) > 5:
        return {"uds": Path(bind[5:]), "uds_permissions": 0o666}  # whoever may enter its folder
    host, colon, port = bind.rpartition(":")
    if not colon or not port.isascii() or not port.isdigit() or not 0 < int(port) < 65_536:
        raise ValueError(f"{bind!r} is not HOST:PORT or unix:PATH")
    return {"address": host.strip("[]") or "0.0.0.0", "port": int(port)}  # noqa: S104 -- as asked for: no host


def check_free(address: dict[str, Any]) -> None:
    """Raise OSError when somebody serves there already, which granian would share; drop a socket left by the dead."""
    if "uds" not in address:
        family = socket.AF_INET6 if ":" in address["address"] else socket.AF_INET
        socket.create_server((address["address"], address["port"]), family=family).close()
        return
    path: Path = address["uds"]
    if path.is_socket():
        with socket.socket(socket.AF_UNIX) as visit:
            if visit.connect_ex(str(path)) == 0:
                raise OSError(errno.EADDRINUSE, os.strerror(errno.EADDRINUSE), str(path))
        path.unlink()


def allow_open_files() -> int:
    """Raise the limit on open files as far as the system lets us; return it."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = _OPEN_FILES if hard == resource.RLIM_INFINITY else min(hard, _OPEN_FILES)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    return most


def pass_stop_on() -> None:
    """Have the second process told first when this one is: who is slow then has no more time than the others."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, partial(_stop, then=signal.getsignal(number)))


def _stop(number: int, frame: FrameType | None, *, then: Any) -> None:
    for child in multiprocessing.active_children():
        if child.pid is not None:
            os.kill(child.pid, TOLD_TO_STOP)
    then(number, frame)
