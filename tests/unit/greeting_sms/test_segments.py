"""Segments are counted as carriers bill them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greeting_sms.segments import JOINED, SINGLE, Encoding, measure, units_in

GREETING = "【平安集团】尊敬的陈女士，今天是您的生日，祝您身体健康，平安喜乐，阖家幸福！"


@pytest.mark.parametrize(
    ("text", "encoding", "units", "segments"),
    [
        pytest.param("", Encoding.GSM7, 0, 1, id="nothing is one segment"),
        pytest.param("a" * 160, Encoding.GSM7, 160, 1, id="160 letters are one"),
        pytest.param("a" * 161, Encoding.GSM7, 161, 2, id="161 are two"),
        pytest.param("a" * 306, Encoding.GSM7, 306, 2, id="153 in each of several"),
        pytest.param("a" * 307, Encoding.GSM7, 307, 3, id="and a third"),
        pytest.param("[" * 80, Encoding.GSM7, 160, 1, id="a bracket is two units"),
        pytest.param("{|}€^~\\", Encoding.GSM7, 14, 1, id="the whole extension table is"),
        pytest.param("a" * 152 + "[" + "a" * 10, Encoding.GSM7, 164, 2, id="an escape is not cut in half"),
        pytest.param(("a" * 152 + "[") * 2, Encoding.GSM7, 308, 3, id="which may need one more segment"),
        pytest.param("好" * 70, Encoding.UCS2, 70, 1, id="70 characters are one"),
        pytest.param("好" * 71, Encoding.UCS2, 71, 2, id="71 are two"),
        pytest.param("好" * 134, Encoding.UCS2, 134, 2, id="67 in each of several"),
        pytest.param("好" * 135, Encoding.UCS2, 135, 3, id="and a third of Chinese"),
        pytest.param("😀" * 35, Encoding.UCS2, 70, 1, id="an emoji is two units"),
        pytest.param("好" * 66 + "😀" * 3, Encoding.UCS2, 72, 2, id="and is not cut in half"),
        pytest.param("It’s" + "a" * 78, Encoding.UCS2, 82, 2, id="one curly quote makes 82 letters two segments"),
        pytest.param(GREETING, Encoding.UCS2, 38, 1, id="a greeting"),
    ],
)
def test_texts_are_measured(text: str, encoding: Encoding, units: int, segments: int) -> None:
    """The encoding, the units and the segments a carrier counts."""
    length = measure(text)
    assert (length.encoding, length.units, length.segments) == (encoding, units, segments)


@given(st.text(alphabet="ab[€好é😀", max_size=400))
def test_segments_hold_what_they_must(text: str) -> None:
    """Never fewer than the units need, at most one more: a character of two units may leave one unit empty."""
    length = measure(text)
    if length.units <= SINGLE[length.encoding]:
        assert length.segments == 1
    else:
        least = -(-length.units // JOINED[length.encoding])
        most = -(-length.units // (JOINED[length.encoding] - 1))
        assert least <= length.segments <= most


@given(st.text(alphabet="abc[]", max_size=50), st.text(alphabet="abc€", max_size=50))
def test_units_add_up(one: str, other: str) -> None:
    """So that a fixed part needs counting only once."""
    for encoding in Encoding:
        assert units_in(one + other, encoding) == units_in(one, encoding) + units_in(other, encoding)
