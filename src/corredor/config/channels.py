"""Settings of each channel, as its factory takes them; a steward must also enable the channel."""

from urllib.parse import quote, urlsplit

from . import environment, paths

_URL = environment.text("CORREDOR_URL", "http://localhost:8000").rstrip("/")
_GATEWAY_TOKEN = environment.text("SMS_GATEWAY_INBOUND_TOKEN")
# A remote provider cannot call this computer by that name, and rejects texts with such a callback.
_IS_REACHABLE = urlsplit(_URL).hostname not in ("localhost", "127.0.0.1", "::1")

_TEXTS: dict[str, object] = {
    "sender": environment.text("SMS_FROM"),
    "form": environment.text("SMS_FORM", "standard"),
    "rate_long": environment.number("SMS_RATE_LONG", 1),
    "rate_toll_free": environment.number("SMS_RATE_TOLL_FREE", 3),
    "rate_short": environment.number("SMS_RATE_SHORT", 100),
}
_TEXT_VARIABLES = {
    "sender": "SMS_FROM",
    "form": "SMS_FORM",
    "rate_long": "SMS_RATE_LONG",
    "rate_toll_free": "SMS_RATE_TOLL_FREE",
    "rate_short": "SMS_RATE_SHORT",
}
CORREDOR_PROVIDERS: dict[str, dict[str, object]] = {
    "null": {},
    "console": {},
    "drill_sink": {},
    "web_push": {
        "vapid_key_path": str(paths.KEYS / "vapid.pem"),
        "vapid_contact": environment.text("CORREDOR_CONTACT", "mailto:steward@localhost"),
        "allowed_private_origins": environment.words("PUSH_ALLOWED_PRIVATE_ORIGINS"),
        "ca_file": environment.text("PUSH_CA_FILE") or None,
    },
    "email": {
        "host": environment.text("SMTP_HOST"),
        "port": environment.number("SMTP_PORT", 587),
        "user": environment.text("SMTP_USER"),
        "password": environment.text("SMTP_PASSWORD"),
        "security": environment.text("SMTP_SECURITY", "starttls"),
        "sender": environment.text("SMTP_FROM"),
    },
    "email_provider": {
        "provider": environment.text("EMAIL_PROVIDER"),
        "key": environment.text("EMAIL_PROVIDER_KEY"),
        "second": environment.text("EMAIL_PROVIDER_SECOND"),
        "url": environment.text("EMAIL_PROVIDER_URL"),
        "per_s": environment.number("EMAIL_PER_S", 0),
        "sender": environment.text("SMTP_FROM"),
    },
    "sms_gateway": {
        "url": environment.text("SMS_GATEWAY_URL"),
        "dialect": environment.text("SMS_GATEWAY_DIALECT", "kannel"),
        "user": environment.text("SMS_GATEWAY_USER"),
        "password": environment.text("SMS_GATEWAY_PASSWORD"),
        "sender": environment.text("SMS_FROM").split(",")[0].strip(),
        "form": environment.text("SMS_FORM", "standard"),
        "receipt_url": f"{_URL}/hooks/sms/gateway/receipt?token={quote(_GATEWAY_TOKEN)}" if _GATEWAY_TOKEN else "",
    },
    "sms_twilio": {
        "url": environment.text("TWILIO_URL", "https://api.twilio.com"),
        "account": environment.text("TWILIO_ACCOUNT"),
        "token": environment.text("TWILIO_TOKEN"),
        "receipt_url": f"{_URL}/hooks/sms/twilio/receipt" if _IS_REACHABLE else "",
        **_TEXTS,
    },
    "sms_telnyx": {
        "url": environment.text("TELNYX_URL", "https://api.telnyx.com"),
        "key": environment.text("TELNYX_KEY"),
        "receipt_url": f"{_URL}/hooks/sms/telnyx" if _IS_REACHABLE else "",
        **_TEXTS,
    },
    "voice": {
        "url": environment.text("TWILIO_URL", "https://api.twilio.com"),
        "account": environment.text("TWILIO_ACCOUNT"),
        "token": environment.text("TWILIO_TOKEN"),
        "sender": environment.text("VOICE_FROM"),
        "per_s": environment.number("VOICE_PER_S", 1),
        "keys_url": f"{_URL}/hooks/voice/keys",
    },
    "signal": {
        "url": environment.text("SIGNAL_URL"),
        "number": environment.text("SIGNAL_NUMBER"),
        "per_s": environment.number("SIGNAL_PER_S", 1),
    },
    "telegram": {
        "url": environment.text("TELEGRAM_URL", "https://api.telegram.org"),
        "token": environment.text("TELEGRAM_TOKEN"),
        "bot": environment.text("TELEGRAM_BOT"),
        "per_s": environment.number("TELEGRAM_PER_S", 25),
    },
    "matrix": {
        "url": environment.text("MATRIX_URL"),
        "user": environment.text("MATRIX_USER"),
        "token": environment.text("MATRIX_TOKEN"),
        "room_key": environment.text("MATRIX_ROOM_KEY"),
        "per_s": environment.number("MATRIX_PER_S", 10),
    },
    "ntfy": {
        "url": environment.text("NTFY_URL"),
        "token": environment.text("NTFY_TOKEN"),
        "per_s": environment.number("NTFY_PER_S", 0),
    },
}

