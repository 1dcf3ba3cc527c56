"""Logs: events and fields; what people said, their numbers and keyed digits are masked (law 7)."""

from __future__ import annotations

import sys
from collections.abc import Mapping, MutableMapping
from typing import Any

import structlog

PRIVATE_FIELDS = frozenset({"number", "caller", "called", "transcript", "text", "name", "digit", "digits", "speech"})
"""Fields that carry something private; nothing private goes into a message."""


def set_up_logs(env: Mapping[str, str]) -> None:
    """JSON lines on standard error, private fields masked unless `ELDER_CHANNEL_LOG_PRIVATE=show` says otherwise."""
    processors: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    if env.get("ELDER_CHANNEL_LOG_PRIVATE") != "show":
        processors.append(mask_private)
    processors.append(structlog.processors.JSONRenderer(ensure_ascii=False))
    structlog.configure(
        processors=processors,
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )


def mask_private(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace private fields by their length."""
    for key in PRIVATE_FIELDS & event.keys():
        event[key] = f"<{len(str(event[key]))} characters>"
    return event


def mask_number(number: str) -> str:
    """A number as it may be shown: the first three and the last two digits."""
    digits = number.strip()
    if not any(character.isdigit() for character in digits):
        return "匿名"
    keep = 6 if digits.startswith("+86") else 3
    return digits[:keep] + "****" + digits[-2:] if len(digits) > keep + 2 else "****"
