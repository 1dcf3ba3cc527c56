"""Scenarios against any service that answers in TwiML: only the simulator is started."""

from __future__ import annotations

import secrets
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from elder_channel.placing import SimulatorClient
from elder_channel.simulator.scenarios.performance import Performance
from elder_channel.simulator.scenarios.playing import play
from elder_channel.simulator.scenarios.reading import ScenarioFile
from elder_channel.simulator.scenarios.stage import Stage
from elder_channel.supervisor import ProcessSpec, Supervisor, free_port

READY_SECONDS = 30.0


@dataclass(frozen=True)
class OtherService:
    """A service somebody else runs."""

    voice_url: str
    account_sid: str
    auth_token: str
    status_url: str | None = None
    fallback: Path | None = None
    """TwiML the carrier follows when the service gives no usable answer."""
    port: int | None = None
    """Where the simulator's REST API listens; the service is to send its REST requests there."""


def rehearse_other(
    files: list[ScenarioFile], service: OtherService, *, at_once: int, speed: float
) -> Iterator[Performance]:
    """Play scenarios against the service and yield each as it is over."""
    with _simulator(service) as client, ThreadPoolExecutor(at_once) as pool:
        stage = Stage(client, speed=speed)
        together = [file for file in files if not file.scenario.is_alone]
        yield from pool.map(lambda file: play(file, stage), together)
        for file in files:
            if file.scenario.is_alone:
                yield play(file, stage)


@contextmanager
def _simulator(service: OtherService) -> Iterator[SimulatorClient]:
    token, port = secrets.token_hex(16), service.port or free_port()
    command = [sys.executable, "-m", "elder_channel.simulator", "--port", str(port), "--voice-url", service.voice_url]
    command += ["--status-url", service.status_url] if service.status_url else []
    command += ["--fallback", str(service.fallback)] if service.fallback else []
    env = {
        "TWILIO_ACCOUNT_SID": service.account_sid,
        "TWILIO_AUTH_TOKEN": service.auth_token,
        "ELDER_CHANNEL_SIMULATOR_TOKEN": token,
    }
    with tempfile.TemporaryDirectory(prefix="elder-channel-") as folder:
        supervisor = Supervisor([ProcessSpec("simulator", command, env, port=port)], Path(folder))
        try:
            supervisor.start()
            supervisor.wait_ready(READY_SECONDS)
            client = SimulatorClient(f"http://127.0.0.1:{port}", token)
            yield client
            client.close()
        finally:
            supervisor.stop()
