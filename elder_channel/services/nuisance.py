"""Abusive and silent numbers: marked by an agent's word, or by silence again and again; unmarked by one word."""

from __future__ import annotations

from datetime import timedelta

import structlog

from elder_channel.bootstrap import Line
from elder_channel.calls.model import Call
from elder_channel.calls.nuisance import MarkReason, NumberMark, marks_as_silent, may_be_marked, new_mark
from elder_channel.services.accounts import Account
from elder_channel.services.errors import MarkRefusedError

log = structlog.get_logger()

BY_LINE = "line"
MAX_NOTE_CHARACTERS = 200


class Nuisance:
    """Who waits behind others, and why. An elder and whoever stands in the books never does."""

    def __init__(self, line: Line) -> None:
        self._line = line

    def mark_on(self, number: str) -> MarkReason | None:
        """The mark in force on a number, where marks count at all."""
        if not self._line.settings.nuisance.enabled:
            return None
        mark = self._line.nuisance_marks.find(number, at=self._line.clock())
        return mark.reason if mark else None

    def mark_caller_of(self, call_sid: str, *, by: Account, note: str = "") -> NumberMark:
        """Mark the caller of a call as abusive, by an agent's word. Raises `MarkRefusedError`.

        It counts from the next call on: who is on the line is served to the end.
        """
        call = self._line.calls.get(call_sid)
        if call is None:
            raise MarkRefusedError("mark_no_call", f"There is no call {call_sid}.")
        if not may_be_marked(call):
            text = "Elders, customers in the books and callers without a number are not marked."
            raise MarkRefusedError("mark_protected", text)
        if len(note) > MAX_NOTE_CHARACTERS:
            raise MarkRefusedError("mark_note", f"The note has at most {MAX_NOTE_CHARACTERS} characters.")
        mark = new_mark(
            call.caller_number,
            MarkReason.ABUSIVE,
            by=by.username,
            now=self._line.clock(),
            settings=self._line.settings.nuisance,
            note=note,
        )
        self._put(mark)
        return mark

    def unmark(self, number: str, *, by: Account) -> bool:
        """Take a mark away; whether there was one."""
        done = self._line.nuisance_marks.take_away(number)
        if done:
            log.info("number.unmarked", number=number, by=by.username)
        return done

    def marks(self) -> list[NumberMark]:
        """Every mark in force."""
        return self._line.nuisance_marks.all(at=self._line.clock())

    def look_at_silence(self, call: Call) -> bool:
        """After a call: mark the number if its calls are silent again and again; whether it was marked now."""
        settings, now = self._line.settings.nuisance, self._line.clock()
        if not settings.enabled or call.is_test or call.marked or not may_be_marked(call):
            return False
        since = now - timedelta(hours=settings.silent_within_hours)
        lately = self._line.nuisance_marks.last_calls(call.caller_number, since=since, limit=settings.silent_calls)
        if not marks_as_silent(lately, settings):
            return False
        self._put(new_mark(call.caller_number, MarkReason.SILENT, by=BY_LINE, now=now, settings=settings))
        return True

    def _put(self, mark: NumberMark) -> None:
        self._line.nuisance_marks.put(mark)
        log.info("number.marked", number=mark.number, reason=mark.reason, by=mark.by, until=mark.until.isoformat())
