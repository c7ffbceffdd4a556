"""The fields of a machine's call as the bytes that came: a text in a strange encoding is read, not spoilt."""

from __future__ import annotations

from urllib.parse import parse_qsl

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, UnreadablePostError

LARGEST_BODY = 64 * 1024
MOST_FIELDS = 100
_FORM = "application/x-www-form-urlencoded"


class UnreadableCall(Exception):
    """The call is too large, cut off, or no form. ``status`` is the answer's."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class Fields:
    """What was sent, by name; the last wins, as with gateways that add to a query of ours."""

    def __init__(self, pairs: list[tuple[bytes, bytes]]) -> None:
        self._pairs = pairs
        self._bytes = dict(pairs)

    def raw(self, name: str) -> bytes:
        """The bytes of a field, empty without it."""
        return self._bytes.get(name.encode(), b"")

    def as_bytes(self) -> dict[str, bytes]:
        """Every field as it came."""
        return {read_text(name): value for name, value in self._pairs}

    def texts(self) -> dict[str, str]:
        """Every field as text."""
        return {read_text(name): read_text(value) for name, value in self._pairs}

    def lists(self) -> dict[str, list[str]]:
        """Every field with all its values, as a signature counts them."""
        found: dict[str, list[str]] = {}
        for name, value in self._pairs:
            found.setdefault(read_text(name), []).append(read_text(value))
        return found


def read_fields(request: HttpRequest) -> Fields:
    """The query's fields on GET, the form's on POST. Raises UnreadableCall."""
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
    """UTF-8 if it is; else the old Western one, which reads any byte."""
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
        # Given bytes, parse_qsl refuses every escaped letter beyond ASCII; Latin-1 keeps each byte as it is.
        pairs = parse_qsl(
            data.decode("latin-1"), keep_blank_values=True, max_num_fields=MOST_FIELDS, encoding="latin-1"
        )
    except ValueError as error:
        raise UnreadableCall(400) from error
    return Fields([(name.encode("latin-1"), value.encode("latin-1")) for name, value in pairs])
