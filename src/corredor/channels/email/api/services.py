"""The providers that django-anymail supports: how a request looks and what a reply means.

Anymail sends nothing here: requests are posted by ``channels.outgoing``.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from email.headerregistry import Address
from email.utils import parseaddr
from importlib import import_module
from typing import Any
from urllib.parse import urlencode

from anymail.exceptions import AnymailError
from anymail.message import AnymailMessage

from corredor.channels.base import Message
from corredor.channels.email.mail import html_page, list_headers, one_line, plain_text, read_recipient
from corredor.channels.outgoing import Origin, Reply, Request, parse_url

BROKEN = (AnymailError, ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError)
REFUSED = ("invalid", "rejected", "failed")
_SCHEMES = ("https", "http")


@dataclass(frozen=True, slots=True)
class Kind:
    """The names under which a provider takes its key, and a second value if it needs one."""

    key: str = "api_key"
    second: str = ""
    needs_second: bool = False
    needs_url: bool = False


KINDS: dict[str, Kind] = {
    "brevo": Kind(),
    "mailersend": Kind("api_token"),
    "mailgun": Kind(second="sender_domain"),
    "mailjet": Kind(second="secret_key", needs_second=True),
    "mailtrap": Kind("api_token"),
    "mandrill": Kind(),
    "postal": Kind(needs_url=True),
    "postmark": Kind("server_token"),
    "resend": Kind(),
    "scaleway": Kind("secret_key", second="project_id", needs_second=True),
    "sparkpost": Kind(),
    "unisender_go": Kind(needs_url=True),
}


@dataclass(frozen=True, slots=True)
class Sent:
    """The provider's status for the one recipient: queued, sent, invalid, rejected, failed or unknown."""

    status: str
    reference: str


class Provider:
    """One provider with this network's account."""

    def __init__(self, name: str, *, key: str, second: str, url: str, sender: str) -> None:
        kind = KINDS[name]
        options = {kind.key: key, "ignore_unsupported_features": True, "debug_api_requests": False}
        if kind.second and second:
            options[kind.second] = second
        if url:
            options["api_url"] = url if url.endswith("/") else f"{url}/"
        self._backend: Any = import_module(f"anymail.backends.{name}").EmailBackend(**options)
        address = parseaddr(sender)
        self._sender = str(Address(address[0], addr_spec=address[1]))
        self.origin: Origin = parse_url(self._backend.api_url, schemes=_SCHEMES)[0]

    def write(self, message: Message) -> tuple[Request, Any]:
        """Return the request, and the context that ``read`` needs. Raise BadAddress, or an error in ``BROKEN``."""
        mail = AnymailMessage(
            subject=one_line(message.title),
            body=plain_text(message),
            from_email=self._sender,
            to=[str(read_recipient(message.address))],
            headers=list_headers(message),
        )
        mail.attach_alternative(html_page(message), "text/html")
        # No tracking: no pixel that reports opens, no links redirected through the provider.
        mail.track_opens = mail.track_clicks = False
        payload = self._backend.build_message_payload(mail, {})
        parts = payload.get_request_params(self._backend.api_url)
        url = parts["url"] + (f"?{urlencode(parts['params'])}" if parts.get("params") else "")
        origin, target = parse_url(url, schemes=_SCHEMES)
        headers = {name: str(value) for name, value in (parts.get("headers") or {}).items()}
        if parts.get("auth"):
            credentials = ":".join(parts["auth"]).encode()
            headers["Authorization"] = f"Basic {base64.b64encode(credentials).decode('ascii')}"
        body = parts["data"]
        if isinstance(body, Mapping):
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            body = urlencode(body, doseq=True)
        headers.setdefault("Content-Type", "application/json")
        data = body.encode() if isinstance(body, str) else bytes(body)
        return Request.send(
            message.delivery_id, origin, target, method=parts["method"], headers=headers, body=data
        ), payload

    def read(self, reply: Reply, payload: Any) -> Sent:
        """Read a reply. Raise an error in ``BROKEN`` for the provider's refusal or an unreadable reply."""
        answer = _Answer(reply)
        self._backend.raise_for_status(answer, payload, payload.message)
        found = self._backend.parse_recipient_status(answer, payload, payload.message)
        # Some repeat the recipient in another spelling, so one mail may have two statuses; a refusal takes precedence.
        status = min(found.values(), key=lambda one: (one.status not in REFUSED, not one.message_id))
        return Sent(str(status.status or "unknown"), str(status.message_id or ""))


class _Headers(dict[str, str]):
    """Case-insensitive header mapping."""

    def __getitem__(self, name: str) -> str:
        return super().__getitem__(name.lower())

    def get(self, name: str, default: Any = None) -> Any:
        return super().get(name.lower(), default)


class _Answer:
    """The attributes of a reply that django-anymail reads."""

    def __init__(self, reply: Reply) -> None:
        self.status_code, self.content = reply.status, reply.body
        self.headers = _Headers({"content-type": "", **reply.headers})
        self.reason = self.url = ""

    @property
    def text(self) -> str:
        return self.content.decode("utf-8", "replace")

    def json(self) -> Any:
        return json.loads(self.content)
