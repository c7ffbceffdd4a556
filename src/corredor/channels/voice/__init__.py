"""Calls to telephones that take no texts: the alert is spoken twice, and a key ends the calls."""

from .provider import VoiceChannel, VoiceSettings

__all__ = ["VoiceChannel", "VoiceSettings"]
