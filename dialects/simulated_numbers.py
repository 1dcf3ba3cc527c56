"""Caller's numbers drawn for recordings that have none, to see what sound and number are worth together.

Recordings carry no caller's number. One is drawn from the catalogue: with probability `1 - migrant_share` a landline
of an area where the dialect is spoken (area codes weigh by the dialect's share in them), else, and always for Putonghua
and English, a landline of any area code, each as likely. So what is measured with them holds if the catalogue is right
about who speaks what where; `perturbed` shares and more migrants show how much hangs on that.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Final

from dialects.catalogue import Catalogue
from dialects.scoring import CREDITED_AS_ONE

MIGRANT_SHARE: Final = 0.2


def draw_number(
    dialect_id: str,
    catalogue: Catalogue,
    draw: random.Random,
    *,
    migrant_share: float = MIGRANT_SHARE,
    shares: Mapping[str, Mapping[str, float]] | None = None,
) -> str:
    """A landline number, E.164, for a speaker of `dialect_id`; subscriber digits are fictitious.

    `shares` is area code to dialect shares, the catalogue's when left out. An id that no area has (`putonghua`,
    `english`) gets any area; `*_unspecified` one of its group's.
    """
    table = shares or {code: area.shares for code, area in catalogue.area_codes.items()}
    ids = _ids(dialect_id, catalogue)
    weights = {code: sum(row.get(one, 0.0) for one in ids) for code, row in table.items()}
    codes = sorted(table)
    if sum(weights.values()) > 0 and draw.random() >= migrant_share:
        code = draw.choices(codes, [weights[code] for code in codes])[0]
    else:
        code = draw.choice(codes)
    digits = 8 if len(code) == 3 else 7
    return f"+86{code[1:]}{'5550100'.ljust(digits, '0')}"


def perturbed(catalogue: Catalogue, draw: random.Random, *, by: float = 2.0) -> dict[str, dict[str, float]]:
    """The catalogue's shares, each multiplied by a factor between `1/by` and `by` and normalized again."""
    table: dict[str, dict[str, float]] = {}
    for code, area in sorted(catalogue.area_codes.items()):
        row = {one: share * by ** draw.uniform(-1, 1) for one, share in area.shares.items()}
        table[code] = {one: share / sum(row.values()) for one, share in row.items()}
    return table


def _ids(dialect_id: str, catalogue: Catalogue) -> tuple[str, ...]:
    if dialect_id in catalogue.dialects:
        return (dialect_id,)
    if dialect_id in CREDITED_AS_ONE:
        return tuple(
            one
            for one, group in CREDITED_AS_ONE.items()
            if group == CREDITED_AS_ONE[dialect_id] and one in catalogue.dialects
        )
    return tuple(one for one in catalogue.members(dialect_id.removesuffix("_unspecified")) if one in catalogue.dialects)
