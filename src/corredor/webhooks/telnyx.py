"""Telnyx webhook: inbound texts, whose reply is queued because this response carries none, and receipts."""

from __future__ import annotations

import logging

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from corredor.channels.inbound import BadInbound, InboundText
from corredor.channels.sms.telnyx.inbound import parse_telnyx
from corredor.channels.sms.telnyx.signature import is_signed
from corredor.flows.alert.receipts import receive_receipt
from corredor.flows.report.reply_sms import receive_and_answer
from corredor.intake.errors import ReportTooLong
from corredor.people.contact import Contact
from corredor.people.enums import AddressKind
from corredor.people.errors import WrongAddress

from .fields import UnreadableCall
from .json_body import parse_object, read_body
from .refusal import refuse

log = logging.getLogger(__name__)


@csrf_exempt
@require_POST
def telnyx(request: HttpRequest) -> HttpResponse:
    """Handle every event of the messaging profile; other events are accepted and ignored."""
    try:
        body = read_body(request)
        if not is_signed(
            body,
            timestamp=request.headers.get("telnyx-timestamp", ""),
            signature=request.headers.get("telnyx-signature-ed25519", ""),
            key=settings.CORREDOR_INBOUND["telnyx_public_key"],
            now_s=timezone.now().timestamp(),
        ):
            return refuse("telnyx", "wrong signature", 403)
        event = parse_telnyx(parse_object(body), reference=request.GET.get("reference", ""))
        if isinstance(event, InboundText):
            _take(event)
        elif event is not None:
            receive_receipt(receipt=event, now=timezone.now())
    except UnreadableCall as error:
        return refuse("telnyx", "unreadable", error.status)
    except BadInbound as error:
        return refuse("telnyx", f"without {error}", 400)
    return HttpResponse(status=200)


def _take(text: InboundText) -> None:
    """Process the text. Permanent errors are accepted, so that the provider does not retry."""
    try:
        receive_and_answer(
            sender=Contact.parse(AddressKind.PHONE, text.sender),
            text=text.text,
            raw=text.text.encode(),
            provider_reference=text.reference[:80],
            now=timezone.now(),
        )
    except WrongAddress:
        log.info("text message from a sender that is no phone number: passed over")
    except ReportTooLong:
        raise UnreadableCall(413) from None
