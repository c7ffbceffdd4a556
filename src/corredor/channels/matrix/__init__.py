"""Matrix, through the network's own account: a private room for each person, or a room they name."""

from __future__ import annotations

from corredor.channels.base import Provider
from corredor.channels.spec import AddressSpec, ChannelSpec, Field, OptIn, ProviderSpec, Values, _

from .address import normalise_person


def _build(values: Values) -> Provider:
    from .provider import MatrixProvider

    return MatrixProvider.from_mapping(values)


CHANNEL = ChannelSpec(
    kind="MATRIX",
    order=70,
    label="Matrix",
    offer=_("By Matrix"),
    address=AddressSpec(
        kind="MATRIX",
        label=_("Matrix name"),
        longest=255,
        normalise=normalise_person,
        noun=_("name on Matrix"),
        wrong=_("This is not a Matrix name. It looks like @name:example.org."),
        exposure_code="matrix",
        exposure=_("Matrix names, known to their home servers too"),
    ),
    opt_in=OptIn.CODE,
    asked=(_("We have invited you to a room on Matrix. Accept the invitation, and type the code that stands there."),),
    providers=(
        ProviderSpec(
            name="matrix",
            title=_("A Matrix account"),
            words=_("A room of two for each person. The home servers of both can read it."),
            build=_build,
            fields=(
                Field("url", "MATRIX_URL"),
                Field("user", "MATRIX_USER"),
                Field("token", "MATRIX_TOKEN"),
                Field("room_key", "MATRIX_ROOM_KEY"),
                Field("per_s", "MATRIX_PER_S", 10),
            ),
        ),
    ),
)
