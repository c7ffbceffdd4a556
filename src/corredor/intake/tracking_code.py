"""The stored form of receipt codes."""

from django.conf import settings

from corredor.kit import ids


def digest_tracking_code(code: str) -> str:
    """The stored form of a receipt code."""
    return ids.digest_secret(ids.normalise_code(code), pepper=settings.CODE_PEPPER)
