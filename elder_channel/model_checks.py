"""What the doctor says of speech models: on disk, and in the running recognizer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import httpx

from dialects.recognizers.model_files import Presence
from dialects.recognizers.specialists import Specialist
from dialects.recognizers.weights import ModelState, ModelStatus
from elder_channel.findings import Finding, State
from elder_channel.state import Running

HEALTH_SECONDS: Final = 3.0
"""The running recognizer answers at once, or something is wrong with it."""


def check_model(status: ModelStatus) -> Finding:
    """Return how the speech model stands; without one the line still answers, only without recognition (law 1)."""
    states = {ModelState.ABSENT: State.MISSING, ModelState.DAMAGED: State.WRONG}
    state = states.get(status.state, State.OK)
    remedy = "" if state is State.OK else "make setup; until then calls are served without recognition"
    return Finding("speech model", state, status.text, remedy)


def check_specialists(specialists: Iterable[Specialist]) -> list[Finding]:
    """Return for each added model whether it can be used; with none, or a damaged one, Whisper's words stay."""
    findings = []
    for each in specialists:
        if each.trouble:
            state = State.WRONG if each.found.wrong else State.MISSING
            remedy = f"elder-channel models verify {each.model.id}; until then Whisper's words stay"
            findings.append(Finding(f"model {each.name}", state, each.trouble, remedy))
        else:
            known = "every hash compared" if each.found.presence is Presence.VERIFIED else "not every hash is known"
            text = f"Hears again whom it knows better than Whisper ({known})."
            findings.append(Finding(f"model {each.name}", State.OK, text))
    return findings


def check_recognizer(health: Mapping[str, Any] | None) -> list[Finding]:
    """Return what the running recognizer says of itself and of the models it has tried; nothing when it is not up."""
    if health is None:
        return []
    ready = health["status"] in {"ready", "disabled"}
    state = State.OK if ready else State.MISSING if health["status"] == "starting" else State.WRONG
    added = health.get("specialists", ())
    loaded = ", ".join(f"{each['name']} ({each['megabytes']} MB)" for each in added if each["loaded"])
    text = f"{health['status']}: {health['text']}" + (f"; added models in memory: {loaded}" if loaded else "")
    findings = [Finding("recognizer", state, text)]
    remedy = "mend the model (elder-channel models verify); Whisper's words stay meanwhile"
    return findings + [
        Finding(f"running {each['name']}", State.WRONG, each["trouble"], remedy) for each in added if each["trouble"]
    ]


def health_of(running: Running | None) -> dict[str, Any] | None:
    """Return what the recognizer of the running line answers, or None."""
    process = running.processes.get("recognizer") if running else None
    if process is None:
        return None
    try:
        health: dict[str, Any] = httpx.get(
            f"http://127.0.0.1:{process.port}/health", timeout=HEALTH_SECONDS, trust_env=False
        ).json()
    except (httpx.HTTPError, ValueError) as error:
        return {"status": "unreachable", "text": f"The recognizer does not answer ({type(error).__name__})."}
    return health


def check_engine(engine: str, version_of: Callable[[str], str | None]) -> list[Finding]:
    """Return a finding where the settings want the recognizer on Ray and Ray is absent; calls are served without it."""
    if engine != "ray" or version_of("ray"):
        return []
    remedy = "pip install -c constraints.txt 'elder-channel[ray]', or set recognition.engine to local"
    return [Finding("recognizer", State.WRONG, "The settings want it on Ray, which is not installed.", remedy)]
