"""Who may talk to us: signatures and stream tokens."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from elder_channel.telephony.errors import BadSignatureError, BadStreamTokenError
from elder_channel.telephony.signature import SignatureCheck
from elder_channel.telephony.tokens import LIFETIME_SECONDS, StreamTokens

BASE = "https://line.example"
FORM = {"CallSid": "CA1", "From": "+8659100000101", "SpeechResult": "我要报案"}


def sign(url: str, form: dict[str, str], token: str = "secret") -> str:
    """What the carrier puts into the header."""
    return str(RequestValidator(token).compute_signature(url, form))


def test_a_signed_form_is_accepted_whatever_host_we_listen_on() -> None:
    """The signature is checked against the public address, so a proxy in front changes nothing."""
    url = BASE + "/voice/gather?attempt=1"
    SignatureCheck("secret", BASE + "/").form("/voice/gather?attempt=1", FORM, sign(url, FORM))


@pytest.mark.parametrize(
    ("path", "form", "signature"),
    [
        pytest.param("/voice/incoming", FORM, None, id="no signature"),
        pytest.param("/voice/incoming", FORM, "", id="empty"),
        pytest.param("/voice/incoming", FORM, "bm9wZQ==", id="forged"),
        pytest.param("/voice/other", FORM, sign(BASE + "/voice/incoming", FORM), id="of another path"),
        pytest.param("/voice/incoming", {**FORM, "From": "x"}, sign(BASE + "/voice/incoming", FORM), id="other form"),
        pytest.param("/voice/incoming", FORM, sign(BASE + "/voice/incoming", FORM, "other"), id="other account"),
    ],
)
def test_anything_else_is_refused(path: str, form: dict[str, str], signature: str | None) -> None:
    """Missing, forged, or copied from another request."""
    with pytest.raises(BadSignatureError):
        SignatureCheck("secret", BASE).form(path, form, signature)


def test_the_websocket_handshake_is_signed_over_its_wss_address() -> None:
    """The carrier signs wss://… without parameters."""
    check = SignatureCheck("secret", BASE)
    check.websocket("/media/t", sign("wss://line.example/media/t", {}))
    with pytest.raises(BadSignatureError):
        check.websocket("/media/u", sign("wss://line.example/media/t", {}))


def test_a_stream_token_opens_the_stream_of_its_call() -> None:
    """What was issued for a call names that call."""
    tokens = StreamTokens("s")
    assert tokens.check(tokens.issue("CA7", now=100.0), now=100.0 + LIFETIME_SECONDS - 1) == "CA7"


def test_a_stale_token_is_refused() -> None:
    """A token ends with the longest call."""
    tokens = StreamTokens("s")
    with pytest.raises(BadStreamTokenError):
        tokens.check(tokens.issue("CA7", now=100.0), now=101.0 + LIFETIME_SECONDS)


@given(st.text())
def test_no_text_is_a_token_by_chance(text: str) -> None:
    """Whatever is sent is refused without another error."""
    with pytest.raises(BadStreamTokenError):
        StreamTokens("s").check(text, now=0.0)


def test_a_token_cannot_be_moved_to_another_call() -> None:
    """Exchanging the call in a token breaks it."""
    tokens = StreamTokens("s")
    stolen = tokens.issue("CA7", now=0.0).replace("CA7", "CA8")
    with pytest.raises(BadStreamTokenError):
        tokens.check(stolen, now=0.0)
