"""Strip characters that XML 1.0 forbids."""

from __future__ import annotations


def printable(text: str) -> str:
    """Return ``text`` without the control characters, surrogates and non-characters that XML 1.0 forbids."""
    return "".join(c for c in text if c in "\n\t" or (ord(c) >= 32 and not 0xD800 <= ord(c) <= 0xDFFF and c < "\ufffe"))
