"""A server of the program's own kind (commands/own_servers), started for tests and removed with its folder."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

from corredor.bench.parts.own_servers import NotInstalled, OwnServer

from .binary import missing

S = TypeVar("S", bound=OwnServer)


@contextlib.contextmanager
def asked_for(kind: type[S], folder: Path) -> Iterator[S]:
    """It, up and answering. Skips when it is not installed, or fails when CORREDOR_NO_SKIP is 1."""
    try:
        server = kind(folder)
    except NotInstalled as error:
        missing(str(error))
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
