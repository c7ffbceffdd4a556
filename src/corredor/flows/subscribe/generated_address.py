"""Generated addresses: an unguessable ntfy topic, and the start token of a Telegram chat.

Reads settings alone. Called by the subscribe pages, which show the result once.
"""

from __future__ import annotations

import secrets

from django.conf import settings

from corredor.channels.catalogue import get_channel, list_channels
from corredor.channels.spec import GeneratedAddress
from corredor.subscriptions.enums import Channel

__all__ = ["GENERATED_ADDRESS_CHANNELS", "GeneratedAddress", "generate_address"]

GENERATED_ADDRESS_CHANNELS = tuple(Channel(spec.kind) for spec in list_channels() if spec.generate_address)
_SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that looks like another, for those who type it
_GROUPS, _GROUP = 4, 5  # 99 bits


def generate_address(channel: Channel) -> GeneratedAddress:
    """Return a new address of a channel in GENERATED_ADDRESS_CHANNELS."""
    generate = get_channel(channel).generate_address
    assert generate is not None, "only channels in GENERATED_ADDRESS_CHANNELS"
    word = "-".join("".join(secrets.choice(_SIGNS) for _ in range(_GROUP)) for _ in range(_GROUPS))
    return generate(settings.CORREDOR_PROVIDERS, word)
