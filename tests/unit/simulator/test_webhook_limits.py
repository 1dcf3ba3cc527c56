"""Timeouts and retries asked for in an address."""

from __future__ import annotations

import pytest

from elder_channel.simulator.webhooks import Limits, limits_of, with_query

URL = "https://line.example/voice?a=1"


@pytest.mark.parametrize(
    ("fragment", "limits"),
    [
        ("", Limits()),
        ("#ct=2000&rt=3000&rc=2", Limits(connect_seconds=2, read_seconds=3, retries=2)),
        ("#ct=1&rt=99999", Limits(connect_seconds=0.1, read_seconds=15)),
        ("#rt=soon&rc=many", Limits()),
        ("#rp=5xx,rt", Limits(retry_on=frozenset({"5xx", "rt"}))),
        ("#e=ashburn", Limits()),
        ("#tt=4000", Limits(total_seconds=4)),
    ],
)
def test_the_fragment_sets_the_limits_and_is_never_sent(fragment: str, limits: Limits) -> None:
    """Milliseconds, held to what the carrier allows."""
    assert limits_of(URL + fragment) == (URL, limits)


def test_a_get_request_carries_its_fields_in_the_query() -> None:
    """Behind what the query holds already."""
    assert with_query(URL, {"CallSid": "CA1"}) == f"{URL}&CallSid=CA1"
    assert with_query("https://line.example/voice", {"From": "+86"}) == "https://line.example/voice?From=%2B86"
