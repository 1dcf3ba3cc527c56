"""The values of an agent's desk: what was known at pick-up, what was done, how a call is wrapped up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from elder_channel.calls.model import Call, RecognitionState


class Act(StrEnum):
    """What an agent does with a call on the desk."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    LAPSED = "lapsed"  # neither accepted nor declined in time
    IDENTITY_CHECKED = "identity_checked"  # the caller answered the agent's questions
    WRAPPED_UP = "wrapped_up"
    PASSED_ON = "passed_on"
    RECORDING_AGREED = "recording_agreed"  # the caller said yes to being recorded
    RECORDING_REFUSED = "recording_refused"  # or no


class CallResult(StrEnum):
    """What became of what the caller wanted, as the agent says."""

    SETTLED = "settled"
    FOLLOW_UP = "follow_up"  # somebody has to do something; opens a work order
    NOTHING_WANTED = "nothing_wanted"  # wrong number, silence, thanks


@dataclass(frozen=True)
class DeskAct:
    """One act; the history is only ever added to."""

    call_sid: str
    act: Act
    agent_id: str
    done_by: str
    """User name of the account."""
    at: datetime
    token: str
    result: CallResult | None = None
    note: str | None = None


@dataclass(frozen=True)
class PickUp:
    """What was known when the agent said hello; later knowledge does not change it."""

    call_sid: str
    at: datetime
    agent_id: str
    heard: bool
    """Whether anything the caller said had been written down."""
    need: str | None
    dialect: str | None
    """The dialect the line named; None while it abstained."""
    probability: float | None
    language: str
    matched: str | None
    """`exact`, `group` or `any`; None for somebody who is no agent of the line any more."""

    @property
    def kind(self) -> KindOfPickUp:
        """What is counted of it."""
        return KindOfPickUp(self.heard, self.need is not None, self.dialect, self.language, self.matched)


@dataclass(frozen=True)
class KindOfPickUp:
    """Pick-ups that are counted alike; the fields mean what they mean in `PickUp`."""

    heard: bool
    need_known: bool
    dialect: str | None
    language: str
    matched: str | None


def answer_to_recording(acts: Sequence[DeskAct]) -> DeskAct | None:
    """The caller's last word on being recorded, as an agent took it down; None while nobody has asked."""
    answers = [act for act in acts if act.act in (Act.RECORDING_AGREED, Act.RECORDING_REFUSED)]
    return answers[-1] if answers else None


def known_at_pick_up(call: Call, agent_id: str, *, matched: str | None, at: datetime) -> PickUp:
    """What the agent knows of `call` at this moment; `matched` is how the agent fits what is known now."""
    found = call.identification
    top = found.top if found and not found.abstained else None
    return PickUp(
        call_sid=call.sid,
        at=at,
        agent_id=agent_id,
        heard=call.recognition is RecognitionState.HEARD and bool(call.transcript),
        need=call.need,
        dialect=top[0] if top else None,
        probability=top[1] if top else None,
        language=call.language,
        matched=matched,
    )
