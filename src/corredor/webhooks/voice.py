"""Calls: a key pressed while an alert is spoken ends the calls to that number."""

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
from corredor.people.errors import WrongAddress

from .fields import UnreadableCall, read_fields
from .refusal import refuse


@csrf_exempt
@require_POST
def keys(request: HttpRequest) -> HttpResponse:
    """A key pressed in one of our calls. Answers TwiML: a last sentence, and the line is closed."""
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
    """What is said, nothing for another key."""
    if pressed.key != STOP_KEY:
        return ""
    try:
        return leave_calls(number=pressed.number, language=language, now=timezone.now())
    except WrongAddress:
        return ""
