"""A value in the form its message asks for: as Babel writes it, or as it is said aloud."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from babel.dates import format_date, format_datetime, format_timedelta
from babel.numbers import format_currency, format_decimal, get_currency_name, is_currency

from bilingual.spoken_numbers import MAX_NUMBER, digits, numeral, ordinal, quantity
from bilingual.tags import Language
from bilingual.variables import LOCALES, Channel, Format, Variable

MAX_SPOKEN_CHARACTERS = 60
"""Of one value: a name or a number. Nobody on the telephone follows more."""
MAX_WRITTEN_CHARACTERS = 500
"""Of one value on a page or in a text; a link with its signature is the longest."""
MAX_MINUTES = 600
"""Of a length of time; longer ones are not told in minutes."""
_UNSPEAKABLE = frozenset({"So", "Sk", "Cs", "Co", "Cn"})
"""Unicode categories of emoji and other signs that no voice reads as meant."""


@dataclass(frozen=True)
class Money:
    """An amount with its currency (ISO 4217)."""

    amount: Decimal
    currency: str = "CNY"


Value = str | int | Decimal | Money | date | datetime
"""What a message can be given."""


def in_words(value: object, variable: Variable, language: Language, channel: Channel) -> str:
    """The value as `channel` has it: written with figures, or, by voice, in words.

    Markup in it stays what it is, plain text: whoever makes TwiML or HTML of the message escapes it there, once.
    Raises `ValueError` with the reason for a value that is of another kind, too long, or cannot be said.
    """
    makers = _SPOKEN if channel is Channel.VOICE else _WRITTEN
    most = MAX_SPOKEN_CHARACTERS if channel is Channel.VOICE else MAX_WRITTEN_CHARACTERS
    if isinstance(value, str) and len(value) > most:
        raise ValueError(f"a value of {len(value)} characters, at most {most} are allowed")
    said = makers[variable.format](value, language)
    if variable.format is Format.QUANTITY and variable.forms(language):
        category = str(LOCALES[language].plural_form(_number(value)))
        said = variable.forms(language)[category].replace("#", said)
    return said


def _text(value: object, _language: Language) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("a text is needed")
    if wrong := next((sign for sign in value if unicodedata.category(sign) in ("Cc", "Cs")), None):
        raise ValueError(f"the control character U+{ord(wrong):04X} is in it")
    return value


def _spoken_text(value: object, language: Language) -> str:
    text = _text(value, language)
    if wrong := next((sign for sign in text if unicodedata.category(sign) in _UNSPEAKABLE), None):
        raise ValueError(f"nobody can say {wrong!r}")
    return text


def _number(value: object) -> int | Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise ValueError("a number is needed")
    return value


def _spoken_quantity(value: object, language: Language) -> str:
    return quantity(_number(value), language)


def _written_quantity(value: object, language: Language) -> str:
    return format_decimal(_number(value), locale=LOCALES[language])


def _figures(value: object, _language: Language) -> str:
    if not isinstance(value, str) or not any(sign.isdecimal() for sign in value):
        raise ValueError("figures are needed, as a text")
    return _text(value, _language)


def _spoken_digits(value: object, language: Language) -> str:
    return digits(_figures(value, language), language)


def _spoken_telephone(value: object, language: Language) -> str:
    return digits(_figures(value, language), language, telephone=True)


def _money(value: object) -> Money:
    if not isinstance(value, Money) or not is_currency(value.currency):
        raise ValueError("an amount of money with its currency is needed")
    if not value.amount.is_finite() or not 0 <= value.amount <= MAX_NUMBER:
        raise ValueError(f"the amount is no number from 0 to {MAX_NUMBER}")
    cents = value.amount.quantize(Decimal("0.01"))
    if cents != value.amount:
        raise ValueError("the amount has more than two decimals")
    return Money(cents, value.currency)


def _written_money(value: object, language: Language) -> str:
    money = _money(value)
    return format_currency(money.amount, money.currency, locale=LOCALES[language])


def _spoken_money(value: object, language: Language) -> str:
    money = _money(value)
    whole, cents = divmod(int(money.amount * 100), 100)
    if language is Language.ZH and money.currency == "CNY":
        return _yuan(whole, cents)
    plain = Decimal(whole) if not cents else Decimal(f"{money.amount:f}".rstrip("0"))
    name = get_currency_name(money.currency, plain, locale=LOCALES[language])
    said = quantity(plain, language)
    return f"{said}{name}" if language is Language.ZH else f"{said} {name}"


def _yuan(whole: int, cents: int) -> str:
    """元、角、分 as they are said: 十二元零五分, 三角."""
    jiao, fen = divmod(cents, 10)
    said = f"{quantity(whole, Language.ZH)}元" if whole or not cents else ""
    if jiao:
        said += f"{quantity(jiao, Language.ZH)}角"
    if fen:
        said += ("零" if whole and not jiao else "") + f"{quantity(fen, Language.ZH)}分"
    return said


def _date(value: object) -> date:
    if not isinstance(value, date):
        raise ValueError("a day is needed")
    return value


def _written_date(value: object, language: Language) -> str:
    return format_date(_date(value), format="long", locale=LOCALES[language])


def _spoken_date(value: object, language: Language) -> str:
    day = _date(value)
    if language is Language.ZH:
        return f"{numeral(day.month)}月{numeral(day.day)}日"
    return f"{format_date(day, format='MMMM', locale=LOCALES[language])} {ordinal(day.day)}"


def _written_moment(value: object, language: Language) -> str:
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise ValueError("a moment with its time zone is needed")
    # Babel would move it to UTC: the clock of the moment's own zone is meant.
    return format_datetime(value, format="short", tzinfo=value.tzinfo, locale=LOCALES[language])


def _never_spoken(_value: object, _language: Language) -> str:
    raise ValueError("a moment has no spoken form")


def _whole_minutes(value: object) -> int:
    number = _number(value)
    if number != int(number) or not 0 <= number <= MAX_MINUTES:
        raise ValueError(f"whole minutes from 0 to {MAX_MINUTES} are needed")
    return int(number)


def _written_minutes(value: object, language: Language) -> str:
    length = timedelta(minutes=_whole_minutes(value))
    return format_timedelta(length, granularity="minute", threshold=MAX_MINUTES, locale=LOCALES[language])


def _spoken_minutes(value: object, language: Language) -> str:
    minutes = _whole_minutes(value)
    return _written_minutes(minutes, language).replace(str(minutes), quantity(minutes, language))


_Maker = Callable[[object, Language], str]
_WRITTEN: dict[Format, _Maker] = {
    Format.TEXT: _text,
    Format.QUANTITY: _written_quantity,
    Format.DIGITS: _figures,
    Format.TELEPHONE: _figures,
    Format.MONEY: _written_money,
    Format.DATE: _written_date,
    Format.MOMENT: _written_moment,
    Format.MINUTES: _written_minutes,
}
_SPOKEN: dict[Format, _Maker] = {
    Format.TEXT: _spoken_text,
    Format.QUANTITY: _spoken_quantity,
    Format.DIGITS: _spoken_digits,
    Format.TELEPHONE: _spoken_telephone,
    Format.MONEY: _spoken_money,
    Format.DATE: _spoken_date,
    Format.MOMENT: _never_spoken,
    Format.MINUTES: _spoken_minutes,
}
