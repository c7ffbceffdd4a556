"""E-mail through a plain SMTP server."""

from .provider import SmtpProvider, SmtpSettings

__all__ = ["SmtpProvider", "SmtpSettings"]
