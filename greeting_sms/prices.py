"""What a segment costs, by the country of the number: the longest prefix that has a price wins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from greeting_sms.channel import MAINLAND
from greeting_sms.settings import GreetingSettings

MICROS: Final = 1_000_000
"""Money is counted in millionths of the account's currency, in whole numbers."""
_ANY: Final = "+"


@dataclass(frozen=True)
class Prices:
    """Prices of a segment in micros, by the first characters of the number in E.164; `+` is of all others."""

    by_prefix: Mapping[str, int]

    def micros(self, number: str) -> int:
        """Of one segment to the number; nothing where no prefix fits."""
        for length in self._lengths:
            found = self.by_prefix.get(number[:length])
            if found is not None:
                return found
        return 0

    @cached_property
    def cheapest(self) -> int:
        """The least that a segment costs anywhere."""
        return min(self.by_prefix.values(), default=0)

    @cached_property
    def _lengths(self) -> tuple[int, ...]:
        return tuple(sorted({len(prefix) for prefix in self.by_prefix}, reverse=True))


FREE: Final = Prices({})


def flat(micros: int) -> Prices:
    """The same price everywhere."""
    return Prices({_ANY: micros})


def prices_of(settings: GreetingSettings) -> Prices:
    """The prices of the settings: of single countries, of the mainland, and of everywhere else."""
    own = {prefix: round(price * MICROS) for prefix, price in settings.segment_prices.items()}
    return Prices(
        {
            _ANY: round(settings.foreign_segment_price * MICROS),
            MAINLAND: round(settings.mainland_segment_price * MICROS),
            **own,
        }
    )
