"""Asks the recognizer process; never waits longer than the settings say."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from dialects.audio.samples import to_int16
from dialects.recognizers.port import RATE_HZ, Recognition
from dialects.settings import RecognitionSettings
from elder_channel.recognition import wire
from elder_channel.recognition.errors import RecognitionUnavailableError


class RecognizerClient:
    """One connection pool to the recognizer at `base_url`; close it with `aclose`."""

    def __init__(
        self,
        base_url: str,
        *,
        token: str,
        settings: RecognitionSettings,
        http: httpx.AsyncClient | None = None,
    ) -> None:
        self._base_url = base_url.rstrip("/")
        self._token = token
        self._settings = settings
        self.better_for: frozenset[str] = frozenset()
        """Dialects for which a second hearing can be had, as the recognizer said with its last answer."""
        # `trust_env=False`: a proxy of the environment must never see what callers say.
        self._http = http or httpx.AsyncClient(timeout=settings.timeout_seconds, trust_env=False)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def recognize(
        self, samples_16k: NDArray[np.float32], *, rate_hz: int = RATE_HZ, dialect: str = ""
    ) -> Recognition:
        """The recognition of one utterance, mono float32 in [-1, 1] at `rate_hz` (8000 is resampled at the other end).

        With `dialect`, one of `better_for`, it is the second hearing by who knows this dialect better than Whisper.
        Raises `RecognitionUnavailableError` for whatever reason there is none within `timeout_seconds`, or
        `specialist_seconds` for a second hearing.
        """
        if not self._settings.enabled:
            raise RecognitionUnavailableError("disabled", "Recognition is switched off.", retryable=False)
        headers = {
            wire.RATE_HEADER: str(rate_hz),
            wire.FORMAT_HEADER: "int16",
            wire.TOKEN_HEADER: self._token,
            "Content-Type": "application/octet-stream",
        }
        if dialect:
            headers[wire.DIALECT_HEADER] = dialect
        seconds = self._settings.specialist_seconds if dialect else self._settings.timeout_seconds
        body = to_int16(samples_16k).tobytes()
        try:
            async with asyncio.timeout(seconds):
                response = await self._http.post(
                    f"{self._base_url}/recognize", content=body, headers=headers, timeout=seconds
                )
        except (TimeoutError, httpx.TimeoutException) as error:
            raise RecognitionUnavailableError("timeout", "The recognizer is too slow.", retryable=True) from error
        except httpx.HTTPError as error:
            raise RecognitionUnavailableError("unreachable", "The recognizer is not there.", retryable=True) from error
        recognition = _read(response)
        self.better_for = frozenset(filter(None, response.headers.get(wire.BETTER_HEADER, "").split(",")))
        return recognition

    async def health(self) -> dict[str, Any]:
        """The pool's health as the recognizer tells it; raises `RecognitionUnavailableError` when it is not there."""
        try:
            response = await self._http.get(f"{self._base_url}/health")
            health: dict[str, Any] = response.raise_for_status().json()
        except (httpx.HTTPError, ValueError) as error:
            raise RecognitionUnavailableError("unreachable", "The recognizer is not there.", retryable=True) from error
        return health


def _read(response: httpx.Response) -> Recognition:
    if response.status_code == httpx.codes.OK:
        try:
            return wire.recognitions.validate_json(response.content)
        except ValidationError as error:
            raise RecognitionUnavailableError(
                "failed", "The recognizer's answer is not one.", retryable=False
            ) from error
    try:
        problem = response.json()
        code, text, retryable = str(problem["code"]), str(problem["text"]), bool(problem["retryable"])
    except (ValueError, KeyError, TypeError):
        code, text, retryable = "failed", f"The recognizer answered {response.status_code}.", False
    raise RecognitionUnavailableError(code, text, retryable=retryable)
