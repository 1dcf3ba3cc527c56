"""Where a number belongs and what that says about the dialect: a prior, never a certainty.

Landlines are found by the catalogue's area codes, mobiles by the ranges they were given out from.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from phone import Phone
from phonenumbers import PhoneNumber, geocoder

from dialects.catalogue import AreaCode, Catalogue, load_catalogue
from dialects.evidence import Evidence, Source
from dialects.numbers import Form, Number, read_number
from dialects.prior import beliefs_of_area, likelihood_from_beliefs
from dialects.settings import IdentificationSettings


class AreaKind(StrEnum):
    """What a number says about a place."""

    LANDLINE = "landline"
    MOBILE = "mobile"
    VIRTUAL = "virtual"  # a mobile of a virtual operator, sold online and carried anywhere
    WITHHELD = "withheld"
    FOREIGN = "foreign"  # any country code but +86, so Hong Kong, Macau and Taiwan too
    INVALID = "invalid"  # no number, or none in use


@dataclass(frozen=True)
class Area:
    """What a number says about where its owner comes from."""

    kind: AreaKind
    area_code: str | None = None
    """Live area code, `0591`; None where only a province is known, or nothing."""
    place: str = ""
    """Cities or province in Chinese, `福州`; empty where nothing is known."""
    country: str | None = None
    """ISO 3166 code, `CN`."""
    calling_code: str = ""
    """Country code of a Chinese-speaking place outside +86, `+852`."""


# Ranges of the virtual operators, as public lists give them (170 from the pilot of December 2013 on, later 171, 165,
# 167 and 162). `phone` marks virtual numbers one by one: in phone.dat v2312 7 in 10 of 170 and 171, few of the others.
VIRTUAL_PREFIXES = ("162", "165", "167", "170", "171")
_VIRTUAL_OPERATOR = "虚拟"
PROVINCES = (
    "内蒙古",
    "黑龙江",
    "北京",
    "天津",
    "河北",
    "山西",
    "辽宁",
    "吉林",
    "上海",
    "江苏",
    "浙江",
    "安徽",
    "福建",
    "江西",
    "山东",
    "河南",
    "湖北",
    "湖南",
    "广东",
    "广西",
    "海南",
    "重庆",
    "四川",
    "贵州",
    "云南",
    "西藏",
    "陕西",
    "甘肃",
    "青海",
    "宁夏",
    "新疆",
)
"""The provinces, municipalities and autonomous regions of the mainland, in the short form that staff use."""
_PROVINCES = re.compile("|".join(PROVINCES))
_CITIES_NAMED = 3
VIRTUAL_TRUST = 0.4
"""Share of a virtual operator's callers taken to come from the number's place: a judgement, they are sold online."""
_DIALECTS_NAMED = 3
"""Dialects named in the text."""


def locate(number: str, *, catalogue: Catalogue | None = None) -> Area:
    """Where the number belongs.

    `number` is what a carrier sends: E.164, a national form with or without separators, a SIP or tel address, or a
    word for a withheld number. Never fails: what cannot be read is INVALID. Without a catalogue, the packaged one.
    """
    catalogue = catalogue or load_catalogue()
    read = read_number(number)
    match read.form:
        case Form.CHINA_LANDLINE:
            return _landline(read, catalogue)
        case Form.CHINA_MOBILE:
            return _mobile(read, catalogue)
        case Form.FOREIGN:
            return _foreign(read, catalogue)
        case Form.WITHHELD:
            return Area(AreaKind.WITHHELD)
        case Form.INVALID:
            return Area(AreaKind.INVALID)


@lru_cache(maxsize=8192)
def province_of(number: str, *, catalogue: Catalogue | None = None) -> str | None:
    """The province a number belongs to, `福建`; None abroad, withheld, unreadable, or where only the range is known."""
    catalogue = catalogue or load_catalogue()
    area = locate(number, catalogue=catalogue)
    if area.area_code is None:
        return area.place if area.place in PROVINCES else None
    found = _PROVINCES.match(catalogue.area_codes[area.area_code].cities[0])
    return found[0] if found else None


def city_of(city_with_province: str) -> str:
    """`福建福州` -> `福州`; the four municipalities and 吉林 stay as they are."""
    province = _PROVINCES.match(city_with_province)
    return (
        city_with_province[province.end() :] if province and province[0] != city_with_province else city_with_province
    )


def _landline(number: Number, catalogue: Catalogue) -> Area:
    known = {**{code: code for code in catalogue.area_codes}, **catalogue.retired_code_aliases}
    for length in (4, 3):  # the longest match: 0310 is Handan, though 031 begins like a short code
        code = known.get(number.digits[:length])
        if code and 7 <= len(number.digits) - length <= 8:
            return Area(AreaKind.LANDLINE, code, _place(catalogue.area_codes[code]), number.country)
    return Area(AreaKind.INVALID)


def _mobile(number: Number, catalogue: Catalogue) -> Area:
    virtual = number.digits.startswith(VIRTUAL_PREFIXES)
    found = _phone_table().find(number.digits)
    if found:
        kind = AreaKind.VIRTUAL if virtual or _VIRTUAL_OPERATOR in (found["phone_type"] or "") else AreaKind.MOBILE
        code = catalogue.retired_code_aliases.get(found["area_code"], found["area_code"])
        if code in catalogue.area_codes:
            return Area(kind, code, found["city"], number.country)
    kind = AreaKind.VIRTUAL if virtual else AreaKind.MOBILE
    described = geocoder.description_for_number(PhoneNumber(country_code=86, national_number=int(number.digits)), "zh")
    province_and_city = re.sub("(壮族|回族|维吾尔)?自治区|省|市", "", described)
    code = _codes_by_city(catalogue).get(province_and_city)
    province = _PROVINCES.fullmatch(province_and_city)
    if code is None and province is None:
        return Area(kind, country=number.country)
    return Area(kind, code, city_of(province_and_city), number.country)


def _foreign(number: Number, catalogue: Catalogue) -> Area:
    for calling_code, numbering in catalogue.extra_numbering.items():
        if number.digits.startswith(calling_code):
            return Area(AreaKind.FOREIGN, None, numbering.place, number.country, calling_code)
    return Area(AreaKind.FOREIGN, country=number.country)


def _place(area: AreaCode) -> str:
    cities = [city_of(city) for city in area.cities]
    # 延吉, 延边; 锡林郭勒, 锡林郭勒盟: the table repeats itself
    distinct = [city for city in cities if not any(city != other and city.startswith(other) for other in cities)]
    return "、".join(distinct[:_CITIES_NAMED]) + ("等" if len(distinct) > _CITIES_NAMED else "")


def shares_of_province(province: str, catalogue: Catalogue) -> dict[str, float]:
    """Dialect id to its mean share over the area codes of a province; empty for an unknown one."""
    codes = [area for area in catalogue.area_codes.values() if any(city.startswith(province) for city in area.cities)]
    shares: dict[str, float] = {}
    for area in codes:
        for dialect_id, share in area.shares.items():
            shares[dialect_id] = shares.get(dialect_id, 0.0) + share / len(codes)
    return shares


@lru_cache(maxsize=4)
def _codes_by_city(catalogue: Catalogue) -> Mapping[str, str]:
    return {city: code for code, area in catalogue.area_codes.items() for city in area.cities}


@lru_cache(maxsize=1)
def _phone_table() -> Phone:
    return Phone()  # reads 4 MB once


def number_evidence(number: str, catalogue: Catalogue, settings: IdentificationSettings) -> Evidence | None:
    """What the number speaks for, or None when it says nothing: withheld, foreign, unreadable, of an unknown range."""
    area = locate(number, catalogue=catalogue)
    shares = _shares(area, catalogue)
    if not shares:
        return None
    trust = VIRTUAL_TRUST if area.kind is AreaKind.VIRTUAL else 1.0
    beliefs = beliefs_of_area(shares, catalogue, settings, trust=trust)
    likelihood = likelihood_from_beliefs(beliefs, catalogue, settings)
    return Evidence(Source.NUMBER, f"{_words(area)} → {_names(shares, catalogue)}", likelihood)


def _shares(area: Area, catalogue: Catalogue) -> Mapping[str, float]:
    if area.area_code:
        return catalogue.area_codes[area.area_code].shares
    if area.calling_code:
        return catalogue.extra_numbering[area.calling_code].shares
    if area.place:
        return shares_of_province(area.place, catalogue)
    return {}


def _words(area: Area) -> str:
    match area.kind:
        case AreaKind.LANDLINE:
            return f"区号 {area.area_code}({area.place})"
        case AreaKind.FOREIGN:
            return f"{area.place}({area.calling_code})"
        case AreaKind.VIRTUAL:
            return f"手机归属地 {area.place}(虚拟运营商，不可靠)"
        case _:
            return f"手机归属地 {area.place}"


def _names(shares: Mapping[str, float], catalogue: Catalogue) -> str:
    best = sorted(shares.items(), key=lambda item: (-item[1], item[0]))[:_DIALECTS_NAMED]
    if len(best) == 1:
        return catalogue.name(best[0][0])
    return "、".join(f"{catalogue.name(dialect_id)} {share:.0%}" for dialect_id, share in best)
