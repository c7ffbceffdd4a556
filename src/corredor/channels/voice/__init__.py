"""Calls to telephones that take no texts: the alert is spoken twice, and a key ends the calls."""

from .provider import VoiceProvider, VoiceSettings

__all__ = ["VoiceProvider", "VoiceSettings"]
