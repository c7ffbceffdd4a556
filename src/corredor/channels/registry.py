"""Channel names and how each is made from its part of the settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from .base import Channel, ChannelNotConfigured, Problem
from .console import ConsoleChannel
from .drill.provider import DrillSinkChannel
from .email.api import EmailProviderChannel
from .email.smtp import EmailChannel
from .matrix import MatrixChannel
from .ntfy import NtfyChannel
from .null import BlackholeChannel
from .push import WebPushChannel
from .signal import SignalChannel
from .sms.gateway import SmsGatewayChannel
from .sms.telnyx import SmsTelnyxChannel
from .sms.twilio import SmsTwilioChannel
from .telegram import TelegramChannel
from .voice import VoiceChannel

_Factory = Callable[[Mapping[str, object]], Channel]

DEFAULT = BlackholeChannel.name
_FACTORIES: dict[str, _Factory] = {
    "blackhole": lambda _: BlackholeChannel(),
    "console": lambda _: ConsoleChannel(),
    "drill_sink": lambda _: DrillSinkChannel(),
    "web_push": WebPushChannel.from_mapping,
    "email": EmailChannel.from_mapping,
    "sms_gateway": SmsGatewayChannel.from_mapping,
    "sms_twilio": SmsTwilioChannel.from_mapping,
    "sms_telnyx": SmsTelnyxChannel.from_mapping,
    "email_provider": EmailProviderChannel.from_mapping,
    "voice": VoiceChannel.from_mapping,
    "signal": SignalChannel.from_mapping,
    "telegram": TelegramChannel.from_mapping,
    "matrix": MatrixChannel.from_mapping,
    "ntfy": NtfyChannel.from_mapping,
}


def list_channels() -> tuple[str, ...]:
    """Every channel's name."""
    return tuple(_FACTORIES)


def build_channel(name: str, settings: Mapping[str, Mapping[str, object]]) -> Channel:
    """A new instance for one worker thread; ``settings`` maps channel names to their settings.

    Raises ChannelNotConfigured, naming the channel and the setting that is missing or wrong.
    """
    factory = _FACTORIES.get(name)
    if factory is None:
        raise ChannelNotConfigured(name, "", Problem.UNKNOWN_CHANNEL, choices=", ".join(_FACTORIES))
    return factory(settings.get(name, {}))
