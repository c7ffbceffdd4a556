"""Drills: the sink of drill messages, which counts them and sends nothing."""

from __future__ import annotations

from corredor.channels.base import Provider
from corredor.channels.spec import AddressSpec, ChannelSpec, OptIn, ProviderSpec, Values, WrongForm, _

from .provider import DrillSinkProvider


def _build(_values: Values) -> Provider:
    return DrillSinkProvider()


def _normalise(value: str) -> str:
    if not value or not value.isprintable():
        raise WrongForm("drill")
    return value


CHANNEL = ChannelSpec(
    kind="DRILL",
    order=1000,
    label=_("Drill recipient"),
    address=AddressSpec(kind="DRILL", label=_("Drill recipient"), longest=100, normalise=_normalise, is_typed=False),
    opt_in=OptIn.NONE,
    is_for_drills=True,
    providers=(ProviderSpec(name="drill_sink", title="", words="", build=_build, first_per_s=2000.0),),
)
