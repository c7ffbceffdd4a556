"""Web push: encrypted messages to browsers, through each browser's own push service."""

from __future__ import annotations

from corredor.channels.base import Provider
from corredor.channels.spec import AddressSpec, ChannelSpec, Environment, Field, OptIn, ProviderSpec, Values, _

from .address import identify_push, normalise_push


def _build(values: Values) -> Provider:
    from .provider import WebPushProvider

    return WebPushProvider.from_mapping(values)


def _key_path(environment: Environment) -> str:
    return environment.key_path("vapid.pem")


CHANNEL = ChannelSpec(
    kind="PUSH",
    order=10,
    label=_("Notification on this phone"),
    address=AddressSpec(
        kind="PUSH",
        label=_("This phone or computer"),
        longest=4000,
        normalise=normalise_push,
        identity=identify_push,
        is_typed=False,
        exposure_code="browsers",
        exposure=_("Push addresses of browsers, known to their makers' push services too"),
    ),
    opt_in=OptIn.LINK,
    asked=(
        _("A first alert is on its way to this phone. Touch it, and press the button on the page that opens."),
        _("It should come within a minute."),
    ),
    is_usual=True,
    providers=(
        ProviderSpec(
            name="web_push",
            title=_("Web push"),
            words=_("To the phone's or computer's own browser. Needs no provider and costs nothing."),
            build=_build,
            first_per_s=500.0,
            fields=(
                Field("vapid_key_path", "CORREDOR_HOME/keys/vapid.pem", derive=_key_path),
                Field("vapid_contact", "CORREDOR_CONTACT", "mailto:steward@localhost"),
                Field("allowed_private_origins", "PUSH_ALLOWED_PRIVATE_ORIGINS", ()),
                Field("ca_file", "PUSH_CA_FILE"),
            ),
        ),
    ),
)
