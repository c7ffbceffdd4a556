"""SMS through Telnyx."""

from .channel import SmsTelnyxChannel, SmsTelnyxSettings

__all__ = ["SmsTelnyxChannel", "SmsTelnyxSettings"]
