"""How far a day's campaigns have got while they are being sent, how fast, and how long it still takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from greeting_sms.states import GreetingState
from greeting_sms.status import Status
from ui.words import Text, say

LOOKED_BACK = timedelta(minutes=2)
"""The pace is that of so long."""
AT_LEAST = timedelta(seconds=15)
"""Of looking on before a pace is told."""
_WAITS = (GreetingState.PLANNED, GreetingState.CLAIMED, GreetingState.POSTING)


@dataclass(frozen=True)
class Seen:
    """What still waited when the page looked."""

    at: datetime
    waiting: Mapping[str, int]
    """By campaign."""


@dataclass(frozen=True)
class CampaignProgress:
    """One campaign's part of the day."""

    id: str
    share: float
    """Of its greetings that wait no more, 0 to 1."""
    waiting: int
    told: Text


def seen_now(status: Status, at: datetime) -> Seen:
    """What waits now."""
    return Seen(at, {id_: _waiting(states) for id_, states in status.campaigns.items()})


def with_newest(looks: Sequence[Seen], newest: Seen) -> tuple[Seen, ...]:
    """The looks the pace is worked out from, the oldest first."""
    return (*(each for each in looks if newest.at - each.at <= LOOKED_BACK), newest)


def present_progress(status: Status, looks: Sequence[Seen]) -> tuple[CampaignProgress, ...]:
    """One line for each campaign of the day; `looks` are of this day, the newest last."""
    return tuple(_progress(id_, states, looks) for id_, states in status.campaigns.items())


def _progress(id_: str, states: Mapping[str, int], looks: Sequence[Seen]) -> CampaignProgress:
    total, waiting = sum(states.values()), _waiting(states)
    done = say("progress.done", id=id_, done=f"{total - waiting:,}", total=f"{total:,}")
    pace = _pace(id_, looks)
    if not waiting:
        more = say("progress.over")
    elif pace is None:
        more = say("progress.looking")
    elif pace <= 0:
        more = say("progress.still", count=f"{waiting:,}")
    else:
        more = say("progress.pace", pace=f"{pace:,.0f}", minutes=f"{max(1, round(waiting / pace)):,}")
    told = Text(f"{done.zh}{more.zh}", f"{done.en} {more.en}")
    return CampaignProgress(id_, (total - waiting) / total, waiting, told)


def _pace(id_: str, looks: Sequence[Seen]) -> float | None:
    """Greetings a minute that have stopped waiting; None while nobody has looked for long enough."""
    if len(looks) < 2 or looks[-1].at - looks[0].at < AT_LEAST:
        return None
    gone = looks[0].waiting.get(id_, 0) - looks[-1].waiting.get(id_, 0)
    return gone / ((looks[-1].at - looks[0].at) / timedelta(minutes=1))


def _waiting(states: Mapping[str, int]) -> int:
    return sum(states.get(state, 0) for state in _WAITS)
