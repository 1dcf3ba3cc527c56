"""Numbers, money, days and lengths of time, as they are said and as they are written."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bilingual.formatting import MAX_SPOKEN_CHARACTERS, Money, in_words
from bilingual.spoken_numbers import MAX_NUMBER, digits, numeral, ordinal, quantity
from bilingual.tags import Language
from bilingual.variables import Channel, Format, Variable

ZH, EN = Language.ZH, Language.EN
VOICE, WEB = Channel.VOICE, Channel.WEB
CHINA = timezone(timedelta(hours=8))
HOURS = Variable(format=Format.QUANTITY, zh={"other": "# 个小时"}, en={"one": "# hour", "other": "# hours"})


@pytest.mark.parametrize(
    ("number", "counted", "named"),
    [
        (0, "零", "零"),
        (2, "两", "二"),
        (10, "十", "十"),
        (12, "十二", "十二"),
        (20, "二十", "二十"),
        (102, "一百零二", "一百零二"),
        (110, "一百一十", "一百一十"),
        (200, "两百", "二百"),
        (203, "两百零三", "二百零三"),
        (1002, "一千零二", "一千零二"),
        (2000, "两千", "二千"),
        (10_000, "一万", "一万"),
        (22_000, "两万两千", "二万二千"),
        (100_005, "十万零五", "十万零五"),
        (100_000_005, "一亿零五", "一亿零五"),
        (100_005_000, "一亿零五千", "一亿零五千"),
    ],
)
def test_a_chinese_number_is_said_as_people_say_it(number: int, counted: str, named: str) -> None:
    """两 before what is counted, 二 in a date; one zero for any number of them."""
    assert (quantity(number, ZH), numeral(number)) == (counted, named)


_VALUES = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_GROUPS = {"万": 10**4, "亿": 10**8}


def understood(said: str) -> int:
    """What somebody who hears the number writes down."""
    total = group = last = 0
    for sign in said:
        if sign in _VALUES:
            last = _VALUES[sign]
        elif sign in _UNITS:
            group, last = group + (last or 1) * _UNITS[sign], 0
        else:
            total, group, last = total + (group + last) * _GROUPS[sign], 0, 0
    return total + group + last


@given(st.integers(0, MAX_NUMBER))
def test_every_chinese_number_is_understood_as_it_was_meant(number: int) -> None:
    """Said with 两 or with 二, whoever hears it writes down the same number."""
    assert understood(quantity(number, ZH)) == understood(numeral(number)) == number


_SMALL = (
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_WORDS = {word: value for value, word in enumerate(_SMALL)} | {word: 10 * value for value, word in enumerate(_TENS, 2)}
_LARGE = {"thousand": 10**3, "million": 10**6, "billion": 10**9}


def understood_in_english(said: str) -> int:
    """What somebody who hears the English number writes down."""
    total = group = 0
    for word in said.replace("-", " ").split():
        if word in _LARGE:
            total, group = total + group * _LARGE[word], 0
        else:
            group = group * 100 if word == "hundred" else group + _WORDS[word]
    return total + group


@given(st.integers(0, MAX_NUMBER))
def test_every_english_number_is_understood_as_it_was_meant(number: int) -> None:
    """Up to the billions."""
    assert understood_in_english(quantity(number, EN)) == number


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (1, "first"),
        (2, "second"),
        (3, "third"),
        (5, "fifth"),
        (8, "eighth"),
        (9, "ninth"),
        (12, "twelfth"),
        (13, "thirteenth"),
        (20, "twentieth"),
        (21, "twenty-first"),
        (30, "thirtieth"),
        (31, "thirty-first"),
        (100, "one hundredth"),
        (102, "one hundred second"),
    ],
)
def test_an_english_day_is_said_with_its_ordinal(number: int, said: str) -> None:
    """As in "February twenty-second"."""
    assert ordinal(number) == said


@pytest.mark.parametrize("number", [-1, MAX_NUMBER + 1, Decimal("NaN"), Decimal("Infinity")])
def test_what_is_no_quantity_is_refused(number: int | Decimal) -> None:
    """By a reason, not by nonsense on the line."""
    with pytest.raises(ValueError, match="no quantity"):
        quantity(number, ZH)


def test_a_telephone_number_says_yao() -> None:
    """One is 幺 where numbers are read out, so that nobody hears seven; marks are not said."""
    assert digits("110", telephone=True) == "幺幺零"
    assert digits("+86 138-0013") == "八六一三八零零一三"
    assert digits("102", EN) == "one zero two"


@pytest.mark.parametrize(
    ("format_", "value", "expected"),
    [
        (
            Format.MONEY,
            Money(Decimal("328.50")),
            ("三百二十八元五角", "three hundred twenty-eight point five Chinese yuan", "¥328.50", "CN¥328.50"),
        ),
        (
            Format.MONEY,
            Money(Decimal("12.05")),
            ("十二元零五分", "twelve point zero five Chinese yuan", "¥12.05", "CN¥12.05"),
        ),
        (Format.MONEY, Money(Decimal("0.3")), ("三角", "zero point three Chinese yuan", "¥0.30", "CN¥0.30")),
        (Format.MONEY, Money(Decimal(2)), ("两元", "two Chinese yuan", "¥2.00", "CN¥2.00")),
        (Format.MONEY, Money(Decimal(1), "USD"), ("一美元", "one US dollar", "US$1.00", "$1.00")),
        (
            Format.DATE,
            date(2026, 2, 22),
            ("二月二十二日", "February twenty-second", "2026年2月22日", "February 22, 2026"),
        ),
        (Format.MINUTES, 1, ("一分钟", "one minute", "1分钟", "1 minute")),
        (Format.MINUTES, 2, ("两分钟", "two minutes", "2分钟", "2 minutes")),
        (Format.MINUTES, 15, ("十五分钟", "fifteen minutes", "15分钟", "15 minutes")),
        (
            Format.QUANTITY,
            12_345,
            ("一万两千三百四十五", "twelve thousand three hundred forty-five", "12,345", "12,345"),
        ),
        (Format.TELEPHONE, "0102", ("零幺零二", "zero one zero two", "0102", "0102")),
        (Format.DIGITS, "0102", ("零一零二", "zero one zero two", "0102", "0102")),
    ],
)
def test_a_value_is_said_in_words_and_written_with_figures(
    format_: Format, value: object, expected: tuple[str, ...]
) -> None:
    """By voice in Chinese and English, then on a page in both."""
    variable = Variable(format=format_)
    assert (
        tuple(in_words(value, variable, language, channel) for channel in (VOICE, WEB) for language in (ZH, EN))
        == expected
    )


def test_a_moment_is_written_by_its_own_clock() -> None:
    """The hour of the hotline's zone, not of Greenwich."""
    at = datetime(2026, 11, 25, 20, 5, tzinfo=CHINA)
    assert "20:05" in in_words(at, Variable(format=Format.MOMENT), ZH, WEB)
    assert "8:05" in in_words(at, Variable(format=Format.MOMENT), EN, WEB)


