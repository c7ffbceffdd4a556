"""Channel names and how each is made from its part of the settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from .base import Problem, Provider, ProviderNotConfigured
from .console import ConsoleProvider
from .drill.provider import DrillSinkProvider
from .email.api import EmailApiProvider
from .email.smtp import SmtpProvider
from .matrix import MatrixProvider
from .ntfy import NtfyProvider
from .null import NullProvider
from .push import WebPushProvider
from .signal import SignalProvider
from .sms.gateway import GatewayProvider
from .sms.telnyx import TelnyxProvider
from .sms.twilio import TwilioProvider
from .telegram import TelegramProvider
from .voice import VoiceProvider

_Factory = Callable[[Mapping[str, object]], Provider]

DEFAULT = NullProvider.name
_FACTORIES: dict[str, _Factory] = {
    "null": lambda _: NullProvider(),
    "console": lambda _: ConsoleProvider(),
    "drill_sink": lambda _: DrillSinkProvider(),
    "web_push": WebPushProvider.from_mapping,
    "email": SmtpProvider.from_mapping,
    "sms_gateway": GatewayProvider.from_mapping,
    "sms_twilio": TwilioProvider.from_mapping,
    "sms_telnyx": TelnyxProvider.from_mapping,
    "email_provider": EmailApiProvider.from_mapping,
    "voice": VoiceProvider.from_mapping,
    "signal": SignalProvider.from_mapping,
    "telegram": TelegramProvider.from_mapping,
    "matrix": MatrixProvider.from_mapping,
    "ntfy": NtfyProvider.from_mapping,
}


def list_providers() -> tuple[str, ...]:
    """Every channel's name."""
    return tuple(_FACTORIES)


def build_provider(name: str, settings: Mapping[str, Mapping[str, object]]) -> Provider:
    """A new instance for one worker thread; ``settings`` maps channel names to their settings.

    Raises ChannelNotConfigured, naming the channel and the setting that is missing or wrong.
    """
    factory = _FACTORIES.get(name)
    if factory is None:
        raise ProviderNotConfigured(name, "", Problem.UNKNOWN_PROVIDER, choices=", ".join(_FACTORIES))
    return factory(settings.get(name, {}))
