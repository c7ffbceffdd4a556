"""The two forms in which gateways take a text: Kannel's query, and the Android apps' JSON."""

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
_HERE = "\0"  # where each text's own reference goes
_REFUSED_RETRY_S = 60.0  # a wrong password or path is mended by the steward; nobody is lost meanwhile


@dataclass(frozen=True, slots=True)
class Account:
    """How to reach the gateway. ``receipt_url`` is our own page for receipts, empty for none."""

    origin: Origin
    target: str
    user: str
    password: str
    sender: str
    receipt_url: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """One text ready to go; ``reference`` comes back with its receipts."""

    delivery_id: int
    number: str
    text: str
    plan: Plan
    reference: str


class Dialect(Protocol):
    """Writes a request and reads its reply."""

    def writer(self, account: Account) -> Callable[[Text], Request]:
        """Writes the requests of one batch, in which most texts are the same."""

    def read(self, text: Text, reply: Reply, *, now_s: float) -> Outcome: ...


class Kannel:
    """Kannel's ``sendsms``: everything in the query, as its documentation has it (Kannel 1.4 and 1.5)."""

    RECEIPTS = "19"  # delivered, failed, refused; not those that only say it is on its way

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
        """Where Kannel is to call, as a part of its own query; it fills in %d (kind) and %A (the carrier's words)."""
        if not account.receipt_url:
            return ""
        joint = "&" if "?" in account.receipt_url else "?"
        before, after = f"{account.receipt_url}{joint}reference=", "&kind=%d&answer=%A"
        return f"&dlr-mask={self.RECEIPTS}&dlr-url={quote_plus(before)}{_HERE}{quote_plus(after)}"

    def read(self, text: Text, reply: Reply, *, now_s: float) -> Outcome:
        code = str(reply.status)
        if reply.status == 202 and reply.body[:2] in (b"0:", b"3:"):  # sent on, or kept until it can be
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
        is_repeat = reply.status == 409  # it has this id already: an earlier try did arrive
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
    outcome_unknown = reply.status == 504  # a proxy gave up on the gateway: the text may have gone
    return Outcome(
        text.delivery_id, Result.RETRY, code=str(reply.status), retry_after_s=after_s, outcome_unknown=outcome_unknown
    )


DIALECTS: dict[str, Dialect] = {"kannel": Kannel(), "android": Android()}
