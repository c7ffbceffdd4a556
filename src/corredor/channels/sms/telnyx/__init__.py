"""SMS through Telnyx."""

from .provider import SmsTelnyxChannel, SmsTelnyxSettings

__all__ = ["SmsTelnyxChannel", "SmsTelnyxSettings"]
