"""E-mail through a plain SMTP server."""

from .channel import EmailChannel, EmailSettings

__all__ = ["EmailChannel", "EmailSettings"]
