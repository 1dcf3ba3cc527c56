"""How many segments a text is, as carriers count and bill them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

_GSM7_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""The default alphabet of 3GPP TS 23.038, 6.2.1, without the escape."""
_GSM7_EXTENSION = frozenset("\f^{}\\[~]|€")
"""Its extension table, 6.2.1.1: an escape and a character, so two units."""


class Encoding(StrEnum):
    """How a text travels."""

    GSM7 = "gsm7"  # 7 bits a unit
    UCS2 = "ucs2"  # UTF-16 code units; one foreign character puts the whole text here


SINGLE = {Encoding.GSM7: 160, Encoding.UCS2: 70}
"""Units that fit when the text is one segment."""
JOINED = {Encoding.GSM7: 153, Encoding.UCS2: 67}
"""Units of each segment when there are several: the header that joins them takes the rest."""


@dataclass(frozen=True)
class Length:
    """What a text counts."""

    encoding: Encoding
    units: int
    segments: int


def measure(text: str) -> Length:
    """How the text is encoded, its units and its segments; the empty text is one segment of no units.

    Units of GSM-7 are characters, those of the extension table two; units of UCS-2 are UTF-16 code units, an emoji two.
    A character of two units is never cut in half by a segment's end, so a text may need one more than division says.
    """
    encoding = Encoding.GSM7 if is_gsm7(text) else Encoding.UCS2
    units = units_in(text, encoding)
    if units <= SINGLE[encoding]:
        return Length(encoding, units, 1)
    if units == len(text):  # no character of two units, so nothing to keep together
        return Length(encoding, units, -(-units // JOINED[encoding]))
    return Length(encoding, units, _joined_segments(text, encoding))


def is_gsm7(text: str) -> bool:
    """Whether every character is in the GSM-7 alphabet or its extension."""
    return _GSM7_BASIC.issuperset(text) or (_GSM7_BASIC | _GSM7_EXTENSION).issuperset(text)


def units_in(text: str, encoding: Encoding) -> int:
    """Units of the text in an encoding that can carry it."""
    if encoding is Encoding.GSM7:
        return len(text) + (0 if _GSM7_EXTENSION.isdisjoint(text) else sum(map(_GSM7_EXTENSION.__contains__, text)))
    return len(text.encode("utf-16-le")) // 2


def _joined_segments(text: str, encoding: Encoding) -> int:
    segments, room = 1, JOINED[encoding]
    for character in text:
        need = units_in(character, encoding)
        if need > room:
            segments, room = segments + 1, JOINED[encoding]
        room -= need
    return segments
