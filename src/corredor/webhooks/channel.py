"""The webhook of every channel that declares one: receipts of what was sent, and what people answer."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from corredor.channels.catalogue import list_channels
from corredor.channels.inbound import Receipt
from corredor.channels.spec import Webhook
from corredor.flows.alert.receipts import receive_receipt
from corredor.flows.subscribe.receive_answer import receive_answer
from corredor.subscriptions.enums import Channel

from .fields import UnreadableCall
from .json_body import parse_object, read_body
from .refusal import refuse


@csrf_exempt
@require_http_methods(["GET", "POST"])
def channel(request: HttpRequest, kind: str) -> HttpResponse:
    """Answer the provider's challenge, or take the events of one call."""
    webhook = _find(kind)
    if request.method == "GET":
        challenge = webhook.answer_challenge(request.GET.dict(), settings.CORREDOR_PROVIDERS)
        if challenge is None:
            return refuse(kind, "wrong token", 403)
        return HttpResponse(challenge, content_type="text/plain")
    try:
        body = read_body(request)
        if not webhook.is_genuine(body, request.headers, settings.CORREDOR_PROVIDERS):
            return refuse(kind, "wrong signature", 403)
        events = list(webhook.parse(parse_object(body)))
    except UnreadableCall as error:
        return refuse(kind, "unreadable", error.status)
    now = timezone.now()
    for event in events:
        if isinstance(event, Receipt):
            receive_receipt(receipt=event, channel=Channel(kind.upper()), now=now)
        else:
            receive_answer(channel=kind.upper(), text=event, now=now)
    return HttpResponse(status=200)


def _find(kind: str) -> Webhook:
    for spec in list_channels():
        if spec.kind.lower() == kind and spec.webhook is not None:
            return spec.webhook
    raise Http404
