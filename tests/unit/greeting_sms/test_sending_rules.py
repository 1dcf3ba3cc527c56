"""The rules of sending that need no database: ranks, gates, caps, codes of carriers, and what an answer says."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greeting_sms.adapters.codes import codes, explain
from greeting_sms.adapters.own_reference import OwnReferences, split
from greeting_sms.adapters.signed_json import check, signed
from greeting_sms.adapters.template_texts import result_of as domestic_result
from greeting_sms.adapters.twilio_messages import (
    MOST_VALID_SECONDS,
    STATUSES,
    receipt_of,
    result_of,
    state_of,
    validity_seconds,
)
from greeting_sms.channel import Action, ListedText, Outcome, PostResult, Receipt, Wording, channel_for
from greeting_sms.deciding import Worded, all_go, row_by_row
from greeting_sms.errors import BadReceiptError
from greeting_sms.gates import MOST_BACK_OFF, Breaker, Gate, Pace
from greeting_sms.greeting import ClaimedGreeting
from greeting_sms.last_checks import Facts, InTheBooks, verdict, why_held
from greeting_sms.reconcile import Doubt, match
from greeting_sms.spending import Caps, Room, Spent
from greeting_sms.states import RANK, GreetingState, outweighs, weaker_than

NOW = datetime(2026, 11, 22, 2, tzinfo=UTC)
BREAKER = Breaker(window_seconds=600, least_answers=20, refused_ratio=0.5, filtered_ratio=0.05, pause_seconds=900)
GATE = Gate("channel:twilio", tokens=10.0, refilled_at=NOW, window_began_at=NOW)
YES = PostResult(Outcome.ACCEPTED, sid="SM1")
NO = PostResult(Outcome.REFUSED, code="30004")
FILTERED = PostResult(Outcome.REFUSED, code="30007", action=Action.FILTERED)
GONE = PostResult(Outcome.REFUSED, code="21610", action=Action.OPT_OUT)
states = st.sampled_from(list(GreetingState))
words = st.sampled_from(list(RANK))


@given(st.lists(words, min_size=1, max_size=8))
def test_in_any_order_the_weightiest_word_counts(told: list[GreetingState]) -> None:
    """Of two of equal weight the first one stays."""
    state = GreetingState.POSTING
    for word in told:
        state = word if outweighs(word, state) else state
    assert RANK[state] == max(RANK[word] for word in told)


@given(states, words)
def test_the_condition_of_the_update_is_the_same_rule(old: GreetingState, new: GreetingState) -> None:
    """What the database is asked is what the rule says."""
    assert (old in weaker_than(new)) == outweighs(new, old)


@given(st.lists(st.floats(-1e5, 1e5), max_size=20), st.floats(0.1, 100))
def test_whatever_the_clock_does_the_bucket_never_overflows(steps: list[float], rate: float) -> None:
    """Nor does a clock that is set back bring tokens."""
    pace, gate, now = Pace(rate), replace(GATE, tokens=0.0), NOW
    for step in steps:
        now += timedelta(seconds=step)
        before = gate.tokens
        gate = gate.refilled(pace, now)
        assert gate.tokens <= pace.most
        if step <= 0:
            assert gate.tokens <= max(before, 0.0) + 1e-9


def test_a_carrier_that_asks_for_rest_gets_it() -> None:
    """And no longer than five minutes, also when the clock is set back meanwhile."""
    pace = Pace(100.0)
    resting = GATE.backed_off(10.0, NOW)
    assert resting.refilled(pace, NOW + timedelta(seconds=9)).tokens == 0
    assert resting.refilled(pace, NOW + timedelta(seconds=11)).tokens == pytest.approx(100.0)
    assert GATE.backed_off(1e9, NOW).refilled_at == NOW + MOST_BACK_OFF
    back = resting.refilled(pace, NOW - timedelta(days=1))
    assert back.refilled(pace, NOW - timedelta(days=1) + timedelta(seconds=1)).tokens > 0


ANSWERS = {
    "all well": ([YES] * 100, None),
    "few answers": ([NO] * 19, None),
    "half refused": ([YES, NO] * 20, None),
    "more than half refused": ([YES] * 9 + [NO] * 11, "too_many_refused"),
    "one in twenty filtered": ([YES] * 19 + [FILTERED], None),
    "more filtered": ([YES] * 18 + [FILTERED] * 2, "too_many_filtered"),
    "opt-outs say nothing of the channel": ([GONE] * 100, None),
    "doubt says nothing": ([PostResult(Outcome.UNKNOWN)] * 100, None),
    "an account that is wrong": (
        [YES, PostResult(Outcome.NOT_TAKEN, code="21408", action=Action.STOP_CHANNEL)],
        "carrier_21408",
    ),
}


@pytest.mark.parametrize("what", ANSWERS)
def test_the_breaker_shuts_for_what_concerns_the_channel(what: str) -> None:
    """And for nothing else."""
    answers, because = ANSWERS[what]
    gate = GATE.counted(answers, BREAKER, NOW)
    assert (gate.shut_because, gate.is_shut(NOW)) == (because, because is not None)
    assert not gate.is_shut(NOW + timedelta(seconds=900))


def test_the_breaker_looks_at_the_last_minutes_only() -> None:
    """What was wrong an hour ago is forgotten; so is a window that lies in the future."""
    gate = GATE.counted([NO] * 19, BREAKER, NOW)
    assert not gate.counted([NO], BREAKER, NOW + timedelta(hours=1)).shut_until
    assert not gate.counted([NO], BREAKER, NOW - timedelta(hours=1)).shut_until
    assert gate.counted([NO], BREAKER, NOW + timedelta(seconds=1)).shut_until


def test_receipts_shut_the_channel_too() -> None:
    """30007 comes after the text was accepted."""
    gate = GATE.counted([YES] * 20, BREAKER, NOW)
    bad = Receipt("SM1", GreetingState.UNDELIVERED, NOW, "30007", Action.FILTERED)
    assert gate.judged([Receipt("SM1", GreetingState.DELIVERED, NOW)], BREAKER, NOW) is gate
    assert gate.judged([bad], BREAKER, NOW).shut_until is None
    assert gate.judged([bad] * 2, BREAKER, NOW).shut_because == "too_many_filtered"
    unregistered = Receipt("SM1", GreetingState.FAILED, NOW, "30034", Action.STOP_CHANNEL)
    assert gate.judged([unregistered], BREAKER, NOW).is_shut(NOW)


CAPS = [
    (Caps(), Room(float("inf"))),
    (Caps(segments=10), Room(6)),
    (Caps(messages=2), Room(float("inf"), 0)),
    (Caps(cost_micros=500_000), Room(float("inf"), cost_micros=300_000)),
    (Caps(segments=3, cost_micros=100_000), Room(0, cost_micros=0)),
]


@pytest.mark.parametrize(("caps", "room"), CAPS, ids=[str(caps) for caps, _ in CAPS])
def test_caps_leave_what_was_not_spent(caps: Caps, room: Room) -> None:
    """Never less than nothing."""
    assert caps.left(Spent(2, 4, 200_000)) == room


def test_of_two_rooms_the_smaller_counts() -> None:
    """In segments and in texts apart."""
    assert Room(5, 1, 7) & Room(3, 9, 8) == Room(3, 1, 7)
    assert Room(5, 1, 7).holds(2, 7)
    assert not Room(5, 1, 7).holds(2, 8)
    assert Room(2, 1).holds(2)
    assert not Room(2, 1).holds(3)
    assert not Room(2, 1).without(1).holds(1)


@pytest.mark.parametrize("table", ["twilio_message_codes", "template_codes"])
def test_every_code_is_told_in_both_languages(table: str) -> None:
    """With an outcome that is known for sure: what is in doubt has no place in a table."""
    for fault in codes(table).values():
        assert fault.zh
        assert fault.en.endswith(".")
        assert fault.outcome in (Outcome.REFUSED, Outcome.NOT_TAKEN)


def test_an_unknown_code_repeats_nothing() -> None:
    """It refuses this text."""
    fault = explain("twilio_message_codes", "99999")
    assert (fault.known, fault.outcome, fault.action) == (False, Outcome.REFUSED, Action.NOTE)


TWILIO_ANSWERS = [
    (400, "21211", Outcome.REFUSED, Action.STOP_NUMBER),
    (400, "21610", Outcome.REFUSED, Action.OPT_OUT),
    (400, "21408", Outcome.NOT_TAKEN, Action.STOP_CHANNEL),
    (401, "20003", Outcome.NOT_TAKEN, Action.STOP_CHANNEL),
    (403, "", Outcome.NOT_TAKEN, Action.STOP_CHANNEL),
    (429, "20429", Outcome.NOT_TAKEN, Action.RETRY),
    (429, "", Outcome.NOT_TAKEN, Action.RETRY),
    (500, "20500", Outcome.UNKNOWN, Action.RECONCILE),
    (400, "20500", Outcome.UNKNOWN, Action.RECONCILE),
    (503, "", Outcome.UNKNOWN, Action.RECONCILE),
    (408, "", Outcome.UNKNOWN, Action.RECONCILE),
    (400, "99999", Outcome.REFUSED, Action.NOTE),
]


@pytest.mark.parametrize(("status", "code", "outcome", "action"), TWILIO_ANSWERS)
def test_what_twilio_s_answer_says(status: int, code: str, outcome: Outcome, action: Action) -> None:
    """Only a clear no is a no."""
    result = result_of(status, code)
    assert (result.outcome, result.action) == (outcome, action)


DOMESTIC_ANSWERS = [
    (200, b'{"code": "OK", "text_id": "T1"}', Outcome.ACCEPTED),
    (200, b'{"code": "OK"}', Outcome.UNKNOWN),
    (200, b"<html>", Outcome.UNKNOWN),
    (200, b"[]", Outcome.UNKNOWN),
    (502, b'{"code": "BLACKLISTED"}', Outcome.UNKNOWN),
    (200, b'{"code": "BLACKLISTED"}', Outcome.REFUSED),
    (200, b'{"code": "RATE_LIMIT"}', Outcome.NOT_TAKEN),
    (200, b'{"code": "WHATEVER"}', Outcome.REFUSED),
]


@pytest.mark.parametrize(("status", "body", "outcome"), DOMESTIC_ANSWERS)
def test_what_the_domestic_provider_s_answer_says(status: int, body: bytes, outcome: Outcome) -> None:
    """A yes without a number is none."""
    assert domestic_result(status, body).outcome is outcome


@pytest.mark.parametrize(
    ("hours", "seconds"), [(-1, 1), (0, 1), (1, 3600), (9.5, 34_200), (11, MOST_VALID_SECONDS)], ids=str
)
def test_a_text_is_valid_until_its_window_closes(hours: float, seconds: int) -> None:
    """Between one second and the carrier's ten hours."""
    assert validity_seconds(NOW + timedelta(hours=hours), NOW) == seconds


