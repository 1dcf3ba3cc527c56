"""Notes of a caller that they are an elder, or hear badly: on the call, and on a number that the books have."""

from __future__ import annotations

import structlog

from elder_channel.bootstrap import Line
from elder_channel.calls.model import Call
from elder_channel.customers.model import Mark, MarkChange

log = structlog.get_logger()

THE_LINE = "line"
"""Who noted what was keyed or said on the line itself."""


def hears_badly(line: Line, sid: str, *, reason: str) -> bool:
    """Speak loud and slowly from now on, and on later calls from a number in the books; True when it is news."""
    call = line.calls.get(sid)
    if call is None or call.hearing:
        return False
    note_of_caller(line, call, Mark.HEARING, after=True, by=THE_LINE, reason=reason)
    return True


def note_of_caller(line: Line, call: Call, mark: Mark, *, after: bool, by: str, reason: str) -> MarkChange:
    """Note something of the call, and of its number where the books have it; the same twice is one change.

    A number that is not in the books is forgotten with its call (law 7), so nothing is noted of it.
    """
    at_number = line.customers.at_number(call.caller_number)
    remembered = bool(at_number.people) and (line.settings.line.remember_hearing or by != THE_LINE)
    known = {
        Mark.ELDER: at_number.elder_mark,
        Mark.HEARING: at_number.hearing_mark,
        Mark.RELATIVE: at_number.relative_mark,
    }[mark]
    now_so = {Mark.ELDER: call.elder, Mark.HEARING: call.hearing, Mark.RELATIVE: call.relative}[mark]
    changed = MarkChange(
        mark=mark,
        call_sid=call.sid,
        number=call.caller_number if remembered else None,
        before=known if remembered else now_so,
        after=after,
        changed_by=by,
        reason=reason,
        changed_at=line.clock(),
    )
    line.calls.mark(call.sid, mark, after=after)
    if changed.before is not after:
        line.customers.mark(changed)
        log.info("caller.marked", call=call.sid, mark=mark, after=after, remembered=remembered)
    return changed
