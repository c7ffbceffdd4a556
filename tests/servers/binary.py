"""Finds an installed server; without it the test is skipped, or fails where skipping is forbidden."""

from __future__ import annotations

import glob
import os
import shutil
import socket
from typing import NoReturn

import pytest

_PLACES = ("/usr/sbin", "/usr/bin", "/usr/lib/rabbitmq/bin", "/usr/lib/kannel")


def need_binary(name: str, *, package: str, places: tuple[str, ...] = ()) -> str:
    """The path of a program. Skips naming the Debian package, or fails when CORREDOR_NO_SKIP is 1."""
    globbed = [path for place in places for path in sorted(glob.glob(f"{place}/{name}"), reverse=True)]
    found = next(iter(globbed), None) or shutil.which(name, path=os.pathsep.join(_PLACES)) or shutil.which(name)
    if not found:
        missing(f"{name} is not installed: apt-get install {package}")
    return found


def missing(reason: str) -> NoReturn:
    """Skip for a missing server, or fail when CORREDOR_NO_SKIP is 1."""
    if os.environ.get("CORREDOR_NO_SKIP") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


def is_listening(port: int) -> bool:
    """Whether somebody accepts connections on a local port."""
    with socket.socket() as sock:
        sock.settimeout(0.5)
        return sock.connect_ex(("127.0.0.1", port)) == 0
