"""Slows down guessing: after a few wrong passwords every further try has to wait longer."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta

FREE_FAILURES = 5
FIRST_DELAY_SECONDS = 15
LONGEST_DELAY_SECONDS = 300  # a colleague who is locked out by somebody else's guessing gets in again soon
REMEMBERED_NAMES = 1_000


@dataclass
class _Record:
    failures: int
    allowed_at: datetime


class LoginPacing:
    """Counts wrong passwords per user name, known or not, in memory; the least recent name is forgotten first.

    Names that do not exist are counted alike, so that the delay tells nobody which names do.
    """

    def __init__(self) -> None:
        self._records: OrderedDict[str, _Record] = OrderedDict()

    def seconds_to_wait(self, name: str, now: datetime) -> int:
        """Whole seconds until the next try is allowed; 0 when it is allowed now."""
        record = self._records.get(name)
        if record is None or record.allowed_at <= now:
            return 0
        return max(1, round((record.allowed_at - now).total_seconds()))

    def failed(self, name: str, now: datetime) -> None:
        """Remember a wrong password."""
        record = self._records.setdefault(name, _Record(0, now))
        record.failures += 1
        record.allowed_at = now + timedelta(seconds=delay_seconds(record.failures))
        self._records.move_to_end(name)
        while len(self._records) > REMEMBERED_NAMES:
            self._records.popitem(last=False)

    def succeeded(self, name: str) -> None:
        """Forget the wrong passwords of a name that got in."""
        self._records.pop(name, None)


def delay_seconds(failures: int) -> int:
    """Seconds to wait after this many wrong passwords in a row: none at first, then doubling up to five minutes."""
    if failures < FREE_FAILURES:
        return 0
    doublings = min(failures - FREE_FAILURES, 10)  # keeps the number small; the cap is reached long before
    return min(FIRST_DELAY_SECONDS << doublings, LONGEST_DELAY_SECONDS)
