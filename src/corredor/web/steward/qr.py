"""QR codes of links."""

from __future__ import annotations

import segno
from django.utils.safestring import SafeString, mark_safe


def draw_qr(text: str) -> SafeString:
    """Return an inline SVG, black on white also in dark mode, as scanners require. No style attribute (CSP)."""
    code = segno.make(text, error="m")
    # segno writes numbers and its own path only; the text is not part of the SVG source
    return mark_safe(code.svg_inline(scale=5, border=3, dark="#000", light="#fff", omitsize=True))  # noqa: S308
