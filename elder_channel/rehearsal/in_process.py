"""Scenarios against an application in this process, on a virtual clock."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from uvicorn.importer import ImportFromStringError, import_from_string

from elder_channel.errors import ElderChannelError
from elder_channel.rehearsal.other_service import OtherService
from elder_channel.simulator.errors import InvalidOptionsError
from elder_channel.simulator.in_process.playing import Hotline, play_on
from elder_channel.simulator.options import read_fallback
from elder_channel.simulator.scenarios.performance import Performance
from elder_channel.simulator.scenarios.reading import ScenarioFile


class ApplicationNotFoundError(ElderChannelError):
    """There is no such application; the message says where was looked and what is wrong there."""


class FallbackUnusableError(ElderChannelError):
    """The fallback document cannot be followed."""


def find_application(name: str) -> Any:
    """The application of `module:attribute`, the present folder first. Raises ApplicationNotFoundError."""
    if (here := str(Path.cwd())) not in sys.path:
        sys.path.insert(0, here)
    try:
        application = import_from_string(name)
    except ImportFromStringError as error:
        raise ApplicationNotFoundError(f"--app {name}: {error}") from error
    except Exception as error:  # whatever a module may raise that is not ours
        raise ApplicationNotFoundError(f"--app {name} cannot be loaded: {type(error).__name__}: {error}") from error
    if not callable(application):
        raise ApplicationNotFoundError(f"--app {name} is no application: it cannot be called")
    return application


def rehearse_in_process(files: Sequence[ScenarioFile], app: Any, service: OtherService) -> Iterator[Performance]:
    """Play scenarios one after the other and yield each as it is over; each starts the application anew.

    Of the service the addresses may be paths. Raises FallbackUnusableError.
    """
    try:
        fallback = read_fallback(service.fallback) if service.fallback else None
    except InvalidOptionsError as error:
        raise FallbackUnusableError(str(error)) from error
    hotline = Hotline(
        app,
        voice_url=service.voice_url,
        status_url=service.status_url,
        fallback=fallback,
        account_sid=service.account_sid,
        auth_token=service.auth_token,
    )
    for file in files:
        yield play_on(hotline, file)
