"""WhatsApp, through the Cloud API of Meta: approved template messages, receipts, and STOP by a reply.

Meta sees the number, the text and when it was read; the pages say so.
"""

from __future__ import annotations

from corredor.channels import phone_number
from corredor.channels.base import Provider
from corredor.channels.spec import AddressSpec, ChannelSpec, Field, OptIn, ProviderSpec, Values, _

from .inbound import WhatsAppWebhook


def _build(values: Values) -> Provider:
    from .provider import WhatsAppProvider

    return WhatsAppProvider.from_mapping(values)


CHANNEL = ChannelSpec(
    kind="WHATSAPP",
    order=45,
    label="WhatsApp",
    offer=_("By WhatsApp, whose owner learns who gets alerts"),
    address=AddressSpec(
        kind="WHATSAPP",
        label=_("Phone number on WhatsApp"),
        longest=phone_number.LONGEST,
        normalise=phone_number.normalise_phone,
        is_phone_number=True,
        noun=_("phone number"),
        wrong=_("This is not a phone number. Write it with the area code, such as 312 555 0142."),
        exposure_code="whatsapp",
        exposure=_("Phone numbers on WhatsApp, known to its owner too"),
    ),
    opt_in=OptIn.CODE,
    asked=(_("We have sent you a message on WhatsApp. Answer it with YES, or type its code here."),),
    is_costly=True,
    webhook=WhatsAppWebhook(),
    providers=(
        ProviderSpec(
            name="whatsapp",
            title=_("WhatsApp Cloud API"),
            words=_(
                "Meta sees numbers and texts, and can be asked for them. Needs a message template that Meta approved."
            ),
            build=_build,
            first_per_s=20.0,
            fields=(
                Field("url", "WHATSAPP_URL", "https://graph.facebook.com"),
                Field("version", "WHATSAPP_API_VERSION", "v21.0"),
                Field("phone_number_id", "WHATSAPP_PHONE_NUMBER_ID"),
                Field("token", "WHATSAPP_TOKEN"),
                Field("template", "WHATSAPP_TEMPLATE"),
                Field("languages", "WHATSAPP_TEMPLATE_LANGUAGES", ()),
                Field("per_s", "WHATSAPP_PER_S", 20),
                Field("app_secret", "WHATSAPP_APP_SECRET"),
                Field("verify_token", "WHATSAPP_VERIFY_TOKEN"),
            ),
        ),
    ),
)
