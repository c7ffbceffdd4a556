"""ntfy: notifications through a server of one's own, one unguessable topic for each person."""

from .channel import NtfyChannel, NtfySettings

__all__ = ["NtfyChannel", "NtfySettings"]
