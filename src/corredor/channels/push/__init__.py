"""Web push: encrypted messages to browsers, through whichever push service each browser uses."""

from .provider import WebPushProvider, WebPushSettings

__all__ = ["WebPushProvider", "WebPushSettings"]
