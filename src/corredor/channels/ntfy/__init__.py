"""ntfy: notifications through a server of one's own, one unguessable topic for each person."""

from .provider import NtfyChannel, NtfySettings

__all__ = ["NtfyChannel", "NtfySettings"]
