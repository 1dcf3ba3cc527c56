"""Reading TwiML."""

from __future__ import annotations

import pytest

from elder_channel.simulator.errors import DocumentError
from elder_channel.simulator.twiml import parse


def test_verbs_nouns_and_text_are_read() -> None:
    """Order, attributes, nesting and text are kept."""
    gather, redirect = parse(
        '<?xml version="1.0" encoding="UTF-8"?><Response><!-- hello -->'
        '<Gather numDigits="1" actionOnEmptyResult="TRUE"><Say>请按<break/>零</Say></Gather>'
        "<Redirect>/next</Redirect></Response>"
    )
    assert (gather.name, gather.number("numDigits", default=0)) == ("Gather", 1)
    assert gather.flag("actionOnEmptyResult")
    assert gather.children[0].text == "请按零"
    assert redirect.text == "/next"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "<Response>",
        "hello",
        "<html/>",
        "<Responses/>",
        '<!DOCTYPE r [<!ENTITY a "b">]><Response>&a;</Response>',
        "<Response>\x00</Response>",
    ],
)
def test_what_is_no_document_is_refused(text: str) -> None:
    """The carrier would call these a parse failure."""
    with pytest.raises(DocumentError):
        parse(text)


@pytest.mark.parametrize(("value", "expected"), [("3", 3), ("0.5", 0.5), ("x", 7), ("-1", 7), (None, 7)])
def test_a_number_that_makes_no_sense_counts_as_absent(value: str | None, expected: float) -> None:
    """The default holds."""
    attribute = "" if value is None else f' length="{value}"'
    (verb,) = parse(f"<Response><Pause{attribute}/></Response>")
    assert verb.number("length", default=7) == expected
