"""Signal, through a self-hosted signal-cli REST server: encrypted from there to the phone."""

from __future__ import annotations

from corredor.channels import phone_number
from corredor.channels.base import Provider
from corredor.channels.spec import AddressSpec, ChannelSpec, Field, OptIn, ProviderSpec, Values, _


def _build(values: Values) -> Provider:
    from .provider import SignalProvider

    return SignalProvider.from_mapping(values)


CHANNEL = ChannelSpec(
    kind="SIGNAL",
    order=50,
    label="Signal",
    offer=_("By Signal"),
    address=AddressSpec(
        kind="SIGNAL",
        label=_("Phone number on Signal"),
        longest=phone_number.LONGEST,
        normalise=phone_number.normalise_phone,
        is_phone_number=True,
        noun=_("phone number"),
        wrong=_("This is not a phone number. Write it with the area code, such as 312 555 0142."),
        exposure_code="signal",
        exposure=_("Phone numbers on Signal"),
    ),
    opt_in=OptIn.CODE,
    asked=(_("We have sent you a message on Signal. Type its code here."),),
    providers=(
        ProviderSpec(
            name="signal",
            title=_("Your own Signal server"),
            words=_("Encrypted from your server to the phone. Signal slows down whoever writes to many."),
            build=_build,
            fields=(
                Field("url", "SIGNAL_URL"),
                Field("number", "SIGNAL_NUMBER"),
                Field("per_s", "SIGNAL_PER_S", 1),
            ),
        ),
    ),
)
