"""One HTTP request, and what is known when it fails: whether it may have been carried out or certainly was not."""

from __future__ import annotations

from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import MaxRetryError, NewConnectionError

from greeting_sms.channel import Action, Outcome, PostResult

CONNECT_SECONDS = 5.0
READ_SECONDS = 35.0
"""Twilio's own servers give up after some 26 s: who waits less makes doubt where there is none."""


class HttpClient:
    """Requests without any retry, to one address, from many threads."""

    def __init__(self, base_url: str, *, read_seconds: float = READ_SECONDS) -> None:
        self.base_url = base_url.rstrip("/")
        self._timeout = (CONNECT_SECONDS, read_seconds)
        self._session = requests.Session()
        self._session.trust_env = False  # a proxy of the environment would turn "not connected" into doubt
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, HTTPAdapter(pool_connections=4, pool_maxsize=64, max_retries=0))

    def send(self, method: str, url: str, **how: Any) -> requests.Response:
        """Send it once. Raises requests' errors; `after` tells what they mean."""
        return self._session.request(method, url, timeout=self._timeout, **how)


def after(error: requests.RequestException) -> PostResult:
    """What is known of a request that ended in an error: not made when no connection came about, else nothing."""
    if isinstance(error, requests.exceptions.ConnectTimeout) or _never_connected(error):
        return PostResult(Outcome.NOT_TAKEN, code="not_connected", action=Action.RETRY)
    code = "timeout" if isinstance(error, requests.exceptions.Timeout) else "cut_off"
    return PostResult(Outcome.UNKNOWN, code=code, action=Action.RECONCILE)


def _never_connected(error: requests.RequestException) -> bool:
    cause = error.args[0] if error.args else None
    return isinstance(cause, MaxRetryError) and isinstance(cause.reason, NewConnectionError)
