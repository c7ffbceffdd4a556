"""Helpers for reading the replies of HTTP providers."""

from __future__ import annotations

import json
import re
import time

from .base import Outcome, Result
from .outgoing import Reply, retry_after_s

_BUSY_RETRY_S = 10.0
_REFUSED_RETRY_S = 60.0  # a wrong password or path can be corrected by a steward; messages are retried meanwhile

_CODE = re.compile(r"[A-Za-z0-9_.-]{1,20}")
_REFERENCE = re.compile(r"[\x21-\x7e]{1,80}")


def is_temporary(status: int) -> bool:
    """Return True for overload, and for replies that mean wrong settings, which a steward can correct."""
    return status in (401, 404, 407, 408, 429) or 300 <= status < 400 or status >= 500


def parse_json(body: bytes) -> dict[str, object]:
    """Return the JSON object in a body; an empty one if there is none."""
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}


def read_code(value: object, *, otherwise: object = "") -> str:
    """Return a provider's code if it looks like one: never anything that could be an address or a text."""
    text = str(value) if isinstance(value, str | int) else ""
    return text if _CODE.fullmatch(text) else str(otherwise)


def read_reference(value: object) -> str:
    """Return a provider's message id; empty if it does not look like one."""
    text = str(value) if isinstance(value, str | int) else ""
    return text if _REFERENCE.fullmatch(text) else ""


def find_part(data: object, *path: str | int) -> object:
    """Return the value at ``path`` in parsed JSON; None if any key on the path is missing."""
    for step in path:
        if isinstance(data, dict):
            data = data.get(step)
        elif isinstance(data, list) and isinstance(step, int) and step < len(data):
            data = data[step]
        else:
            return None
    return data


def refuse(reply: Reply, judged: tuple[Result, str]) -> Outcome:
    """Return the outcome of a refusal; retried if its class or the HTTP status is temporary."""
    result, code = judged
    if result is Result.RETRY or is_temporary(reply.status):
        return retry(reply, code)
    return Outcome(reply.key, result, code=code)


def retry(reply: Reply, code: str, *, after_s: float | None = None, outcome_unknown: bool = False) -> Outcome:
    """Return a RETRY after ``after_s``, else after the provider's Retry-After, else soon if busy and later if refused.

    A gateway timeout (504) of a proxy leaves the outcome unknown.
    """
    if after_s is None:
        after_s = retry_after_s(reply.headers, now_s=time.time())
    if after_s is None:
        after_s = _BUSY_RETRY_S if reply.status == 429 or reply.status >= 500 else _REFUSED_RETRY_S
    outcome_unknown = outcome_unknown or reply.status == 504
    return Outcome(reply.key, Result.RETRY, code=code, retry_after_s=after_s, outcome_unknown=outcome_unknown)
