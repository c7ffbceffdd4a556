"""`corredor serve` as processes: one holds the address and supervises, one answers people, one sends.

What hurts one does not hurt the other: a crowd of readers does not stop an alert, and a provider does not stop pages.
"""

from __future__ import annotations

import errno
import os
import socket
import stat
import threading
from contextlib import suppress
from functools import partial
from pathlib import Path

from .page_process import WAITING, run_pages
from .supervisor import Job, Supervisor
from .wake_pipe import WakePipe

_ANYBODY = 0o666  # whoever may enter its folder


def serve(*, bind: str, threads: int, send: bool) -> None:
    """Serve until told to stop. Raise ValueError for a wrong address, OSError for one that is taken.

    Call in the main thread, without other threads and without open database connections: the processes are forked.
    """
    sock = listen(bind)
    pipe = WakePipe()
    jobs = [Job("pages", partial(_answer, sock, pipe, threads))]
    if send:
        jobs.append(Job("sender", partial(_send, sock, pipe)))
    try:
        Supervisor(jobs).run()
    finally:
        sock.close()
        if bind.startswith("unix:"):
            with suppress(OSError):
                Path(bind[5:]).unlink()


def listen(bind: str) -> socket.socket:
    """Return a listening socket for ``HOST:PORT``, ``[IPv6]:PORT`` or ``unix:PATH``.

    Connections wait in it while the page process is started again.
    """
    if bind.startswith("unix:") and len(bind) > 5:
        return _listen_unix(Path(bind[5:]))
    host, colon, port = bind.rpartition(":")
    if not colon or not port.isascii() or not port.isdigit() or not 0 < int(port) < 65_536:
        raise ValueError(f"{bind!r} is not HOST:PORT or unix:PATH")
    host = host.strip("[]")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, int(port)), family=family, backlog=WAITING)


def _listen_unix(path: Path) -> socket.socket:
    """Listen on a Unix socket; remove one that a dead process left."""
    with suppress(FileNotFoundError):
        if stat.S_ISSOCK(path.stat().st_mode):
            with socket.socket(socket.AF_UNIX) as visit:
                if visit.connect_ex(str(path)) == 0:
                    raise OSError(errno.EADDRINUSE, os.strerror(errno.EADDRINUSE), str(path))
            path.unlink()
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    sock.bind(str(path))
    path.chmod(_ANYBODY)
    sock.listen(WAITING)
    return sock


def _answer(sock: socket.socket, pipe: WakePipe, threads: int, ended: threading.Event) -> None:
    pipe.announce()
    run_pages(sock, threads=threads, ended=ended)


def _send(sock: socket.socket, pipe: WakePipe, ended: threading.Event) -> None:
    from corredor.flows.run.background import list_channels, send

    sock.close()  # only who answers may hold the address
    pipe.follow()
    send(list_channels(), ended)
