"""Logs: events and fields; what people said, their numbers and keyed digits are masked (law 7)."""

from __future__ import annotations

import re
import sys
import traceback
from collections.abc import Mapping, MutableMapping
from typing import Any

import structlog

from dialects.numbers import Form, read_number

PRIVATE_FIELDS = frozenset({"number", "caller", "called", "transcript", "text", "name", "digit", "digits", "speech"})
"""Fields that carry something private; nothing private goes into a message."""


def set_up_logs(env: Mapping[str, str]) -> None:
    """JSON lines on standard error, private fields masked unless `ELDER_CHANNEL_LOG_PRIVATE=show` says otherwise."""
    processors: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    if env.get("ELDER_CHANNEL_LOG_PRIVATE") == "show":
        processors.append(structlog.processors.format_exc_info)
    else:
        processors += [structlog.processors.ExceptionRenderer(describe_fault), mask_private]
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


def describe_fault(exc_info: Any) -> str:
    """Where a fault arose and of which kind, cause first; never its message.

    A database quotes the row it could not write, a parser the text it could not read: both may be a caller's.
    """
    told = []
    error = exc_info[1]
    while error is not None:
        frames = traceback.extract_tb(error.__traceback__)
        places = [f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in frames]
        told.append("\n".join([*places, f"{type(error).__module__}.{type(error).__qualname__}{_code_of(error)}"]))
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\n".join(reversed(told))


def _code_of(error: BaseException) -> str:
    """The fault's short name where it has one: `SQLITE_FULL`, an SQL state, a system error's number."""
    names = ("sqlite_errorname", "sqlstate", "errno", "code")
    found = next((str(getattr(error, name)) for name in names if getattr(error, name, None)), "")
    return f" [{found}]" if re.fullmatch(r"[\w.-]{1,40}", found) else ""


def mask_number(number: str) -> str:
    """A number as it may be shown: its beginning (three characters, six within +86) and its last two digits."""
    digits = number.strip()
    withheld = read_number(digits).form is Form.WITHHELD
    if withheld or not any(character.isdigit() for character in digits):
        return "匿名"
    keep = 6 if digits.startswith("+86") else 3
    return digits[:keep] + "****" + digits[-2:] if len(digits) > keep + 2 else "****"
