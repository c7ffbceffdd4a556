"""E-mail through a provider's API, in the form that django-anymail knows for each."""

from .provider import EmailApiProvider, EmailApiSettings

__all__ = ["EmailApiProvider", "EmailApiSettings"]
