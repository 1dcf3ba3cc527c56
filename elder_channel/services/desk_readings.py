"""Keeps who has read what a caller said, once a day and reader, without asking the books at every refresh (law 7)."""

from __future__ import annotations

from datetime import date

from elder_channel.bootstrap import Line
from elder_channel.clock import HOTLINE_ZONE

_REMEMBERED = 10_000


class Readings:
    """Records readings."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._recorded: set[tuple[str, str, date]] = set()

    def record(self, sid: str, reader: str) -> None:
        """`reader` has the words of the call before their eyes."""
        now = self._line.clock()
        today = now.astimezone(HOTLINE_ZONE).date()
        if (sid, reader, today) in self._recorded:
            return
        self._line.calls.record_reading(sid, reader, on=today, at=now)
        if len(self._recorded) >= _REMEMBERED:
            self._recorded.clear()
        self._recorded.add((sid, reader, today))
