"""Reads a caller's number as carriers send it: E.164, national, a SIP address, or a word for "withheld"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

import phonenumbers

CHINA = "CN"


class Form(StrEnum):
    """What the characters of a number say before any table is asked."""

    CHINA_MOBILE = "china_mobile"  # 11 digits that begin with 1
    CHINA_LANDLINE = "china_landline"  # 0, area code, subscriber
    FOREIGN = "foreign"
    WITHHELD = "withheld"
    INVALID = "invalid"


@dataclass(frozen=True)
class Number:
    """A number in one fixed writing."""

    form: Form
    digits: str = ""
    """Mobile: `13800138000`; landline: `059122345678`; foreign: `+85223456789`; otherwise empty."""
    country: str | None = None
    """ISO 3166 code of a valid number's country, `CN`."""

    @property
    def e164(self) -> str:
        """The number as E.164, `+8659122345678`; empty for a withheld or unreadable one."""
        match self.form:
            case Form.CHINA_MOBILE:
                return "+86" + self.digits
            case Form.CHINA_LANDLINE:
                return "+86" + self.digits.removeprefix("0")
            case _:
                return self.digits


_WITHHELD_WORDS = ("anonymous", "restricted", "blocked", "unknown", "unavailable", "private", "withheld")


def _keys_of(word: str) -> str:
    """The word as typed on a telephone's keys: `blocked` is 2562533."""
    keys = str.maketrans("abcdefghijklmnopqrstuvwxyz", "22233344455566677778889999")
    return word.translate(keys)


# Twilio sends a withheld number as the word typed on the keys: +266696687 is ANONYMOUS (its help page "What Numbers Do
# Calls from Anonymous Callers Show"). Mind +86282452253: UNAVAILABLE, not a short number in Chengdu.
_WITHHELD = frozenset({*_WITHHELD_WORDS, *(_keys_of(word) for word in _WITHHELD_WORDS), ""})
_SCHEME = re.compile(r"^(sips?|tel):", re.IGNORECASE)
_SEPARATORS = re.compile(r"[\s\-().·\u2010-\u2015]+")
_MOBILE = re.compile(r"0?(1[3-9]\d{9})")
_LANDLINE = re.compile(r"0([1-9]\d{8,10})")
_CHINA = re.compile(r"(?:\+|00)86(\d+)|86(1\d{10}|[2-9]\d{8,10})")


def read_number(number: str) -> Number:
    """What kind of number this is and its digits; never fails, an unreadable one is INVALID."""
    address = _SCHEME.sub("", number.strip()).split("@")[0].split(";")[0]
    text = _SEPARATORS.sub("", address.strip('"<> ')).lower()
    if text.lstrip("+") in _WITHHELD:
        return Number(Form.WITHHELD)
    if china := _CHINA.fullmatch(text):
        return _china(china[1] or china[2], international=True)
    if text.startswith(("+", "00")):
        return _foreign("+" + text.lstrip("+").removeprefix("00"))
    return _china(text, international=False)


def _china(digits: str, *, international: bool) -> Number:
    if mobile := _MOBILE.fullmatch(digits):
        return Number(Form.CHINA_MOBILE, mobile[1], CHINA)
    # within +86 the trunk prefix 0 is left out; some carriers send it all the same
    national = digits if digits.startswith("0") or not international else "0" + digits
    if _LANDLINE.fullmatch(national):
        return Number(Form.CHINA_LANDLINE, national, CHINA)
    return Number(Form.INVALID)


def _foreign(number: str) -> Number:
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return Number(Form.INVALID)
    if not phonenumbers.is_possible_number(parsed):
        return Number(Form.INVALID)
    region = phonenumbers.region_code_for_number(parsed)
    if region is None and parsed.country_code is not None:  # possible, but outside the ranges in service
        region = phonenumbers.region_code_for_country_code(parsed.country_code)
    return Number(Form.FOREIGN, number, region)
