"""Voice webhook: a key pressed during a spoken alert unsubscribes that number from calls."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from corredor.channels.inbound import BadInbound
from corredor.channels.sms.twilio.signature import is_signed
from corredor.channels.voice.inbound import KeyPress, parse_key
from corredor.channels.voice.script import STOP_KEY, render_last_words
from corredor.flows.subscribe.leave_calls import leave_calls
from corredor.kit.languages import SOURCE, find_code
from corredor.people.contact import Contact
from corredor.people.enums import AddressKind
from corredor.people.errors import WrongAddress

from .fields import UnreadableCall, read_fields
from .refusal import refuse


@csrf_exempt
@require_POST
def keys(request: HttpRequest) -> HttpResponse:
    """Handle a key pressed in one of our calls. Answers TwiML: a last sentence, then hang up."""
    try:
        fields = read_fields(request)
        url = f"{settings.BASE_URL}{request.get_full_path()}"
        signature = request.headers.get("X-Twilio-Signature", "")
        if not is_signed(url, fields.lists(), signature=signature, token=settings.CORREDOR_INBOUND["twilio_token"]):
            return refuse("voice", "wrong signature", 403)
        pressed = parse_key(fields.texts())
    except UnreadableCall as error:
        return refuse("voice", "unreadable", error.status)
    except BadInbound as error:
        return refuse("voice", f"without {error}", 400)
    language = find_code(request.GET.get("language")) or SOURCE
    xml = f'<?xml version="1.0" encoding="UTF-8"?>{render_last_words(_obey(pressed, language), language)}'
    return HttpResponse(xml, content_type="text/xml; charset=utf-8")


def _obey(pressed: KeyPress, language: str) -> str:
    """Return the sentence to speak, empty for another key."""
    if pressed.key != STOP_KEY:
        return ""
    try:
        number = Contact.parse(AddressKind.VOICE, pressed.number)
    except WrongAddress:
        return ""
    return leave_calls(number=number, language=language, now=timezone.now())