def test_an_unknown_status_ends_nothing() -> None:
    """The carrier has it, that much is sure."""
    assert state_of("levitating") is GreetingState.ACCEPTED
    assert {GreetingState.ACCEPTED, *RANK} == set(STATUSES.values())


def test_a_receipt_needs_number_state_and_our_proof() -> None:
    """Without our reference it is believed by the carrier's number alone, with a forged one not at all."""
    references = OwnReferences("secret")
    form = {"MessageSid": "SM1", "MessageStatus": "undelivered", "ErrorCode": "30003"}
    query = dict(pair.split("=") for pair in references.query("12.3").split("&"))
    receipt = receipt_of(form, query, references, now=NOW)
    assert (receipt.greeting_id, receipt.fence, receipt.action) == (12, 3, Action.RETRY_ONCE)
    assert receipt_of(form, {}, references, now=NOW).greeting_id is None
    for bad_form, bad_query in [
        ({}, query),
        ({"MessageSid": "SM1"}, query),
        ({**form, "MessageSid": "S" * 65}, query),
        (form, {**query, "ob": "13.3"}),
        (form, {"ob": "12.3"}),
        (form, {**query, "mac": "ü"}),
    ]:
        with pytest.raises(BadReceiptError):
            receipt_of(bad_form, bad_query, references, now=NOW)


