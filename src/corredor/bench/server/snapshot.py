"""Measure how many conditional requests (304) one small machine answers, through the real web server.

The clients are a child process on the same machine, and so use one of its cores.
"""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing import get_context
from pathlib import Path
from shutil import copytree
from typing import Any

from corredor.commands.output import forget_database, set_up_django

INCIDENTS = 20
CONNECTIONS = 64
SECONDS = 5.0
_ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Server:
    """A server under measurement: its port, and its first process."""

    port: int
    pid: int

    def list_pids(self) -> list[int]:
        """Return its first process and the children of that."""
        return [self.pid, *map(int, Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split())]

    def cpu_s(self) -> float:
        """Return the CPU time of it and its children, which other load on the machine distorts less than wall time."""
        ticks = 0
        for pid in self.list_pids():
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")


def run() -> dict[str, Any]:
    """Conditional requests a second for live.json, all answered 304; the median of three interleaved rounds.

    Peers in the same run: ``full`` the same file sent whole and compressed, ``django`` the same question answered
    by a view behind all middleware, ``static_server`` the file behind Python's own threaded file server.
    ``server_cpu_us`` is the server's CPU time per request.
    """
    with tempfile.TemporaryDirectory(prefix="corredor-bench-") as home:
        os.environ |= {"CORREDOR_HOME": home, "CORREDOR_LOG": "WARNING"}
        forget_database()
        set_up_django()
        prepare_day()
        copy = Path(home) / "copy"  # not written to while it is read
        copytree(Path(home) / "public", copy)
        with serve_day() as served, _plain_server(copy) as plain:
            return _measure(served, plain)


def _measure(served: Server, plain: Server) -> dict[str, Any]:
    port, plain_port = served.port, plain.port
    etag, size = _ask_once(port, "/live.json", "ETag")
    changed, _ = _ask_once(plain_port, "/live.json", "Last-Modified")
    preferences = {
        "snapshot": (served, _request("/live.json", f"If-None-Match: {etag}")),
        "full": (served, _request("/live.json", "Accept-Encoding: gzip")),
        "django": (served, _request("/live.json?by=django", f"If-None-Match: {etag}")),
        "static_server": (plain, _request("/live.json", f"If-Modified-Since: {changed}")),
    }
    rounds: dict[str, list[dict[str, Any]]] = {name: [] for name in preferences}
    for _ in range(_ROUNDS):
        for name, (where, request) in preferences.items():
            rounds[name].append(_read_for_a_while(where, request))
    middle = {name: sorted(found, key=lambda one: one["requests_per_s"])[1] for name, found in rounds.items()}
    snapshot = middle.pop("snapshot")
    statuses = snapshot.pop("statuses")
    return {
        **snapshot,
        "not_modified": statuses.get("304", 0),
        "other_answers": sum(statuses.values()) - statuses.get("304", 0),
        "connections": CONNECTIONS,
        "file_bytes": size,
        "vs_django": round(snapshot["requests_per_s"] / max(middle["django"]["requests_per_s"], 1), 1),
        "vs_static_server": round(snapshot["requests_per_s"] / max(middle["static_server"]["requests_per_s"], 1), 1),
        **middle,
    }


