"""What the books and the caller's own choice say about the dialect."""

from __future__ import annotations

from dialects.area import city_of
from dialects.catalogue import PUTONGHUA, Catalogue
from dialects.errors import UnknownDialectError
from dialects.evidence import Evidence, Source

STORED_DIALECT_RATIO = 250.0
"""How much likelier a stored dialect is than any other. A judgement: of ten callers from such a number between eight
and nine speak it and the others are spread evenly, 0.86 / (0.14 / 42). More than a number's area can say: the books
speak of the person."""
ORIGIN_RATIO = 60.0
"""The same for the place a customer comes from, 6 in 10 of whom speak its dialect: 0.6 / (0.4 / 42); people move."""
PUTONGHUA_RATIO = 6.0
"""How much likelier Putonghua is than a dialect the books do not name: on one call in ten from such a number somebody
speaks Putonghua, the customer out of politeness or somebody else of the house. A judgement."""
CHOICE_RATIO = 1e6
"""What the caller says of himself is taken as said; `identify` lets it win over everything else."""


def customer_evidence(stored_dialect: str | None, origin: str | None, catalogue: Catalogue) -> Evidence | None:
    """What the books say, or None when they say nothing about it.

    `stored_dialect` is a class id; `origin` an area code (`0591`) or a city, with or without its province (`福州`,
    `福建福州`). Of the two the stored dialect is taken. Raises UnknownDialectError for an id that is none.
    """
    if stored_dialect:
        text = f"客户资料：说{catalogue.name(stored_dialect)}"
        return Evidence(
            Source.CUSTOMER,
            text,
            _favour({stored_dialect: 1.0}, STORED_DIALECT_RATIO, catalogue, putonghua=PUTONGHUA_RATIO),
        )
    code = _area_code_of(origin, catalogue) if origin else None
    if code is None:
        return None
    shares = dict(catalogue.area_codes[code].shares)
    best = max(shares, key=lambda dialect_id: (shares[dialect_id], dialect_id))
    text = f"客户资料：籍贯 {origin} → {catalogue.name(best)}"
    return Evidence(Source.CUSTOMER, text, _favour(shares, ORIGIN_RATIO, catalogue))


def choice_evidence(dialect_id: str, catalogue: Catalogue) -> Evidence:
    """The dialect the caller keyed, or said to speak; wins over everything else. Raises UnknownDialectError."""
    text = f"来电人自选：{catalogue.name(dialect_id)}"
    return Evidence(Source.CHOICE, text, _favour({dialect_id: 1.0}, CHOICE_RATIO, catalogue))


def _favour(
    shares: dict[str, float], ratio: float, catalogue: Catalogue, *, putonghua: float = 1.0
) -> dict[str, float]:
    if unknown := set(shares) - set(catalogue.classes):
        raise UnknownDialectError(unknown.pop())
    favoured = {class_id: 1 + (ratio - 1) * shares.get(class_id, 0.0) for class_id in catalogue.classes}
    if PUTONGHUA not in shares:
        favoured[PUTONGHUA] = min(putonghua, ratio)
    return favoured


def _area_code_of(origin: str, catalogue: Catalogue) -> str | None:
    place = origin.strip()
    code = catalogue.retired_code_aliases.get(place, place)
    if code in catalogue.area_codes:
        return code
    place = place.replace("省", "").removesuffix("市")
    for area in catalogue.area_codes.values():
        if any(place in (city, city_of(city)) for city in area.cities):
            return area.code
    return None
