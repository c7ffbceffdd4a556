"""Delivery receipts from an Android phone with a gateway app.

The app signs each call with a key that the steward enters on both sides (SMS_GATEWAY_INBOUND_TOKEN).
"""

from __future__ import annotations

import json
import time
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from corredor.channels.inbound import BadInbound, Receipt
from corredor.channels.sms.gateway.inbound import is_android_signed, parse_android
from corredor.flows.alert.receipts import receive_receipt

from .fields import LARGEST_BODY
from .refusal import refuse


@csrf_exempt
@require_http_methods(["POST"])
def receipt(request: HttpRequest) -> HttpResponse:
    """Handle one signed JSON event; events other than receipts get the same answer."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length) > LARGEST_BODY:
        return refuse("android", "too long", 413)
    if not _is_signed(request):
        return refuse("android", "wrong signature", 403)
    try:
        event = parse_android(_read(request.body))
    except BadInbound as error:
        return refuse("android", f"without {error}", 400)
    if isinstance(event, Receipt):
        receive_receipt(receipt=event, now=timezone.now())
    return HttpResponse(status=204)


def _is_signed(request: HttpRequest) -> bool:
    return is_android_signed(
        request.body,
        timestamp=request.headers.get("X-Timestamp", ""),
        signature=request.headers.get("X-Signature", ""),
        key=settings.CORREDOR_INBOUND["gateway_token"],
        now_s=time.time(),
    )


def _read(body: bytes) -> dict[str, Any]:
    try:
        given = json.loads(body)
    except (ValueError, RecursionError):
        raise BadInbound("an event") from None
    if not isinstance(given, dict):
        raise BadInbound("an event")
    return given
