"""Reads the Cloud API's webhooks: receipts of our messages, and people's replies."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator, Mapping

from corredor.channels.base import Result
from corredor.channels.inbound import InboundText, Receipt
from corredor.channels.reply_reading import find_part, read_code
from corredor.channels.spec import Values

from .error_codes import find_reason, judge_code

_MOST = 200  # statuses and texts read from one call


class WhatsAppWebhook:
    """The webhook that Meta calls, signed with the app's secret over the raw body."""

    def answer_challenge(self, query: Mapping[str, str], settings: Mapping[str, Values]) -> str | None:
        """Return the challenge when Meta verifies our URL; None if the token is wrong."""
        token = str(settings.get("whatsapp", {}).get("verify_token", ""))
        given = query.get("hub.verify_token", "")
        if not token or not hmac.compare_digest(given.encode(), token.encode()):
            return None
        return query.get("hub.challenge", "")[:200] if query.get("hub.mode") == "subscribe" else None

    def is_genuine(self, body: bytes, headers: Mapping[str, str], settings: Mapping[str, Values]) -> bool:
        """Return True if the call carries the app's signature; an empty secret accepts nothing."""
        secret = str(settings.get("whatsapp", {}).get("app_secret", ""))
        given = headers.get("X-Hub-Signature-256", "")
        expected = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
        return bool(secret) and hmac.compare_digest(given.encode(), expected.encode())

    def parse(self, event: Mapping[str, object]) -> Iterator[Receipt | InboundText]:
        """Yield the receipts and texts of a call, oldest first; skip parts that cannot be parsed."""
        values = [find_part(change, "value") for entry in _list(event, "entry") for change in _list(entry, "changes")]
        for value in values[:_MOST]:
            for status in _list(value, "statuses")[:_MOST]:
                if receipt := _read_status(status):
                    yield receipt
            for text in _list(value, "messages")[:_MOST]:
                if received := _read_text(text):
                    yield received


def _list(data: object, name: str) -> list[object]:
    found = find_part(data, name)
    return found if isinstance(found, list) else []


def _read_status(status: object) -> Receipt | None:
    ours, theirs = find_part(status, "biz_opaque_callback_data"), find_part(status, "id")
    if not isinstance(ours, str) or not 0 < len(ours) <= 64:
        return None
    told, provider_id = find_part(status, "status"), theirs if isinstance(theirs, str) else ""
    if told == "sent":
        return Receipt(ours, Result.ACCEPTED, is_final=False, code="SENT", provider_id=provider_id)
    if told in ("delivered", "read"):  # read receipts are not stored
        return Receipt(ours, Result.ACCEPTED, is_final=True, code="DELIVERED", provider_id=provider_id)
    if told != "failed":
        return None
    code = read_code(find_part(status, "errors", 0, "code"))
    result, kept = judge_code(code)
    reason = find_reason(code)
    return Receipt(ours, result, is_final=True, code=kept or "FAILED", reason=reason, provider_id=provider_id)


def _read_text(message: object) -> InboundText | None:
    sender, theirs = find_part(message, "from"), find_part(message, "id")
    text = find_part(message, "text", "body") or find_part(message, "button", "text")
    if not isinstance(sender, str) or not 0 < len(sender) <= 32 or not isinstance(text, str):
        return None
    return InboundText(f"+{sender.lstrip('+')}", "", text[:4000], theirs if isinstance(theirs, str) else "")
