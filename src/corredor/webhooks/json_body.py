"""Parse webhook calls with a JSON body."""

from __future__ import annotations

import json
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, UnreadablePostError

from .fields import LARGEST_BODY, UnreadableCall


def read_body(request: HttpRequest) -> bytes:
    """Return the raw bytes, for a signature over them. Raise UnreadableCall."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length) > LARGEST_BODY:
        raise UnreadableCall(413)
    try:
        return request.body
    except (RequestDataTooBig, UnreadablePostError) as error:
        raise UnreadableCall(400) from error


def parse_object(body: bytes) -> dict[str, Any]:
    """Return the JSON object in a body. Raise UnreadableCall."""
    try:
        data = json.loads(body)
        json.dumps(data, ensure_ascii=False).encode()  # rejects lone surrogates, which would fail later
    except (ValueError, RecursionError) as error:
        raise UnreadableCall(400) from error
    if not isinstance(data, dict):
        raise UnreadableCall(400)
    return data
