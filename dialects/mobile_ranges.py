"""How many mobile numbers were given out where: the nearest thing to where people live that lies in the environment.

Counted in the table of the package `phone` (phone.dat): a row is a range of 10,000 numbers with the area code it was
given out for. Not every number is in use, and people move: a place with three times the ranges has about three times
the telephones.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

import numpy as np
from phone import Phone

from dialects.catalogue import Catalogue

_ROW = np.dtype([("range", "<i4"), ("place", "<i4"), ("kind", "u1")])
"""A row of phone.dat's index: the first seven digits, where its place is written, the operator."""


@lru_cache(maxsize=4)
def ranges_by_area_code(catalogue: Catalogue) -> Mapping[str, int]:
    """Live area code to its mobile ranges of 10,000 numbers; what belongs to no code of the catalogue is left out."""
    table = Phone()
    rows = np.frombuffer(table.buf, dtype=_ROW, count=table.phone_record_count, offset=table.first_phone_record_offset)
    counts: Counter[str] = Counter()
    for place, count in zip(*np.unique(rows["place"], return_counts=True), strict=True):
        written = table.buf[int(place) : table.buf.index(b"\0", int(place))].decode()
        code = written.rpartition("|")[2]
        counts[catalogue.retired_code_aliases.get(code, code)] += int(count)
    return MappingProxyType({code: count for code, count in counts.items() if code in catalogue.area_codes})
