"""The process that answers: Django set up in it, the front before Django, senders and chores beside it."""

from __future__ import annotations

import os
import signal
import threading
from multiprocessing import connection, parent_process
from typing import TYPE_CHECKING

from .output import set_up_django

if TYPE_CHECKING:
    from .front import Front

TOLD_TO_STOP = signal.SIGUSR1  # by the first process, before granian's own word
_GRACE_S = 8.0  # of what is under way when the first process is gone


def make_front(*, threads: int, send: bool) -> Front:
    """Return the ASGI application."""
    set_up_django()
    from django.core.wsgi import get_wsgi_application

    from corredor.flows.background import Background

    from .front import Front

    background = Background(sends=send)
    front = Front(get_wsgi_application(), threads=threads, start=background.start, stop=background.stop)
    signal.signal(TOLD_TO_STOP, lambda *_: front.hurry())
    threading.Thread(target=_end_with_parent, name="parent", daemon=True).start()
    return front


def _end_with_parent() -> None:
    """Stop when the first process is gone without a word: nobody else could be served at its address."""
    if (parent := parent_process()) is not None:
        connection.wait([parent.sentinel])
        os.kill(os.getpid(), TOLD_TO_STOP)
        os.kill(os.getpid(), signal.SIGTERM)
        threading.Event().wait(_GRACE_S)
        os._exit(1)
