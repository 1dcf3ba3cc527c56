"""One tap through the simulated carrier: a link, a page, a phone that rings, a person who speaks."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from elder_channel.outbound.model import OutboundRequest, OutboundState
from elder_channel.placing import wait_until
from tests.e2e.conftest import LiveStack

pytestmark = [pytest.mark.stack, pytest.mark.model]

ELDER = "+8659100000102"  # 林示例, born 1941
CHECKOUT = Path(__file__).parents[2]


def link_for(live: LiveStack, number: str) -> str:
    """A link, made by the command as its user would."""
    command = [sys.executable, "-m", "elder_channel.cli.main", "onetap", "link", "--number", number, "--json"]
    env = {**os.environ, **live.stack.env, "PYTHONPATH": str(CHECKOUT)}
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=True, timeout=120)
    made = json.loads(done.stdout)
    assert made["number"] == "+86591****02"
    url: str = made["url"]
    return url


def press(http: httpx.Client, url: str) -> httpx.Response:
    """What a browser without scripts sends when the button is pressed."""
    form = re.findall(r'name="form" value="([^"]+)"', http.get(url).text)[0]
    return http.post(url, data={"form": form})


def latest(live: LiveStack) -> OutboundRequest | None:
    """The latest request, if there is one."""
    return next(iter(live.line.outbound.newest(1)), None)


def is_at(live: LiveStack, *states: OutboundState) -> bool:
    """Whether the latest request gets to one of these states."""

    def there() -> bool:
        request = latest(live)
        return request is not None and request.state in states

    return wait_until(there, seconds=20)


def test_one_tap_has_the_phone_rung_and_a_person_speaks(live: LiveStack) -> None:
    """Looking twice rings nobody; the button does, once, with the hotline's number; who picks up gets a person."""
    live.simulator.set_agent(ELDER, behaviour="answer", answer_after_seconds=1.0)
    before = latest(live)
    url = link_for(live, ELDER)
    with httpx.Client(trust_env=False, timeout=20) as http:
        for _ in range(2):
            page = http.get(url)
            assert page.status_code == 200
            assert "请打给我" in page.text
        assert latest(live) == before
        answers = [press(http, url) if place == 0 else http.post(url, data={"form": "x"}) for place in range(3)]
        assert [answer.status_code for answer in answers] == [303, 403, 403]
        assert is_at(live, OutboundState.ANSWERED)
        request = latest(live)
        assert request
        assert request.call_sid
        report = live.report(request.call_sid)
        assert "用过" in http.get(url).text
    record = live.simulator.record(request.call_sid)
    assert (record["to"], record["from"]) == (ELDER, live.line.settings.line.hotline_number)
    assert record["answered_by"] is not None
    assert (report.entry, report.outcome) == ("one_tap", "served")
    assert report.agent
    assert "长者" in report.handover.text
    assert live.names(request.call_sid).count("call.ringing") == 1


@pytest.mark.parametrize("behaviour", ["busy", "fail"])
def test_law_1_a_phone_that_is_not_reached_is_tried_again(live: LiveStack, behaviour: str) -> None:
    """The carrier's word comes by its status callback; the request waits for its next attempt."""
    live.simulator.set_agent(ELDER, behaviour=behaviour)
    try:
        with httpx.Client(trust_env=False, timeout=20) as http:
            assert press(http, link_for(live, ELDER)).status_code == 303
        assert is_at(live, OutboundState.PLACING, OutboundState.RINGING, OutboundState.WAITING)

        def tried() -> bool:
            request = latest(live)
            return request is not None and request.last_outcome is not None

        assert wait_until(tried, seconds=20)
        request = latest(live)
        assert request
        assert (request.state, request.attempts) == (OutboundState.WAITING, 1)
        assert request.last_outcome == {"busy": "busy", "fail": "failed"}[behaviour]
    finally:
        live.simulator.set_agent(ELDER, behaviour="answer")
        request = latest(live)
        if request:
            live.line.outbound.cancel(request.key, at=live.line.clock())
