"""The Kannel gateway in child processes: bearerbox and smsbox, connected to the test's carrier."""

from __future__ import annotations

import contextlib
import signal
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from corredor.bench.parts.kannel import PASSWORD, USER, carrier_as_fake, carrier_over_smpp, write_config
from corredor.bench.parts.own_servers import free_port

from .binary import is_listening, need_binary
from .deadline import wait_until
from .process import running
from .smpp import Carrier


class Kannel:
    """Use as a context manager. ``calls``: path, fields and raw query of each call to our pages."""

    def __init__(self, folder: Path, *, carrier: Carrier | None = None) -> None:
        self._bearerbox = need_binary("bearerbox", package="kannel")
        self._smsbox = need_binary("smsbox", package="kannel")
        self._folder, self._carrier = folder, carrier
        self.calls: list[tuple[str, dict[str, str], str]] = []
        self._pages = _Server(("127.0.0.1", 0), _Pages)
        self._pages.calls = self.calls  # type: ignore[attr-defined]
        self.pages_url = f"http://127.0.0.1:{self._pages.server_address[1]}"
        self._stack = contextlib.ExitStack()

    def __enter__(self) -> Kannel:
        with contextlib.ExitStack() as stack:
            stack.callback(self._pages.server_close)
            stack.callback(self._pages.shutdown)
            threading.Thread(target=self._pages.serve_forever, args=(0.05,), daemon=True).start()
            self._start(stack)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def settings(self, **extra: object) -> dict[str, object]:
        """The sms_gateway channel's settings to reach this gateway."""
        return {
            "url": f"http://127.0.0.1:{self._send}/cgi-bin/sendsms",
            "user": USER,
            "password": PASSWORD,
            "sender": "3125550100",
            "receipt_url": f"{self.pages_url}/receipt",
            **extra,
        }

    def called(self, path: str) -> list[dict[str, str]]:
        """The queries of the calls to one of our pages."""
        return [query for called, query, _ in list(self.calls) if called == path]

    def raw_queries(self, path: str) -> list[str]:
        """The raw query strings of the calls to one of our pages."""
        return [raw for called, _, raw in list(self.calls) if called == path]

    def fake_phone(self) -> socket.socket:
        """A client of Kannel's fake carrier: reads one line per text sent."""
        return socket.create_connection(("127.0.0.1", self._fake), timeout=10)

    def _start(self, stack: contextlib.ExitStack) -> None:
        self._send, box, admin, self._fake = free_port(), free_port(), free_port(), free_port()
        carrier = carrier_over_smpp(self._carrier.port) if self._carrier else carrier_as_fake(self._fake)
        inbound = f"{self.pages_url}/text"
        config = write_config(self._folder, carrier=carrier, ports=(self._send, box, admin), inbound=inbound)
        stack.enter_context(_box(self._bearerbox, config, self._folder / "bearerbox.out"))
        wait_until(lambda: is_listening(box), "Kannel's bearerbox")
        stack.enter_context(_box(self._smsbox, config, self._folder / "smsbox.out"))
        wait_until(lambda: is_listening(self._send), "Kannel's smsbox")
        if self._carrier:
            wait_until(lambda: self._carrier and self._carrier.is_bound, "Kannel to bind to the carrier")


def _box(program: str, config: Path, log: Path) -> contextlib.AbstractContextManager[object]:
    return running([program, str(config)], log=log, stop=signal.SIGKILL)  # nothing of it is kept


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


class _Pages(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        self.server.calls.append((parts.path, query, parts.query))  # type: ignore[attr-defined]
        self.send_response(200)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Tests read ``calls``, not a log."""
