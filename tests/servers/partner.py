"""A partner's server: receives calls over TLS and verifies each as the Standard Webhooks reference library does."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks import Webhook

from corredor.bench.parts.certificate import Certificate


class PartnerServer:
    """Use as a context manager. ``answers`` are told in turn; without any, 204."""

    def __init__(self, certificate: Certificate) -> None:
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.partner = self
        context = certificate.server_context()
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        self.origin = f"https://localhost:{self._server.server_address[1]}"
        self.ca_file = str(certificate.cert)
        self.calls: list[tuple[dict[str, str], bytes]] = []
        self.answers: list[tuple[int, dict[str, str]]] = []
        self.on_call: Callable[[], None] = lambda: None  # before the caller hears an answer

    def __enter__(self) -> PartnerServer:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def verify(self, number: int, secret: str) -> Any:
        """The body of a call, once the reference library has found it signed with ``secret``; it raises otherwise."""
        headers, body = self.calls[number]
        return Webhook(secret).verify(body.decode(), headers)

    @property
    def told(self) -> list[dict[str, Any]]:
        """The bodies of all calls."""
        return [json.loads(body) for _, body in self.calls]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    partner: PartnerServer


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_POST(self) -> None:
        partner = self.server.partner
        body = self.rfile.read(int(self.headers["content-length"]))
        partner.calls.append(({name.lower(): value for name, value in self.headers.items()}, body))
        partner.on_call()
        status, headers = partner.answers.pop(0) if partner.answers else (204, {})
        with contextlib.suppress(OSError):  # the caller may have been killed
            self._answer(status, headers)

    def _answer(self, status: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Tests read ``calls``, not a log."""
