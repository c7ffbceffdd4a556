"""Form and query fields of a webhook call as raw bytes, so that unusual encodings survive."""

from __future__ import annotations

from urllib.parse import parse_qsl

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, UnreadablePostError

LARGEST_BODY = 64 * 1024
MOST_FIELDS = 100
_FORM = "application/x-www-form-urlencoded"


class UnreadableCall(Exception):
    """The call is too large, truncated, or no form. ``status`` is the HTTP status to answer."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class Fields:
    """Fields by name; the last value wins, as with gateways that append to our query."""

    def __init__(self, pairs: list[tuple[bytes, bytes]]) -> None:
        self._pairs = pairs
        self._bytes = dict(pairs)

    def raw(self, name: str) -> bytes:
        """Return the bytes of a field, empty if absent."""
        return self._bytes.get(name.encode(), b"")

    def as_bytes(self) -> dict[str, bytes]:
        """Return every field as bytes."""
        return {read_text(name): value for name, value in self._pairs}

    def texts(self) -> dict[str, str]:
        """Return every field as text."""
        return {read_text(name): read_text(value) for name, value in self._pairs}

    def lists(self) -> dict[str, list[str]]:
        """Return every field with all its values, as signatures require."""
        found: dict[str, list[str]] = {}
        for name, value in self._pairs:
            found.setdefault(read_text(name), []).append(read_text(value))
        return found


def read_fields(request: HttpRequest) -> Fields:
    """Return the query's fields on GET, the form's on POST. Raise UnreadableCall."""
    if request.method == "GET":
        return _parse(request.META.get("QUERY_STRING", "").encode("latin-1", "replace"))
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length) > LARGEST_BODY:
        raise UnreadableCall(413)
    if request.content_type != _FORM:
        raise UnreadableCall(415)
    try:
        return _parse(request.body)
    except (RequestDataTooBig, UnreadablePostError) as error:
        raise UnreadableCall(400) from error


def read_text(value: bytes) -> str:
    """Decode as UTF-8, else as Windows-1252 or Latin-1, which decodes any byte."""
    for name in ("utf-8", "windows-1252"):
        try:
            return value.decode(name)
        except (UnicodeDecodeError, LookupError):
            continue
    return value.decode("latin-1")


def _parse(data: bytes) -> Fields:
    if len(data) > LARGEST_BODY:
        raise UnreadableCall(413)
    try:
        # Given bytes, parse_qsl rejects every escaped letter beyond ASCII; Latin-1 preserves each byte.
        pairs = parse_qsl(
            data.decode("latin-1"), keep_blank_values=True, max_num_fields=MOST_FIELDS, encoding="latin-1"
        )
    except ValueError as error:
        raise UnreadableCall(400) from error
    return Fields([(name.encode("latin-1"), value.encode("latin-1")) for name, value in pairs])
