"""ntfy: notifications through a self-hosted server, one unguessable topic for each person."""

from __future__ import annotations

import re
from collections.abc import Mapping

from corredor.channels.base import Provider
from corredor.channels.spec import (
    AddressSpec,
    ChannelSpec,
    Field,
    GeneratedAddress,
    OptIn,
    ProviderSpec,
    Values,
    WrongForm,
    _,
)

_TOPIC = re.compile(r"[-_A-Za-z0-9]{16,64}")


def _build(values: Values) -> Provider:
    from .provider import NtfyProvider

    return NtfyProvider.from_mapping(values)


def _normalise(value: str) -> str:
    if not _TOPIC.fullmatch(value):
        raise WrongForm("topic")
    return value


def _generate(settings: Mapping[str, Values], word: str) -> GeneratedAddress:
    """Return an unguessable topic on the network's own server."""
    server = str(settings["ntfy"].get("url", "")).rstrip("/")
    return GeneratedAddress(word, f"{server}/{word}", server=server, topic=word)


CHANNEL = ChannelSpec(
    kind="NTFY",
    order=80,
    label="ntfy",
    offer=_("By the app ntfy"),
    address=AddressSpec(
        kind="NTFY",
        label=_("ntfy topic"),
        longest=64,
        normalise=_normalise,
        is_typed=False,
        exposure_code="ntfy",
        exposure=_("ntfy topics"),
    ),
    opt_in=OptIn.CODE,
    asked_template="public/subscribe/asked_topic.html",
    generate_address=_generate,
    providers=(
        ProviderSpec(
            name="ntfy",
            title=_("Your own ntfy server"),
            words=_("A topic for each person that nobody can guess. Costs nothing."),
            build=_build,
            fields=(
                Field("url", "NTFY_URL"),
                Field("token", "NTFY_TOKEN"),
                Field("per_s", "NTFY_PER_S", 0),
            ),
        ),
    ),
)
