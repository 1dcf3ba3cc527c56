"""What may be noted of a caller, as lines with one button each; knows nothing of Streamlit or HTML."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import tzinfo

from elder_channel.services.marks import MarksOnCaller
from ui.words import Text, say

BY_LINE = "line"


@dataclass(frozen=True)
class MarkLine:
    """One thing that may be noted, as it is now."""

    mark: str
    """`elder`, `hearing`, `relative` or `nuisance`."""
    is_on: bool
    now: Text
    button: Text | None
    """What turns it to the other state; None where nothing may be noted."""
    done: Text
    """What is said once it is noted."""


@dataclass(frozen=True)
class MarkCard:
    """Everything that may be noted of a caller."""

    hint: Text
    lines: tuple[MarkLine, ...]
    last: Text | None
    """Who noted something last, and what."""


def present_marks(marks: MarksOnCaller, *, zone: tzinfo) -> MarkCard:
    """The card; times of day are given in `zone`."""
    until = marks.nuisance_until.astimezone(zone).strftime("%m-%d %H:%M") if marks.nuisance_until else ""
    return MarkCard(
        hint=say("marks.remembered" if marks.remembered else "marks.this_call"),
        lines=(
            _line("elder", is_on=marks.elder),
            _line("relative", is_on=marks.relative),
            _line("hearing", is_on=marks.hearing),
            _nuisance(marks, until),
        ),
        last=_last(marks, zone),
    )


def _line(mark: str, *, is_on: bool, until: str = "") -> MarkLine:
    turn = "unset" if is_on else "set"
    now = say(f"marks.{mark}.{'on' if is_on else 'off'}", until=until)
    return MarkLine(mark, is_on, now, say(f"marks.{mark}.{turn}"), say(f"marks.done.{mark}.{turn}"))


def _nuisance(marks: MarksOnCaller, until: str) -> MarkLine:
    is_on = marks.nuisance is not None
    line = _line("nuisance", is_on=is_on, until=until)
    if is_on or marks.may_be_nuisance:
        return line
    return MarkLine("nuisance", is_on=False, now=say("marks.nuisance.never"), button=None, done=line.done)


def _last(marks: MarksOnCaller, zone: tzinfo) -> Text | None:
    if not marks.history:
        return None
    newest = marks.history[-1]
    time = newest.changed_at.astimezone(zone).strftime("%m-%d %H:%M")
    who = say("marks.by_line") if newest.changed_by == BY_LINE else Text(newest.changed_by, newest.changed_by)
    what = say(f"marks.{newest.mark}.{'set' if newest.after else 'unset'}")
    chinese = say("marks.last", time=time, who=who.zh, what=what.zh).zh
    return Text(chinese, say("marks.last", time=time, who=who.en, what=what.en).en)
