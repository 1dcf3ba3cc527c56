"""The page as HTML."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from bilingual.messages import Channel, Language, find_message
from elder_channel.one_tap.model import PageState
from elder_channel.one_tap.settings import OneTapSettings
from elder_channel.services.one_tap import Page
from elder_channel.web.one_tap_page import SAYS, readable, render


def test_every_state_has_words() -> None:
    """A state without words would leave somebody looking at nothing."""
    assert set(SAYS) == set(PageState)
    assert all(find_message(id_).channel is Channel.WEB for id_ in SAYS.values())


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("+862100000060", "021 0000 0060"),
        ("+8659100000102", "0591 0000 0102"),
        ("+12025550142", "+1 202-555-0142"),
        ("95519", "95519"),
    ],
)
def test_a_number_is_written_as_people_write_it(number: str, shown: str) -> None:
    """With spaces, so that it wraps between its groups and not inside one."""
    assert readable(number) == shown


def test_a_short_number_is_what_the_page_dials() -> None:
    """Where people know the line by it."""
    text = render(Page(PageState.CLOSED), hotline="+862100000060", settings=OneTapSettings(dial_number="95519"))
    assert 'href="tel:95519"' in text
    assert "+862100000060" not in text


def test_what_the_operator_writes_is_text() -> None:
    """A name of the line with marks of HTML in it harms nobody."""
    settings = OneTapSettings(line_name_zh="<b>热线&", line_name_en='"><script>')
    text = render(Page(PageState.READY, "02", '"><script>'), hotline="+862100000060", settings=settings)
    assert "<script" not in text
    assert "&lt;b&gt;热线&amp;" in text


def test_an_english_reader_reads_english_first() -> None:
    """Large and first, with the Chinese below; screen readers know which is which."""
    text = render(
        Page(PageState.READY, "02", "t"), hotline="+862100000060", settings=OneTapSettings(), language=Language.EN
    )
    assert '<html lang="en">' in text
    assert text.index("Press the button.") < text.index("按下面的键")
    assert '<p class="en" lang="zh-Hans">' in text
    assert text.index("Call me") < text.index("请打给我")


@pytest.mark.parametrize("name", ["热线😀", "   ", "热\x07线"])
def test_law_8_a_name_nobody_can_say_never_goes_live(name: str) -> None:
    """The line says it to whom it rings."""
    with pytest.raises(ValidationError, match="line_name_zh"):
        OneTapSettings(line_name_zh=name)
