"""What the page of recordings shows; knows nothing of Streamlit or HTML."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import tzinfo

from elder_channel.calls.recording import Ground, RecordingAccess, RecordingState
from elder_channel.services.recorded_calls import RecordedCall, RecordingsFound
from ui.presenters import minutes_and_seconds
from ui.words import Text, say


@dataclass(frozen=True)
class RecordingCard:
    """One recording."""

    sid: str
    call_sid: str
    title: Text
    caller: Text
    elder: bool
    agent: str | None
    dialect: str | None
    length: Text
    duration: str
    """As m:ss; empty while unknown."""
    ground: Text
    until: Text
    may_listen: bool
    why_not: Text | None
    may_delete: bool
    heard_by: tuple[Text, ...]


@dataclass(frozen=True)
class RecordingsPage:
    """The whole list."""

    rule: Text
    is_off: bool
    cards: tuple[RecordingCard, ...]
    why_none: Text | None


def present_recordings(found: RecordingsFound, *, zone: tzinfo) -> RecordingsPage:
    """The list; times of day are given in `zone`."""
    return RecordingsPage(
        rule=say("recordings.rule", days=found.keep_days),
        is_off=not found.enabled,
        cards=tuple(_card(each, zone) for each in found.calls),
        why_none=say(f"recordings.why.{found.why_none}") if found.why_none else None,
    )


def _card(each: RecordedCall, zone: tzinfo) -> RecordingCard:
    duration = "" if each.duration_seconds is None else minutes_and_seconds(each.duration_seconds)
    gone = each.state is RecordingState.DELETED
    return RecordingCard(
        sid=each.sid,
        call_sid=each.call_sid,
        title=say("recording.title", time=each.started_at.astimezone(zone).strftime("%Y-%m-%d %H:%M")),
        caller=Text(each.caller, each.caller) if each.caller else say("recording.caller.gone"),
        elder=each.elder,
        agent=each.agent,
        dialect=each.dialect,
        length=say("recording.length", duration=duration) if duration else say("recording.length.unknown"),
        duration=duration,
        ground=_ground(each),
        until=say("recording.deleted_on" if gone else "recording.delete_on", date=each.deleted_on.isoformat()),
        may_listen=each.why_not is None,
        why_not=say(f"refused.{each.why_not}") if each.why_not else None,
        may_delete=each.state.may_hold_sound,
        heard_by=tuple(_access(access, zone) for access in each.accesses),
    )


def _ground(each: RecordedCall) -> Text:
    if each.ground is Ground.AGREED:
        return say("recording.ground.agreed", who=each.agreed_by or "")
    return say(f"recording.ground.{each.ground}")


def _access(access: RecordingAccess, zone: tzinfo) -> Text:
    time = access.at.astimezone(zone).strftime("%m-%d %H:%M")
    line = say("order.by_line")
    who = line if access.by == "line" else Text(access.by, access.by)
    key = f"recording.access.{access.what}"
    return Text(say(key, time=time, who=who.zh).zh, say(key, time=time, who=who.en).en)
