"""Signal, through a signal-cli REST server of one's own: encrypted from there to the phone."""

from .provider import SignalChannel, SignalSettings

__all__ = ["SignalChannel", "SignalSettings"]
