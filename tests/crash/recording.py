"""Record a real server under strace while visitors send reports to it."""

from __future__ import annotations

import http.client
import re
import socket
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlencode

from tests.commands.installation import Installation
from tests.servers.binary import is_listening, need_binary
from tests.servers.deadline import wait_until
from tests.servers.process import running
from tests.web.public.walker import REPORT, Walker, code_on

from .disk import Disk
from .strace_log import TRACED, Call, read_log

DATABASE = "corredor.sqlite3"
_AT_ONCE = 4


@dataclass(frozen=True)
class Recording:
    """What the server did to its database, and the line of the log at which it acknowledged each report."""

    home: Path
    before: dict[str, bytes]
    calls: list[Call]
    acknowledged: dict[str, int]

    def new_disk(self) -> Disk:
        """The disk at the beginning, when all was synced."""
        return Disk(self.home, self.before)


class _Browser:
    """Django's test client, as far as a Walker needs one, over a socket."""

    def __init__(self, port: int) -> None:
        self._port = port

    def get(self, address: str, *, headers: dict[str, str]) -> SimpleNamespace:
        return self._ask("GET", address, None, headers)

    def post(self, address: str, fields: dict[str, str], *, headers: dict[str, str]) -> SimpleNamespace:
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._ask("POST", address, urlencode(fields), headers | form)

    def _ask(self, method: str, address: str, body: str | None, headers: dict[str, str]) -> SimpleNamespace:
        visit = http.client.HTTPConnection("localhost", self._port, timeout=180)
        try:
            visit.request(method, address, body, headers)
            answer = visit.getresponse()
            content = answer.read()
            assert answer.status == 200, content
            return SimpleNamespace(content=content)
        finally:
            visit.close()


def record(installation: Installation, *, reports: int) -> Recording:
    """Serve that installation under strace, send so many reports, stop the server, read its calls."""
    strace = need_binary("strace", package="strace")
    home, log = installation.home, installation.home.parent / "strace.log"
    before = {path.name: path.read_bytes() for path in home.glob(f"{DATABASE}*")}
    assert list(before) == [DATABASE], "the disk must be at rest before it is recorded"
    port = _free_port()
    command = [
        strace,
        "-DD",  # the tracer in a process group of its own: it must outlive the server to write the end
        "-f",
        "--seccomp-bpf",
        "-y",
        "-xx",
        "-s",
        "1000000",
        "-e",
        f"trace={TRACED}",
        "-o",
        str(log),
    ]
    serve = [sys.executable, "-m", "corredor.commands.main", "serve", "--bind", f"127.0.0.1:{port}"]
    with running(
        [*command, *serve], log=log.with_suffix(".out"), environment=installation.environment, limit_s=120
    ) as process:
        wait_until(lambda: process.poll() is not None or is_listening(port), "the server", limit_s=180)
        with ThreadPoolExecutor(_AT_ONCE) as neighbours:
            codes = dict(neighbours.map(lambda number: _send_report(port, number), range(reports)))
    end = re.compile(rf"(?m)^{process.pid} +\+\+\+ exited".encode())
    wait_until(lambda: end.search(log.read_bytes()), "the end of the log", limit_s=60)
    return _read(home, before, log, codes)


def _send_report(port: int, number: int) -> tuple[str, str]:
    """Send one report; return its words and the receipt code that acknowledges it."""
    words = f"agentes parando carros, aviso {number}"
    walker = Walker("/report/", client=_Browser(port))
    walker.walk(REPORT | {"what": {"words": words}}, until="check")
    code = code_on(walker.send(go="send"))
    assert code, walker.html
    return words, code


def _read(home: Path, before: dict[str, bytes], log: Path, codes: dict[str, str]) -> Recording:
    calls, acknowledged = [], {}
    words_of = {code.encode(): words for words, code in codes.items()}
    for call in read_log(log):
        if call.path == str(home) or (call.path.startswith(f"{home}/{DATABASE}") and not call.path.endswith("-shm")):
            calls.append(call)
        elif call.name == "sendto":
            acknowledged |= {words: call.at for code, words in words_of.items() if code in call.data}
    assert set(acknowledged) == set(codes), "every answer stands in the log"
    return Recording(home, before, sorted(calls, key=lambda call: call.at), acknowledged)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
