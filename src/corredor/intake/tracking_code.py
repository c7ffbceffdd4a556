"""Stored form of reporters' tracking codes."""

from django.conf import settings

from corredor.kit import ids


def digest_tracking_code(code: str) -> str:
    """Return the keyed digest of a normalised tracking code."""
    return ids.digest_secret(ids.normalise_code(code), pepper=settings.CODE_PEPPER)
