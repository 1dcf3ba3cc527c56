"""The real recognizer process behind the recognizer port, so that the contract suite can ask it like any other."""

from __future__ import annotations

import asyncio
import json
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self

import httpx
import numpy as np
from numpy.typing import NDArray

from dialects.recognizers.port import Capabilities, Recognition
from dialects.settings import RecognitionSettings
from elder_channel.recognition.client import RecognizerClient

TOKEN = "a secret of this test"
_SERVE = """
import json, sys
from dialects.settings import RecognitionSettings
from elder_channel.recognition.server import serve
if __name__ == "__main__":
    port, token, settings = json.loads(sys.argv[1])
    serve(port=port, token=token, settings=RecognitionSettings(**settings))
"""


class RecognizerProcess:
    """Starts the process on a free port, stops it at the end; a recognizer in between."""

    def __init__(self, settings: RecognitionSettings, *, environment: dict[str, str] | None = None) -> None:
        self.settings = settings
        self.url = f"http://127.0.0.1:{_free_port()}"
        self._environment = environment
        self.better_for: frozenset[str] = frozenset()
        """As the last answer said."""
        self.capabilities = Capabilities("process", frozenset({"zh", "en"}), reports_language=True)

    def __enter__(self) -> Self:
        argument = json.dumps([int(self.url.rsplit(":", 1)[1]), TOKEN, self.settings.model_dump()])
        command = [sys.executable, "-c", _SERVE, argument]
        self.process = subprocess.Popen(command, env=self._environment)
        # Ray's own processes come up first
        self.health = self.wait_for_status(
            lambda status: status != "starting", seconds=180 if self.settings.engine == "ray" else 60
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.terminate()
        self.process.wait(timeout=20)

    def wait_for_status(self, wanted: Any, *, seconds: float = 60) -> dict[str, Any]:
        """The health once its status is as wanted."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            try:
                health: dict[str, Any] = httpx.get(f"{self.url}/health", trust_env=False).json()
                if wanted(health["status"]):
                    return health
            except httpx.TransportError:
                pass
            if self.process.poll() is not None:
                raise RuntimeError(f"the recognizer ended with {self.process.returncode}")
            time.sleep(0.1)
        raise TimeoutError(f"the recognizer at {self.url} did not get there in {seconds} s")

    def specialist(self, name: str) -> dict[str, Any]:
        """How the process says that an added model is doing."""
        told = httpx.get(f"{self.url}/health", trust_env=False).json()["specialists"]
        return next(each for each in told if each["name"] == name)

    def recognize(
        self,
        utterances: Sequence[NDArray[np.float32]],
        *,
        languages: Sequence[str] = ("zh", "en"),
        dialect: str = "",
    ) -> list[Recognition]:
        """Ask for all at once, as calls do; the process decides about languages itself.

        With `dialect` the second hearing is asked for.
        """

        async def ask() -> list[Recognition]:
            client = RecognizerClient(self.url, token=TOKEN, settings=self.settings)
            try:
                return await asyncio.gather(*(client.recognize(utterance, dialect=dialect) for utterance in utterances))
            finally:
                self.better_for = client.better_for
                await client.aclose()

        return asyncio.run(ask())


def _free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port: int = door.getsockname()[1]
        return port
