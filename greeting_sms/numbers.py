"""What a customer's number is, as `phonenumbers` knows it: whether it takes texts, whose zone it lies in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberFormat, PhoneNumberType, timezone

HOME: Final = "CN"
_HOME_PREFIX: Final = "+86"
_CACHED: Final = 1 << 16

# Documentation and generated customers use subscriber numbers that begin with 0, and +1 202 555 01xx: both ring nobody.
_EXAMPLE: Final = re.compile(r"\+86(?:10|2\d|[3-9]\d\d)0\d{6,7}|\+1\d{3}55501\d\d")
_HOME_MOBILE: Final = re.compile(r"\+86(1\d{6})\d{4}")
_SEPARATORS: Final = re.compile(r"[\s\-().·‐-―]+")
_NOT_A_NUMBER: Final = re.compile(r"[^0-9+]")
_TAKES_TEXTS: Final = frozenset({PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE})


class Kind(StrEnum):
    """What a number is good for."""

    MOBILE = "mobile"  # takes texts
    LANDLINE = "landline"  # takes none
    EXAMPLE = "example"  # rings nobody: for documentation and generated customers
    MALFORMED = "malformed"  # no number, or none in service


@dataclass(frozen=True, slots=True)
class CustomerNumber:
    """A number as a customer's record has it."""

    kind: Kind
    e164: str = ""
    """Empty for a malformed one."""


def read_number(text: str) -> CustomerNumber:
    """The number in E.164 and its kind; one without a country is taken as mainland Chinese. Never fails."""
    digits = _SEPARATORS.sub("", text)
    if not digits or len(digits) > 24 or _NOT_A_NUMBER.search(digits):
        return CustomerNumber(Kind.MALFORMED)
    if home := _HOME_MOBILE.fullmatch(digits if digits.startswith("+") else _HOME_PREFIX + digits):
        kind = _home_kind(home[1])
        return CustomerNumber(kind, "" if kind is Kind.MALFORMED else home[0])
    return _read_any(digits)


def zone_of_number(e164: str) -> str | None:
    """The IANA zone of a number where its country or area has but one name for it; None where it does not tell.

    `+44` and some others lie in several zones of the same clock: then the one with the country's own rules would be a
    guess, so the number does not tell and the group's default stands.
    """
    if e164.startswith(_HOME_PREFIX):
        return "Asia/Shanghai"
    try:
        zones = timezone.time_zones_for_number(phonenumbers.parse(e164))
    except phonenumbers.NumberParseException:
        return None
    return zones[0] if len(zones) == 1 and zones[0] != timezone.UNKNOWN_TIMEZONE else None


@lru_cache(maxsize=_CACHED)
def _home_kind(first_seven: str) -> Kind:
    """What the mainland numbers of 11 digits with these first seven are.

    The numbering plan decides by the first five digits, so one answer of `phonenumbers` serves ten thousand numbers.
    """
    return _kind(phonenumbers.parse(f"{_HOME_PREFIX}{first_seven}0000"))


def _read_any(digits: str) -> CustomerNumber:
    if _EXAMPLE.fullmatch(digits):
        return CustomerNumber(Kind.EXAMPLE, digits)
    try:
        parsed = phonenumbers.parse(digits, HOME)
    except phonenumbers.NumberParseException:
        return CustomerNumber(Kind.MALFORMED)
    e164 = phonenumbers.format_number(parsed, PhoneNumberFormat.E164)
    if _EXAMPLE.fullmatch(e164):
        return CustomerNumber(Kind.EXAMPLE, e164)
    kind = _kind(parsed)
    return CustomerNumber(kind, "" if kind is Kind.MALFORMED else e164)


def _kind(parsed: PhoneNumber) -> Kind:
    if not phonenumbers.is_valid_number(parsed):
        return Kind.MALFORMED
    return Kind.MOBILE if phonenumbers.number_type(parsed) in _TAKES_TEXTS else Kind.LANDLINE
