"""Recorded replies of each provider, and the outcomes that they must give."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from corredor.channels.base import Result
from tests.servers.provider import Answer, Asked

A, R, F, G = Result.ACCEPTED, Result.RETRY, Result.FAILED, Result.INVALID_ADDRESS


def say(status: int, body: Any, **headers: str) -> Answer:
    return status, {name.replace("_", "-"): value for name, value in headers.items()}, json.dumps(body)


def twilio(status: int, code: int) -> Answer:
    return say(status, {"code": code, "message": "x", "more_info": "https://example.org", "status": status})


def telnyx(status: int, code: str) -> Answer:
    return say(status, {"errors": [{"code": code, "title": "x", "detail": "y"}]})


def telegram(status: int, why: str, **parameters: int) -> Answer:
    return say(status, {"ok": False, "error_code": status, "description": why, "parameters": parameters})


def matrix(asked: Asked) -> Answer:
    """A home server: makes a room, and takes what is put into it."""
    if asked.path.endswith("/createRoom"):
        return say(200, {"room_id": "!aBcD:example.org"})
    return say(200, {"event_id": "$143273582443PhrSn:example.org"})


def matrix_says(status: int, code: str, **more: object) -> Answer:
    return say(status, {"errcode": f"M_{code}", "error": "x", **more})


def whatsapp(status: int, code: int) -> Answer:
    return say(status, {"error": {"message": "x", "type": "OAuthException", "code": code, "fbtrace_id": "y"}})


def postmark(asked: Asked) -> Answer:
    """A mail provider, which names the recipient again."""
    return say(200, {"To": asked.json["To"], "MessageID": "b7bc2f4a-e38e", "ErrorCode": 0, "Message": "OK"})


ACCEPTS: dict[str, Any] = {
    "sms_twilio": say(201, {"sid": "SM" + "a" * 32, "status": "queued", "num_segments": "1"}),
    "sms_telnyx": say(200, {"data": {"id": "40385f64-5717-4562-b3fc-2c963f66afa6", "to": [{"status": "queued"}]}}),
    "sms_gateway": (202, {}, "0: Accepted for delivery"),
    "email_provider": postmark,
    "voice": say(201, {"sid": "CA" + "a" * 32, "status": "queued"}),
    "whatsapp": say(200, {"messaging_product": "whatsapp", "messages": [{"id": "wamid.HBgLMTMxMjU1NTAxMDAVAgAR"}]}),
    "signal": say(201, {"timestamp": "1764000000000"}),
    "telegram": say(200, {"ok": True, "result": {"message_id": 4711, "chat": {"id": 1}}}),
    "matrix": matrix,
    "ntfy": say(200, {"id": "hwQ2YpKdmg", "time": 1764000000, "event": "message", "topic": "x"}),
}


@dataclass(frozen=True)
class Recorded:
    """One refusal. ``after_s`` is the wait that must be kept, None where it is ours to choose."""

    provider: str
    answer: Any
    result: Result
    code: str
    after_s: float | None = None


REFUSALS = [
    Recorded("sms_twilio", twilio(400, 21211), G, "21211 UNKNOWN"),
    Recorded("sms_twilio", twilio(400, 21614), G, "21614 LANDLINE"),
    Recorded("sms_twilio", twilio(400, 21610), G, "21610 STOPPED"),
    Recorded("sms_twilio", twilio(400, 30007), F, "30007 FILTERED"),
    Recorded("sms_twilio", twilio(429, 20429), R, "20429 THROUGHPUT"),
    Recorded("sms_twilio", twilio(400, 21611), R, "21611 QUEUE_FULL"),
    Recorded("sms_twilio", twilio(401, 20003), R, "20003 ACCOUNT"),
    Recorded("sms_telnyx", telnyx(400, "40310"), G, "40310 UNKNOWN"),
    Recorded("sms_telnyx", telnyx(400, "40001"), G, "40001 LANDLINE"),
    Recorded("sms_telnyx", telnyx(403, "40300"), G, "40300 STOPPED"),
    Recorded("sms_telnyx", telnyx(400, "40002"), F, "40002 FILTERED"),
    Recorded("sms_telnyx", telnyx(429, "10011"), R, "10011 THROUGHPUT"),
    Recorded("sms_telnyx", telnyx(400, "40318"), R, "40318 QUEUE_FULL"),
    Recorded("sms_telnyx", telnyx(401, "10009"), R, "10009 ACCOUNT"),
    Recorded("sms_telnyx", telnyx(422, "40302"), F, "40302"),
    Recorded("sms_gateway", (400, {}, "Bad destination"), F, "400"),
    Recorded("sms_gateway", (503, {}, "Not able to send message"), R, "503"),
    Recorded(
        "email_provider",
        say(422, {"ErrorCode": 300, "Message": "Invalid 'To' address: 'p0@example.org'."}),
        G,
        "INVALID",
    ),
    Recorded("email_provider", say(422, {"ErrorCode": 300, "Message": "Invalid 'From' address"}), F, "422"),
    Recorded("email_provider", say(401, {"ErrorCode": 10, "Message": "Bad token"}), R, "401"),
    Recorded("email_provider", say(500, {"ErrorCode": 0, "Message": "x"}), R, "500"),
    Recorded("voice", twilio(400, 21217), G, "21217 UNKNOWN"),
    Recorded("voice", twilio(400, 21215), R, "21215 ACCOUNT"),
    Recorded("voice", twilio(400, 13224), F, "13224 BLOCKED"),
    Recorded("voice", twilio(429, 20429), R, "20429 THROUGHPUT"),
    Recorded("whatsapp", whatsapp(400, 131026), G, "131026 DEAD_NUMBER"),
    Recorded("whatsapp", whatsapp(400, 131050), G, "131050 BLOCKED"),
    Recorded("whatsapp", whatsapp(400, 131047), F, "131047"),
    Recorded("whatsapp", whatsapp(429, 130429), R, "130429"),
    Recorded("whatsapp", whatsapp(404, 132001), R, "132001"),
    Recorded("whatsapp", whatsapp(401, 190), R, "190"),
    Recorded("signal", say(400, {"error": 'Failed to send: Unregistered user "x"'}), F, "NOT_ON_SIGNAL"),
    Recorded("signal", say(400, {"error": "User +1 is not registered."}), R, "400"),
    Recorded("signal", say(429, {"error": "rate limiting", "challenge_tokens": [""]}), R, "429", 300.0),
    Recorded("telegram", telegram(403, "Forbidden: bot was blocked by the user"), G, "403"),
    Recorded("telegram", telegram(403, "Forbidden: user is deactivated"), G, "403"),
    Recorded("telegram", telegram(400, "Bad Request: chat not found"), G, "400"),
    Recorded("telegram", telegram(400, "Bad Request: message is too long"), F, "400"),
    Recorded("telegram", telegram(429, "Too Many Requests", retry_after=34), R, "429", 34.0),
    Recorded("telegram", telegram(401, "Unauthorized"), R, "401"),
    Recorded("matrix", matrix_says(403, "FORBIDDEN"), F, "FORBIDDEN"),
    Recorded("matrix", matrix_says(401, "UNKNOWN_TOKEN"), R, "UNKNOWN_TOKEN"),
    Recorded("matrix", matrix_says(429, "LIMIT_EXCEEDED", retry_after_ms=2500), R, "LIMIT_EXCEEDED", 2.5),
    Recorded("ntfy", say(400, {"code": 40009, "http": 400, "error": "topic invalid"}), F, "40009"),
    Recorded("ntfy", say(403, {"code": 40301, "http": 403, "error": "forbidden"}), R, "40301"),
    Recorded("ntfy", say(429, {"code": 42908, "http": 429, "error": "too many messages"}), R, "42908"),
    Recorded("ntfy", (507, {}, ""), R, "507"),
]
