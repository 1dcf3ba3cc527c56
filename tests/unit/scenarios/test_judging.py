"""The assertion language: what was expected, what happened, and whether they agree."""

from __future__ import annotations

from typing import Any

import pytest

from elder_channel.simulator.scenarios.expectations import Expect
from elder_channel.simulator.scenarios.facts import BookFacts, OrderFacts, PlayedCall, RecordingFacts
from elder_channel.simulator.scenarios.judging import judge, judge_order, judge_rings
from elder_channel.simulator.scenarios.silences import longest_silence
from elder_channel.simulator.scenarios.strip import spans

RECORD = {
    "from": "+8659100000155",
    "to": "+862100000060",
    "served": True,
    "answered_by": "client:a",
    "agent_answered_at": 109.0,
    "enqueue_received_at": 103.0,
    "first_voiced_sent_at": 102.5,
    "ended_by": "agent",
    "status": "completed",
    "fallback_used": False,
    "warnings": ["key not delivered"],
}
EVENTS = [
    (100.0, "call.ringing", {}),
    (100.2, "call.answered", {}),
    (100.2, "gather.started", {"place": "main"}),
    (100.2, "prompt.started", {"text": "需要人工请按零", "place": "main"}),
    (102.6, "prompt.ended", {}),
    (103.0, "queue.entered", {"queue": "line"}),
    (107.0, "queue.left", {"result": "redirected"}),
    (107.0, "agent.ringing", {"contact": "client:a"}),
    (109.0, "agent.answered", {"contact": "client:a"}),
    (111.0, "agent.hung_up", {"contact": "client:a"}),
    (111.0, "call.ended", {"by": "agent"}),
]
BOOKS = BookFacts(
    outcome="served",
    entry="voice",
    language="zh-CN",
    matched="exact",
    agent="a",
    posterior=[("guangzhou", 0.7), ("siyi", 0.2)],
    abstained=False,
    evidence=frozenset({"number", "acoustic"}),
    transcript="我要报案",
    need="claim",
    note="长者来电",
    tried="",
    work_order=OrderFacts("call_back", "supervisor", "请回拨"),
    passed_on=["company:property"],
    recording=RecordingFacts("notice_heard", "kept", 5.0, caller_voiced_seconds=2.0, agent_voiced_seconds=0.0),
)


def played(books: BookFacts | None = BOOKS, events: list[Any] | None = None) -> PlayedCall:
    rows = EVENTS if events is None else events
    return PlayedCall(
        "caller", RECORD, [{"n": n, "at": at, "name": name, **more} for n, (at, name, more) in enumerate(rows)], books
    )


@pytest.mark.parametrize(
    "expect",
    [
        {"answered": True, "answered_by": "client:a", "ended_by": ["agent", "caller"], "fallback": False},
        {"answered_within": 9.5, "queued_within": 3, "entered_within": 0.6},
        {"questions": 1, "hears": "请按零", "hears_not": "广告", "warnings": "key not"},
        {"steps": ["prompt.started place=main", "queue.left result=redirected", "agent.answered"]},
        {"steps": ["queue.left", "agent.answered within=30"]},
        {"never": ["fallback.used", "key.pressed", "the words 转人工请按", "silence longer than 4.5 s"]},
        {"outcome": "served", "entry": ["voice", "english"], "language": "zh-CN", "matched": "exact", "agent": "a"},
        {"not_agent": ["b"], "transcript": ["报案"], "understood": True, "need": "claim", "note": "长者"},
        {"dialect": {"top": "guangzhou", "at_least": 0.6, "abstained": False, "evidence": ["number"]}},
        {"dialect": {"only_evidence": ["number", "acoustic"]}},
        {"work_order": True},
        {"work_order": {"kind": "call_back", "note": "回拨"}},
    ],
)
def test_what_came_true_passes(expect: dict[str, Any]) -> None:
    """Each key of the language, met."""
    checks = judge(played(), Expect.model_validate(expect))
    assert checks
    assert [str(check) for check in checks if not check.ok] == []


