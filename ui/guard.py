"""Stands before Streamlit's web server: who may ask, what is closed, and what every answer carries.

Streamlit itself sends no security headers, answers under any name, takes websockets that name no origin, and shows its
metrics to everybody.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

CLOSED: Final = ("/_stcore/metrics", "/_stcore/agent", "/_stcore/script-health-check")
"""What Streamlit tells everybody who asks, and nobody here has to know."""
POLICY_VIOLATION: Final = 1008
HSTS: Final = "max-age=31536000"

_FEATURES = "camera=(), geolocation=(), payment=(), usb=(), microphone=(self)"  # prompts are recorded in the browser
_MAX_AGE = re.compile(r"(?i)(max-age=)(\d+)")
_EXPIRES = re.compile(r"(?i);\s*expires=[^;]*")

log = structlog.get_logger(__name__)


class Guard:
    """An ASGI middleware. `names` are those by which browsers may ask; `scripts` the sources of `script-src`."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        names: Sequence[str],
        public_url: str,
        scripts: Sequence[str],
        session_seconds: int,
    ) -> None:
        self._app = app
        self._names = names
        self._public_url = public_url
        self._scripts = " ".join(("'self'", *scripts))
        self._session_seconds = session_seconds
        self._secure = public_url.startswith("https://")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse, or pass on and mend the answer."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if not is_name_allowed(host, self._names):
            log.warning("console.host_refused", kind=scope["type"])
            await self._refuse(scope, receive, send, 421, "This name is not among console.allowed_hosts.")
        elif _is_closed(scope["path"]):
            await self._refuse(scope, receive, send, 404, "Not found.")
        elif scope["type"] == "websocket":
            if self._is_own(headers.get("origin", ""), host):
                await self._app(scope, receive, send)
            else:
                log.warning("console.origin_refused")
                await send({"type": "websocket.close", "code": POLICY_VIOLATION})  # before it is accepted: HTTP 403
        else:
            await self._app(scope, receive, self._mending(send, host))

    def _is_own(self, origin: str, host: str) -> bool:
        """Whether a websocket is opened by a page of this console; who does not say is none: browsers always do."""
        return origin == self._public_url or (bool(origin) and urlsplit(origin).netloc == host)

    def _mending(self, send: Send, host: str) -> Send:
        async def mend(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._mend(MutableHeaders(scope=message), host)
            await send(message)

        return mend

    def _mend(self, headers: MutableHeaders, host: str) -> None:
        headers["Content-Security-Policy"] = self._policy(host)
        headers["X-Content-Type-Options"] = "nosniff"
        headers["X-Frame-Options"] = "DENY"  # for browsers that do not know frame-ancestors
        headers["Referrer-Policy"] = "same-origin"  # not "no-referrer": browsers would hide the origin of our own posts
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
        headers["Cross-Origin-Resource-Policy"] = "same-origin"
        headers["Permissions-Policy"] = _FEATURES
        if "server" in headers:
            del headers["server"]
        if self._secure:
            headers["Strict-Transport-Security"] = HSTS
        cookies = headers.getlist("set-cookie")
        if cookies:
            del headers["set-cookie"]
            for cookie in cookies:
                headers.append("set-cookie", self._mended(cookie))

    def _mended(self, cookie: str) -> str:
        """Streamlit's sign-in cookies last 30 days and are sent by http too; neither can be set there."""
        aged = _MAX_AGE.search(cookie)
        if aged and int(aged[2]) > self._session_seconds:
            cookie = _EXPIRES.sub("", _MAX_AGE.sub(rf"\g<1>{self._session_seconds}", cookie))
        if self._secure and "secure" not in (part.strip().lower() for part in cookie.split(";")):
            cookie += "; Secure"
        return cookie

    def _policy(self, host: str) -> str:
        """What a page may load and do. Styles are Streamlit's and written into the page; nothing comes from outside."""
        return "; ".join(
            (
                "default-src 'self'",
                f"script-src {self._scripts}",
                "style-src 'self' 'unsafe-inline'",
                "img-src 'self' data: blob:",
                "media-src 'self' data: blob:",
                "font-src 'self' data:",
                # Older Safari does not count websockets as 'self'; the recorder reads its own sound back from a blob.
                f"connect-src 'self' blob: {'wss' if self._secure else 'ws'}://{host}",
                "worker-src 'self' blob:",
                "frame-src 'self'",
                "object-src 'none'",
                "base-uri 'self'",
                "form-action 'self'",
                "frame-ancestors 'none'",
            )
        )

    async def _refuse(self, scope: Scope, receive: Receive, send: Send, status: int, text: str) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": POLICY_VIOLATION})
            return
        await PlainTextResponse(text, status)(scope, receive, self._mending(send, "localhost"))


def is_name_allowed(host: str, names: Sequence[str]) -> bool:
    """Whether a browser may ask under this `Host`, with or without port.

    Bare IP addresses always may: a page of somebody else can point a name of its own at this machine (DNS rebinding),
    but the browser still sends that name.
    """
    try:
        parts = urlsplit(f"//{host}")
        name, _ = parts.hostname, parts.port
    except ValueError:
        return False
    if not name or parts.path or parts.query or parts.fragment or "@" in host:
        return False
    name = name.lower().rstrip(".")
    return _is_address(name) or any(_matches(name, allowed) for allowed in names)


def _matches(name: str, allowed: str) -> bool:
    return name.endswith(allowed[1:]) if allowed.startswith("*.") else name == allowed


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _is_closed(path: str) -> bool:
    return any(path == closed or path.startswith(closed + "/") for closed in CLOSED)
