"""Signatures over the configured public address: proxies, ports, bodies, parameters; and tokens of streams."""

from __future__ import annotations

import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import FormData
from twilio.request_validator import RequestValidator

from elder_channel.telephony.errors import BadSignatureError, BadStreamTokenError
from elder_channel.telephony.settings import CarrierSettings
from elder_channel.telephony.signature import SignatureCheck
from elder_channel.telephony.tokens import LIFETIME_SECONDS, StreamTokens
from elder_channel.telephony.twiml import Addresses

FORM = {"CallSid": "CA1", "From": "+8659100000101"}


def sign(url: str, form: object) -> str:
    """What the carrier puts into the header."""
    return str(RequestValidator("secret").compute_signature(url, form))


@pytest.mark.parametrize("base", ["https://line.example", "https://line.example:443", "http://line.example:8080"])
@pytest.mark.parametrize("port", ["as told", "added", "left out"])
@pytest.mark.parametrize("target", ["/voice/incoming", "/voice/gather?attempt=1", "/voice/dialed?agent=%E6%9E%97&x="])
def test_a_standard_port_may_come_or_go_on_the_way(base: str, port: str, target: str) -> None:
    """The carrier signs the port or leaves it out; both are the address we gave."""
    scheme, _, host = base.partition("://")
    bare = host.partition(":")[0]
    standard = "443" if scheme == "https" else "80"
    hosts = {"as told": host, "added": host if ":" in host else f"{bare}:{standard}", "left out": bare}
    SignatureCheck("secret", base).form(target, FORM, sign(f"{scheme}://{hosts[port]}{target}", FORM))


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("http://line.example/voice/incoming", id="http behind a proxy that ends TLS"),
        pytest.param("https://10.0.0.5:8080/voice/incoming", id="the address the proxy calls"),
        pytest.param("https://line.example/prefix/voice/incoming", id="a path the proxy cut off"),
        pytest.param("https://line.example:8443/voice/incoming", id="another port"),
    ],
)
def test_another_address_than_the_configured_one_is_refused(url: str) -> None:
    """Whatever a proxy rewrote: what was configured counts, never a header."""
    with pytest.raises(BadSignatureError):
        SignatureCheck("secret", "https://line.example").form("/voice/incoming", FORM, sign(url, FORM))


def test_a_public_address_with_a_path_is_signed_with_it() -> None:
    """A line that lives under a path of a host."""
    check = SignatureCheck("secret", "https://host.example/line/")
    check.form("/voice/incoming", FORM, sign("https://host.example/line/voice/incoming", FORM))


@given(
    st.lists(
        st.tuples(st.sampled_from(["CallSid", "From", "Digits", "SpeechResult", "A"]), st.text(max_size=8)), max_size=8
    )
)
def test_repeated_and_empty_parameters_are_signed_too(fields: list[tuple[str, str]]) -> None:
    """Each value of a repeated name, and names without a value; any other value breaks the signature."""
    url, form = "https://line.example/voice/incoming", FormData(fields)
    signature = sign(url, form)
    check = SignatureCheck("secret", "https://line.example")
    check.form("/voice/incoming", form, signature)
    with pytest.raises(BadSignatureError):
        check.form("/voice/incoming", FormData([*fields, ("A", "another value")]), signature)


def json_target(body: str, path: str = "/voice/carrier-event") -> str:
    """The address a JSON body is sent to: it carries the body's hash."""
    return f"{path}?bodySHA256={hashlib.sha256(body.encode()).hexdigest()}"


def test_a_json_body_is_bound_by_its_hash() -> None:
    """The address is signed, the address holds the hash, the hash binds the body."""
    body = json.dumps({"Sid": "NO1", "文": "字"})
    target = json_target(body)
    check = SignatureCheck("secret", "https://line.example")
    check.body(target, body, sign("https://line.example" + target, {}))
    with pytest.raises(BadSignatureError):
        check.body(target, body + " ", sign("https://line.example" + target, {}))


def test_a_json_body_without_a_hash_is_refused() -> None:
    """The signature would say nothing about it."""
    target = "/voice/carrier-event"
    with pytest.raises(BadSignatureError):
        SignatureCheck("secret", "https://line.example").body(target, "{}", sign("https://line.example" + target, {}))


@pytest.mark.parametrize(
    "signed",
    ["wss://line.example/media/t", "wss://line.example/media/t/", "wss://line.example:443/media/t"],
)
def test_a_handshake_is_signed_in_any_of_these_spellings(signed: str) -> None:
    """With and without the port of TLS, with and without a slash."""
    SignatureCheck("secret", "https://line.example").websocket("/media/t", sign(signed, {}))


@pytest.mark.parametrize(
    "signed", ["ws://line.example/media/t", "wss://line.example:80/media/t/x", "wss://other.example/media/t", ""]
)
def test_any_other_handshake_is_refused(signed: str) -> None:
    """Unencrypted, elsewhere, another path, or not signed at all."""
    check = SignatureCheck("secret", "https://line.example")
    with pytest.raises(BadSignatureError):
        check.websocket("/media/t", sign(signed, {}) if signed else None)


def test_connection_overrides_are_no_part_of_what_is_signed() -> None:
    """They stand behind `#` on the address we give, which the carrier neither sends nor signs."""
    url = Addresses("https://line.example", CarrierSettings().overrides).url("/voice/wait", round=1)
    address, _, overrides = url.partition("#")
    assert overrides == "ct=2000&rt=5000&tt=9000&rc=1&rp=ct,5xx"
    SignatureCheck("secret", "https://line.example").form("/voice/wait?round=1", FORM, sign(address, FORM))


@given(st.text("CA0123456789abcdef", min_size=1, max_size=34), st.integers(0, 2**33), st.integers(0, 10**6))
def test_a_token_opens_its_own_call_until_it_ends_and_no_other(sid: str, now: int, later: int) -> None:
    """Whenever it is shown again, and whatever is changed in it."""
    tokens = StreamTokens("s")
    token = tokens.issue(sid, now=now)
    if later <= LIFETIME_SECONDS:
        assert tokens.check(token, now=now + later) == sid
    else:
        with pytest.raises(BadStreamTokenError):
            tokens.check(token, now=now + later)
    head, _, mac = token.rpartition(".")
    longer = f"{head.rpartition('.')[0]}.{int(head.rpartition('.')[2]) + 1}.{mac}"
    for forged in (longer, "X" + token, token[:-1], StreamTokens("other").issue(sid, now=now)):
        with pytest.raises(BadStreamTokenError):
            tokens.check(forged, now=now)
