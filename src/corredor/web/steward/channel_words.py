"""Channels in words that a steward knows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from corredor.flows.set_up import TransportChoice
from corredor.subscriptions.enums import WayKind

_TRANSPORTS: dict[str, tuple[str | Promise, str | Promise]] = {
    "blackhole": (_("Off"), _("Messages are made and counted, and go nowhere.")),
    "web_push": (_("Web push"), _("To the phone's or computer's own browser. Needs no provider and costs nothing.")),
    "email": (_("Your mail server"), _("By SMTP, with the server named in the settings.")),
    "sms_gateway": (_("Your own gateway"), _("A modem, an Android phone or Kannel, over HTTP.")),
    "sms_twilio": (_("Twilio"), _("A provider that sees numbers and texts, and can be asked for them.")),
    "console": (_("The server's screen"), _("For trying things out: written where the server runs, sent to nobody.")),
}


@dataclass(frozen=True, slots=True)
class ChoiceView:
    """One transport on the page."""

    name: str
    title: str
    words: str
    problem: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class ChannelView:
    """One kind of way on the page."""

    way: str
    title: str
    choices: tuple[ChoiceView, ...]

    @property
    def current(self) -> ChoiceView | None:
        """What carries it now."""
        return next((choice for choice in self.choices if choice.is_current), None)

    @property
    def is_on(self) -> bool:
        """Whether anything reaches people this way."""
        return self.current is not None and self.current.name not in ("blackhole", "console")


def describe_channels(channels: Mapping[str, list[TransportChoice]]) -> list[ChannelView]:
    """What the page shows."""
    return [
        ChannelView(way, str(WayKind(way).label), tuple(_describe(choice) for choice in choices))
        for way, choices in channels.items()
    ]


def name_transport(name: str) -> str:
    """A transport's name on the page."""
    return str(_TRANSPORTS[name][0]) if name in _TRANSPORTS else name


def _describe(choice: TransportChoice) -> ChoiceView:
    title, words = _TRANSPORTS.get(choice.name, (choice.name, ""))
    return ChoiceView(choice.name, str(title), str(words), choice.problem, choice.is_current)
