"""E-mail through a plain SMTP server."""
