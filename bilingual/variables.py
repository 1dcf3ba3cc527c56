"""What a message leaves open: which values it takes, in what form they are said or written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from string import Formatter

from babel import Locale
from pydantic import BaseModel, ConfigDict, Field

from bilingual.tags import Language

LOCALES = {Language.ZH: Locale("zh"), Language.EN: Locale("en", "US")}
"""Whose number forms, dates and plurals hold (Unicode CLDR, through Babel)."""


class Channel(StrEnum):
    """How a message reaches somebody."""

    VOICE = "voice"  # spoken on the line
    TEXT = "text"  # a short message on a telephone
    WEB = "web"  # on a page


class Format(StrEnum):
    """The form in which a value appears."""

    TEXT = "text"  # as it is: a name, an address
    QUANTITY = "quantity"  # how many: 两个小时, "2 hours"; with the forms of its noun
    DIGITS = "digits"  # digit by digit: 一零二
    TELEPHONE = "telephone"  # digit by digit, one as 幺; written as it is
    MONEY = "money"  # an amount with its currency
    DATE = "date"  # a day
    MOMENT = "moment"  # a day and a time of day; written only
    MINUTES = "minutes"  # how long, in whole minutes


class Variable(BaseModel):
    """One value a message needs."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Format = Field(description="How the value is said or written.")
    zh: Mapping[str, str] = Field({}, description="A quantity's noun by CLDR plural category, with `#` for the number.")
    en: Mapping[str, str] = Field({}, description="The same in English.")

    def forms(self, language: Language) -> Mapping[str, str]:
        """The noun's forms by plural category; empty where the number stands alone."""
        return self.zh if language is Language.ZH else self.en


def placeholders(text: str) -> Iterator[str]:
    """The names in braces. Raises `ValueError` for a brace that is not closed and for anything but a plain name."""
    for _, name, spec, conversion in Formatter().parse(text):
        if name is None:
            continue
        if not name.isidentifier() or spec or conversion:
            raise ValueError(f"`{{{name}}}` is no plain name of a variable")
        yield name


def check_variables(variables: Mapping[str, Variable], *, channel: Channel) -> None:
    """Whether every variable can be said. Raises `ValueError` with the reason."""
    for name, variable in variables.items():
        if variable.format is Format.MOMENT and channel is Channel.VOICE:
            raise ValueError(f"the variable `{name}` is a moment, which has no spoken form")
        for language in Language:
            _check_forms(name, variable.forms(language), language)
        if bool(variable.zh) != bool(variable.en):
            raise ValueError(f"the variable `{name}` has forms in one language only")
        if variable.zh and variable.format is not Format.QUANTITY:
            raise ValueError(f"the variable `{name}` has forms, and is no quantity")


def check_placeholders(phrases: Iterable[str], variables: Mapping[str, Variable], *, where: str) -> None:
    """Whether the phrases name exactly the variables there are. Raises `ValueError` with the reason."""
    named = {name for phrase in phrases for name in placeholders(phrase)}
    if unknown := named - set(variables):
        raise ValueError(f"{where}: no variable is called {', '.join(f'`{name}`' for name in sorted(unknown))}")
    if unused := set(variables) - named:
        raise ValueError(f"{where}: {', '.join(f'`{name}`' for name in sorted(unused))} is never said")


def _check_forms(name: str, forms: Mapping[str, str], language: Language) -> None:
    if not forms:
        return
    needed = {"other", *LOCALES[language].plural_form.tags}
    if set(forms) != needed:
        raise ValueError(f"the variable `{name}` needs {language} forms for {', '.join(sorted(needed))}")
    if any(form.count("#") != 1 for form in forms.values()):
        raise ValueError(f"the variable `{name}` needs one `#` for the number in each {language} form")
