"""People whom the service rings in a scenario, and what makes it ring them."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from elder_channel.simulator.faults import CallFaults
from elder_channel.simulator.scenarios.expectations import Expect, Words
from elder_channel.simulator.scenarios.parts import Does, Part, Waits
from elder_channel.simulator.script import Moment
from elder_channel.simulator.subscribers import Phone

E164 = r"^\+[1-9][0-9]{6,14}$"


class Called(Part):
    """One call the service places to somebody; the next of the same number is the next call."""

    name: str = ""
    number: str = Field(pattern=E164, description="The number that is rung.")
    rung: bool = Field(True, description="False: this phone must not ring.")
    within: float = Field(
        60.0, gt=0, le=240, description="Seconds of the scenario in which it rings, or in which it must not."
    )
    phone: Phone = Field(Phone.ANSWER, description="What becomes of the ringing.")
    answers_after: float = Field(2.0, ge=0, le=120, description="Seconds of ringing.")
    does: tuple[Does, ...] = Field((), max_length=64)
    patience: float | None = Field(None, gt=0, le=600, description="Seconds from the first ring to hanging up.")
    faults: CallFaults = CallFaults()
    expect: Expect = Expect()

    @model_validator(mode="after")
    def _who_is_not_rung_does_nothing(self) -> Self:
        if not self.rung and self.model_fields_set - {"name", "number", "rung", "within"}:
            raise ValueError("a phone that must not ring does nothing: give only number and within")
        return self


class Tap(Part):
    """Somebody opens the personal link to the page with one button; only on lines of our own."""

    number: str = Field(pattern=E164, description="A number in the books; the link is made for it.")
    after: float = Field(0.0, ge=0, le=600, description="Seconds from the scenario's start.")
    looks: int = Field(1, ge=1, le=20, description="How often it is opened, as by a person or by a preview.")
    presses: int = Field(1, ge=0, le=20, description="How often the button is pressed.")
    shows: Words = Field((), description="Words on the page in the end.")


class PassesOn(Part):
    """To whom a call is passed on: exactly one of them."""

    company: str | None = None
    agent: str | None = None
    queue: str | None = Field(None, description="shared, interpreters, or a site.")
    note: str = Field("", max_length=500, description="What the agent writes for the next.")

    @model_validator(mode="after")
    def _is_one_target(self) -> Self:
        if len([each for each in (self.company, self.agent, self.queue) if each]) != 1:
            raise ValueError("name one company, one agent or one queue")
        return self

    @property
    def target(self) -> str:
        """As the desk names it: `company:life`."""
        kind = next(name for name in ("company", "agent", "queue") if getattr(self, name))
        return f"{kind}:{getattr(self, kind)}"


class DeskDeed(Waits):
    """Something staff do about a call, at their desks; only on lines of our own."""

    call: str = Field("", description="Whose call, by name; the first caller's when empty.")
    when: Moment = Field(Moment.ANSWERED, description="What it waits for.")
    passes_on: PassesOn | None = Field(None, description="The agent who has the call passes it on.")
    declines: bool = Field(False, description="The agent whose phone rings leaves the call to the next.")
    calls_back: bool = Field(False, description="A supervisor has the line ring the customer of the call's order.")
    records: bool | None = Field(
        None, description="The agent takes down what the caller says to being recorded: true for yes, false for no."
    )
    sees: Words = Field((), description="Words that the desk of the agent who has the call shows.")

    @model_validator(mode="after")
    def _is_one_deed(self) -> Self:
        answered = self.records is not None
        if sum(map(bool, (self.passes_on, self.declines, self.calls_back, self.sees, answered))) != 1:
            raise ValueError("give exactly one of passes_on, declines, calls_back, records, sees")
        return self

    def __str__(self) -> str:
        """In a line."""
        if self.passes_on:
            return f"passes the call on to {self.passes_on.target}"
        if self.declines:
            return "declines the call"
        if self.records is not None:
            return f"takes down the caller's {'yes' if self.records else 'no'} to being recorded"
        return "has the customer called back" if self.calls_back else f"sees {', '.join(self.sees)}"
