"""One tap as its two ends see it: who presses the button, and the carrier that rings the phone."""

from __future__ import annotations

import re

from httpx import Response

from bilingual.messages import find_message
from elder_channel.one_tap.model import PageState
from elder_channel.outbound.model import OutboundRequest
from elder_channel.placing import wait_until
from elder_channel.services.line import LineService
from elder_channel.services.one_tap import OneTapService
from elder_channel.services.outbound import OutboundService
from elder_channel.web.one_tap_page import SAYS
from tests.fakes.line import LineInMemory
from tests.fakes.webhooks import BASE, HOTLINE, TestClient, signed

ELDER = "+8659100000102"  # 林示例, born 1941
YOUNG = "+862100000103"


def service(at: LineInMemory) -> OneTapService:
    """The service as the command has it."""
    return OneTapService(at.line, outbound(at))


def outbound(at: LineInMemory) -> OutboundService:
    """The engine."""
    return OutboundService(at.line, LineService(at.line))


def made(at: LineInMemory, number: str = ELDER) -> str:
    """The path of a new link."""
    link = service(at).make_link(number=number, made_by="test")
    assert link.url.startswith(f"{BASE}/tap/")
    return link.url.removeprefix(BASE)


def press(http: TestClient, path: str) -> Response:
    """Load the page and press its button, as a browser without scripts does."""
    page = http.get(path)
    found = re.search(r'name="form" value="([^"]+)"', page.text)
    return http.post(path, data={"form": found[1] if found else "none"})


def shows(answer: Response, state: PageState) -> bool:
    """Whether the page says what it should in this state, in both languages, and can dial."""
    message = find_message(SAYS[state])
    parts = [part for text in (*message.zh, *message.en) for part in re.split(r"\{\w+\}", text)]
    return all(part in answer.text for part in parts) and f'href="tel:{HOTLINE}"' in answer.text


def the_request(at: LineInMemory) -> OutboundRequest:
    """The latest request."""
    [request] = at.line.outbound.newest(1)
    return request


def rung(at: LineInMemory, times: int = 1) -> bool:
    """Whether the phone has been rung so often, after a moment."""
    return wait_until(lambda: len(at.carrier.placed) >= times, seconds=8) and len(at.carrier.placed) == times


def told(http: TestClient, at: LineInMemory, status: str, *, kind: str = "status_url", **more: str) -> Response:
    """Word of the carrier about the latest call it placed, signed."""
    asked = at.carrier.placed[-1]
    form = {"CallSid": str(asked["sid"]), "CallStatus": status, "Direction": "outbound-api", "From": HOTLINE,
            "To": str(asked["number"]), **more}  # fmt: skip
    url = str(asked[kind]).partition("#")[0]  # what stands behind it is for the carrier itself
    return http.post(url.removeprefix(BASE), data=form, headers=signed(url, form))
