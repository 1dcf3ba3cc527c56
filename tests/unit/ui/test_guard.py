"""What stands before the console's web server, where staff come by https."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ui import page_scripts
from ui.guard import Guard, is_name_allowed
from ui.page_scripts import PAGE_SCRIPTS, allowed_scripts
from ui.session_cookie import CookieRules, SessionCookie, Tickets

HTTPS = "https://console.example.com"
UI = Path(__file__).parents[3] / "ui"


async def with_streamlit_s_cookies(_request: Request) -> Response:
    """An answer as Streamlit's sign-in gives it: for 30 days, and by http too."""
    answer = Response("page", headers={"Server": "uvicorn"})
    answer.set_cookie("_streamlit_user", "x", max_age=2_592_000, httponly=True, samesite="lax")
    answer.set_cookie("_streamlit_xsrf", "y", samesite="lax")
    return answer


@dataclass(frozen=True)
class AtAddress:
    """A browser at the address staff use."""

    application: Starlette

    def ask(self, method: str, path: str, **what: Any) -> httpx.Response:
        """One request and its answer."""

        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(self.application)
            async with httpx.AsyncClient(transport=transport, base_url=HTTPS) as client:
                return await client.request(method, path, **what)

        return asyncio.run(send())

    def get(self, path: str) -> httpx.Response:
        """A page."""
        return self.ask("GET", path)

    def post(self, path: str, **what: Any) -> httpx.Response:
        """Something told by a page."""
        return self.ask("POST", path, **what)


@pytest.fixture
def tickets() -> Tickets:
    """Of a console of the test's own."""
    return Tickets()


@pytest.fixture
def browser(tickets: Tickets) -> AtAddress:
    """A browser at the address staff use."""
    rules = CookieRules(secure=True, seconds=3600)
    guard = Middleware(
        Guard, names=("console.example.com",), public_url=HTTPS, scripts=allowed_scripts(), session_seconds=3600
    )
    routes = [
        Route("/", with_streamlit_s_cookies),
        Route("/session", SessionCookie(rules, tickets).answer, methods=["POST"]),
    ]
    return AtAddress(Starlette(routes=routes, middleware=[guard]))


def cookies(answer: httpx.Response) -> list[str]:
    """What the browser is told to keep."""
    return answer.headers.get_list("set-cookie")


def test_by_https_everything_is_bound_to_it(browser: AtAddress) -> None:
    """Cookies of Streamlit's too, which live no longer than a sign-in may."""
    answer = browser.get("/")
    assert answer.headers["strict-transport-security"] == "max-age=31536000"
    assert "wss://console.example.com" in answer.headers["content-security-policy"]
    assert "server" not in answer.headers
    user, xsrf = cookies(answer)
    assert user.endswith("; Secure")
    assert "Max-Age=3600;" in user
    assert "expires" not in user
    assert xsrf.endswith("; Secure")


def test_a_ticket_becomes_a_cookie_no_script_can_read(browser: AtAddress, tickets: Tickets) -> None:
    """Once; the cookie is for this host alone, and the token stands nowhere else."""
    ticket = tickets.issue("the-token")
    answer = browser.post("/session", content=ticket, headers={"Origin": HTTPS})
    assert answer.status_code == 204
    [cookie] = cookies(answer)
    assert cookie.startswith("__Host-elder_channel=the-token; HttpOnly; Max-Age=3600; Path=/; SameSite=strict; Secure")
    assert browser.post("/session", content=ticket, headers={"Origin": HTTPS}).status_code == 403
    [gone] = cookies(browser.post("/session", content="forget", headers={"Origin": HTTPS}))
    assert "Max-Age=0" in gone


@pytest.mark.parametrize("origin", ["https://evil.example", "null", None, "https://console.example.com.evil.example"])
def test_a_page_of_others_gets_no_cookie(browser: AtAddress, tickets: Tickets, origin: str | None) -> None:
    """Nor does it use up the ticket."""
    ticket = tickets.issue("the-token")
    headers = {"Origin": origin} if origin else {}
    assert browser.post("/session", content=ticket, headers=headers).status_code == 403
    assert tickets.waits(ticket)


@pytest.mark.parametrize("body", [b"", b"x" * 10_000, b"\xff\xfe", b"made-up"])
def test_what_is_no_ticket_gets_nothing(browser: AtAddress, body: bytes) -> None:
    """However long or odd."""
    assert browser.post("/session", content=body, headers={"Origin": HTTPS}).status_code == 403


def test_a_ticket_is_good_for_a_minute() -> None:
    """And only so many wait."""
    now = [0.0]
    tickets = Tickets(lambda: now[0])
    ticket = tickets.issue("the-token")
    now[0] = 60.1
    assert not tickets.waits(ticket)
    assert tickets.redeem(ticket) is None
    kept = [tickets.issue(str(number)) for number in range(1_001)]
    assert tickets.redeem(kept[0]) is None
    assert tickets.redeem(kept[-1]) == "1000"


@pytest.mark.parametrize(
    ("host", "allowed"),
    [
        ("console.lan", True),
        ("CONSOLE.LAN.:8501", True),
        ("a.example.com", True),
        ("example.com", False),
        ("example.com.evil.example", False),
        ("evilexample.com", False),
        ("10.0.0.7", True),
        ("[::1]:8501", True),
        ("10.0.0.7.evil.example", False),
        ("console.lan/x", False),
        ("x@console.lan", False),
        ("console.lan:port", False),
        ("", False),
    ],
)
def test_names_are_compared_as_a_whole(host: str, allowed: bool) -> None:
    """A star stands for names below; addresses are no names."""
    assert is_name_allowed(host, ("console.lan", "*.example.com")) is allowed


def test_no_page_carries_a_script_the_policy_does_not_know() -> None:
    """A script written elsewhere would be blocked without a word: all of them stand in one place."""
    callers = {
        path.relative_to(UI).as_posix()
        for path in UI.rglob("*.py")
        if "unsafe_allow_javascript" in path.read_text(encoding="utf-8")
    }
    assert callers == {"components/frame.py"}
    frame = (UI / "components" / "frame.py").read_text(encoding="utf-8")
    drawn = re.findall(r"_script\(([A-Z_]+)", frame)
    assert frame.count("unsafe_allow_javascript=True") == len(drawn)
    texts = [script for name in drawn for script in _texts(getattr(page_scripts, name))]
    assert sorted(texts) == sorted(PAGE_SCRIPTS)


def _texts(script: str | Mapping[str, str]) -> Iterable[str]:
    return [script] if isinstance(script, str) else script.values()