# Authentication of webhook calls; an empty secret rejects all calls.
CORREDOR_INBOUND: dict[str, str] = {
    "gateway_token": _GATEWAY_TOKEN,
    "twilio_token": environment.text("TWILIO_TOKEN"),
    "telnyx_public_key": environment.text("TELNYX_PUBLIC_KEY"),
    "telegram_secret": environment.text("TELEGRAM_SECRET"),
}

# The environment variable of each setting, for the steward's page.
CORREDOR_PROVIDER_VARIABLES: dict[str, dict[str, str]] = {
    "web_push": {
        "vapid_contact": "CORREDOR_CONTACT",
        "vapid_key_path": "CORREDOR_HOME/keys/vapid.pem",
        "ca_file": "PUSH_CA_FILE",
    },
    "email": {
        "host": "SMTP_HOST",
        "port": "SMTP_PORT",
        "user": "SMTP_USER",
        "password": "SMTP_PASSWORD",
        "security": "SMTP_SECURITY",
        "sender": "SMTP_FROM",
    },
    "email_provider": {
        "provider": "EMAIL_PROVIDER",
        "key": "EMAIL_PROVIDER_KEY",
        "second": "EMAIL_PROVIDER_SECOND",
        "url": "EMAIL_PROVIDER_URL",
        "per_s": "EMAIL_PER_S",
        "sender": "SMTP_FROM",
    },
    "sms_gateway": {
        "url": "SMS_GATEWAY_URL",
        "dialect": "SMS_GATEWAY_DIALECT",
        "user": "SMS_GATEWAY_USER",
        "password": "SMS_GATEWAY_PASSWORD",
        "sender": "SMS_FROM",
        "form": "SMS_FORM",
    },
    "sms_twilio": {"url": "TWILIO_URL", "account": "TWILIO_ACCOUNT", "token": "TWILIO_TOKEN", **_TEXT_VARIABLES},
    "sms_telnyx": {"url": "TELNYX_URL", "key": "TELNYX_KEY", **_TEXT_VARIABLES},
    "voice": {
        "url": "TWILIO_URL",
        "account": "TWILIO_ACCOUNT",
        "token": "TWILIO_TOKEN",
        "sender": "VOICE_FROM",
        "per_s": "VOICE_PER_S",
    },
    "signal": {"url": "SIGNAL_URL", "number": "SIGNAL_NUMBER", "per_s": "SIGNAL_PER_S"},
    "telegram": {
        "url": "TELEGRAM_URL",
        "token": "TELEGRAM_TOKEN",
        "bot": "TELEGRAM_BOT",
        "per_s": "TELEGRAM_PER_S",
    },
    "matrix": {
        "url": "MATRIX_URL",
        "user": "MATRIX_USER",
        "token": "MATRIX_TOKEN",
        "room_key": "MATRIX_ROOM_KEY",
        "per_s": "MATRIX_PER_S",
    },
    "ntfy": {"url": "NTFY_URL", "token": "NTFY_TOKEN", "per_s": "NTFY_PER_S"},
}

# Error codes of the gateway's carrier that mean a dead number; carriers differ, so there is no default list.
CORREDOR_GATEWAY_DEAD_CODES: tuple[str, ...] = tuple(environment.words("SMS_GATEWAY_DEAD_CODES"))

# Text fallback: a push without a receipt is followed by a text message, for those who opted in.
CORREDOR_FALLBACK: dict[str, int] = {
    "after_s": environment.number("FALLBACK_AFTER_S", 60),
    "segments_per_alert": environment.number("FALLBACK_SEGMENTS_PER_ALERT", 2000),
    "segments_per_day": environment.number("FALLBACK_SEGMENTS_PER_DAY", 5000),
}
# Circuit breaker: how long a provider may return only faults before the failover provider takes over.
CORREDOR_PROVIDER_PATIENCE_S: int = environment.number("PROVIDER_PATIENCE_S", 30)

# Receipts within this time are written in one batch. A kill loses those of the current batch.
CORREDOR_RECEIPTS_EACH_S: float = 0.25
