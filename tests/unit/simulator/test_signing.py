"""The carrier's signature."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from elder_channel.simulator.signing import signature

NAMES = st.text(st.characters(categories=["Lu", "Ll", "Nd"]), min_size=1, max_size=12)


def test_the_published_example_is_reproduced() -> None:
    """The vector printed in the carrier's documentation and used in its own libraries' tests."""
    form = {
        "CallSid": "CA1234567890ABCDE",
        "Digits": "1234",
        "From": "+14158675309",
        "To": "+18005551212",
        "Caller": "+14158675309",
    }
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    assert signature("12345", url, form) == "RSOYDt4T1cUTdK1PDd93/VVr8B8="


@given(token=NAMES, path=NAMES, form=st.dictionaries(NAMES, st.text(max_size=20), max_size=6))
def test_the_real_validator_accepts_what_is_signed(token: str, path: str, form: dict[str, str]) -> None:
    """Whatever the form holds, in any script."""
    url = f"https://line.example/{path}"
    assert RequestValidator(token).compute_signature(url, form) == signature(token, url, form)
