"""The page as HTML."""

from __future__ import annotations

import pytest

from elder_channel.one_tap.model import PageState
from elder_channel.one_tap.settings import OneTapSettings
from elder_channel.services.one_tap import Page
from elder_channel.web.one_tap_page import page_words, readable, render


def test_every_state_has_words() -> None:
    """A state without words would leave somebody looking at nothing."""
    assert set(page_words().states) == set(PageState)


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
