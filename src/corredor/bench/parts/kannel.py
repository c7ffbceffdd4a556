"""Kannel on localhost, for benches and tests: its configuration, and starting its two programs."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from .own_servers import free_port

USER, PASSWORD = "corredor", "only-on-this-computer"
_PLACES = ("/usr/sbin", "/usr/bin", "/usr/lib/kannel")

_CONFIG = """\
group = core
admin-port = {admin}
admin-password = {password}
smsbox-port = {box}
admin-interface = 127.0.0.1
log-file = "{folder}/bearerbox.log"
log-level = {log}
box-allow-ip = "127.0.0.1"
dlr-storage = internal

{carrier}
group = smsbox
bearerbox-host = 127.0.0.1
sendsms-port = {send}
sendsms-interface = 127.0.0.1
log-file = "{folder}/smsbox.log"
log-level = {log}
sendsms-chars = "0123456789+"

group = sendsms-user
username = {user}
password = {password}
concatenation = true
max-messages = 10

group = sms-service
keyword = default
catch-all = true
max-messages = 0
get-url = "{inbound}?from=%p&to=%P&text=%b&id=%I&charset=%C"
"""
_SMPP = """\
group = smsc
smsc = smpp
smsc-id = carrier
host = 127.0.0.1
port = {port}
transceiver-mode = true
smsc-username = test
smsc-password = test
system-type = ""
max-pending-submits = 50
"""
_FAKE = """\
group = smsc
smsc = fake
smsc-id = fake
port = {port}
connect-allow-ip = 127.0.0.1
"""


class KannelMissing(Exception):
    """Kannel is not installed; the text says how to install it."""


def find_program(name: str) -> str:
    """Return the path of ``bearerbox`` or ``smsbox``. Raise KannelMissing."""
    found = shutil.which(name, path=os.pathsep.join(_PLACES)) or shutil.which(name)
    if not found:
        raise KannelMissing(f"{name} is not installed: apt-get install kannel")
    return found


def carrier_over_smpp(port: int) -> str:
    """Return the configuration of a carrier over SMPP 3.4 on a local port."""
    return _SMPP.format(port=port)


def carrier_as_fake(port: int) -> str:
    """Return the configuration of Kannel's fake carrier, which prints a line for each text."""
    return _FAKE.format(port=port)


def write_config(folder: Path, *, carrier: str, ports: tuple[int, int, int], inbound: str, log_level: int = 1) -> Path:
    """Write one file for both programs. ``ports``: sending texts, internal, and administration."""
    send, box, admin = ports
    path = folder / "kannel.conf"
    path.write_text(
        _CONFIG.format(
            admin=admin,
            box=box,
            send=send,
            folder=folder,
            carrier=carrier,
            user=USER,
            password=PASSWORD,
            inbound=inbound,
            log=log_level,
        )
    )
    return path


@contextlib.contextmanager
def running_kannel(folder: Path, *, carrier_port: int) -> Iterator[int]:
    """Run both programs for the duration of the block; yield the port for sending texts. Raise KannelMissing."""
    programs = [find_program(name) for name in ("bearerbox", "smsbox")]
    ports = (free_port(), free_port(), free_port())
    config = write_config(
        folder, carrier=carrier_over_smpp(carrier_port), ports=ports, inbound="http://127.0.0.1:9/text", log_level=4
    )
    with contextlib.ExitStack() as stack:
        for program, port in zip(programs, (ports[1], ports[0]), strict=True):
            stack.enter_context(_running([program, str(config)]))
            wait_for_port(port)
        yield ports[0]


def wait_for_port(port: int, *, limit_s: float = 30.0) -> None:
    """Wait until the port accepts connections. Raise TimeoutError."""
    ends = time.monotonic() + limit_s
    while time.monotonic() < ends:
        with socket.socket() as sock:
            if sock.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError(f"nobody listens on port {port}")


@contextlib.contextmanager
def _running(command: list[str]) -> Iterator[None]:
    process = subprocess.Popen(  # noqa: S603 -- found by name in the system's own places
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # nothing of it is needed afterwards
        process.wait(20)
