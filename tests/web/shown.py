"""A page as a browser shows it, independent of the layout of its template."""

from __future__ import annotations

import re


def shown(html: str) -> str:
    """Return ``html`` with one space for each run of white space, and none beside a tag or before its end."""
    return re.sub(r"\s*(<[^>]*?)\s*(>)\s*", r"\1\2", re.sub(r"\s+", " ", html))
