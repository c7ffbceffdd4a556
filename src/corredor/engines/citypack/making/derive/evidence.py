"""Evidence that pavement exists: address ranges at which the City has worked, parked or marked a street."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

SLACK = 12
"""House numbers added to both ends of a range: about 25 m, the width of a crossing."""
LEAST = 4


@dataclass
class AddressEvidence:
    """House-number ranges by full street name, e.g. "W ARMITAGE AVE": 2000 to 2359."""

    _ranges: dict[str, list[tuple[int, int]]] = field(default_factory=lambda: defaultdict(list))
    _joined: dict[str, list[tuple[int, int]]] = field(default_factory=dict)

    def add(self, street: str, low: int, high: int) -> None:
        """Record that *street* exists from one number to the other."""
        low, high = min(low, high), max(low, high)
        self._ranges[street].append((max(0, low - SLACK), high + SLACK))
        self._joined.pop(street, None)

    def ranges(self, street: str) -> list[tuple[int, int]]:
        """Return the ranges of a street, merged where they touch, in order."""
        if street not in self._joined:
            joined: list[tuple[int, int]] = []
            for low, high in sorted(self._ranges.get(street, ())):
                if joined and low <= joined[-1][1]:
                    joined[-1] = (joined[-1][0], max(high, joined[-1][1]))
                else:
                    joined.append((low, high))
            self._joined[street] = joined
        return self._joined[street]

    def share(self, street: str, begin: float, end: float) -> float:
        """Return the share, 0 to 1, of the stretch between two numbers that is proven."""
        low, high = min(begin, end), max(begin, end)
        if high - low < LEAST:
            low, high = low - LEAST / 2, high + LEAST / 2
        proven = sum(max(0.0, min(high, b) - max(low, a)) for a, b in self.ranges(street))
        return proven / (high - low)
