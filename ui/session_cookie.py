"""From a sign-in on a page to a cookie that no script can read.

Streamlit draws pages over a websocket, where no cookie can be set. So the page is given a ticket, good once and for a
minute, and exchanges it at `/session` for the cookie. What stands in the page's text is never the token itself.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

PATH: Final = "/session"
FORGET: Final = "forget"
"""Said in place of a ticket by a page that has signed out."""
TICKET_SECONDS: Final = 60.0
MOST_TICKETS: Final = 1_000
MOST_BYTES: Final = 200


@dataclass(frozen=True)
class CookieRules:
    """How the cookie is set."""

    secure: bool = False
    """Whether browsers send it by https only."""
    seconds: int = 12 * 3600

    @property
    def name(self) -> str:
        """With https a name that no other host of the same domain can set (RFC 6265bis, 4.1.3.2)."""
        return "__Host-elder_channel" if self.secure else "elder_channel"


class Tickets:
    """Tokens that wait to be fetched by the browser they belong to; in memory, a minute at most."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._waiting: dict[str, tuple[str, float]] = {}

    def issue(self, token: str) -> str:
        """A ticket for this token."""
        ticket, now = secrets.token_urlsafe(32), self._monotonic()
        with self._lock:
            self._waiting = {each: kept for each, kept in self._waiting.items() if kept[1] > now}
            if len(self._waiting) >= MOST_TICKETS:
                self._waiting.pop(next(iter(self._waiting)))  # that browser stays signed in until it reloads
            self._waiting[ticket] = token, now + TICKET_SECONDS
        return ticket

    def redeem(self, ticket: str) -> str | None:
        """The token, once; None for a ticket that is used, too old or was never given."""
        with self._lock:
            token, until = self._waiting.pop(ticket, (None, 0.0))
        return token if until > self._monotonic() else None

    def waits(self, ticket: str) -> bool:
        """Whether the browser has yet to fetch it."""
        with self._lock:
            return self._waiting.get(ticket, ("", 0.0))[1] > self._monotonic()


tickets = Tickets()
"""Of this process: pages and the web server share it."""
_rules = CookieRules()


def use_cookie(rules: CookieRules) -> None:
    """How this process sets and reads the cookie; said once, before the first page."""
    global _rules
    _rules = rules


def cookie_name() -> str:
    """The cookie's name in this process."""
    return _rules.name


class SessionCookie:
    """Answers `POST /session`: sets the cookie for a ticket, or takes it away."""

    def __init__(self, rules: CookieRules, waiting: Tickets = tickets) -> None:
        self._rules = rules
        self._waiting = waiting

    async def answer(self, request: Request) -> Response:
        """204 with the cookie; 403 to pages of other origins and for tickets that are no good."""
        if not _of_this_origin(request):
            return Response(status_code=403)
        said = (await _body(request)).decode("ascii", errors="replace")
        if said == FORGET:
            answer = Response(status_code=204)
            answer.delete_cookie(self._rules.name, secure=self._rules.secure, httponly=True, samesite="strict")
            return answer
        token = self._waiting.redeem(said)
        if token is None:
            return Response(status_code=403)
        answer = Response(status_code=204)
        answer.set_cookie(
            self._rules.name,
            token,
            max_age=self._rules.seconds,
            secure=self._rules.secure,
            httponly=True,
            samesite="strict",
        )
        return answer


async def _body(request: Request) -> bytes:
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > MOST_BYTES:
            return b""
    return body


def _of_this_origin(request: Request) -> bool:
    """Browsers say with every such request which page it comes from; who does not say is no page of ours."""
    origin = urlsplit(request.headers.get("origin", ""))
    return bool(origin.netloc) and origin.netloc == request.headers.get("host")
