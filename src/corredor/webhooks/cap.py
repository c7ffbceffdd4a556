"""CAP messages of neighbouring networks: each becomes a report for the desk to verify, without any other effect."""

from __future__ import annotations

import logging

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, JsonResponse, UnreadablePostError
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from corredor.flows.partner.cap import Result, TooMany, UnknownPartner, UnreadableCap, receive_cap

from .fields import LARGEST_BODY

log = logging.getLogger(__name__)

_TYPES = ("application/cap+xml", "application/xml", "text/xml")


@csrf_exempt
@require_POST
def cap(request: HttpRequest) -> JsonResponse:
    """Handle ``Authorization: Bearer TOKEN`` with one CAP 1.2 message as the body. Answers with the result."""
    if request.content_type not in _TYPES:
        return _refuse("a type that is not XML", 415)
    length = request.META.get("CONTENT_LENGTH") or ""
    if not length.isdigit():
        return _refuse("no length", 411)
    if int(length) > LARGEST_BODY:
        return _refuse("too large", 413)
    try:
        result = receive_cap(token=_token(request), raw=request.body, now=timezone.now())
    except UnknownPartner:
        return _refuse("unknown token", 401)
    except UnreadableCap as error:
        return _refuse("not CAP 1.2", 400, faults=error.faults[:20])
    except TooMany:
        return _refuse("too many messages", 429)
    except (RequestDataTooBig, UnreadablePostError):
        return _refuse("cut off", 400)
    return JsonResponse({"result": result}, status=201 if result is Result.RECEIVED else 200)


def _token(request: HttpRequest) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _refuse(why: str, status: int, *, faults: list[str] | None = None) -> JsonResponse:
    log.warning("call of a partner refused: %s", why)
    reply = JsonResponse({"error": why, "faults": faults or []}, status=status)
    if status == 401:
        reply["WWW-Authenticate"] = 'Bearer realm="partners"'
    if status == 429:
        reply["Retry-After"] = "600"
    return reply
