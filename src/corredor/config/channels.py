"""Each provider's settings, as its channel declares them (``channels/<channel>/__init__.py``)."""

from urllib.parse import urlsplit

from corredor.channels.catalogue import get_provider, list_providers

from . import environment, paths


class _Environment:
    """The variables of this process, as the declarations read them."""

    base_url = environment.text("CORREDOR_URL", "http://localhost:8000").rstrip("/")
    # A provider elsewhere cannot call this computer by that name, and refuses texts that ask it to.
    is_reachable = urlsplit(base_url).hostname not in ("localhost", "127.0.0.1", "::1")
    text = staticmethod(environment.text)
    number = staticmethod(environment.number)
    words = staticmethod(environment.words)

    @staticmethod
    def key_path(name: str) -> str:
        """Return where a key of this installation lies."""
        return str(paths.KEYS / name)


_SPECS = [spec for name in list_providers() if (spec := get_provider(name)) is not None]
CORREDOR_PROVIDERS: dict[str, dict[str, object]] = {
    spec.name: {field.key: field.read(_Environment()) for field in spec.fields} for spec in _SPECS
}
# What each setting is called where a steward can change it.
CORREDOR_PROVIDER_VARIABLES: dict[str, dict[str, str]] = {
    spec.name: {field.key: field.variable for field in spec.fields if field.variable} for spec in _SPECS
}

# How calls to our webhooks are known to be the provider's; an empty secret lets nobody in.
CORREDOR_INBOUND: dict[str, str] = {
    "gateway_token": environment.text("SMS_GATEWAY_INBOUND_TOKEN"),
    "twilio_token": environment.text("TWILIO_TOKEN"),
    "telnyx_public_key": environment.text("TELNYX_PUBLIC_KEY"),
    "telegram_secret": environment.text("TELEGRAM_SECRET"),
}

# Error numbers of the gateway's own carrier that mean a dead number; carriers differ, so there is no list.
CORREDOR_GATEWAY_DEAD_CODES: tuple[str, ...] = tuple(environment.words("SMS_GATEWAY_DEAD_CODES"))

# A push without a delivery receipt goes on as a text message, to those who asked for that.
CORREDOR_FALLBACK: dict[str, int] = {
    "after_s": environment.number("FALLBACK_AFTER_S", 60),
    "segments_per_alert": environment.number("FALLBACK_SEGMENTS_PER_ALERT", 2000),
    "segments_per_day": environment.number("FALLBACK_SEGMENTS_PER_DAY", 5000),
}
# Seconds of nothing but faults after which a provider's circuit opens and its failover provider takes over.
CORREDOR_PROVIDER_PATIENCE_S: int = environment.number("PROVIDER_PATIENCE_S", 30)

# Receipts that come within this time are written together. A kill loses those of the moment.
CORREDOR_RECEIPTS_EACH_S: float = 0.25
