"""Calls to telephones that cannot receive texts: the alert is spoken twice, and pressing a key ends the calls."""

from __future__ import annotations

from corredor.channels import phone_number
from corredor.channels.base import Provider
from corredor.channels.spec import AddressSpec, ChannelSpec, Environment, Field, OptIn, ProviderSpec, Values, _


def _build(values: Values) -> Provider:
    from .provider import VoiceProvider

    return VoiceProvider.from_mapping(values)


def _keys_url(environment: Environment) -> str:
    return f"{environment.base_url}/hooks/voice/keys"


CHANNEL = ChannelSpec(
    kind="VOICE",
    order=40,
    label=_("Phone call"),
    offer=_("By a phone call, also to a house phone"),
    address=AddressSpec(
        kind="VOICE",
        label=_("Phone number for calls"),
        longest=phone_number.LONGEST,
        normalise=phone_number.normalise_phone,
        is_phone_number=True,
        noun=_("phone number"),
        wrong=_("This is not a phone number. Write it with the area code, such as 312 555 0142."),
        exposure_code="calls",
        exposure=_("Phone numbers to be called"),
    ),
    opt_in=OptIn.CODE,
    asked=(_("We are calling you. You will hear a code of six digits, twice. Type it here."),),
    is_costly=True,
    spells_code=True,
    providers=(
        ProviderSpec(
            name="voice",
            title=_("Calls through Twilio or its like"),
            words=_("Alerts are spoken twice. For people whose phone takes no texts. Costs most of all ways."),
            build=_build,
            fields=(
                Field("url", "TWILIO_URL", "https://api.twilio.com"),
                Field("account", "TWILIO_ACCOUNT"),
                Field("token", "TWILIO_TOKEN"),
                Field("sender", "VOICE_FROM"),
                Field("per_s", "VOICE_PER_S", 1),
                Field("keys_url", derive=_keys_url),
            ),
        ),
    ),
)
