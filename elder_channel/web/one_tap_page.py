"""The page with one button as HTML: no script, nothing from elsewhere, small enough for the slowest line."""

from __future__ import annotations

import base64
import hashlib
import html
from collections.abc import Mapping
from functools import cache
from importlib import resources
from string import Template

import phonenumbers
import yaml
from pydantic import BaseModel, ConfigDict, Field

from dialects.numbers import Form, read_number
from elder_channel.one_tap.model import PageState
from elder_channel.one_tap.settings import OneTapSettings
from elder_channel.services.one_tap import Page

FOLDER = resources.files("elder_channel") / "data" / "one_tap"


class Words(BaseModel):
    """One sentence, in both languages."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)


class PageWords(BaseModel):
    """Everything the page says."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    states: Mapping[PageState, Words]
    buttons: Mapping[str, Words]


@cache
def page_words() -> PageWords:
    """The words that ship with the page."""
    return PageWords.model_validate(yaml.safe_load((FOLDER / "words.yaml").read_text(encoding="utf-8")))


@cache
def _template() -> Template:
    return Template((FOLDER / "page.html").read_text(encoding="utf-8"))


@cache
def _style() -> str:
    return (FOLDER / "page.css").read_text(encoding="utf-8").replace("\n", "")


@cache
def content_policy() -> str:
    """What the browser may do with the page: its own style, its own icon, its own form, nothing else.

    Browsers that know hashes pass over 'unsafe-inline'; those of 2015 know it alone.
    """
    digest = base64.b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}' 'unsafe-inline'; img-src 'self'; manifest-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


def render(page: Page, *, hotline: str, settings: OneTapSettings) -> str:
    """The page in its state; whatever that is, the hotline can be dialled from it."""
    hotline = settings.dial_number or hotline
    shown = readable(hotline)
    said = page_words().states[page.state]
    return _template().substitute(
        style=_style(),
        name_zh=html.escape(settings.line_name_zh),
        name_en=html.escape(settings.line_name_en),
        say_zh=html.escape(said.zh.format(end=page.number_end, shown=shown)),
        say_en=html.escape(said.en.format(end=page.number_end, shown=shown)),
        buttons=_buttons(page, hotline=hotline, shown=shown),
    )


def _buttons(page: Page, *, hotline: str, shown: str) -> str:
    dialling = page.state not in (PageState.READY, PageState.CALLING)  # then there is nothing else to press
    look = "press" if dialling else "dial"
    dial = f'<a class="{look}" href="tel:{html.escape(hotline)}">{_label("dial", shown)}</a>'
    if page.state is not PageState.READY:
        return dial
    form_token = html.escape(page.form_token)
    hidden = f'<input type="hidden" name="form" value="{form_token}">'
    # Without an address of its own the form goes to the page's: the link stands nowhere in it.
    button = f'<button class="press" type="submit">{_label("call_me", shown)}</button>'
    return f'<form method="post">{hidden}{button}</form>\n{dial}'


def _label(button: str, shown: str) -> str:
    words = page_words().buttons[button]
    zh, en = html.escape(words.zh), html.escape(words.en)
    number = f"<b>{html.escape(shown)}</b>" if button == "dial" else ""
    return f'{zh}{number}<span lang="en">{en}</span>'


def readable(number: str) -> str:
    """A number as people write it: `021 0000 0060` within China, `+1 202-555-0142` elsewhere, `95519` as it is."""
    read = read_number(number)
    if read.form is Form.CHINA_MOBILE:
        return f"{read.digits[:3]} {read.digits[3:7]} {read.digits[7:]}"
    if read.form is Form.CHINA_LANDLINE:  # 010 and 02x have three digits, every other area code four
        area = 3 if read.digits[1] in "12" else 4
        return f"{read.digits[:area]} {read.digits[area:-4]} {read.digits[-4:]}"
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
