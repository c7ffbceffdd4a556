"""Inbound text messages, from Twilio and from any gateway that can call a URL.

The reply to the person is the response to the call. An unauthenticated call gets no information; a repeated call
is answered once (idempotent).
"""

from __future__ import annotations

import logging
from xml.sax.saxutils import escape

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from corredor.channels.inbound import BadInbound, InboundText
from corredor.channels.sms.gateway.inbound import is_token_right, parse_kannel_text
from corredor.channels.sms.twilio.inbound import parse_text
from corredor.channels.sms.twilio.signature import is_signed
from corredor.flows.report.receive_sms import receive_sms
from corredor.intake.errors import ReportTooLong
from corredor.kit.xml_text import printable
from corredor.people.contact import Contact
from corredor.people.enums import AddressKind
from corredor.people.errors import WrongAddress

from .fields import Fields, UnreadableCall, read_fields
from .refusal import refuse

log = logging.getLogger(__name__)


@csrf_exempt
@require_http_methods(["POST"])
def twilio(request: HttpRequest) -> HttpResponse:
    """Handle Twilio's "a message comes in". Answers TwiML."""
    try:
        fields = read_fields(request)
        url = f"{settings.BASE_URL}{request.get_full_path()}"
        signature = request.headers.get("X-Twilio-Signature", "")
        token = settings.CORREDOR_INBOUND["twilio_token"]
        if not is_signed(url, fields.lists(), signature=signature, token=token):
            return refuse("twilio", "wrong signature", 403)
        reply = take_text(parse_text(fields.texts()), fields.raw("Body"))
    except UnreadableCall as error:
        return refuse("twilio", "unreadable", error.status)
    except BadInbound as error:
        return refuse("twilio", f"without {error}", 400)
    message = f"<Message>{escape(printable(reply))}</Message>" if reply else ""
    xml = f'<?xml version="1.0" encoding="UTF-8"?><Response>{message}</Response>'
    return HttpResponse(xml, content_type="text/xml; charset=utf-8")


@csrf_exempt
@require_http_methods(["GET", "POST"])
def gateway(request: HttpRequest) -> HttpResponse:
    """Handle a gateway's call with ``token``, ``from``, ``text``, and optionally ``id``, ``to`` and ``charset``.

    Kannel: get-url = ".../hooks/sms/gateway?token=...&from=%p&to=%P&text=%b&id=%I&charset=%C" with
    ``omit-empty = true``. The answer is the reply as plain text, or nothing.
    """
    try:
        fields = read_fields(request)
        if not is_token_right(_token(request, fields), settings.CORREDOR_INBOUND["gateway_token"]):
            return refuse("gateway", "wrong token", 403)
        reply = take_text(parse_kannel_text(fields.as_bytes()), fields.raw("text"))
    except UnreadableCall as error:
        return refuse("gateway", "unreadable", error.status)
    except BadInbound as error:
        return refuse("gateway", f"without {error}", 400)
    return HttpResponse(reply, content_type="text/plain; charset=utf-8")


def take_text(text: InboundText, raw: bytes) -> str:
    """Process the text and return the reply, empty on permanent errors, so that the provider does not retry."""
    try:
        received = receive_sms(
            sender=Contact.parse(AddressKind.PHONE, text.sender),
            text=text.text,
            raw=raw,
            provider_reference=text.reference[:80],
            now=timezone.now(),
        )
    except WrongAddress:
        log.info("text message from a sender that is no phone number: passed over")
        return ""
    except ReportTooLong:
        raise UnreadableCall(413) from None
    return received.text


def _token(request: HttpRequest, fields: Fields) -> str:
    given = request.headers.get("X-Gateway-Token") or request.GET.get("token") or fields.texts().get("token", "")
    return given.encode("utf-8", "replace").decode()
