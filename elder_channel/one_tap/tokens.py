"""What stands in a personal link's address: a random name and its signature, `{name}{HMAC-SHA256}`, 32 characters.

The address holds no number and no customer. A second signature over the same name stands in the page's form, so that
only a page of ours can press the button.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets

NAME_CHARACTERS = 16
_TOKEN = re.compile(r"[A-Za-z0-9_-]{32}", re.ASCII)


class LinkTokens:
    """Makes and checks the tokens with one secret."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()

    def new_name(self) -> str:
        """A name nobody can guess: 96 random bits."""
        return secrets.token_urlsafe(12)

    def token(self, name: str) -> str:
        """What stands in the address for this name."""
        return name + self._sign("link", name)

    def name_in(self, token: str) -> str | None:
        """The name a token was made for, or None when it was not made here."""
        if not _TOKEN.fullmatch(token):
            return None
        name, signature = token[:NAME_CHARACTERS], token[NAME_CHARACTERS:]
        return name if hmac.compare_digest(signature, self._sign("link", name)) else None

    def form_token(self, name: str) -> str:
        """What the page's form carries."""
        return self._sign("form", name)

    def form_is_ours(self, name: str, given: str) -> bool:
        """Whether the form that was sent is one of ours for this link."""
        return hmac.compare_digest(given.encode("utf-8", "replace"), self._sign("form", name).encode())

    def _sign(self, purpose: str, name: str) -> str:
        digest = hmac.new(self._secret, f"one-tap {purpose}:{name}".encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest[:12]).decode()
