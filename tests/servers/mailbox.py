"""A real SMTP server on localhost that stores the mails it receives."""

from __future__ import annotations

import email
import email.policy
import re
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from corredor.bench.parts.certificate import Certificate


@dataclass(frozen=True)
class ReceivedMail:
    """One mail as it came: the envelope, the bytes, and the parsed message."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes
    is_encrypted: bool

    @property
    def mail(self) -> EmailMessage:
        parsed = email.message_from_bytes(self.raw, policy=email.policy.default)
        assert isinstance(parsed, EmailMessage)
        return parsed

    def part(self, kind: str) -> str:
        """The text of the plain or html part."""
        body = self.mail.get_body((kind,))
        assert body is not None
        text = body.get_content()
        assert isinstance(text, str)
        return text


class _Controller(Controller):
    """Takes the port the system gave before it calls itself to see that it runs."""

    def _trigger_server(self) -> None:
        self.port = int(self.server.sockets[0].getsockname()[1])
        super()._trigger_server()


class Mailbox:
    """Use as a context manager. ``answers`` maps a pattern of recipients to what RCPT is told."""

    def __init__(
        self,
        *,
        certificate: Certificate | None = None,
        user: tuple[str, str] | None = None,
        closes_after: int | None = None,
    ) -> None:
        self.mails: list[ReceivedMail] = []
        self.sessions = 0
        self.answers: dict[str, str] = {}
        self.closes_after = closes_after
        self._user = user
        options: dict[str, Any] = {"decode_data": False, "enable_SMTPUTF8": True}
        if certificate:
            options |= {"tls_context": certificate.server_context(), "require_starttls": True}
        if user:
            options |= {"authenticator": self._check, "auth_required": True, "auth_require_tls": bool(certificate)}
        self._controller = _Controller(self, hostname="127.0.0.1", port=0, ready_timeout=10, **options)

    def __enter__(self) -> Mailbox:
        self._controller.start()
        self.port = self._controller.port
        return self

    def __exit__(self, *_: object) -> None:
        self._controller.stop()

    def settings(self, **extra: object) -> dict[str, object]:
        """The e-mail channel's settings to reach this server without encryption."""
        return {
            "host": "localhost",
            "port": self.port,
            "security": "none",
            "sender": "Corredor <alerts@example.org>",
            **extra,
        }

    def to(self, address: str) -> list[ReceivedMail]:
        """The mails one address got."""
        return [mail for mail in self.mails if address in mail.recipients]

    def _check(self, _server: Any, _session: Any, _envelope: Any, _mechanism: str, given: Any) -> AuthResult:
        right = (
            isinstance(given, LoginPassword)
            and self._user is not None
            and (given.login.decode(), given.password.decode()) == self._user
        )
        return AuthResult(success=right, handled=False)

    async def handle_EHLO(
        self, _server: Any, session: Any, _envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        self.sessions += 1
        return responses

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: list[str]) -> str:
        for pattern, answer in self.answers.items():
            if re.search(pattern, address):
                return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.closes_after is not None and len(self.mails) >= self.closes_after:
            self.closes_after = None
            server.transport.close()
            return "421 closing"
        self.mails.append(
            ReceivedMail(envelope.mail_from, tuple(envelope.rcpt_tos), envelope.content, session.ssl is not None)
        )
        return "250 OK"