@pytest.mark.parametrize(
    ("expect", "told"),
    [
        ({"answered": False}, "answered: expected no, but it was yes"),
        ({"answered_within": 8}, "expected within 8 s, but it took 9.00 s"),
        ({"questions": 0}, "expected 0, but it was 1"),
        ({"hears": "请说话"}, "the words «请说话», but there is only «需要人工请按零»"),
        ({"hears_not": "请按零"}, "but the caller was told"),
        ({"steps": ["agent.answered", "queue.entered"]}, "queue.entered did not come in its turn"),
        ({"steps": ["call.ringing", "agent.answered within=8.5"]}, "agent.answered within=8.5 came after 9.00 s"),
        ({"never": ["agent.ringing"]}, "but it happened at 7.00 s"),
        ({"never": ["silence longer than 3 s"]}, "but 4.4 s from 2.6 s on"),
        ({"outcome": "callback"}, "outcome: expected callback, but it was served"),
        ({"not_agent": "a"}, "but a answered"),
        ({"understood": False}, "no words, but was written down: «我要报案»"),
        ({"dialect": {"top": "minnan"}}, "but the posterior is guangzhou 0.70, siyi 0.20"),
        ({"dialect": {"at_least": 0.9}}, "p >= 0.9"),
        ({"dialect": {"abstained": True}}, "an abstention"),
        ({"dialect": {"evidence": ["customer"]}}, "acoustic, number spoke"),
        ({"dialect": {"only_evidence": ["number"]}}, "at most number"),
        ({"work_order": False}, "no order, but there was one: call_back, owned by supervisor"),
        ({"work_order": {"kind": "look_into"}}, "it was call_back"),
    ],
)
def test_what_did_not_is_told(expect: dict[str, Any], told: str) -> None:
    """What was expected, and what happened instead."""
    failed = [str(check) for check in judge(played(), Expect.model_validate(expect)) if not check.ok]
    assert len(failed) == 1
    assert told in failed[0]


def test_a_call_the_books_do_not_know_fails_what_asks_them() -> None:
    """An expectation is never passed over for want of an answer."""
    checks = judge(played(None), Expect.model_validate({"outcome": "served", "work_order": False, "answered": True}))
    assert [(check.what, check.ok) for check in checks] == [
        ("answered", True),
        ("outcome", False),
        ("work_order", False),
    ]


def test_an_order_expected_in_detail_and_not_there_fails() -> None:
    """No order, so none with an owner."""
    books = BookFacts(outcome="served")
    checks = judge(played(books), Expect.model_validate({"work_order": {"kind": "call_back"}}))
    assert [check.ok for check in checks] == [False]


def test_a_silence_is_what_nobody_and_nothing_fills() -> None:
    """Ringing, prompts and talk are no silence; what follows them is."""
    since, seconds = longest_silence(played())
    assert (round(since, 1), round(seconds, 1)) == (2.6, 4.4)
    assert longest_silence(played(events=[])) == (0.0, 0.0)


def test_the_picture_has_what_lasted() -> None:
    """Each span on its lane, those without an end to the call's end."""
    found = {(span.lane, span.kind, round(span.from_, 1), round(span.to, 1)) for span in spans(played())}
    assert found == {
        ("heard", "ring", 0.0, 0.2),
        ("heard", "prompt", 0.2, 2.6),
        ("queue", "queue", 3.0, 7.0),
        ("heard", "ring", 7.0, 9.0),
        ("heard", "talk", 9.0, 11.0),
    }


def test_callers_are_answered_in_order() -> None:
    """By the moment of the pick-up; who was not answered has no place."""
    first, second, nobody = (
        PlayedCall(name, {**RECORD, "agent_answered_at": at}, [], None)
        for name, at in (("a", 1.0), ("b", 2.0), ("c", None))
    )
    assert judge_order([second, first], ["a", "b"]).ok
    assert str(judge_order([second, first], ["b", "a"])).endswith("expected b, a, but it was a, b")
    assert not judge_order([first, nobody], ["a", "c"]).ok


@pytest.mark.parametrize(
    ("expect", "ok"),
    [
        ({"status": "completed"}, True),
        ({"status": ["busy", "no-answer"]}, False),
        ({"passed_on": ["company:property"]}, True),
        ({"passed_on": ["company:life"]}, False),
        ({"recording": True}, True),
        ({"recording": False}, False),
        ({"recording": {"ground": "notice_heard", "caller_heard": True, "agent_heard": False}}, True),
        ({"recording": {"agent_heard": True}}, False),
        ({"recording": {"ground": "agreed"}}, False),
    ],
)
def test_what_was_passed_on_and_recorded(expect: dict[str, Any], ok: bool) -> None:
    """The carrier's word of a call, to whom it went, and whose voice a recording holds."""
    assert all(check.ok for check in judge(played(), Expect.model_validate(expect))) is ok


def test_a_phone_rings_as_often_as_expected() -> None:
    """Not once more, and not once less."""
    assert judge_rings("+8657100000301", 1, 1).ok
    assert str(judge_rings("+8657100000301", 1, 2)).endswith("is rung once, but it was 2 times")
    assert str(judge_rings("+8657100000301", 0, 1)).endswith("is rung not at all, but it was once")
