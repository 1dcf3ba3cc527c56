"""What a simulated caller does, and when: actions that wait for something to happen on the call."""

from __future__ import annotations

import base64
import binascii
from enum import StrEnum
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from elder_channel.simulator.journey import Event

KEYS = r"^[0-9*#]{1,64}$"


class Moment(StrEnum):
    """What an action waits for."""

    CALL = "call"  # the caller has dialled
    PROMPT = "prompt"  # anything is said or played to the caller, or it rings before anything was
    QUESTION = "question"  # something is said or played outside the queue
    WAITING = "waiting"  # something is said or played in the queue, or it rings before anything was
    LISTENING = "listening"  # a Gather begins to take keys or speech
    STREAMING = "streaming"  # a media stream is open
    QUEUED = "queued"  # the call is in a queue
    MOVED = "moved"  # the service moved the call
    RINGING = "ringing"  # an agent's phone rings
    ANSWERED = "answered"  # an agent picked up
    NOT_REACHED = "not_reached"  # an agent's phone was rung in vain
    AGENT_GONE = "agent_gone"  # the agent has hung up
    FALLBACK = "fallback"  # the carrier follows the fallback document
    CONNECTED = "connected"  # the call itself is picked up: by the service, or by whom it rang
    ENDED = "ended"  # the call is over; for what others do then
    THEN = "then"  # the action before is over


_EVENTS = {
    "call.ringing": {Moment.CALL},
    "gather.started": {Moment.LISTENING},
    "stream.started": {Moment.STREAMING},
    "queue.entered": {Moment.QUEUED},
    "call.redirected": {Moment.MOVED},
    "agent.ringing": {Moment.RINGING},
    "agent.answered": {Moment.ANSWERED},
    "agent.not_reached": {Moment.NOT_REACHED},
    "agent.hung_up": {Moment.AGENT_GONE},
    "fallback.used": {Moment.FALLBACK},
    "call.answered": {Moment.CONNECTED},
    "call.ended": {Moment.ENDED},
}


def moments_of(event: Event) -> set[Moment]:
    """What an event of the call's journey means to the caller."""
    if event.name == "prompt.started":
        return {Moment.PROMPT, Moment.WAITING if event.fields.get("place") == "wait" else Moment.QUESTION}
    if event.fields.get("first_heard"):
        # Somebody was found before the wait document began: the ringing is what the caller waits with, and speaks into.
        return {Moment.PROMPT, Moment.WAITING, *_EVENTS[event.name]}
    return _EVENTS.get(event.name, set())


def check_base64(text: str) -> str:
    """The text, if it is base64."""
    try:
        base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError("not base64") from error
    return text


Mulaw = Annotated[str, AfterValidator(check_base64)]


class Action(BaseModel):
    """One thing the caller does: press keys, speak, or hang up."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    when: Moment = Field(Moment.PROMPT, description="What it waits for.")
    nth: int = Field(1, ge=1, description="The how-manieth time that happens.")
    after: float = Field(1.0, ge=0, description="Seconds from then on.")
    press: str | None = Field(None, pattern=KEYS, description="Keys, one after the other.")
    audio_mulaw: Mulaw | None = Field(None, description="Base64 of 8 kHz mu-law: what is heard on the streams.")
    say: str | None = Field(None, min_length=1, description="What the carrier's own recognition returns for it.")
    hang_up: bool = Field(False, description="The caller hangs up.")
    hearing: str | None = Field(None, min_length=1, description="Only what is said in these words counts.")

    def is_meant_by(self, event: Event) -> bool:
        """Whether this is what the action waits for, leaving aside which time it is."""
        words = self.hearing is None or self.hearing in str(event.fields.get("text") or "")
        return words and self.when in moments_of(event)

    @property
    def speaks(self) -> bool:
        """The caller says something."""
        return self.audio_mulaw is not None or self.say is not None

    @model_validator(mode="before")
    @classmethod
    def _does_something(cls, values: Any) -> Any:
        if isinstance(values, dict) and not {"press", "audio_mulaw", "say", "hang_up"} & set(values):
            raise ValueError("give one of press, audio_mulaw, say or hang_up")
        return values
