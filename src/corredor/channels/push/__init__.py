"""Web push: encrypted messages to browsers, through whichever push service each browser uses."""

from .provider import WebPushChannel, WebPushSettings

__all__ = ["WebPushChannel", "WebPushSettings"]
