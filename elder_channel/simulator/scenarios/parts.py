"""What the parts of a scenario are made of."""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from elder_channel.simulator.agents import AgentProfile
from elder_channel.simulator.scenarios.sounds import Sound
from elder_channel.simulator.script import KEYS, Moment


class Part(BaseModel):
    """A part of a scenario; a key nobody knows is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, dict) else value


Sounds = Annotated[tuple[Sound, ...], BeforeValidator(_as_list)]
"""One sound, or a list heard one after the other."""


class Waits(Part):
    """Something that happens at a moment of a call."""

    when: Moment = Field(Moment.PROMPT, description="What it waits for.")
    nth: int = Field(1, ge=1, le=100, description="Which time that happens, from 1.")
    after: float = Field(1.0, ge=0, le=600, description="Seconds from then on.")


class Does(Waits):
    """One thing somebody on the line does: press keys, speak, or hang up."""

    press: str | None = Field(None, pattern=KEYS, description="Keys, one after the other.")
    sound: Sounds = Field((), description="What is heard of the caller: one sound or several.")
    words: str | None = Field(None, min_length=1, description="What the carrier's own recognition returns for it.")
    hang_up: bool = False
    hearing: str | None = Field(None, min_length=1, description="Waits for a prompt with these words.")

    @model_validator(mode="after")
    def _does_something(self) -> Self:
        if not (self.press or self.sound or self.words or self.hang_up):
            raise ValueError("says when, and not what: give press, sound, words or hang_up")
        if self.hearing and self.when not in (Moment.PROMPT, Moment.QUESTION, Moment.WAITING):
            raise ValueError("hearing words needs something that is said: when prompt, question or waiting")
        return self


class Agent(AgentProfile):
    """How a dialled phone behaves, and what whoever picks it up says."""

    says: Sounds = Field((), description="Said on picking up; heard in recordings of the call.")
