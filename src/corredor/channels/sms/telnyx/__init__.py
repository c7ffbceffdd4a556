"""SMS through Telnyx."""

from .provider import TelnyxProvider, TelnyxSettings

__all__ = ["TelnyxProvider", "TelnyxSettings"]
