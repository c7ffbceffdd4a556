"""The two request forms of gateways: Kannel's query string, and the Android apps' JSON."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import quote, quote_plus, urlencode

from corredor.channels.base import Outcome, Result
from corredor.channels.outgoing import Origin, Reply, Request, retry_after_s
from corredor.engines.smstext import Encoding, Plan

_BUSY_RETRY_S = 10.0
_HERE = "\0"  # placeholder of each text's reference
_REFUSED_RETRY_S = 60.0  # a wrong password or path can be corrected by a steward; messages are retried meanwhile


@dataclass(frozen=True, slots=True)
class Account:
    """How to reach the gateway. ``receipt_url`` is our callback for receipts, empty for none."""

    origin: Origin
    target: str
    user: str
    password: str
    sender: str
    receipt_url: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """One rendered text; ``reference`` is returned with its receipts."""

    delivery_id: int
    number: str
    text: str
    plan: Plan
    reference: str


class Dialect(Protocol):
    """Builds a request and reads its reply."""

    def writer(self, account: Account) -> Callable[[Text], Request]:
        """Return a builder of the requests of one batch, in which most texts are the same."""

    def read(self, text: Text, reply: Reply, *, now_s: float) -> Outcome: ...


class Kannel:
    """Kannel's ``sendsms``: everything in the query, as its documentation specifies (Kannel 1.4 and 1.5)."""

    RECEIPTS = "19"  # receipt mask: delivered, failed, refused; not the intermediate ones

    def writer(self, account: Account) -> Callable[[Text], Request]:
        fixed: dict[str, str] = {}
        receipt = self._receipt_page(account)

        def write(text: Text) -> Request:
            if text.text not in fixed:
                fixed[text.text] = self._fixed_part(text, account)
            target = f"{fixed[text.text]}&to={quote_plus(text.number)}"
            if receipt and text.reference:
                target += receipt.replace(_HERE, quote_plus(quote(text.reference)), 1)
            return Request.get(text.delivery_id, account.origin, target)

        return write

    def _fixed_part(self, text: Text, account: Account) -> str:
        query = {
            "username": account.user,
            "password": account.password,
            "from": account.sender,
            "text": text.text,
            "charset": "UTF-8",
            "coding": "0" if text.plan.encoding is Encoding.GSM7 else "2",
        }
        return f"{account.target}{'&' if '?' in account.target else '?'}{urlencode(query)}"

    def _receipt_page(self, account: Account) -> str:
        """Return Kannel's escaped callback URL; Kannel fills in %d (kind) and %A (the carrier's answer)."""
        if not account.receipt_url:
            return ""
        joint = "&" if "?" in account.receipt_url else "?"
        before, after = f"{account.receipt_url}{joint}reference=", "&kind=%d&answer=%A"
        return f"&dlr-mask={self.RECEIPTS}&dlr-url={quote_plus(before)}{_HERE}{quote_plus(after)}"

    def read(self, text: Text, reply: Reply, *, now_s: float) -> Outcome:
        code = str(reply.status)
        if reply.status == 202 and reply.body[:2] in (b"0:", b"3:"):  # forwarded, or queued by the gateway
            return Outcome(
                text.delivery_id,
                Result.ACCEPTED,
                code=code,
                reference=text.reference,
                segments=text.plan.segments,
            )
        if reply.status == 400:
            return Outcome(text.delivery_id, Result.FAILED, code=code)
        return _retry(text, reply, now_s)


class Android:
    """The JSON of "SMS Gateway for Android" (local and own-server mode) and apps that follow it."""

    def writer(self, account: Account) -> Callable[[Text], Request]:
        return lambda text: self._write(text, account)

    def _write(self, text: Text, account: Account) -> Request:
        body = {
            "textMessage": {"text": text.text},
            "phoneNumbers": [text.number],
            "withDeliveryReport": True,
        }
        if text.reference:
            body["id"] = text.reference
        credentials = base64.b64encode(f"{account.user}:{account.password}".encode()).decode("ascii")
        headers = {"Authorization": f"Basic {credentials}", "Content-Type": "application/json"}
        return Request.post(
            text.delivery_id, account.origin, account.target, headers=headers, body=json.dumps(body).encode()
        )

    def read(self, text: Text, reply: Reply, *, now_s: float) -> Outcome:
        code = str(reply.status)
        is_repeat = reply.status == 409  # duplicate id: an earlier attempt did arrive
        if reply.status in (200, 201, 202) or is_repeat:
            return Outcome(
                text.delivery_id,
                Result.ACCEPTED,
                code=code,
                reference=text.reference,
                segments=text.plan.segments,
            )
        if reply.status == 400:
            return Outcome(text.delivery_id, Result.FAILED, code=code)
        return _retry(text, reply, now_s)


def _retry(text: Text, reply: Reply, now_s: float) -> Outcome:
    is_busy = reply.status == 429 or reply.status >= 500
    after_s = retry_after_s(reply.headers, now_s=now_s)
    if after_s is None:
        after_s = _BUSY_RETRY_S if is_busy else _REFUSED_RETRY_S
    outcome_unknown = reply.status == 504  # a proxy timed out on the gateway: outcome unknown
    return Outcome(
        text.delivery_id, Result.RETRY, code=str(reply.status), retry_after_s=after_s, outcome_unknown=outcome_unknown
    )


DIALECTS: dict[str, Dialect] = {"kannel": Kannel(), "android": Android()}
