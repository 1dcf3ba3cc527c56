"""What a scenario expects of a call: the assertion language, as values."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from elder_channel.simulator.scenarios.event_names import EVENT_NAMES


def _as_tuple(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


OneOf = Annotated[tuple[str, ...], BeforeValidator(_as_tuple), Field(min_length=1)]
"""A word, or a list of words of which one must hold."""
Words = Annotated[tuple[str, ...], BeforeValidator(_as_tuple)]
"""Words that must all be found."""


@dataclass(frozen=True)
class Happening:
    """An event by name, and what it must carry: `queue.left result=redirected`."""

    name: str
    fields: tuple[tuple[str, str], ...] = ()
    within_seconds: float | None = None
    """At most so long after the event named before it; None: whenever."""

    def __str__(self) -> str:
        """As it is written in a scenario."""
        bound = [] if self.within_seconds is None else [f"{_WITHIN}={self.within_seconds:g}"]
        return " ".join([self.name, *(f"{key}={value}" for key, value in self.fields), *bound])


_WITHIN = "within"


def parse_happening(text: str) -> Happening:
    """Read `name key=value … within=2`; raises ValueError for a name no event has, and a bound that is no number."""
    name, *rest = text.split()
    if name not in EVENT_NAMES:
        raise ValueError(f"no event is called {name}; there are {', '.join(sorted(EVENT_NAMES))}")
    if wrong := [each for each in rest if "=" not in each]:
        raise ValueError(f"{wrong[0]}: what an event must carry is written key=value")
    fields = {key: value for key, _, value in (each.partition("=") for each in rest)}
    bound = fields.pop(_WITHIN, None)
    return Happening(name, tuple(fields.items()), None if bound is None else float(bound))


SILENCE = re.compile(r"silence longer than (\d+(?:\.\d+)?) s")
WORDS = re.compile(r"the words (.+)")


def check_never(text: str) -> str:
    """The text, if it says something that can be looked for."""
    if not (SILENCE.fullmatch(text) or WORDS.fullmatch(text)):
        try:
            if parse_happening(text).within_seconds is not None:
                raise ValueError("what never happens is within no time")
        except ValueError as error:
            raise ValueError(f"{error}; or `silence longer than 5 s`, or `the words …`") from error
    return text


Step = Annotated[str, AfterValidator(lambda text: (parse_happening(text), text)[1])]
Never = Annotated[str, AfterValidator(check_never)]


class _Expected(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ExpectedDialect(_Expected):
    """What is expected of the dialect."""

    top: OneOf | None = Field(None, description="The most probable dialect is one of these.")
    at_least: float | None = Field(None, ge=0, le=1, description="Its probability.")
    abstained: bool | None = Field(None, description="Whether the line says that it does not know.")
    evidence: Words | None = Field(None, description="Sources that must have spoken: number, customer, acoustic, …")
    only_evidence: Words | None = Field(None, description="No other source may have spoken.")


class ExpectedOrder(_Expected):
    """What is expected of the work order."""

    kind: OneOf | None = None
    owned: bool = Field(True, description="Somebody owns it.")
    note: Words = Field((), description="The note holds these words.")


class ExpectedRecording(_Expected):
    """What is expected of the recording."""

    ground: OneOf | None = Field(None, description="notice_heard or agreed.")
    state: OneOf | None = Field(None, description="kept, or deleted because the caller took it back.")
    caller_heard: bool | None = Field(None, description="Whether there is a voice on the caller's channel.")
    agent_heard: bool | None = Field(None, description="The same of the other channel.")


class Expect(_Expected):
    """What is expected of one call. What is not named is not looked at."""

    # The carrier's side: holds for any service.
    answered: bool | None = Field(None, description="Whether a person picked up.")
    answered_by: OneOf | None = Field(None, description="The contact that picked up.")
    answered_within: float | None = Field(None, gt=0, description="Seconds from dialling to the pick-up.")
    queued_within: float | None = Field(None, gt=0, description="Seconds from dialling to the queue.")
    entered_within: float | None = Field(None, gt=0, description="Seconds from the first voiced frame to the queue.")
    ended_by: OneOf | None = Field(None, description="caller, agent, service or carrier.")
    status: OneOf | None = Field(None, description="The carrier's word: completed, busy, no-answer, failed, canceled.")
    fallback: bool | None = Field(None, description="Whether the carrier's fallback document was followed.")
    questions: int | None = Field(None, ge=0, description="How many prompts waited for an answer before the queue.")
    hears: Words = Field((), description="Words the caller is told.")
    hears_not: Words = Field((), description="Words the caller is not told.")
    warnings: Words = Field((), description="What the carrier warned of, in these words.")
    steps: tuple[Step, ...] = Field((), description="Events in this order; others may come between.")
    never: tuple[Never, ...] = Field((), description="Events that do not happen, silences that are not.")
    # The line's own books.
    outcome: OneOf | None = Field(None, description="served, callback, work_order or caller_ended.")
    entry: OneOf | None = Field(None, description="How the caller came to a person.")
    language: OneOf | None = None
    matched: OneOf | None = Field(None, description="exact, group or any.")
    agent: OneOf | None = Field(None, description="Who answered.")
    not_agent: OneOf | None = Field(None, description="Who did not.")
    dialect: ExpectedDialect | None = None
    transcript: Words | None = Field(None, description="What was said, as understood, holds these words.")
    understood: bool | None = Field(None, description="Whether anything was written down of what was said.")
    need: OneOf | None = None
    passed_on: Words | None = Field(None, description="To whom agents passed the call on, in order: company:life.")
    recording: ExpectedRecording | bool | None = Field(None, description="The recording; false: there is none.")
    note: Words = Field((), description="The note the agent saw holds these words.")
    tried: Words = Field((), description="What was tried before, by the note, holds these words.")
    work_order: ExpectedOrder | bool | None = Field(None, description="The order the call left; false: none.")

    def joined_with(self, other: Expect) -> Expect:
        """Both; what `other` names goes before, and its longest silence in the place of ours."""
        lists = ("never", "steps", "hears", "hears_not", "warnings", "note", "tried")
        own = {name: getattr(self, name) for name in self.model_fields_set}
        new = {name: getattr(other, name) for name in other.model_fields_set}
        both = {name: (*own[name], *new[name]) for name in lists if name in own and name in new}
        if any(SILENCE.fullmatch(never) for never in other.never) and "never" in both:
            kept = tuple(never for never in self.never if not SILENCE.fullmatch(never))
            both["never"] = (*kept, *other.never)
        return Expect.model_construct(_fields_set={*own, *new}, **{**own, **new, **both})


BOOKS = frozenset(
    {
        "outcome", "entry", "language", "matched", "agent", "not_agent", "dialect", "transcript", "understood", "need",
        "note", "tried", "work_order", "passed_on", "recording",
    }
)  # fmt: skip
"""What only the line's own books can tell."""
