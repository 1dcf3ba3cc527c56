"""What is believed before anything is known about a caller."""

from __future__ import annotations

from collections.abc import Mapping

from dialects.catalogue import PUTONGHUA, Catalogue
from dialects.settings import IdentificationSettings


def prior(catalogue: Catalogue, settings: IdentificationSettings) -> dict[str, float]:
    """Class id to probability before any evidence; sums to 1.

    Putonghua has the configured share, the 42 dialects share the rest evenly: how many of a line's callers speak
    which is not known until the line has counted them.
    """
    each = (1 - settings.putonghua_share) / len(catalogue.dialects)
    return {class_id: settings.putonghua_share if class_id == PUTONGHUA else each for class_id in catalogue.classes}


def beliefs_of_area(
    shares: Mapping[str, float], catalogue: Catalogue, settings: IdentificationSettings, *, trust: float = 1.0
) -> dict[str, float]:
    """P(class | the caller's number belongs to a place), from the shares of the place's local speakers; sums to 1.

    Some callers speak Putonghua, some are migrants and speak any dialect but the place's, so no dialect gets more
    than `1 - migrant_share`. `trust` below 1 takes that fraction of the locals for locals, the rest for migrants.
    """
    locals_share = (1 - settings.migrant_share) * trust
    elsewhere = {dialect_id: 1 - shares.get(dialect_id, 0.0) for dialect_id in catalogue.dialects}
    total = sum(elsewhere.values())
    beliefs = {
        dialect_id: (1 - settings.putonghua_share)
        * (locals_share * shares.get(dialect_id, 0.0) + (1 - locals_share) * elsewhere[dialect_id] / total)
        for dialect_id in catalogue.dialects
    }
    return {**beliefs, PUTONGHUA: settings.putonghua_share}


def likelihood_from_beliefs(
    beliefs: Mapping[str, float], catalogue: Catalogue, settings: IdentificationSettings
) -> dict[str, float]:
    """P(class | observation) turned into P(observation | class), up to a factor, by dividing the prior out again.

    Fusion multiplies the prior in once; so a lone belief comes out of it as it went in.
    """
    before = prior(catalogue, settings)
    return {
        class_id: max(beliefs[class_id] / before[class_id], _LEAST) if before[class_id] > 0 else _LEAST
        for class_id in catalogue.classes
    }


_LEAST = 1e-9
"""A likelihood is positive even where the settings say that nobody speaks Putonghua, or everybody."""
