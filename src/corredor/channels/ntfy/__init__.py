"""ntfy: notifications through a server of one's own, one unguessable topic for each person."""

from .provider import NtfyProvider, NtfySettings

__all__ = ["NtfyProvider", "NtfySettings"]