@pytest.mark.parametrize("text", ["", "1", "1.", ".1", "a.1", "1.1.1", "-1.1", "１.1", "9" * 19 + ".1"])
def test_a_reference_is_two_numbers(text: str) -> None:
    """Anything else is not ours."""
    with pytest.raises(BadReceiptError):
        split(text)


@given(st.binary(max_size=200), st.integers(0, 1))
def test_a_signed_body_is_believed_as_it_was_signed(body: bytes, changed: int) -> None:
    """One byte more and it is not."""
    headers = signed("app", "key", "/p", body, now=NOW)
    if not changed:
        check(headers, "app", "key", "/p", body, now=NOW)
        return
    with pytest.raises(BadReceiptError):
        check(headers, "app", "key", "/p", body + b"x", now=NOW)


def test_the_channel_goes_by_the_country() -> None:
    """Hong Kong, Macao and Taiwan are not +86."""
    ways = {number: channel_for(number, mainland="domestic", elsewhere="twilio") for number in (
        "+8659100000102", "+85200000000", "+85300000000", "+886000000000", "+12025550100")}  # fmt: skip
    assert list(ways.values()) == ["domestic", *["twilio"] * 4]


def test_a_text_in_doubt_is_the_oldest_one_that_nobody_else_has() -> None:
    """By reference where the carrier keeps it, else by words and time."""
    doubt = Doubt(1, 2, "+8659100000102", "digest", NOW, 1, NOW + timedelta(hours=1))

    def listed(sid: str, minutes: float, digest: str = "digest", reference: str = "") -> ListedText:
        return ListedText(sid, digest, NOW + timedelta(minutes=minutes), GreetingState.SENT, reference=reference)

    assert match(doubt, [], taken=frozenset()) is None
    assert match(doubt, [listed("old", -3), listed("words", 0, "other")], taken=frozenset()) is None
    both = [listed("later", 2), listed("sooner", 1)]
    assert getattr(match(doubt, both, taken=frozenset()), "sid", None) == "sooner"
    assert getattr(match(doubt, both, taken=frozenset({"sooner"})), "sid", None) == "later"
    named = [*both, listed("first", 0, "other", "1.1"), listed("named", 5, "other", "1.2")]
    assert getattr(match(doubt, named, taken=frozenset()), "sid", None) == "named"


