"""Extracts text from PDF files, whose streams are compressed."""

from __future__ import annotations

import io

from pypdf import PdfReader


def read_pages(pdf: bytes) -> list[str]:
    """Return the words of each page, on one line."""
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages]