@pytest.mark.parametrize(
    ("language", "number", "words"),
    [(EN, 1, "one hour"), (EN, 2, "two hours"), (EN, 0, "zero hours"), (ZH, 1, "一 个小时"), (ZH, 2, "两 个小时")],
)
def test_a_quantity_takes_its_noun_by_the_plural_rules(language: Language, number: int, words: str) -> None:
    """Those of the Unicode CLDR, through Babel."""
    assert in_words(number, HOURS, language, VOICE) == words


@pytest.mark.parametrize(
    ("format_", "value", "reason"),
    [
        pytest.param(Format.TEXT, "", "a text is needed", id="empty"),
        pytest.param(Format.TEXT, 7, "a text is needed", id="a-number-for-a-text"),
        pytest.param(Format.TEXT, "字" * 10_000, "10000 characters", id="ten-thousand-characters"),
        pytest.param(Format.TEXT, "您好😀", "nobody can say", id="emoji"),
        pytest.param(Format.TEXT, "a\x00b", r"U\+0000", id="control-character"),
        pytest.param(Format.TEXT, "\ud800", "control character", id="half-a-character"),
        pytest.param(Format.QUANTITY, "two", "a number is needed", id="a-text-for-a-number"),
        pytest.param(Format.QUANTITY, True, "a number is needed", id="a-yes-for-a-number"),
        pytest.param(Format.QUANTITY, -3, "no quantity", id="less-than-nothing"),
        pytest.param(Format.DIGITS, "none", "figures are needed", id="no-figures"),
        pytest.param(Format.MONEY, Decimal(3), "with its currency", id="money-without-currency"),
        pytest.param(Format.MONEY, Money(Decimal(3), "XYZ"), "with its currency", id="no-such-currency"),
        pytest.param(Format.MONEY, Money(Decimal("0.001")), "two decimals", id="a-tenth-of-a-cent"),
        pytest.param(Format.MONEY, Money(Decimal("NaN")), "no number", id="money-that-is-no-number"),
        pytest.param(Format.DATE, "2026-02-22", "a day is needed", id="a-text-for-a-day"),
        pytest.param(Format.MINUTES, Decimal("1.5"), "whole minutes", id="half-a-minute"),
        pytest.param(Format.MINUTES, 601, "whole minutes", id="too-many-minutes"),
        pytest.param(Format.MOMENT, datetime(2026, 1, 1, tzinfo=UTC), "no spoken form", id="a-moment-by-voice"),
    ],
)
def test_a_value_that_cannot_be_said_is_refused_with_a_reason(format_: Format, value: object, reason: str) -> None:
    """Whoever gave it learns why."""
    with pytest.raises(ValueError, match=reason):
        in_words(value, Variable(format=format_), ZH, VOICE)


def test_a_moment_without_its_zone_is_refused() -> None:
    """Nobody knows which hour is meant."""
    with pytest.raises(ValueError, match="time zone"):
        in_words(datetime(2026, 1, 1), Variable(format=Format.MOMENT), ZH, WEB)  # noqa: DTZ001 - that is the case


@given(st.text(max_size=MAX_SPOKEN_CHARACTERS + 5), st.sampled_from(Format), st.sampled_from(Language))
def test_any_text_is_said_or_refused(value: str, format_: Format, language: Language) -> None:
    """Never another error: the call must be able to go on."""
    try:
        said = in_words(value, Variable(format=format_), language, VOICE)
    except ValueError:
        return
    assert said or format_ in (Format.DIGITS, Format.TELEPHONE)
