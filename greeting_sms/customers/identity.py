"""Birthday and gender from a mainland identity number (GB 11643-1999). The number itself goes no further."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

_EIGHTEEN: Final = re.compile(r"[1-9]\d{16}[\dXx]", re.ASCII)
_FIFTEEN: Final = re.compile(r"\d{15}", re.ASCII)
_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK: Final = "10X98765432"


class IdentityNumberError(ValueError):
    """The text is no identity number that a birthday can be read from; the message never repeats it."""


def check_character(first_seventeen: str) -> str:
    """The last character of an identity number (ISO 7064, MOD 11-2)."""
    return _CHECK[sum(int(digit) * weight for digit, weight in zip(first_seventeen, _WEIGHTS, strict=True)) % 11]


def read_identity_number(text: str) -> tuple[date, str]:
    """Day of birth, always by the solar calendar, and `male` or `female`. Raises IdentityNumberError."""
    if _FIFTEEN.fullmatch(text):
        raise IdentityNumberError("an identity number of 15 digits has no century and no check digit; 18 are needed")
    if not _EIGHTEEN.fullmatch(text):
        raise IdentityNumberError("not an identity number of 18 characters")
    if check_character(text[:17]) != text[17].upper():
        raise IdentityNumberError("the check digit of the identity number is wrong")
    try:
        born = date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError as error:
        raise IdentityNumberError("the identity number has a day of birth that does not exist") from error
    return born, "male" if int(text[16]) % 2 else "female"
