"""Calls as rows, and rows as calls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.engine import Row

from dialects.evidence import Identification, Source, WeighedEvidence
from elder_channel.agents.trace import Trace
from elder_channel.calls.model import Call, CallState, Entry, Matched, Outcome, PassedOn, RecognitionState, SaidStretch
from elder_channel.storage.values import as_value


def new_row(call: Call) -> dict[str, Any]:
    return {
        "sid": call.sid,
        "caller_number": call.caller_number,
        "called_number": call.called_number,
        "state": call.state,
        "language": call.language,
        "language_chosen": call.language_chosen,
        "elder": call.elder,
        "hearing": call.hearing,
        "relative": call.relative,
        "customer_id": call.customer_id,
        "entry": call.entry,
        "started_at": call.started_at,
        "entered_at": call.entered_at,
        "agents_tried": [],
        "identified_finally": call.identified_finally,
        "recognition": call.recognition,
        "identified_at": call.identified_at,
        "need": call.need,
        "is_test": call.is_test,
        "by_fallback": call.by_fallback,
        "marked": call.marked,
        "company": call.company,
        **(identification_row(call.identification) if call.identification else {}),
    }


def identification_row(identification: Identification) -> dict[str, Any]:
    return {
        "posterior": dict(identification.posterior),
        "abstained": identification.abstained,
        "evidence": [[item.source, item.text, item.weight] for item in identification.evidence],
    }


def to_call(row: Row[Any]) -> Call:
    """A row of the calls table as a value."""
    identification = None
    if row.posterior is not None:
        evidence = tuple(WeighedEvidence(Source(source), text, weight) for source, text, weight in row.evidence or ())
        identification = Identification(row.posterior, bool(row.abstained), evidence)
    return as_value(
        Call,
        row,
        state=CallState(row.state),
        entry=Entry(row.entry) if row.entry else None,
        outcome=Outcome(row.outcome) if row.outcome else None,
        matched=Matched(row.matched) if row.matched else None,
        agents_tried=tuple(row.agents_tried),
        identification=identification,
        recognition=RecognitionState(row.recognition),
        stretches=tuple(SaidStretch(*each) for each in row.stretches or ()),
        routing=tuple(row.routing or ()),
        passed_on=tuple(passed_on(item) for item in row.passed_on or ()),
    )


def stretches_row(stretches: Sequence[SaidStretch]) -> list[list[Any]] | None:
    """As the books keep them; nothing for none."""
    return [[each.utterance, each.text, each.start_seconds, each.end_seconds] for each in stretches] or None


def passed_on(item: Mapping[str, Any]) -> PassedOn:
    """One passing on, as it was kept."""
    return PassedOn(**{**item, "at": datetime.fromisoformat(item["at"])})


def passed_on_row(passed: PassedOn) -> dict[str, Any]:
    return {**vars(passed), "at": passed.at.isoformat()}


def trace_row(trace: Trace) -> dict[str, Any]:
    """Why an agent was chosen, in values JSON can hold."""
    considered = [{**vars(each), "match": str(each.match)} for each in trace.considered]
    return {
        **vars(trace),
        "chosen_at": trace.chosen_at.isoformat(),
        "match": str(trace.match),
        "step": str(trace.step),
        "bond": str(trace.bond) if trace.bond else None,
        "considered": considered,
    }
