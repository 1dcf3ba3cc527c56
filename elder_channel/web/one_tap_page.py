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

from bilingual.formatting import Value
from bilingual.messages import Language, write
from dialects.numbers import Form, read_number
from elder_channel.one_tap.model import PageState
from elder_channel.one_tap.settings import OneTapSettings
from elder_channel.services.one_tap import Page

HTML_LANG = {Language.ZH: "zh-Hans", Language.EN: "en"}
FOLDER = resources.files("elder_channel") / "data" / "one_tap"


SAYS: Mapping[PageState, str] = {
    PageState.DIAL: "tap_dial",
    PageState.READY: "tap_ready",
    PageState.CALLING: "tap_calling",
    PageState.USED: "tap_used",
    PageState.EXPIRED: "tap_expired",
    PageState.WRONG_LINK: "tap_wrong_link",
    PageState.TOO_MANY: "tap_too_many",
    PageState.CLOSED: "tap_closed",
}
"""What the page says in each state, by the ids of `bilingual/data/messages`."""


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


def render(page: Page, *, hotline: str, settings: OneTapSettings, language: Language = Language.ZH) -> str:
    """The page in its state, in both languages, `language` first; the hotline can be dialled from every one."""
    hotline = settings.dial_number or hotline
    shown = readable(hotline)
    values: Mapping[PageState, dict[str, Value]] = {
        PageState.READY: {"end": page.number_end},
        PageState.CALLING: {"shown": shown},
    }
    told = {each: html.escape(write(SAYS[page.state], each, values=values.get(page.state, {}))) for each in Language}
    names = {Language.ZH: html.escape(settings.line_name_zh), Language.EN: html.escape(settings.line_name_en)}
    first, second = language, language.other
    return _template().substitute(
        style=_style(),
        lang=HTML_LANG[first],
        name=names[first],
        name_beside=_beside(names[second], second),
        say=told[first],
        say_below=told[second],
        lang_below=HTML_LANG[second],
        buttons=_buttons(page, hotline=hotline, shown=shown, language=language),
        note=_both("tap_any_dialect", language),
    )


def _buttons(page: Page, *, hotline: str, shown: str, language: Language) -> str:
    dialling = page.state not in (PageState.READY, PageState.CALLING)  # then there is nothing else to press
    look = "press" if dialling else "dial"
    number = f"<b>{html.escape(shown)}</b>"
    dial = f'<a class="{look}" href="tel:{html.escape(hotline)}">{_both("tap_button_dial", language, number)}</a>'
    if page.state is not PageState.READY:
        return dial
    form_token = html.escape(page.form_token)
    hidden = f'<input type="hidden" name="form" value="{form_token}">'
    # Without an address of its own the form goes to the page's: the link stands nowhere in it.
    button = f'<button class="press" type="submit">{_both("tap_button_call_me", language)}</button>'
    return f'<form method="post">{hidden}{button}</form>\n{dial}'


def _both(message_id: str, language: Language, between: str = "") -> str:
    """A message in both languages, the reader's first."""
    first, second = (html.escape(write(message_id, each)) for each in (language, language.other))
    return f"{first}{between}{_beside(second, language.other)}"


def _beside(text: str, language: Language) -> str:
    return f'<span lang="{HTML_LANG[language]}">{text}</span>'


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
