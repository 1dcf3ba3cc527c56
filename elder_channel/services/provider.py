"""The identity provider as the console asks it: its discovery document, and what it says of a person now."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

import httpx

METADATA_SECONDS: Final = 3600.0
"""So long the discovery document is taken for what it was."""
TIMEOUT_SECONDS: Final = 3.0
SILENT_SECONDS: Final = 15.0
"""So long a provider that did not answer is not asked again: everybody's next click would wait for it."""


class ProviderRefusedError(Exception):
    """The provider does not vouch for this person any more."""


class ProviderUnreachableError(Exception):
    """The provider gives no answer that says anything about the person."""


class Provider:
    """Asks a provider over HTTPS; `metadata_url` is asked for each time, so that settings may change."""

    def __init__(
        self,
        metadata_url: Callable[[], str],
        *,
        http: httpx.Client | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._metadata_url = metadata_url
        self._http = http or httpx.Client(timeout=TIMEOUT_SECONDS)
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._known: tuple[str, float, Mapping[str, Any]] | None = None
        self._silent_until = float("-inf")

    def metadata(self) -> Mapping[str, Any]:
        """The discovery document, at most an hour old. Raises `ProviderUnreachableError`."""
        url = self._metadata_url()
        with self._lock:
            if self._known and self._known[0] == url and self._monotonic() - self._known[1] < METADATA_SECONDS:
                return self._known[2]
        document = self._get(url)
        with self._lock:
            self._known = url, self._monotonic(), document
        return document

    def userinfo(self, access_token: str) -> Mapping[str, Any] | None:
        """What the provider says of the bearer of this token; None when it has no place to ask.

        Raises `ProviderRefusedError` for a token it does not take (any more), and `ProviderUnreachableError`.
        """
        endpoint = self.metadata().get("userinfo_endpoint")
        return self._get(endpoint, access_token) if isinstance(endpoint, str) else None

    def _get(self, url: str, access_token: str | None = None) -> Mapping[str, Any]:
        if self._monotonic() < self._silent_until:
            raise ProviderUnreachableError("It did not answer a moment ago.")
        headers = {} if access_token is None else {"Authorization": f"Bearer {access_token}"}
        try:
            answer = self._http.get(url, headers=headers)
            document = answer.json() if answer.is_success else None
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            raise self._silent(type(error).__name__) from error
        if access_token is not None and answer.status_code in (401, 403):
            raise ProviderRefusedError(f"HTTP {answer.status_code}")
        if not isinstance(document, dict):
            raise self._silent(f"HTTP {answer.status_code}, and no JSON object")
        return document

    def _silent(self, why: str) -> ProviderUnreachableError:
        self._silent_until = self._monotonic() + SILENT_SECONDS
        return ProviderUnreachableError(why)
