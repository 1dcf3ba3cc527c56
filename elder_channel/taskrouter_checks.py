"""What the doctor says of TaskRouter where it gives the calls: credentials, and whether it knows the settings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from elder_channel.bootstrap import Line
from elder_channel.findings import Finding, State
from elder_channel.services.taskrouter_push import push
from elder_channel.telephony.errors import CarrierError
from elder_channel.telephony.taskrouter.errors import TaskRouterError
from elder_channel.telephony.taskrouter.pushing import Change, Done

PART: Final = "taskrouter"
MOST_NAMED: Final = 3
_REFUSED: Final = frozenset({"20003", "20005", "401", "403"})
"""The carrier does not know the account or its token."""
STANDS_BY: Final = "until then the line's own router gives the calls"


def check_taskrouter(engine: str, open_line: Callable[[], Line | None]) -> list[Finding]:
    """Return how TaskRouter stands; nothing is written there, and none of it keeps the line from answering (law 1).

    `engine` is `routing.engine`; `open_line` opens books and carrier, and gives None before the first start.
    """
    if engine != "taskrouter":
        return []
    line = open_line()
    if line is None:
        text = "Wanted by routing.engine; what it was told is known after the first start."
        return [Finding(PART, State.MISSING, text, "elder-channel run, then elder-channel taskrouter push")]
    try:
        return [_compared(push(line, dry_run=True))]
    except CarrierError as error:
        return [_unreachable(error)]
    except TaskRouterError as error:
        return [Finding(PART, State.WRONG, f"It cannot be told the settings: {error}.", f"mend it; {STANDS_BY}")]
    finally:
        line.databases.dispose()


def _compared(changes: Sequence[Change]) -> Finding:
    """Whether the workspace is as the settings say, else what differs."""
    differing = [change for change in changes if change.done is not Done.KEPT]
    if not differing:
        return Finding(PART, State.OK, f"It knows the settings: {len(changes)} objects as they should be.")
    named = ", ".join(f"{_KIND[change.done]} {_called(change)}" for change in differing[:MOST_NAMED])
    more = f" and {len(differing) - MOST_NAMED} more" if len(differing) > MOST_NAMED else ""
    text = f"It does not know the settings as they are: {named}{more}; {len(changes) - len(differing)} are right."
    return Finding(PART, State.WRONG, text, "elder-channel taskrouter push")


_KIND: Final = {
    Done.MADE: "there is no",
    Done.CHANGED: "another content has the",
    Done.DELETED: "no longer wanted is the",
}


def _called(change: Change) -> str:
    return f"{change.kind.replace('_', ' ')} {change.name}"


def _unreachable(error: CarrierError) -> Finding:
    if error.code in _REFUSED:
        text = f"The carrier refuses the account ({error.code})."
        remedy = f"set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN; {STANDS_BY}"
        return Finding(PART, State.WRONG, text, remedy)
    text = f"What it knows cannot be asked: {error} ({error.code})."
    told = f"elder-channel carrier explain {error.code}" if error.code.isdigit() else "look at the network"
    return Finding(PART, State.WRONG, text, f"{told}; {STANDS_BY}")
