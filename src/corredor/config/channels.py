"""Each channel's settings as its factory takes them; a channel also needs a steward to turn it on."""

from . import environment, paths

CORREDOR_CHANNELS: dict[str, dict[str, object]] = {
    "blackhole": {},
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
    "sms_gateway": {
        "url": environment.text("SMS_GATEWAY_URL"),
        "dialect": environment.text("SMS_GATEWAY_DIALECT", "kannel"),
        "user": environment.text("SMS_GATEWAY_USER"),
        "password": environment.text("SMS_GATEWAY_PASSWORD"),
        "sender": environment.text("SMS_FROM"),
        "form": environment.text("SMS_FORM", "standard"),
    },
    "sms_twilio": {
        "url": environment.text("TWILIO_URL", "https://api.twilio.com"),
        "account": environment.text("TWILIO_ACCOUNT"),
        "token": environment.text("TWILIO_TOKEN"),
        "sender": environment.text("SMS_FROM"),
        "form": environment.text("SMS_FORM", "standard"),
    },
}

# How we know that a call to our webhooks is the provider's; an empty secret lets nobody in.
CORREDOR_INBOUND: dict[str, str] = {
    "gateway_token": environment.text("SMS_GATEWAY_INBOUND_TOKEN"),
    "twilio_token": environment.text("TWILIO_TOKEN"),
}
