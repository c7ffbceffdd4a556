"""A page as a browser sees it: how its template is laid out does not matter to a test."""

from __future__ import annotations

import re


def shown(html: str) -> str:
    """Return ``html`` with one space for each run of white space, and none beside a tag or before its end."""
    return re.sub(r"\s*(<[^>]*?)\s*(>)\s*", r"\1\2", re.sub(r"\s+", " ", html))
