"""What sending costs, how fast it is before anything has been learnt, and what counts as out of the ordinary."""

from __future__ import annotations

from corredor.channels.catalogue import get_provider, list_channels, list_providers

from . import environment
from .channels import CORREDOR_PROVIDERS

# Segments a second that carriers let through before the network has learnt its own.
_NUMBER_KINDS = {"long_code": 1.0, "toll_free": 3.0, "short_code": 30.0}
# Messages a second of all other providers, to begin with; real sends replace them.
_FIRST_PACES = {
    name: spec.first_per_s
    for name in list_providers()
    if (spec := get_provider(name)) is not None and spec.first_per_s is not None
}
_SEGMENTS = [provider.name for spec in list_channels() if spec.counts_segments for provider in spec.providers]
# No forecast is faster than the rate limit that a channel keeps itself.
_LIMITED = {name: float(str(values["per_s"])) for name, values in CORREDOR_PROVIDERS.items() if values.get("per_s")}

SMS_NUMBER_KIND = environment.choice("SMS_NUMBER_KIND", "long_code", choices=tuple(_NUMBER_KINDS))
FIRST_PACES: dict[str, float] = {
    **_FIRST_PACES,
    **dict.fromkeys(_SEGMENTS, _NUMBER_KINDS[SMS_NUMBER_KIND]),
    **_LIMITED,
    **environment.amounts("SEND_PACES"),
}
SEND_PRICES: dict[str, float] = environment.amounts("SEND_PRICES")
CURRENCY = environment.text("CURRENCY", "USD")

QUESTIONS_AN_HOUR = environment.number("QUESTIONS_AN_HOUR", 300)
ALERTS_AN_HOUR = environment.number("ALERTS_AN_HOUR", 20)
APPROVALS_IN_TEN_MINUTES = environment.number("APPROVALS_IN_TEN_MINUTES", 8)
AUDIENCE_TIMES_USUAL = environment.number("AUDIENCE_TIMES_USUAL", 10)
