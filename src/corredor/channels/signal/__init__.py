"""Signal, through a signal-cli REST server of one's own: encrypted from there to the phone."""

from .provider import SignalProvider, SignalSettings

__all__ = ["SignalProvider", "SignalSettings"]
