"""How every webhook says no: a status and one line, in the log and in the answer, that repeats nothing given."""

import logging

from django.http import HttpResponse

log = logging.getLogger(__name__)


def refuse(provider: str, why: str, status: int) -> HttpResponse:
    """The answer to a call that is not the provider's or cannot be read."""
    log.warning("call of %s refused: %s", provider, why)
    return HttpResponse(f"refused: {why}\n", status=status, content_type="text/plain; charset=utf-8")
