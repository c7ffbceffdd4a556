"""Street aliases: from the recipe, and from the common spellings of a name."""

from __future__ import annotations

from collections.abc import Sequence

from corredor.engines.citypack.making.draft import StreetDraft
from corredor.engines.citypack.making.place_names import unique
from corredor.engines.citypack.making.recipe import Recipe

_SPELLED = {"ST": "SAINT", "MT": "MOUNT", "FT": "FORT"}
"""First words of a name that are spoken in full: ST LOUIS is Saint Louis."""


def add_aliases(streets: Sequence[StreetDraft], recipe: Recipe) -> list[str]:
    """Add the recipe's aliases to the streets; return a note for those that match no street."""
    known = {street.name.core for street in streets}
    for street in streets:
        core = street.name.core
        given = [*recipe.aliases.get(core, ()), *_spellings(street)]
        own = {core, street.name.name, street.name.full}
        street.aliases = unique([*street.aliases, *(name for name in given if name not in own)])
        street.honorary = unique([*street.honorary, *recipe.honorary.get(core, ())])
    strange = sorted({*recipe.aliases, *recipe.honorary} - known)
    return [f"names in the recipe that fit no street: {', '.join(strange)}"] if strange else []


def _spellings(street: StreetDraft) -> list[str]:
    """Return the other common spellings of the name."""
    words = street.name.name.split()
    if len(words) > 1 and words[0] in _SPELLED:
        return [" ".join([_SPELLED[words[0]], *words[1:]])]
    return []
