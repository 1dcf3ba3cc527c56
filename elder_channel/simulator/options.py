"""What the simulator is started with."""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from elder_channel.simulator import twiml
from elder_channel.simulator.agents import AgentProfile, read_profiles
from elder_channel.simulator.errors import DocumentError, InvalidOptionsError

ACCOUNT_SID = "TWILIO_ACCOUNT_SID"
AUTH_TOKEN = "TWILIO_AUTH_TOKEN"  # noqa: S105 (the variable's name, not its value)
CONTROL_TOKEN = "ELDER_CHANNEL_SIMULATOR_TOKEN"  # noqa: S105 (the same)
FICTITIOUS_NUMBER = "+864005550100"


@dataclass(frozen=True)
class SimulatorOptions:
    """Everything the simulator needs to know before its first call."""

    voice_url: str
    """Asked for the first document of an incoming call."""
    status_url: str | None
    """Told when a call has ended."""
    account_sid: str
    auth_token: str = field(repr=False)
    """Signs every request, and is the password of the REST API."""
    control_token: str = field(repr=False)
    """Bearer token of the control API."""
    host: str = "127.0.0.1"
    port: int = 8090
    number: str = FICTITIOUS_NUMBER
    """Dialled when a call does not say which number it is for."""
    fallback: tuple[twiml.Verb, ...] | None = None
    """Followed, here at the carrier, when the service gives no usable answer."""
    agents: Mapping[str, AgentProfile] = field(default_factory=dict)


def options_from_command_line(
    arguments: Sequence[str], environment: Mapping[str, str] = os.environ
) -> SimulatorOptions:
    """Options from the command line, secrets from the environment; raises InvalidOptionsError with a sentence."""
    given = _parser().parse_args(arguments)
    return SimulatorOptions(
        host=given.host,
        port=given.port,
        voice_url=given.voice_url,
        status_url=given.status_url,
        number=given.number,
        fallback=read_fallback(given.fallback) if given.fallback else None,
        agents=read_profiles(given.agents) if given.agents else {},
        account_sid=_secret(environment, ACCOUNT_SID),
        auth_token=_secret(environment, AUTH_TOKEN),
        control_token=_secret(environment, CONTROL_TOKEN),
    )


def read_fallback(path: Path) -> tuple[twiml.Verb, ...]:
    """The fallback document; it is refused now rather than when a caller needs it."""
    try:
        return twiml.parse(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InvalidOptionsError(f"The fallback document {path} cannot be read: {error.strerror}.") from error
    except (DocumentError, UnicodeDecodeError) as error:
        raise InvalidOptionsError(f"The fallback document {path} is wrong: {error}.") from error


def _secret(environment: Mapping[str, str], name: str) -> str:
    value = environment.get(name, "")
    if not value:
        raise InvalidOptionsError(f"The environment variable {name} is missing.")
    return value


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m elder_channel.simulator",
        description="A carrier to try the line on.",
        epilog=f"{ACCOUNT_SID}, {AUTH_TOKEN} and {CONTROL_TOKEN} are read from the environment.",
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=8090, help="port to listen on; 0 takes a free one")
    parser.add_argument("--voice-url", required=True, help="asked for the first document of an incoming call")
    parser.add_argument("--status-url", help="told when a call has ended")
    parser.add_argument("--fallback", type=Path, help="TwiML file followed when the service gives no usable answer")
    parser.add_argument("--agents", type=Path, help="JSON file: how the dialled phones behave, by contact")
    parser.add_argument("--number", default=FICTITIOUS_NUMBER, help="number dialled when a call names none")
    return parser
