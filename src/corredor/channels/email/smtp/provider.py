"""Sends mails one after another over one persistent SMTP connection and maps the server's replies to outcomes."""

from __future__ import annotations

import smtplib
import ssl
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import parseaddr

from corredor.channels.base import Capabilities, Message, Outcome, Problem, Result
from corredor.channels.email.mail import BadAddress, render_mail
from corredor.channels.fence import FencedProvider
from corredor.channels.setting import Settings, open_trust

_SERVER_RETRY_S = 60.0
_BUSY_RETRY_S = 120.0
_IDLE_S = 20.0  # after this idle time, check with NOOP that the connection is alive
_MAILS_PER_CONNECTION = 100  # reconnect after this age: servers drop old connections
_NO_SUCH_MAILBOX = ("5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10")
_LOCAL = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class SmtpSettings:
    """``security`` is starttls (must succeed), tls, or none."""

    host: str
    sender: str
    port: int = 587
    user: str = ""
    password: str = ""
    security: str = "starttls"
    ca_file: str | None = None
    timeout_s: float = 20.0

    @classmethod
    def from_mapping(cls, values: Mapping[str, object]) -> SmtpSettings:
        """Raise ProviderNotConfigured if a setting is missing or wrong."""
        settings = Settings(SmtpProvider.name, values)
        host, sender = settings.text("host"), settings.text("sender")
        address = parseaddr(sender)[1]
        if "@" not in address or not address.isascii():
            raise settings.refuse("sender", Problem.NO_MAILBOX)
        user, password = settings.text("user", ""), settings.text("password", "")
        security = settings.choice("security", ("starttls", "tls", "none"), "starttls")
        if user and not password:
            raise settings.refuse("password", Problem.MISSING)
        if user and security == "none" and host not in _LOCAL:
            raise settings.refuse("security", Problem.IN_CLEAR)
        return cls(
            host=host,
            sender=sender,
            port=settings.number("port", 587, least=1, most=65535),
            user=user,
            password=password,
            security=security,
            ca_file=settings.text("ca_file", "") or None,
        )


class _ServerDown(Exception):
    """The server cannot be reached now."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class SmtpProvider(FencedProvider):
    """The outcome's ``reference`` is the Message-ID."""

    name = "email"
    capabilities = Capabilities(batch=50)
    redact = ("address", "To", "user", "password", "unsubscribe_link")

    def __init__(self, settings: SmtpSettings) -> None:
        self._settings = settings
        self._context = open_trust(self.name, settings.ca_file)
        self._server: smtplib.SMTP | None = None
        self._mails_sent = 0
        self._used_at = 0.0
        self._envelope_sender = parseaddr(settings.sender)[1]

    @classmethod
    def from_mapping(cls, values: Mapping[str, object]) -> SmtpProvider:
        """Raise ProviderNotConfigured if a setting is missing or wrong."""
        return cls(SmtpSettings.from_mapping(values))

    def close(self) -> None:
        if self._server is not None:
            try:
                self._server.quit()
            except (smtplib.SMTPException, OSError):
                self._server.close()
            self._server = None

    def _send(self, messages: Sequence[Message]) -> Iterator[Outcome]:
        down = ""  # once the server is unreachable, fail the rest of the batch without waiting again
        for message in messages:
            if down:
                yield _retry(message, down)
                continue
            try:
                yield self._deliver(message)
            except _ServerDown as error:
                down = error.code
                yield _retry(message, down)

    def _deliver(self, message: Message) -> Outcome:
        try:
            mail = render_mail(message, sender=self._settings.sender, sent_at=datetime.now(UTC))
        except BadAddress:
            return Outcome(message.delivery_id, Result.INVALID_ADDRESS, code="BAD_ADDRESS")
        outcome = self._hand_over(message, mail)
        if outcome.code == "CLOSED":  # the persistent connection was closed; the Message-ID makes a retry harmless
            outcome = self._hand_over(message, mail)
        return outcome

    def _hand_over(self, message: Message, mail: EmailMessage) -> Outcome:
        server = self._connected()
        try:
            server.send_message(mail, self._envelope_sender, [message.address])
        except smtplib.SMTPRecipientsRefused as error:
            return self._refused(message, *next(iter(error.recipients.values())))
        except smtplib.SMTPNotSupportedError:  # a non-ASCII local part, such as ñ@, and a server without SMTPUTF8
            return Outcome(message.delivery_id, Result.FAILED, code="SMTPUTF8")
        except smtplib.SMTPSenderRefused as error:
            return self._refused(message, error.smtp_code, error.smtp_error, is_sender=True)
        except smtplib.SMTPResponseException as error:
            return self._refused(message, error.smtp_code, error.smtp_error)
        except (smtplib.SMTPException, OSError):
            self._drop()
            return replace(_retry(message, "CLOSED"), outcome_unknown=True)
        self._mails_sent += 1
        self._used_at = time.monotonic()
        return Outcome(message.delivery_id, Result.ACCEPTED, code="250", reference=mail["Message-ID"])

    def _refused(self, message: Message, code: int, answer: bytes | str, *, is_sender: bool = False) -> Outcome:
        """Return the outcome of a refusal. Only codes are kept: servers repeat addresses in their replies."""
        text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
        enhanced = text.split(" ", 1)[0].split("-", 1)[0]
        self._reset()
        if code < 500 or is_sender or code in (530, 535, 538):
            return _retry(message, str(code), _BUSY_RETRY_S)
        if enhanced in _NO_SUCH_MAILBOX:
            return Outcome(message.delivery_id, Result.INVALID_ADDRESS, code=str(code), detail=enhanced)
        return Outcome(message.delivery_id, Result.FAILED, code=str(code))

    def _connected(self) -> smtplib.SMTP:
        """Return an open connection. Raise _ServerDown."""
        if self._server is not None and self._mails_sent < _MAILS_PER_CONNECTION and self._is_alive():
            return self._server
        self.close()
        try:
            self._server = self._connect()
        except smtplib.SMTPNotSupportedError:
            raise _ServerDown("NO_STARTTLS") from None
        except smtplib.SMTPResponseException as error:  # wrong credentials, or a server that is shutting down
            raise _ServerDown(str(error.smtp_code)) from None
        except ssl.SSLError:
            raise _ServerDown("TLS_FAILED") from None
        except (smtplib.SMTPException, OSError):
            raise _ServerDown("CANNOT_CONNECT") from None
        self._mails_sent, self._used_at = 0, time.monotonic()
        return self._server

    def _is_alive(self) -> bool:
        assert self._server is not None
        if time.monotonic() - self._used_at < _IDLE_S:
            return self._server.sock is not None
        try:
            return self._server.noop()[0] == 250
        except (smtplib.SMTPException, OSError):
            return False

    def _connect(self) -> smtplib.SMTP:
        s = self._settings
        if s.security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(s.host, s.port, timeout=s.timeout_s, context=self._context)
        else:
            server = smtplib.SMTP(s.host, s.port, timeout=s.timeout_s)
        try:
            if s.security == "starttls":
                server.starttls(context=self._context)
            if s.user:
                server.login(s.user, s.password)
        except BaseException:
            server.close()
            raise
        return server

    def _reset(self) -> None:
        if self._server is not None and self._server.sock is None:
            self._server = None

    def _drop(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None


def _retry(message: Message, code: str, after_s: float = _SERVER_RETRY_S) -> Outcome:
    return Outcome(message.delivery_id, Result.RETRY, code=code, retry_after_s=after_s)
