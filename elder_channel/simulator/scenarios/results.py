"""What `elder-channel simulate --json` prints, as models: its keys stay, and its schema is kept in the package."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from elder_channel.simulator.scenarios.checks import Check
from elder_channel.simulator.scenarios.performance import Clock, Judged, Performance


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid")


class CheckResult(_Part):
    """One expectation and what came of it."""

    what: str = Field(description="The key of the expectation, such as entry or never.")
    expected: str = Field(description="In words.")
    happened: str = Field(description="What happened instead, in words; may be empty where it came true.")
    ok: bool


class EventResult(BaseModel):
    """One thing that happened; what else it carries is told in docs/simulator.md, by its name."""

    model_config = ConfigDict(extra="allow")

    n: int = Field(description="Its number on the call, from 1; 0 for what staff did beside the carrier.")
    at: float = Field(description="Seconds since the epoch.")
    seconds: float = Field(description="Seconds from the first ring of the call.")
    name: str


class CallResult(_Part):
    """One call of a scenario."""

    caller: str = Field(description="Who called or was called, by the scenario's name for them.")
    passed: bool
    checks: list[CheckResult]
    record: dict[str, Any] = Field(
        description="The carrier's record, as `GET /simulator/calls/{sid}` gives it; only `from` and `to` for a phone "
        "that did not ring."
    )
    events: list[EventResult]


class ScenarioResult(_Part):
    """One scenario."""

    id: str = Field(description="The file's name without its ending.")
    file: str
    name: str
    tags: list[str]
    laws: list[int]
    passed: bool
    problem: str | None = Field(description="Why it could not be played; null where it was.")
    seconds: float = Field(description="How long playing it took.")
    speed: float = Field(description="How much quicker than life the simulator waited.")
    clock: Clock = Field(description="The machine's clock, or a virtual one that jumps to the next event.")
    checks: list[CheckResult] = Field(description="Of the scenario as a whole: who was rung, pages, staff, order.")
    calls: list[CallResult]


class Results(_Part):
    """What came of all scenarios."""

    scenarios: int
    passed: int
    performances: list[ScenarioResult]


def results_of(performances: Sequence[Performance]) -> Results:
    """Everything, for programs: what was expected, what happened, and every event."""
    return Results(
        scenarios=len(performances),
        passed=sum(each.passed for each in performances),
        performances=[_scenario(each) for each in performances],
    )


def _scenario(performance: Performance) -> ScenarioResult:
    scenario = performance.file.scenario
    return ScenarioResult(
        id=performance.file.id,
        file=str(performance.file.path),
        name=scenario.name,
        tags=list(scenario.tags),
        laws=list(scenario.laws),
        passed=performance.passed,
        problem=performance.problem,
        seconds=round(performance.seconds, 3),
        speed=performance.speed,
        clock=performance.clock,
        checks=[_check(check) for check in performance.checks],
        calls=[_call(judged) for judged in performance.calls],
    )


def _call(judged: Judged) -> CallResult:
    call = judged.call
    return CallResult(
        caller=call.caller,
        passed=judged.passed,
        checks=[_check(check) for check in judged.checks],
        record=dict(call.record),
        events=[
            EventResult.model_validate({**event, "seconds": round(event["at"] - call.began_at, 3)})
            for event in call.events
        ],
    )


def _check(check: Check) -> CheckResult:
    return CheckResult.model_validate(vars(check))
