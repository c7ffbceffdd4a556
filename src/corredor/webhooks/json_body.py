"""A machine's call whose body is JSON."""

from __future__ import annotations

import json
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, UnreadablePostError

from .fields import LARGEST_BODY, UnreadableCall


def read_body(request: HttpRequest) -> bytes:
    """The bytes as they came, for a signature over them. Raises UnreadableCall."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length) > LARGEST_BODY:
        raise UnreadableCall(413)
    try:
        return request.body
    except (RequestDataTooBig, UnreadablePostError) as error:
        raise UnreadableCall(400) from error


def parse_object(body: bytes) -> dict[str, Any]:
    """The JSON object in a body. Raises UnreadableCall."""
    try:
        data = json.loads(body)
        json.dumps(data, ensure_ascii=False).encode()  # half a surrogate pair breaks everything after us
    except (ValueError, RecursionError) as error:
        raise UnreadableCall(400) from error
    if not isinstance(data, dict):
        raise UnreadableCall(400)
    return data