def _read_for_a_while(server: Server, request: bytes) -> dict[str, Any]:
    words = [str(server.port), str(SECONDS), str(CONNECTIONS)]
    before_s = server.cpu_s()
    done = subprocess.run(  # noqa: S603 -- our own module, our own numbers
        [sys.executable, "-m", "corredor.bench.server.snapshot_client", *words],
        input=request,
        capture_output=True,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    asked = found.pop("asked_in_all")
    found["server_cpu_us"] = round((server.cpu_s() - before_s) / max(asked, 1) * 1e6)
    return found


def _request(path: str, header: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{header}\r\n\r\n".encode()


def _ask_once(port: int, path: str, header: str) -> tuple[str, int]:
    visit = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        visit.request("GET", path, headers={"Host": "localhost"})
        reply = visit.getresponse()
        return reply.headers[header], len(reply.read())
    finally:
        visit.close()


@contextmanager
def serve_day() -> Iterator[Server]:
    """Run `corredor serve` as in production, with senders and background tasks."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    words = ["serve", "--bind", f"127.0.0.1:{port}"]
    process = subprocess.Popen([sys.executable, "-m", "corredor.commands.main", *words])  # noqa: S603
    try:
        deadline = time.monotonic() + 60
        while process.poll() is None and time.monotonic() < deadline:
            try:
                _ask_once(port, "/live.json", "ETag")
                break
            except OSError:
                time.sleep(0.1)
        yield Server(port, process.pid)
    finally:
        process.terminate()
        process.wait(30)


@contextmanager
def _plain_server(folder: Path) -> Iterator[Server]:
    context = get_context("spawn")
    parent, child = context.Pipe()
    process = context.Process(target=_serve_plainly, args=(child, str(folder)), daemon=True)
    process.start()
    try:
        port = int(parent.recv())
        assert process.pid is not None
        yield Server(port, process.pid)
    finally:
        process.terminate()
        process.join(5)


class _PlainHandler(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Suppress the log."""


class _PlainServer(ThreadingHTTPServer):
    request_queue_size = 128

    def handle_error(self, *_: object) -> None:
        """Ignore clients that disconnect when their time is over."""


def _serve_plainly(pipe: Any, folder: str) -> None:
    server = _PlainServer(("127.0.0.1", 0), lambda *given: _PlainHandler(*given, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    pipe.send(server.server_address[1])
    pipe.recv()


def prepare_day() -> None:
    """Create a busy day: INCIDENTS confirmed in as many areas, each with an approved message."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from django.utils import timezone

    from corredor.flows.publish.snapshot import write_snapshot

    now = timezone.now()
    one, two = (_make_person(name, now) for name in ("Ana", "Beto"))
    for number in range(INCIDENTS):
        _tell(number, one, two, now)
    write_snapshot(now=now)


def _tell(number: int, one: Any, two: Any, now: Any) -> None:
    from corredor.alerts.enums import AlertKind
    from corredor.flows.alert.approve import approve_alert
    from corredor.flows.alert.compose import write_alert
    from corredor.flows.incident.open import open_incident
    from corredor.flows.incident.verify import verify_incident
    from corredor.flows.report.receive import receive_report
    from corredor.incidents.enums import Agency, Method, Outcome
    from corredor.intake.enums import Source
    from corredor.intake.new_report import NewReport, ReportFields

    text = f"agentes en la esquina, aviso {number}"
    new = NewReport(source=Source.WEB, language="es", raw=text.encode(), fields=ReportFields(text=text))
    received = receive_report(new, now=now)
    lat, lon = 41.80 + 0.008 * (number % 5), -87.72 + 0.012 * (number // 5)
    incident = open_incident(report_id=received.report_id, lat=lat, lon=lon, by=one, now=now)
    verify_incident(
        incident_id=incident.pk,
        outcome=Outcome.CONFIRMED_ACTIVE,
        agency=Agency.ICE,
        method=Method.ON_SCENE,
        seen_at=now,
        by=one,
        now=now,
    )
    alert = write_alert(incident_id=incident.pk, kind=AlertKind.CONFIRMED, radius_m=800, by=one, now=now)
    approve_alert(alert_id=alert.pk, by=two, now=now)


def _make_person(name: str, now: Any) -> Any:
    from corredor.people.enums import COURSE_FOR_ROLE, Role
    from corredor.people.models import RoleGrant, Training, User

    user = User.objects.create_user(name.lower(), None, alias=name)
    today = now.date()
    for role in (Role.OPERATOR, Role.VERIFIER, Role.APPROVER):
        RoleGrant.objects.create(user=user, role=role, granted_at=now)
        Training.objects.create(
            user=user, course=COURSE_FOR_ROLE[role], passed_on=today, expires_on=today + timedelta(days=9)
        )
    return user
