"""What one call came to: the object `elder-channel call --json` prints. Its keys stay."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from dialects.evidence import Identification
from dialects.identify import identify
from elder_channel.bootstrap import Line
from elder_channel.calls.model import Call

CarrierRecord = dict[str, Any]
"""The carrier's own record of the call, as the simulator gives it."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ClassProbability(_Part):
    """One dialect and its probability."""

    id: str = Field(description="One of the 42, or putonghua.")
    zh: str
    p: float = Field(ge=0, le=1)


class EvidenceLine(_Part):
    """What spoke for the dialect, and by how many nats it moved the posterior."""

    source: Literal["number", "customer", "acoustic", "words", "choice"]
    text: str
    weight: float


class DialectReport(_Part):
    """The posterior, or an abstention."""

    posterior: list[ClassProbability] = Field(max_length=5, description="Best first; p over all classes sums to 1.")
    abstained: bool
    evidence: list[EvidenceLine]


class WorkOrderReport(_Part):
    """The order the call left."""

    id: int
    kind: str
    owner: str
    due_at: str
    note: str


class AgentReport(_Part):
    """Who answered."""

    id: str
    dialects: dict[str, int]
    matched: Literal["exact", "group", "any"]


class HandoverReport(_Part):
    """The note the agent saw."""

    text: str
    need: str | None
    dialect_text: str
    tried: str


class Timings(_Part):
    """Milliseconds; null where it does not apply."""

    webhook: float | None = Field(description="First webhook sent to its TwiML received.")
    onset_to_enqueue: float | None = Field(description="First voiced frame sent to <Enqueue> received.")
    enqueue_to_answer: float | None
    utterance_end_to_dialect: float | None = Field(description="Last voiced frame sent to posterior stored.")
    ring_to_answer: float | None


class ConsideredReport(_Part):
    """A free agent who could have taken the call."""

    agent_id: str
    match: Literal["exact", "branch", "group", "elder_trained", "any"]
    site: str = Field(description="Id of the agent's site; empty: none.")
    tier: int | None = Field(description="How soon the site is asked for this caller, 0 first.")
    score: float
    idle_seconds: float


class ChoiceReport(_Part):
    """One choice of the router, and why."""

    chosen_at: str
    agent_id: str
    match: Literal["exact", "branch", "group", "elder_trained", "any"]
    step: Literal["exact", "branch", "group", "elder_trained", "any"] = Field(
        description="The least good match that was taken at that moment."
    )
    waited_seconds: float
    province: str | None = Field(description="Where the caller's number belongs.")
    bond: Literal["diverted", "company", "agent", "queue"] | None = Field(
        description="What kept the call for some of the agents."
    )
    free: int
    considered: list[ConsideredReport] = Field(max_length=5, description="Best first.")


class PassedOnReport(_Part):
    """An agent passed the call on."""

    at: str
    from_agent: str
    to: str = Field(description="company:ID, agent:ID or queue:ID.")
    note: str


class CallReport(_Part):
    """One call, from ring to outcome."""

    call_sid: str
    entry: Literal["known_elder", "dedicated_line", "one_key", "voice", "english", "one_tap", "called_back", "prompted"]
    language: str = Field(description="BCP 47.")
    outcome: Literal["served", "callback", "work_order", "caller_ended"]
    dialect: DialectReport
    transcript: str | None
    recognizer: str | None
    work_order: WorkOrderReport | None
    agent: AgentReport | None
    handover: HandoverReport
    timings_ms: Timings
    routing: list[ChoiceReport] = Field(max_length=5, description="Why each agent was chosen, the last one last.")
    passed_on: list[PassedOnReport] = Field(description="Who had the call before, the first first.")


_BCP47 = {"zh": "zh-CN", "en": "en", "und": "und"}
_UNKNOWN_TO_US = HandoverReport(
    text="本系统未在场,来电由运营商直接转至值班人员。",
    need=None,
    dialect_text="尚无依据",
    tried="运营商备用流程 (fallback at the carrier)",
)


def report_call(line: Line, record: CarrierRecord) -> CallReport:
    """Put the carrier's record and our books together."""
    sid = str(record["call_sid"])
    call = line.calls.get(sid)
    identification = call.identification if call else None
    if identification is None:
        identification = identify((), catalogue=line.catalogue, settings=line.settings.identification)
    note = line.calls.handover(sid)
    return CallReport(
        call_sid=sid,
        entry=(call.entry if call else None) or "prompted",
        language=_BCP47.get(call.language if call else "zh", "zh-CN"),
        outcome=_outcome(call, record),
        dialect=_dialect(line, identification),
        transcript=call.transcript if call else None,
        recognizer=call.recognizer if call else None,
        work_order=_work_order(line, sid),
        agent=_agent(line, call),
        handover=HandoverReport(**vars(note)) if note else _UNKNOWN_TO_US,
        timings_ms=_timings(call, record),
        routing=[ChoiceReport.model_validate(trace) for trace in (call.routing if call else ())],
        passed_on=[
            PassedOnReport(at=each.at.isoformat(), from_agent=each.from_agent, to=each.to, note=each.note)
            for each in (call.passed_on if call else ())
        ],
    )


def _outcome(call: Call | None, record: CarrierRecord) -> str:
    if call and call.outcome:
        return call.outcome
    return "served" if record.get("served") else "caller_ended"


def _dialect(line: Line, identification: Identification) -> DialectReport:
    best = [
        ClassProbability(id=id_, zh=line.catalogue.name(id_), p=round(p, 6))
        for id_, p in identification.best()
        if p > 0
    ]
    evidence = [
        EvidenceLine(source=item.source.value, text=item.text, weight=round(item.weight, 4))
        for item in identification.evidence
    ]
    return DialectReport(posterior=best, abstained=identification.abstained, evidence=evidence)


def _work_order(line: Line, sid: str) -> WorkOrderReport | None:
    order = line.work_orders.of_call(sid)
    if order is None:
        return None
    due = order.due_at.isoformat()
    return WorkOrderReport(id=order.id, kind=order.kind, owner=order.owner, due_at=due, note=order.note)


def _agent(line: Line, call: Call | None) -> AgentReport | None:
    if call is None or call.answered_at is None:
        return None
    agent = line.settings.agent(call.agent_id)
    return AgentReport(id=agent.id, dialects=agent.dialects, matched=call.matched or "any") if agent else None


def _timings(call: Call | None, record: CarrierRecord) -> Timings:
    entered, answered = record.get("enqueue_received_at"), record.get("agent_answered_at")
    identified = call.identified_at.timestamp() if call and call.identified_at and call.identified_finally else None
    return Timings(
        webhook=_rounded(record.get("webhook_ms")),
        onset_to_enqueue=_between(record.get("first_voiced_sent_at"), entered),
        enqueue_to_answer=_between(entered, answered),
        utterance_end_to_dialect=_between(record.get("last_voiced_sent_at"), identified),
        ring_to_answer=_between(record.get("agent_ringing_at"), answered),
    )


def _between(start: float | None, end: float | None) -> float | None:
    return _rounded((end - start) * 1000) if start is not None and end is not None and end >= start else None


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
