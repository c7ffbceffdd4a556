"""Delivery receipts: status callbacks from text providers, and push receipts from phones.

An unauthenticated call gets no information; one with an unknown reference is answered like any other, so that it is
not retried and does not reveal which references exist.
"""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from corredor.channels.inbound import BadInbound
from corredor.channels.sms.gateway.inbound import is_token_right, parse_kannel_receipt
from corredor.channels.sms.twilio.inbound import parse_receipt
from corredor.channels.sms.twilio.signature import is_signed
from corredor.flows.alert.receipts import receive_receipt, receive_shown

from .fields import UnreadableCall, read_fields
from .refusal import refuse

_LONGEST_REFERENCE = 64


@csrf_exempt
@require_http_methods(["POST"])
def twilio(request: HttpRequest) -> HttpResponse:
    """Handle Twilio's status callback. Our own reference is in the URL, which the signature covers."""
    try:
        fields = read_fields(request)
        url = f"{settings.BASE_URL}{request.get_full_path()}"
        signature = request.headers.get("X-Twilio-Signature", "")
        if not is_signed(url, fields.lists(), signature=signature, token=settings.CORREDOR_INBOUND["twilio_token"]):
            return refuse("twilio", "wrong signature", 403)
        receipt = parse_receipt(fields.texts(), reference=request.GET.get("reference", ""))
    except UnreadableCall as error:
        return refuse("twilio", "unreadable", error.status)
    except BadInbound as error:
        return refuse("twilio", f"without {error}", 400)
    receive_receipt(receipt=receipt, now=timezone.now())
    return HttpResponse(status=204)


@csrf_exempt
@require_http_methods(["GET", "POST"])
def gateway(request: HttpRequest) -> HttpResponse:
    """Handle the callback that ``channels/sms_gateway`` gives Kannel: token, reference, kind, the carrier's text."""
    if not is_token_right(_text(request, "token"), settings.CORREDOR_INBOUND["gateway_token"]):
        return refuse("gateway", "wrong token", 403)
    query = {name: _text(request, name) for name in ("reference", "kind", "answer")}
    try:
        receipt = parse_kannel_receipt(query, dead_codes=settings.CORREDOR_GATEWAY_DEAD_CODES)
    except BadInbound as error:
        return refuse("gateway", f"without {error}", 400)
    receive_receipt(receipt=receipt, now=timezone.now())
    return HttpResponse(status=204)


@csrf_exempt
@require_http_methods(["POST"])
def push_shown(request: HttpRequest) -> HttpResponse:
    """Handle a service worker's receipt for a displayed push; the body is the push's reference, nothing else."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length) > _LONGEST_REFERENCE:
        return refuse("push", "too long", 413)
    receive_shown(reference=request.body.decode("ascii", "replace"), now=timezone.now())
    return HttpResponse(status=204)


def _text(request: HttpRequest, name: str) -> str:
    return request.GET.get(name, "").encode("utf-8", "replace").decode()
