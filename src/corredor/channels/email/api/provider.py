"""Posts mails to a provider's API and maps its replies to outcomes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from email.utils import parseaddr
from typing import Any

from corredor.channels.base import Capabilities, Message, Outcome, Problem, Result
from corredor.channels.email.mail import BadAddress
from corredor.channels.http_provider import PROVIDER_LIMITS, HttpProvider
from corredor.channels.outgoing import BadUrl, Limits, Reply, Request
from corredor.channels.reply_reading import is_temporary, read_reference, retry
from corredor.channels.setting import Settings

from .services import BROKEN, KINDS, REFUSED, Provider


@dataclass(frozen=True, slots=True)
class EmailApiSettings:
    """``second`` is Mailjet's secret key, Scaleway's project or Mailgun's domain; ``url`` overrides the API's."""

    provider: str
    key: str
    sender: str
    per_s: int
    second: str = ""
    url: str = ""
    ca_file: str | None = None
    limits: Limits = PROVIDER_LIMITS

    @classmethod
    def from_mapping(cls, values: Mapping[str, object]) -> EmailApiSettings:
        """Raise ProviderNotConfigured if a setting is missing or wrong."""
        settings = Settings(EmailApiProvider.name, values)
        name = settings.text("provider")
        if name not in KINDS:
            raise settings.refuse("provider", Problem.NOT_A_CHOICE, choices=", ".join(KINDS))
        sender = settings.text("sender")
        if "@" not in parseaddr(sender)[1] or not parseaddr(sender)[1].isascii():
            raise settings.refuse("sender", Problem.NO_MAILBOX)
        kind = KINDS[name]
        url = settings.text("url", None if kind.needs_url else "")
        if url:
            settings.url("url")
        return cls(
            provider=name,
            key=settings.text("key"),
            sender=sender,
            second=settings.text("second", None if kind.needs_second else ""),
            url=url,
            ca_file=settings.text("ca_file", "") or None,
            per_s=settings.number("per_s", 0, most=10_000),
        )


class EmailApiProvider(HttpProvider):
    """The outcome's ``reference`` is the provider's id of the mail."""

    name = "email_provider"
    capabilities = Capabilities(batch=100)
    redact = ("address", "to", "subject", "key", "second", "unsubscribe_link", "authorization")

    def __init__(self, settings: EmailApiSettings) -> None:
        try:
            self._provider = Provider(
                settings.provider,
                key=settings.key,
                second=settings.second,
                url=settings.url,
                sender=settings.sender,
            )
        except BROKEN:
            raise Settings(self.name, {}).refuse("sender", Problem.NO_MAILBOX) from None
        self._payloads: dict[int, Any] = {}
        super().__init__(
            self._provider.origin, ca_file=settings.ca_file, limits=settings.limits, per_s=float(settings.per_s)
        )

    @classmethod
    def from_mapping(cls, values: Mapping[str, object]) -> EmailApiProvider:
        """Raise ProviderNotConfigured if a setting is missing or wrong."""
        return cls(EmailApiSettings.from_mapping(values))

    def _send(self, messages: Sequence[Message]) -> Iterator[Outcome]:
        self._payloads = {}
        yield from super()._send(messages)

    def _write(self, message: Message) -> Request | Outcome:
        try:
            request, self._payloads[message.delivery_id] = self._provider.write(message)
        except BadAddress:
            return Outcome(message.delivery_id, Result.INVALID_ADDRESS, code="BAD_ADDRESS")
        except (*BROKEN, BadUrl):
            return Outcome(message.delivery_id, Result.FAILED, code="UNWRITABLE")
        return request

    def _read(self, reply: Reply, message: Message) -> Outcome:
        code = str(reply.status)
        try:
            sent = self._provider.read(reply, self._payloads[reply.key])
        except BROKEN:
            if 200 <= reply.status < 300:
                return retry(reply, "BROKEN_REPLY", outcome_unknown=True)
            if is_temporary(reply.status) or reply.status in (402, 403):  # unpaid, or a key without permission
                return retry(reply, code)
            return Outcome(reply.key, Result.FAILED, code=code)
        if sent.status in REFUSED:
            # "rejected": on the provider's suppression list after a bounce or a complaint; it will never send.
            result = Result.INVALID_ADDRESS if sent.status == "invalid" else Result.FAILED
            return Outcome(reply.key, result, code=sent.status.upper())
        if not 200 <= reply.status < 300:
            return Outcome(reply.key, Result.FAILED, code=code)
        return Outcome(reply.key, Result.ACCEPTED, code=code, reference=read_reference(sent.reference))
