"""Costs, initial send rates, and limits above which a send needs extra approval."""

from __future__ import annotations

from . import environment
from .channels import CORREDOR_PROVIDERS

# Segments a second that carriers allow, until the network has measured its own.
_NUMBER_KINDS = {"long_code": 1.0, "toll_free": 3.0, "short_code": 30.0}
_SMS = ("sms_gateway", "sms_twilio", "sms_telnyx")
# Initial messages a second of all other providers; replaced by measurements.
_FIRST_PACES = {"web_push": 500.0, "email": 5.0, "null": 2000.0, "console": 2000.0, "drill_sink": 2000.0}
# No forecast is faster than a channel's own rate limit.
_LIMITED = {name: float(str(values["per_s"])) for name, values in CORREDOR_PROVIDERS.items() if values.get("per_s")}

SMS_NUMBER_KIND = environment.choice("SMS_NUMBER_KIND", "long_code", choices=tuple(_NUMBER_KINDS))
FIRST_PACES: dict[str, float] = {
    **_FIRST_PACES,
    **dict.fromkeys(_SMS, _NUMBER_KINDS[SMS_NUMBER_KIND]),
    **_LIMITED,
    **environment.amounts("SEND_PACES"),
}
SEND_PRICES: dict[str, float] = environment.amounts("SEND_PRICES")
CURRENCY = environment.text("CURRENCY", "USD")

QUESTIONS_AN_HOUR = environment.number("QUESTIONS_AN_HOUR", 300)
ALERTS_AN_HOUR = environment.number("ALERTS_AN_HOUR", 20)
APPROVALS_IN_TEN_MINUTES = environment.number("APPROVALS_IN_TEN_MINUTES", 8)
AUDIENCE_TIMES_USUAL = environment.number("AUDIENCE_TIMES_USUAL", 10)
