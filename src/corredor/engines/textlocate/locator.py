"""Public entry point of the geocoder: a text goes in, places come out in the order of the text."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from . import around
from .answer import answer, is_above_noise
from .around import Described, School
from .atlas import build_atlas
from .gazetteer import Gazetteer
from .mask import mask
from .mend import correct_spelling
from .overlay import ExtraAlias, ExtraPlace, overlay
from .quick import QuickCorners
from .reading import read
from .repair import repair
from .result import Context, Located
from .scan import scan
from .sentence import connect
from .tokens import tokenize


class Locator:
    """Find places in texts about one city. Stateless between texts and thread-safe."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        with _without_collector():
            self._atlas = build_atlas(gazetteer)
            self._atlas.near  # noqa: B018  built now, so that the first misspelt text does not wait
        self._quick = QuickCorners(self._atlas)

    @property
    def city(self) -> str:
        return self._atlas.gazetteer.city

    def locate(self, text: str, *, language_hint: str | None = None, context: Context | None = None) -> list[Located]:
        """Return the places that *text* names, in its order; empty if it names none.

        ``language_hint`` is "en" or "es"; both languages are always understood.
        """
        corner = self._quick.find(text, context)
        return [corner] if corner is not None else self.read(text, context)

    def read(self, text: str, context: Context | None = None) -> list[Located]:
        """Return what ``locate`` returns, by the full parser, without the fast path."""
        tokens = tokenize(text)
        mask(tokens)
        items = correct_spelling(scan(tokens, self._atlas.streets, self._atlas.places), tokens, self._atlas)
        drafts = connect(self._atlas, items, tokens, read(self._atlas, items, tokens))
        drafts = repair(self._atlas, tokens, items, drafts)
        found = [answer(self._atlas, draft, items, tokens, context) for draft in drafts]
        return [located for located in found if is_above_noise(located)]

    def locate_best(self, text: str) -> Located | None:
        """Return the most confident place with a point that *text* names, or None."""
        return best_of(self.locate(text))

    def locate_batch(self, texts: Iterable[str]) -> list[Located | None]:
        """Return the best answer to each text, None if it names no place with a point."""
        with _without_collector():
            return [self.locate_best(text) for text in texts]

    def describe(self, lat: float, lon: float) -> Described | None:
        """Return a point (degrees) in words ("Pershing Rd and Kedzie Ave, Brighton Park"), None outside the city."""
        return around.describe(self._atlas, lat, lon)

    def nearest_school(self, lat: float, lon: float) -> School | None:
        """Return the school nearest to a point."""
        return around.nearest_school(self._atlas, lat, lon)

    def with_extra(
        self, places: Sequence[ExtraPlace] = (), aliases: Sequence[ExtraAlias] = ()
    ) -> tuple[Locator, list[str]]:
        """Return a locator with these names added, and the alias targets that it could not find."""
        atlas, unknown = overlay(self._atlas, places, aliases)
        other = object.__new__(Locator)
        other._atlas, other._quick = atlas, QuickCorners(atlas)
        return other, unknown


@contextmanager
def _without_collector() -> Iterator[None]:
    """Pause the garbage collector: many small objects without cycles are created, and rescanning them is slow."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def best_of(found: Sequence[Located]) -> Located | None:
    """Return the most confident answer that has a point, the first of the text on a tie."""
    pointed = [located for located in found if located.has_point]
    return max(pointed, key=lambda located: located.confidence, default=None)
