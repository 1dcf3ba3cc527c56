"""A scenario as it is written down: who calls, what they do, how everybody else behaves, and what is expected."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from elder_channel.simulator.agents import EVERYBODY
from elder_channel.simulator.faults import CallFaults
from elder_channel.simulator.scenarios.called import Called, DeskDeed, Tap
from elder_channel.simulator.scenarios.expectations import BOOKS, Expect
from elder_channel.simulator.scenarios.parts import Agent, Does, Part
from elder_channel.simulator.script import Moment

Setting = bool | int | float | str | list[Any] | dict[str, Any]


class Caller(Part):
    """One caller, or a caller who calls again."""

    name: str = ""
    from_: str = Field(alias="from", min_length=1, description="The caller's number, or `anonymous`.")
    to: str | None = Field(None, description="The number dialled; the hotline when absent.")
    calls_after: float = Field(0.0, ge=0, le=600, description="Seconds from the scenario's start.")
    does: tuple[Does, ...] = Field((), max_length=64)
    patience: float | None = Field(None, gt=0, le=600, description="Seconds after which the caller hangs up.")
    faults: CallFaults = CallFaults()
    expect: Expect = Expect()


class Person(Part):
    """A customer put into the books for a scenario."""

    id: int = Field(ge=100_000, description="From 100000 on, so that nobody real is written over.")
    name: str = "示例"
    numbers: tuple[str, ...] = Field(min_length=1)
    family_numbers: tuple[str, ...] = ()
    born_on: date | None = None
    elder_flag: bool | None = None
    dialect: str | None = None
    language: str | None = None
    hard_of_hearing: bool | None = None


class ServiceFault(Part):
    """Something that goes wrong with the service itself; only where its processes are ours to stop."""

    stop: Literal["voice", "recognizer", "worker"] | None = Field(None, description="A process that is stopped.")
    suspend: Literal["voice", "recognizer", "worker"] | None = Field(None, description="A process that hangs.")
    lock_database: Literal["calls"] | None = Field(None, description="A database somebody else writes to.")
    lose_table: str | None = Field(None, pattern=r"^[a-z_]+$", description="A table that is gone.")
    absent: Literal["all"] | tuple[str, ...] | None = Field(None, description="Agents who are not at work.")
    when: Moment | None = Field(None, description="A moment of the first caller's call; absent: before it.")
    nth: int = Field(1, ge=1, le=100)
    for_seconds: float | None = Field(None, gt=0, le=600, description="How long; absent: to the scenario's end.")

    @model_validator(mode="after")
    def _is_one_fault(self) -> Self:
        kinds = {"stop", "suspend", "lock_database", "lose_table", "absent"}
        if len(kinds & self.model_fields_set) != 1:
            raise ValueError(f"give exactly one of {', '.join(sorted(kinds))}")
        return self


class Common(Part):
    """What the scenarios of a folder have in common: its file `_common.yaml`."""

    settings: dict[str, Setting] = Field({}, description="Settings of the line: `line.elder_age: 65`.")
    agents: dict[str, Agent] = Field({}, description="How phones behave: by agent id or contact, `*` for every other.")
    expect: Expect = Field(Expect(), description="What is expected of every call.")

    @model_validator(mode="after")
    def _settings_have_a_section(self) -> Self:
        for name in self.settings:
            if name.count(".") != 1:
                raise ValueError(f"settings: {name}: a setting is written section.key, such as line.elder_age")
        return self


class Scenario(Common):
    """One scenario."""

    name: str = Field(min_length=3, max_length=120, description="What it shows, as a sentence.")
    about: str = Field("", description="Why it matters, for whoever reads the report.")
    tags: tuple[str, ...] = ()
    laws: tuple[int, ...] = Field((), description="Laws of docs/architecture.md it stands for.")
    caller: Caller | None = None
    callers: tuple[Caller, ...] = Field((), max_length=50)
    called: tuple[Called, ...] = Field((), max_length=50, description="Calls the service places, and how they go.")
    taps: tuple[Tap, ...] = Field((), max_length=20, description="Personal links that are opened.")
    desk: tuple[DeskDeed, ...] = Field((), max_length=20, description="What staff do about the calls.")
    customers: tuple[Person, ...] = ()
    service: tuple[ServiceFault, ...] = ()
    answered_in_order: tuple[str, ...] = Field((), description="Callers by name, as they must be answered.")
    alone: bool = Field(False, description="No other scenario is played at the same time.")

    @model_validator(mode="before")
    @classmethod
    def _has_callers(cls, values: Any) -> Any:
        if isinstance(values, Mapping):
            callers = {"caller", "callers"} & set(values)
            if len(callers) == 2 or not (callers or "called" in values):
                raise ValueError("give either caller or callers, or whom the service rings (called)")
        return values

    @model_validator(mode="after")
    def _names_callers(self) -> Self:
        known = [person.name for person in self.people]
        meant = [*self.answered_in_order, *(deed.call for deed in self.desk if deed.call)]
        if strangers := [name for name in meant if name not in known]:
            raise ValueError(f"nobody is called {strangers[0]}; there are {', '.join(known)}")
        if twice := {name for name in known if known.count(name) > 1}:
            raise ValueError(f"two calls have the name {min(twice)}")
        return self

    @property
    def everybody(self) -> tuple[Caller, ...]:
        """The callers, each with a name."""
        people = (self.caller,) if self.caller else self.callers
        return tuple(
            caller if caller.name else caller.model_copy(update={"name": f"caller {number}"})
            for number, caller in enumerate(people, start=1)
        )

    @property
    def everybody_called(self) -> tuple[Called, ...]:
        """Whom the service rings, each with a name."""
        return tuple(
            called if called.name else called.model_copy(update={"name": f"called {number}"})
            for number, called in enumerate(self.called, start=1)
        )

    @property
    def people(self) -> tuple[Caller | Called, ...]:
        """Both."""
        people: list[Caller | Called] = [*self.everybody]
        return (*people, *self.everybody_called)

    def expected_of(self, person: Caller | Called) -> Expect:
        """What the scenario expects of every call, and of this one."""
        return self.expect.joined_with(person.expect)

    @property
    def expectations(self) -> tuple[Expect, ...]:
        """What is expected of each call."""
        return tuple(self.expected_of(person) for person in self.people)

    @property
    def needs_books(self) -> bool:
        """Something is expected that only the line's books can tell, or prepared that only its owner can."""
        asked = any(BOOKS & each.model_fields_set for each in self.expectations)
        return asked or bool(self.customers or self.service or self.settings or self.taps or self.desk)

    @property
    def is_alone(self) -> bool:
        """Others must not be played at the same time, for it changes the service, or looks at who is chosen."""
        expected = [each.model_fields_set for each in self.expectations]
        names_somebody = bool(set(self.agents) - {EVERYBODY})
        looks_at_who = any({"matched", "agent", "not_agent"} & each for each in expected)
        return self.alone or bool(self.service) or names_somebody or looks_at_who
