"""The object that `elder-channel call --json` prints: its keys stay."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, ValidationError

from elder_channel.calls.model import Entry, Matched, Outcome
from elder_channel.services.call_report import CallReport, report_call
from elder_channel.services.knowing import Knowing
from elder_channel.services.line import LineService
from tests.fakes.line import LineInMemory, open_test_line

SHIPPED = Path(str(resources.files("elder_channel") / "data" / "call_report.schema.json"))
REGENERATE = """the shipped schema is not the model's; regenerate it with
  .venv/bin/python -c 'from tests.unit.test_call_report import write_schema; write_schema()'"""

# What other programs rely on from the first version on: object -> its keys.
KEYS = {
    "": {"call_sid", "entry", "language", "outcome", "dialect", "transcript", "recognizer", "work_order", "agent",
         "handover", "timings_ms"},
    "DialectReport": {"posterior", "abstained", "evidence"},
    "ClassProbability": {"id", "zh", "p"},
    "EvidenceLine": {"source", "text", "weight"},
    "AgentReport": {"id", "dialects", "matched"},
    "HandoverReport": {"text", "need", "dialect_text", "tried"},
    "Timings": {"webhook", "onset_to_enqueue", "enqueue_to_answer", "utterance_end_to_dialect", "ring_to_answer"},
}  # fmt: skip
VALUES = {
    "entry": {"known_elder", "dedicated_line", "one_key", "voice", "english", "one_tap", "called_back", "prompted"},
    "outcome": {"served", "callback", "work_order", "caller_ended"},
}


def schema_of_the_model() -> dict[str, Any]:
    """The schema as the model has it now."""
    return {"$schema": Draft202012Validator.META_SCHEMA["$id"], **CallReport.model_json_schema()}


def write_schema() -> None:
    """Write the schema into the package."""
    SHIPPED.write_text(json.dumps(schema_of_the_model(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def shipped() -> dict[str, Any]:
    """The schema as it ships."""
    schema: dict[str, Any] = json.loads(SHIPPED.read_text(encoding="utf-8"))
    return schema


def part(name: str) -> dict[str, Any]:
    """One object of the schema; the empty name is the whole."""
    return shipped()["$defs"][name] if name else shipped()


def test_the_shipped_schema_is_the_models() -> None:
    """File and code say the same."""
    Draft202012Validator.check_schema(shipped())
    assert shipped() == schema_of_the_model(), REGENERATE


@pytest.mark.parametrize("name", KEYS, ids=lambda name: name or "the whole")
def test_the_promised_keys_are_there_and_required(name: str) -> None:
    """A key that is sometimes missing is a key nobody can rely on."""
    assert KEYS[name] <= set(part(name)["required"])
    assert set(part(name)["required"]) == set(part(name)["properties"])


@pytest.mark.parametrize("name", VALUES)
def test_the_promised_values_are_there(name: str) -> None:
    """Entries may be added, none may go."""
    assert VALUES[name] <= set(part("")["properties"][name]["enum"])


def test_matched_and_source_have_their_values() -> None:
    """How near the agent's dialects are, and where evidence comes from."""
    assert set(part("AgentReport")["properties"]["matched"]["enum"]) == {"exact", "group", "any"}
    sources = {"number", "customer", "acoustic", "words", "choice"}
    assert set(part("EvidenceLine")["properties"]["source"]["enum"]) == sources


def test_the_schema_knows_every_entry_outcome_and_match_of_the_line() -> None:
    """A new member of the line's own lists must not make a report impossible."""
    assert set(part("")["properties"]["entry"]["enum"]) == {str(entry) for entry in Entry}
    assert set(part("")["properties"]["outcome"]["enum"]) == {str(outcome) for outcome in Outcome}
    assert set(part("AgentReport")["properties"]["matched"]["enum"]) == {str(matched) for matched in Matched}


@pytest.fixture
def at(tmp_path: Path) -> Iterator[LineInMemory]:
    """A line with books."""
    opened = open_test_line(tmp_path)
    yield opened
    opened.line.databases.dispose()


