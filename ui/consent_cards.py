"""Whether the conversation on the desk is recorded, as a line with its buttons; knows nothing of Streamlit or HTML."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import tzinfo

from elder_channel.calls.recording import Ground
from elder_channel.services.recording_consent import RecordingOnDesk
from ui.words import Text, say


@dataclass(frozen=True)
class ConsentCard:
    """How it stands, and what a tap can change."""

    now: Text
    is_running: bool
    ask: Text | None
    """How to ask; None once the caller has answered, or has heard the notice."""
    yes: Text | None
    no: Text | None


def present_consent(recording: RecordingOnDesk | None, *, zone: tzinfo) -> ConsentCard | None:
    """The card; None where nothing is recorded anyway. Times of day are given in `zone`."""
    if recording is None:
        return None
    is_running = recording.running is not None
    time = recording.noted_at.astimezone(zone).strftime("%H:%M") if recording.noted_at else ""
    return ConsentCard(
        now=say(f"consent_call.{_state(recording)}", who=recording.noted_by or "", time=time),
        is_running=is_running,
        ask=say("consent_call.ask") if recording.may_agree and recording.agreed is None else None,
        yes=say("consent_call.yes") if recording.may_agree else None,
        no=say("consent_call.no") if recording.may_refuse else None,
    )


def _state(recording: RecordingOnDesk) -> str:
    if recording.agreed is None:
        return "unasked" if recording.running is None else "notice_heard"
    if not recording.agreed:
        return "refused" if recording.running is None else "refused.running"
    if recording.running is None:
        return "agreed.not_running"
    return "notice_heard" if recording.running is Ground.NOTICE_HEARD else "agreed"
