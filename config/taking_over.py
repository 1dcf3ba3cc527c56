"""When a changed setting is in force: most at the next look at the files, some at the next start of the processes.

The processes look every two seconds (`elder_channel.web.app`), before each task (`elder_channel.worker`), and whenever
a page reads them. What is named here was given away when a process began and is not asked for again.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from config.schema import Settings


class Taking(StrEnum):
    """When a changed setting counts."""

    AT_ONCE = "at_once"  # seconds after it was written, for whatever begins then
    AT_START = "at_start"  # when the processes are started the next time
    OFF_AT_ONCE = "off_at_once"  # turned off at once, turned on at the next start
    AT_PUSH = "at_push"  # after `elder-channel taskrouter push`


_LATER: Mapping[str, Taking] = {
    "server.*": Taking.AT_START,
    "carrier.*": Taking.AT_START,
    "routing.engine": Taking.AT_START,
    "taskrouter.workspace": Taking.AT_PUSH,
    "taskrouter.workflow": Taking.AT_PUSH,
    "listening.speech_threshold": Taking.AT_START,
    "listening.onset_ms": Taking.AT_START,
    "listening.max_listening_seconds": Taking.AT_START,
    "recognition.*": Taking.AT_START,
    "recognition.enabled": Taking.OFF_AT_ONCE,
    "recognition.specialist_probability": Taking.AT_ONCE,
    "greetings.twilio_messaging_service": Taking.AT_START,
    "greetings.twilio_from_number": Taking.AT_START,
    "greetings.twilio_price_rate": Taking.AT_START,
    "greetings.domestic_base_url": Taking.AT_START,
    "greetings.domestic_app_id": Taking.AT_START,
}


def taking(section: str, key: str) -> Taking:
    """Return when a changed key of a section counts."""
    return _LATER.get(f"{section}.{key}") or _LATER.get(f"{section}.*") or Taking.AT_ONCE


def sections_with_a_start() -> tuple[str, ...]:
    """Return the sections of which something waits for the next start, in the order of the settings."""
    late = {name.partition(".")[0] for name, when in _LATER.items() if when in (Taking.AT_START, Taking.OFF_AT_ONCE)}
    return tuple(section for section in Settings.model_fields if section in late)
