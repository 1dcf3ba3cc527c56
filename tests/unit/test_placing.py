"""Placing calls: numbers as carriers send them, and what a recording becomes."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elder_channel.placing import CallOrder, CallPlacingError, SimulatorClient, as_carrier_sends, wait_until


@pytest.mark.parametrize(
    ("number", "sent"),
    [
        pytest.param("059100000102", "+8659100000102", id="national landline"),
        pytest.param("02000000101", "+862000000101", id="national landline, short area code"),
        pytest.param("13800138000", "+8613800138000", id="national mobile"),
        pytest.param("+8613800138000", "+8613800138000", id="E.164"),
        pytest.param("+14155550100", "+14155550100", id="foreign"),
        pytest.param("+852 2111 0000", "+85221110000", id="Hong Kong, spaces"),
        pytest.param(" 0591-0000 0102 ", "+8659100000102", id="dashes and spaces"),
        pytest.param("(0591) 0000.0102", "+8659100000102", id="brackets and dots"),
        pytest.param("0591\u20130000\u20110102", "+8659100000102", id="dashes of a word processor"),
        pytest.param("０５９１－００００　０１０２", "+8659100000102", id="full width"),
        pytest.param("＋８６１３８００１３８０００", "+8613800138000", id="full-width plus"),
        pytest.param("anonymous", "anonymous", id="withheld"),
        pytest.param(" Anonymous ", "anonymous", id="withheld, capital"),
        pytest.param("RESTRICTED", "anonymous", id="restricted"),
        pytest.param("blocked", "anonymous", id="blocked"),
        pytest.param("unavailable", "anonymous", id="unavailable"),
        pytest.param("+266696687", "+266696687", id="withheld as typed on the keys is sent as it is"),
    ],
)
def test_a_number_is_sent_as_carriers_write_it(number: str, sent: str) -> None:
    """However the user has written it."""
    assert as_carrier_sends(number) == sent


@pytest.mark.parametrize(
    "number",
    ["", " ", "abc", "0591abc", "12", "+", "++8613800138000", "1234567890123456", "+999999", "一三八", "٪", "0"],
)
def test_what_is_no_number_is_refused_in_a_sentence(number: str) -> None:
    """It says what was given and what to give instead."""
    with pytest.raises(CallPlacingError) as caught:
        as_carrier_sends(number)
    assert f"«{number}» is not a phone number" in str(caught.value)
    assert "059100000101" in str(caught.value)


@given(st.text(max_size=30))
def test_any_text_is_a_number_or_refused(number: str) -> None:
    """Never another error; what comes out is E.164 or the withheld word, and stays itself."""
    try:
        sent = as_carrier_sends(number)
    except CallPlacingError:
        return
    assert sent == "anonymous" or (sent.lstrip("+").isascii() and sent.lstrip("+").isdigit())
    assert as_carrier_sends(sent) == sent


def test_a_simulator_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    """The address is named."""
    client = SimulatorClient("http://127.0.0.1:9", "token")
    with pytest.raises(CallPlacingError, match=r"the simulator does not answer at http://127\.0\.0\.1:9"):
        client.place(CallOrder("anonymous", key="0"))
    client.close()


def test_waiting_ends_with_the_condition_or_the_time() -> None:
    """True as soon as it holds; False when the time is up."""
    seen = iter([False, False, True])
    assert wait_until(lambda: next(seen), seconds=10)
    assert not wait_until(lambda: False, seconds=0)
