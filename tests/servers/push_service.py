"""A push service on localhost that verifies what the RFCs require of a sender and decrypts like a browser."""

from __future__ import annotations

import base64
import json
import os
import re
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import http_ece
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from corredor.bench.parts.certificate import Certificate


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class Browser:
    """One subscription with its private key, as a browser keeps it."""

    endpoint: str
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    auth: bytes = field(default_factory=lambda: os.urandom(16))
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)  # told in turn, then 201
    received: list[ReceivedPush] = field(default_factory=list)

    @property
    def address(self) -> str:
        """The subscription as the page sends it to us."""
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        keys = {"p256dh": _encode(point), "auth": _encode(self.auth)}
        return json.dumps({"endpoint": self.endpoint, "expirationTime": None, "keys": keys})

    def decrypt(self, body: bytes) -> bytes:
        """By an implementation that is not ours."""
        plain: bytes = http_ece.decrypt(body, private_key=self.key, auth_secret=self.auth, version="aes128gcm")
        return plain


@dataclass(frozen=True)
class ReceivedPush:
    """One accepted message: its headers (lower case), the bytes as they came, and what they say."""

    headers: dict[str, str]
    body: bytes
    payload: dict[str, Any]


class PushService:
    """Use as a context manager. ``accepted`` counts 201s; ``refusals`` lists what was wrong with a request."""

    def __init__(self, certificate: Certificate) -> None:
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.service = self  # type: ignore[attr-defined]
        context = certificate.server_context()
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        self.ca_file = str(certificate.cert)
        self.origin = f"https://localhost:{self._server.server_address[1]}"
        self.browsers: dict[str, Browser] = {}
        self.refusals: list[str] = []
        self.accepted = 0
        self.on_accepted: Callable[[int], None] = lambda count: None  # called before the sender hears 201
        self.connections = 0
        self.by_vapid_key: Counter[str] = Counter()
        self.tokens: set[str] = set()
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    def __enter__(self) -> PushService:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    def subscribe(self, *answers: int | tuple[int, dict[str, str]]) -> Browser:
        """A new browser; ``answers`` are the statuses its endpoint gives before it accepts."""
        path = f"/push/{_encode(os.urandom(12))}"
        told = [(a, {}) if isinstance(a, int) else a for a in answers]
        browser = Browser(self.origin + path, answers=told)
        self.browsers[path] = browser
        return browser

    def settings(self, vapid_key_path: object) -> dict[str, object]:
        """The web_push channel's settings to reach this service."""
        return {
            "vapid_key_path": str(vapid_key_path),
            "vapid_contact": "mailto:steward@example.org",
            "allowed_private_origins": [self.origin],
            "ca_file": self.ca_file,
        }

    def take(self, path: str, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, str]]:
        """Judge one request as RFC 8030, 8291 and 8292 would have it."""
        browser = self.browsers.get(path)
        if browser is None:
            return 404, {}
        with self._lock:
            if browser.answers:
                return browser.answers.pop(0)
        wrong = self._wrong_with(headers)
        if wrong:
            self.refusals.append(wrong)
            return (401 if wrong.startswith("vapid") else 400), {}
        try:
            payload = json.loads(browser.decrypt(body))
        except Exception as error:  # noqa: BLE001  # whatever the decoder finds wrong is a refusal
            self.refusals.append(f"decrypt: {type(error).__name__} {error}")
            return 400, {}
        with self._lock:
            browser.received.append(ReceivedPush(headers, body, payload))
            self.accepted += 1
            self.on_accepted(self.accepted)
        return 201, {"Location": f"{self.origin}/message/{_encode(os.urandom(9))}"}

    def _wrong_with(self, headers: dict[str, str]) -> str:
        if not headers.get("ttl", "").isdigit():
            return "ttl header missing"
        if headers.get("content-encoding") != "aes128gcm":
            return "content-encoding"
        if headers.get("urgency", "normal") not in ("very-low", "low", "normal", "high"):
            return "urgency"
        if not re.fullmatch(r"[A-Za-z0-9_-]{0,32}", headers.get("topic", "")):
            return "topic"
        return self._wrong_with_token(headers.get("authorization", ""))

    def _wrong_with_token(self, header: str) -> str:
        match = re.fullmatch(r"vapid t=([\w.-]+), ?k=([\w-]+)", header)
        if not match:
            return "vapid header"
        token, key = match[1], match[2]
        self.tokens.add(token)
        self.by_vapid_key[key] += 1
        signed, _, signature = token.rpartition(".")
        public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _decode(key))
        raw = _decode(signature)
        der = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
        try:
            public.verify(der, signed.encode(), ec.ECDSA(SHA256()))
        except InvalidSignature:
            return "vapid signature"
        claims = json.loads(_decode(signed.split(".")[1]))
        if claims["aud"] != self.origin:
            return "vapid audience"
        if not 0 < claims["exp"] - time.time() <= 24 * 3600:
            return "vapid expiry"
        return "" if claims["sub"].startswith("mailto:") else "vapid contact"


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that refuses our certificate or hangs up is what some tests are about."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def setup(self) -> None:
        self.request.settimeout(20)
        self.request.do_handshake()
        super().setup()
        self.server.service.connections += 1  # type: ignore[attr-defined]

    def do_POST(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(int(headers.get("content-length", "0")))
        status, extra = self.server.service.take(self.path, headers, body)  # type: ignore[attr-defined]
        self.send_response(status)
        for name, value in extra.items():
            self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Tests read the service's records, not a log."""
