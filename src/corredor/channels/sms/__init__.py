"""Text messages, through a self-hosted gateway or a provider with Twilio's or Telnyx's API."""

from __future__ import annotations

from urllib.parse import quote

from corredor.channels import phone_number
from corredor.channels.base import Provider
from corredor.channels.spec import AddressSpec, ChannelSpec, Environment, Field, OptIn, ProviderSpec, Values, _


def _build_gateway(values: Values) -> Provider:
    from .gateway.provider import GatewayProvider

    return GatewayProvider.from_mapping(values)


def _build_twilio(values: Values) -> Provider:
    from .twilio.provider import TwilioProvider

    return TwilioProvider.from_mapping(values)


def _build_telnyx(values: Values) -> Provider:
    from .telnyx.provider import TelnyxProvider

    return TelnyxProvider.from_mapping(values)


def _gateway_sender(environment: Environment) -> str:
    return environment.text("SMS_FROM").split(",")[0].strip()


def _gateway_receipts(environment: Environment) -> str:
    token = environment.text("SMS_GATEWAY_INBOUND_TOKEN")
    return f"{environment.base_url}/hooks/sms/gateway/receipt?token={quote(token)}" if token else ""


def _twilio_receipts(environment: Environment) -> str:
    return f"{environment.base_url}/hooks/sms/twilio/receipt" if environment.is_reachable else ""


def _telnyx_receipts(environment: Environment) -> str:
    return f"{environment.base_url}/hooks/sms/telnyx" if environment.is_reachable else ""


_FORM = Field("form", "SMS_FORM", "standard")
_POOL = (
    Field("sender", "SMS_FROM"),
    _FORM,
    Field("rate_long", "SMS_RATE_LONG", 1),
    Field("rate_toll_free", "SMS_RATE_TOLL_FREE", 3),
    Field("rate_short", "SMS_RATE_SHORT", 100),
)
_SEES = _("A provider that sees numbers and texts, and can be asked for them.")

CHANNEL = ChannelSpec(
    kind="SMS",
    order=20,
    label=_("Text message"),
    offer=_("By text message"),
    address=AddressSpec(
        kind="PHONE",
        label=_("Phone number"),
        longest=phone_number.LONGEST,
        normalise=phone_number.normalise_phone,
        is_phone_number=True,
        noun=_("phone number"),
        wrong=_("This is not a phone number. Write it with the area code, such as 312 555 0142."),
        exposure_code="phones",
        exposure=_("Phone numbers of subscribers and of reporters who asked for an answer"),
    ),
    opt_in=OptIn.CODE,
    asked=(
        _("We have sent you a text message. Answer it with YES, or type its code here."),
        _("It should come within a few minutes. Nothing is sent to you before you answer."),
    ),
    is_usual=True,
    is_costly=True,
    counts_segments=True,
    sends_welcome=True,
    providers=(
        ProviderSpec(
            name="sms_gateway",
            title=_("Your own gateway"),
            words=_("A modem, an Android phone or Kannel, over HTTP."),
            build=_build_gateway,
            fields=(
                Field("url", "SMS_GATEWAY_URL"),
                Field("dialect", "SMS_GATEWAY_DIALECT", "kannel"),
                Field("user", "SMS_GATEWAY_USER"),
                Field("password", "SMS_GATEWAY_PASSWORD"),
                Field("sender", "SMS_FROM", derive=_gateway_sender),
                _FORM,
                Field("receipt_url", derive=_gateway_receipts),
            ),
        ),
        ProviderSpec(
            name="sms_twilio",
            title=_("Twilio"),
            words=_SEES,
            build=_build_twilio,
            fields=(
                Field("url", "TWILIO_URL", "https://api.twilio.com"),
                Field("account", "TWILIO_ACCOUNT"),
                Field("token", "TWILIO_TOKEN"),
                Field("receipt_url", derive=_twilio_receipts),
                *_POOL,
            ),
        ),
        ProviderSpec(
            name="sms_telnyx",
            title=_("Telnyx"),
            words=_SEES,
            build=_build_telnyx,
            fields=(
                Field("url", "TELNYX_URL", "https://api.telnyx.com"),
                Field("key", "TELNYX_KEY"),
                Field("receipt_url", derive=_telnyx_receipts),
                *_POOL,
            ),
        ),
    ),
)
