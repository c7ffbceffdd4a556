"""E-mail through a plain SMTP server."""

from .provider import EmailChannel, EmailSettings

__all__ = ["EmailChannel", "EmailSettings"]
