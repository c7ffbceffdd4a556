"""A link as a picture that a phone's camera reads."""

from __future__ import annotations

import segno
from django.utils.safestring import SafeString, mark_safe


def draw_qr(text: str) -> SafeString:
    """An inline SVG, black on white in dark pages too: cameras want it so. No style attribute (CSP)."""
    code = segno.make(text, error="m")
    # segno writes numbers and its own path only; the text itself is not in the picture's source
    return mark_safe(code.svg_inline(scale=5, border=3, dark="#000", light="#fff", omitsize=True))  # noqa: S308
