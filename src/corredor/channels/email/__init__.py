"""E-mail, through an SMTP server or a mail provider's API."""

from __future__ import annotations

from corredor.channels.base import Provider
from corredor.channels.spec import AddressSpec, ChannelSpec, Field, OptIn, ProviderSpec, Values, _

from .address import normalise_mailbox


def _build_smtp(values: Values) -> Provider:
    from .smtp.provider import SmtpProvider

    return SmtpProvider.from_mapping(values)


def _build_api(values: Values) -> Provider:
    from .api.provider import EmailApiProvider

    return EmailApiProvider.from_mapping(values)


CHANNEL = ChannelSpec(
    kind="EMAIL",
    order=30,
    label=_("E-mail"),
    offer=_("By e-mail"),
    address=AddressSpec(
        kind="EMAIL",
        label=_("E-mail address"),
        longest=254,
        normalise=normalise_mailbox,
        identity=str.lower,
        noun=_("e-mail address"),
        wrong=_("This is not an e-mail address. It looks like name@example.org."),
        exposure_code="mailboxes",
        exposure=_("E-mail addresses of subscribers and reporters"),
    ),
    opt_in=OptIn.LINK,
    asked=(
        _("We have sent you an e-mail. Open the link in it and press the button there."),
        _("If it does not come, look in your spam folder."),
    ),
    is_usual=True,
    providers=(
        ProviderSpec(
            name="email",
            title=_("Your mail server"),
            words=_("By SMTP, with the server named in the settings."),
            build=_build_smtp,
            first_per_s=5.0,
            fields=(
                Field("host", "SMTP_HOST"),
                Field("port", "SMTP_PORT", 587),
                Field("user", "SMTP_USER"),
                Field("password", "SMTP_PASSWORD"),
                Field("security", "SMTP_SECURITY", "starttls"),
                Field("sender", "SMTP_FROM"),
            ),
        ),
        ProviderSpec(
            name="email_provider",
            title=_("A mail provider"),
            words=_(
                "By the interface of the provider named in the settings. It sees addresses and texts, and can be asked."
            ),
            build=_build_api,
            fields=(
                Field("provider", "EMAIL_PROVIDER"),
                Field("key", "EMAIL_PROVIDER_KEY"),
                Field("second", "EMAIL_PROVIDER_SECOND"),
                Field("url", "EMAIL_PROVIDER_URL"),
                Field("per_s", "EMAIL_PER_S", 0),
                Field("sender", "SMTP_FROM"),
            ),
        ),
    ),
)