REASONS = [
    (InTheBooks(1, "+1", "+1", "+1", None, None, None), "not_a_recipient"),
    (InTheBooks(1, "+1", "+1", "+1", "c1", "+2", "deceased"), "deceased"),
    (InTheBooks(1, "+1", "+1", "+1", "c1", "+2", None), "opted_out"),
    (InTheBooks(1, "+1", None, "+1", "c1", "+2", None), "bad_number"),
    (InTheBooks(1, "+1", None, None, "c1", "+2", None, True), "number_changed"),
    (InTheBooks(1, "+1", None, None, "c1", "+1", None, True), "unread_reply"),
]


@pytest.mark.parametrize(("row", "why"), REASONS, ids=[why for _, why in REASONS])
def test_the_worst_comes_first_among_reasons(row: InTheBooks, why: str) -> None:
    """A greeting to the dead is the worst error there is."""
    assert why_held(row) == why


def test_what_the_books_hold_back_comes_before_a_window_that_is_over() -> None:
    """So that the reason tells what must not happen, not what happens to be late."""
    row = ClaimedGreeting(
        1, 1, "c1", 1, "+8659100000102", "t", "", 1, date(2026, 11, 22), NOW + timedelta(hours=1), "twilio", "b"
    )
    late = NOW + timedelta(days=1)
    assert verdict(row, Facts({1: "deceased"}), now=late, per_number=2) == "deceased"
    assert verdict(row, Facts({}), now=late, per_number=2) == "window_over"
    assert verdict(row, Facts({}), now=NOW, per_number=0) == "household_full"
    assert verdict(row, Facts({}), now=NOW, per_number=1) is None


def test_a_batch_that_goes_as_a_whole_goes_row_by_row_too() -> None:
    """The short way says nothing that looking at each row would not; where it says nothing, rows are looked at."""
    draw, whole = random.Random(6), 0
    for _ in range(400):
        batch: list[Worded] = [
            (
                ClaimedGreeting(
                    n, 1, f"c{draw.choice((n, n, n, 0))}", 1, f"+865910000000{draw.choice((n, n, n, 0))}",
                    "t", "", draw.choice((1, 2)), date(2026, 11, 22),
                    NOW + timedelta(seconds=draw.choice((3600, 3600, 3600, 3600, 20))), "loopback", "b",
                ),
                Wording("生日快乐", 1) if draw.random() < 0.95 else None,
            )
            for n in range(draw.randint(1, 4))
        ]  # fmt: skip
        costs = {row.id: draw.choice((0, 5)) for row, _ in batch}
        room = Room(draw.choice((3, 100)), draw.choice((2, 100)), draw.choice((4, 100)))
        rules = {"now": NOW, "per_number": draw.choice((0, 1, 2))}
        together = all_go(batch, Facts({}), room, costs, **rules)
        if together is not None:
            whole += 1
            assert together == row_by_row(batch, Facts({}), room, costs, **rules)
    assert whole > 50
