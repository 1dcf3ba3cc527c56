"""A small OpenID Connect provider on this machine: discovery, codes, PKCE, RS256, userinfo, and the end of a session.

It does what OpenID Connect Core 1.0 asks of the authorization code flow, for one client; `fault` makes it lie in one
way.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import uvicorn
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

CLIENT_ID = "elder-channel-console"
CLIENT_SECRET = "a-secret-for-tests-only-0123456789"


@dataclass
class IdentityProvider:
    """The provider's people and codes; `person` is who signs in next."""

    url: str = ""
    person: dict[str, Any] = field(
        default_factory=lambda: {"sub": "u-1", "preferred_username": "chen.jing", "groups": []}
    )
    fault: str = ""
    """`nonce`, `expired`, `audience`, `issuer`, `signature`: what the next token has wrong; empty: nothing."""
    taken_back: set[str] = field(default_factory=set)
    """Access tokens that are no good any more."""
    used_pkce: bool = False
    ended: int = 0
    """How many asked to end their session."""
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    bearers: dict[str, dict[str, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.key = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
        self.other_key = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})

    @property
    def metadata_url(self) -> str:
        """Its discovery document."""
        return f"{self.url}/.well-known/openid-configuration"

    def application(self) -> Starlette:
        """The web application."""
        return Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self._metadata),
                Route("/authorize", self._authorize),
                Route("/token", self._token, methods=["POST"]),
                Route("/keys", self._keys),
                Route("/userinfo", self._userinfo),
                Route("/logout", self._logout),
            ]
        )

    async def _metadata(self, _request: Request) -> Response:
        places = {"authorization": "authorize", "token": "token", "userinfo": "userinfo", "end_session": "logout"}
        return JSONResponse(
            {
                "issuer": self.url,
                **{f"{name}_endpoint": f"{self.url}/{path}" for name, path in places.items()},
                "jwks_uri": f"{self.url}/keys",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "code_challenge_methods_supported": ["S256"],
                "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            }
        )

    async def _authorize(self, request: Request) -> Response:
        asked = dict(request.query_params)
        if asked.get("client_id") != CLIENT_ID or asked.get("response_type") != "code":
            return Response("unknown client", 400)
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        back = asked["redirect_uri"] + "?" + urlencode({"code": code, "state": asked["state"]})
        name = self.person["preferred_username"]
        return HTMLResponse(f'<h1>Provider</h1><a id="go" href="{back.replace("&", "&amp;")}">Continue as {name}</a>')

    async def _token(self, request: Request) -> Response:
        form = dict(await request.form())
        asked = self.codes.pop(str(form.get("code")), None)  # a code is good once
        if asked is None or not _is_client(request, form) or form.get("redirect_uri") != asked["redirect_uri"]:
            return JSONResponse({"error": "invalid_grant"}, 400)
        if not self._proves_possession(asked, str(form.get("code_verifier", ""))):
            return JSONResponse({"error": "invalid_grant"}, 400)
        bearer = secrets.token_urlsafe(16)
        self.bearers[bearer] = self.person
        token = self._id_token(asked.get("nonce", ""))
        return JSONResponse({"access_token": bearer, "token_type": "Bearer", "expires_in": 36000, "id_token": token})

    def _proves_possession(self, asked: dict[str, str], verifier: str) -> bool:
        """RFC 7636: who redeems the code is who asked for it."""
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        self.used_pkce = asked.get("code_challenge_method") == "S256"
        return self.used_pkce and asked.get("code_challenge") == challenge

    def _id_token(self, nonce: str) -> str:
        now = int(time.time())
        claims = {
            **self.person,
            "iss": self.url if self.fault != "issuer" else "https://somebody-else.example",
            "aud": CLIENT_ID if self.fault != "audience" else "another-client",
            "iat": now if self.fault != "expired" else now - 7200,
            "exp": now + 300 if self.fault != "expired" else now - 3600,
            "nonce": nonce if self.fault != "nonce" else "another",
        }
        key = self.key if self.fault != "signature" else self.other_key
        return jwt.encode({"alg": "RS256", "kid": "one"}, claims, key)

    async def _keys(self, _request: Request) -> Response:
        return JSONResponse(KeySet([self.key]).as_dict(private=False))

    async def _userinfo(self, request: Request) -> Response:
        bearer = request.headers.get("authorization", "").removeprefix("Bearer ")
        if bearer not in self.bearers or bearer in self.taken_back:
            return JSONResponse({"error": "invalid_token"}, 401)
        return JSONResponse(self.bearers[bearer])

    async def _logout(self, request: Request) -> Response:
        self.ended += 1
        return RedirectResponse(request.query_params["post_logout_redirect_uri"])


def _is_client(request: Request, form: dict[str, Any]) -> bool:
    basic = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
    posted = form.get("client_id") == CLIENT_ID and form.get("client_secret") == CLIENT_SECRET
    return posted or request.headers.get("authorization") == f"Basic {basic}"


@contextmanager
def running_provider(port: int) -> Iterator[IdentityProvider]:
    """A provider that answers on this port of the machine itself until the block ends."""
    provider = IdentityProvider(f"http://127.0.0.1:{port}")
    config = uvicorn.Config(provider.application(), host="127.0.0.1", port=port, log_level="error", lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield provider
    finally:
        server.should_exit = True
        thread.join()
