"""Every provider of the catalogue with working settings, and the same one pointed at another server."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from corredor.channels.base import Message, Provider
from corredor.channels.catalogue import build_provider, list_providers
from corredor.channels.email.api.provider import EmailApiProvider, EmailApiSettings
from corredor.channels.email.smtp.provider import SmtpProvider, SmtpSettings
from corredor.channels.matrix.provider import MatrixProvider, MatrixSettings
from corredor.channels.ntfy.provider import NtfyProvider, NtfySettings
from corredor.channels.outgoing import Limits
from corredor.channels.push.provider import WebPushProvider, WebPushSettings
from corredor.channels.signal.provider import SignalProvider, SignalSettings
from corredor.channels.sms.gateway.provider import GatewayProvider, GatewaySettings
from corredor.channels.sms.telnyx.provider import TelnyxProvider, TelnyxSettings
from corredor.channels.sms.twilio.provider import TwilioProvider, TwilioSettings
from corredor.channels.telegram.provider import TelegramProvider, TelegramSettings
from corredor.channels.voice.provider import VoiceProvider, VoiceSettings
from corredor.channels.whatsapp.provider import WhatsAppProvider, WhatsAppSettings
from tests.channels.message import make_message
from tests.servers.provider import ProviderServer

from .recorded import ACCEPTS

SECRET = "secret-word"
COUNT = 40
NUMBERS = [f"+1312555{n:04d}" for n in range(100, 100 + COUNT)]
MAILBOXES = [f"p{n}@example.org" for n in range(COUNT)]
QUICK = Limits(connect_s=1.0, reply_s=0.4, newcomer_s=0.4, per_origin=4, connections=8)
QUIET = ("null", "console", "drill_sink")  # they have no provider

_PARTS: dict[str, tuple[Any, Any]] = {
    "web_push": (WebPushSettings, WebPushProvider),
    "email": (SmtpSettings, SmtpProvider),
    "email_provider": (EmailApiSettings, EmailApiProvider),
    "sms_gateway": (GatewaySettings, GatewayProvider),
    "sms_twilio": (TwilioSettings, TwilioProvider),
    "sms_telnyx": (TelnyxSettings, TelnyxProvider),
    "voice": (VoiceSettings, VoiceProvider),
    "whatsapp": (WhatsAppSettings, WhatsAppProvider),
    "signal": (SignalSettings, SignalProvider),
    "telegram": (TelegramSettings, TelegramProvider),
    "matrix": (MatrixSettings, MatrixProvider),
    "ntfy": (NtfySettings, NtfyProvider),
}
_UNPACED = {"rate_long": 0, "rate_toll_free": 0, "rate_short": 0}
_SETTINGS: dict[str, dict[str, object]] = {
    "sms_gateway": {"user": "u", "password": SECRET},
    "sms_twilio": {"account": "AC1", "token": SECRET, "sender": "+13125550100", **_UNPACED},
    "sms_telnyx": {"key": SECRET, "sender": "+13125550100", **_UNPACED},
    "voice": {"account": "AC1", "token": SECRET, "sender": "+13125550100", "per_s": 0},
    "email_provider": {"provider": "postmark", "key": SECRET, "sender": "Red <red@example.org>"},
    "whatsapp": {"phone_number_id": "106540352242922", "token": SECRET, "template": "aviso", "per_s": 0},
    "signal": {"number": "+13125550100", "per_s": 0},
    "telegram": {"token": SECRET, "bot": "red_bot", "per_s": 0},
    "matrix": {"user": "@red:example.org", "token": SECRET, "room_key": SECRET, "per_s": 0},
    "ntfy": {"token": SECRET},
}
_ADDRESSES: dict[str, list[str]] = {
    "email_provider": MAILBOXES,
    "telegram": [str(700_100 + n) for n in range(COUNT)],
    "matrix": [f"@vecina{n}:example.org" for n in range(COUNT)],
    "ntfy": [f"topic{n:03d}-unguessable" for n in range(COUNT)],
}
HTTP_PROVIDERS = tuple(ACCEPTS)  # those whose provider is one HTTP server
REACHING = tuple(_PARTS)  # those that reach people


@dataclasses.dataclass
class Case:
    """A working channel, its settings, addresses it can reach, and how to count what left the machine."""

    name: str
    settings: dict[str, object]
    addresses: list[str]
    left: Callable[[], int]
    is_drill: bool = False
    remote: ProviderServer | None = None

    def build(self, **changes: object) -> Provider:
        return build_provider(self.name, {self.name: {**self.settings, **changes}})

    def messages(self, count: int, **changes: object) -> list[Message]:
        return [make_message(500 + n, self.addresses[n], is_drill=self.is_drill, **changes) for n in range(count)]

    def turn_to(self, origin: str, *, ca_file: str = "") -> tuple[Provider, list[Message]]:
        """The channel with another server behind it and little patience, and three messages to it."""
        settings_class, provider_class = _PARTS[self.name]
        port = int(origin.rpartition(":")[2])
        changes: dict[str, object] = {"url": origin, "ca_file": ca_file, "host": "127.0.0.1", "port": port}
        if self.name == "web_push":
            changes["allowed_private_origins"] = [origin]
        settings = settings_class.from_mapping({**self.settings, **changes})
        patience: dict[str, object] = {"timeout_s": 0.4} if self.name == "email" else {"limits": QUICK}
        messages = self.messages(3)
        if self.name == "web_push":
            addresses = [json.dumps(json.loads(m.address) | {"endpoint": f"{origin}/x"}) for m in messages]
            messages = [dataclasses.replace(m, address=a) for m, a in zip(messages, addresses, strict=True)]
        return provider_class(dataclasses.replace(settings, **patience)), messages


@contextmanager
def open_case(name: str, request: pytest.FixtureRequest) -> Iterator[Case]:
    """The channel called ``name`` with a server that accepts everything."""
    if name in QUIET:
        yield Case(name, {}, NUMBERS, lambda: 0, is_drill=name == "drill_sink")
    elif name == "web_push":
        service, key = request.getfixturevalue("push_service"), request.getfixturevalue("vapid_key")
        browsers = [service.subscribe() for _ in range(COUNT)]
        addresses = [browser.address for browser in browsers]
        yield Case(name, service.settings(key), addresses, lambda: sum(len(b.received) for b in browsers))
    elif name == "email":
        box = request.getfixturevalue("mailbox")
        yield Case(name, box.settings(), MAILBOXES, lambda: len(box.mails))
    else:
        with ProviderServer(ACCEPTS[name]) as remote:
            settings = {"url": remote.url, **_SETTINGS[name]}
            addresses = _ADDRESSES.get(name, NUMBERS)
            yield Case(name, settings, addresses, lambda: len(remote.asked), remote=remote)


def list_reaching() -> set[str]:
    """Every registered channel but the quiet ones: none may be left out of this suite."""
    return set(list_providers()) - set(QUIET)