def valid(report: CallReport) -> dict[str, Any]:
    """The report as it is printed, if the shipped schema accepts it."""
    printed: dict[str, Any] = json.loads(report.model_dump_json())
    Draft202012Validator(shipped()).validate(printed)
    return printed


def test_a_call_we_never_saw_is_reported_in_full(at: LineInMemory) -> None:
    """The carrier's fallback served it: every key is there, and what we do not know is null."""
    printed = valid(report_call(at.line, {"call_sid": "CA1", "served": True}))
    assert (printed["outcome"], printed["agent"], printed["transcript"]) == ("served", None, None)
    assert printed["timings_ms"] == dict.fromkeys(KEYS["Timings"])
    assert printed["dialect"]["abstained"]


def test_a_served_call_is_reported_from_books_and_carrier(at: LineInMemory) -> None:
    """The carrier's moments become milliseconds; the books give the rest."""
    service = LineService(at.line)
    service.arrive("CA1", "+862000000101", "+862100000060")
    knowing = Knowing(at.line)
    at.clock.forward(4)
    knowing.heard("CA1", text="我要报案", recognizer="ours", language_posterior={"zh": 0.95}, final=True)
    at.line.calls.assign("CA1", "chen-jiaming", matched="exact", at=at.clock())
    service.agent_answered("CA1", "chen-jiaming")
    service.ended("CA1")
    start = at.clock().timestamp() - 4
    record = {
        "call_sid": "CA1",
        "webhook_ms": 12.345,
        "enqueue_received_at": start + 0.1,
        "first_voiced_sent_at": start + 1.0,
        "last_voiced_sent_at": start + 3.25,
        "agent_ringing_at": start + 4.0,
        "agent_answered_at": start + 10.0,
    }
    printed = valid(report_call(at.line, record))
    assert printed["timings_ms"] == {
        "webhook": 12.3,
        "onset_to_enqueue": None,  # entered before a word was said
        "enqueue_to_answer": 9900.0,
        "utterance_end_to_dialect": 750.0,
        "ring_to_answer": 6000.0,
    }
    assert (printed["entry"], printed["outcome"], printed["language"]) == ("known_elder", "served", "zh-CN")
    assert (printed["transcript"], printed["recognizer"]) == ("我要报案", "ours")
    assert printed["agent"] == {"id": "chen-jiaming", "dialects": {"guangzhou": 5, "siyi": 4, "hakka": 2},
                                "matched": "exact"}  # fmt: skip
    assert printed["handover"]["need"]
    assert printed["work_order"] is None


def test_an_unserved_call_is_reported_with_its_order(at: LineInMemory) -> None:
    """Law 1: who owns it, and by when."""
    service = LineService(at.line)
    service.arrive("CA1", "+862000000101", "+862100000060")
    service.carrier_ended("CA1", "+862000000101", "+862100000060")
    printed = valid(report_call(at.line, {"call_sid": "CA1"}))
    assert printed["outcome"] == "callback"
    assert printed["work_order"]["owner"]
    assert printed["work_order"]["due_at"].endswith("+00:00")
    assert printed["agent"] is None


def test_law_5_the_best_five_of_a_posterior_that_sums_to_one(at: LineInMemory) -> None:
    """p counts over the whole set, so the five shown never exceed one."""
    LineService(at.line).arrive("CA1", "+8659100000155", "+862100000060")
    shown = valid(report_call(at.line, {"call_sid": "CA1"}))["dialect"]["posterior"]
    assert len(shown) == 5
    assert [item["p"] for item in shown] == sorted((item["p"] for item in shown), reverse=True)
    assert sum(item["p"] for item in shown) <= 1.000001
    call = at.line.calls.get("CA1")
    assert call
    assert call.identification
    assert sum(call.identification.posterior.values()) == pytest.approx(1.0)
    assert {item["id"] for item in shown} <= set(at.line.catalogue.classes)


def test_an_object_with_a_key_too_few_is_refused(at: LineInMemory) -> None:
    """The schema is strict enough to notice."""
    printed = valid(report_call(at.line, {"call_sid": "CA1"}))
    del printed["timings_ms"]["webhook"]
    with pytest.raises(ValidationError, match="webhook"):
        Draft202012Validator(shipped()).validate(printed)
