"""Reject a webhook call: a status and one line, in the log and in the answer, without any of the caller's data."""

import logging

from django.http import HttpResponse

log = logging.getLogger(__name__)


def refuse(provider: str, why: str, status: int) -> HttpResponse:
    """Return the answer to a call that is unauthenticated or malformed."""
    log.warning("call of %s refused: %s", provider, why)
    return HttpResponse(f"refused: {why}\n", status=status, content_type="text/plain; charset=utf-8")
