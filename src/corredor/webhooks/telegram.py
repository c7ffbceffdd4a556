"""Telegram webhook: messages to our bot. The reply is the response to the call."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from corredor.channels.inbound import BadInbound
from corredor.channels.telegram.inbound import is_secret_right, parse_update
from corredor.flows.subscribe.join_bot import receive_bot_event

from .fields import UnreadableCall
from .json_body import parse_object, read_body
from .refusal import refuse


@csrf_exempt
@require_POST
def telegram(request: HttpRequest) -> HttpResponse:
    """Handle one update, authenticated by the secret set with the webhook."""
    given = request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
    if not is_secret_right(given, settings.CORREDOR_INBOUND["telegram_secret"]):
        return refuse("telegram", "wrong secret", 403)
    try:
        event = parse_update(parse_object(read_body(request)))
    except UnreadableCall as error:
        return refuse("telegram", "unreadable", error.status)
    except BadInbound as error:
        return refuse("telegram", f"without {error}", 400)
    text = receive_bot_event(event, now=timezone.now()) if event else ""
    if not text or event is None:
        return HttpResponse(status=200)
    return JsonResponse({"method": "sendMessage", "chat_id": int(event.chat), "text": text})
