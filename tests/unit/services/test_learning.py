"""Verdicts and consents, as agents and operators give them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from elder_channel.services.accounts import Account
from elder_channel.services.accounts_file import Role
from elder_channel.services.consents import Consents, ShellOperator
from elder_channel.services.corrections import Corrections, Verdict
from elder_channel.services.errors import (
    ChangedMeanwhileError,
    NotAllowedError,
    VerdictRefusedError,
)
from elder_channel.services.knowing import Knowing
from elder_channel.services.line import LineService
from elder_channel.services.live_calls import LiveCalls
from tests.fakes.learning import (
    AGENT,
    HOTLINE,
    NUMBER,
    PEOPLE,
    STRANGER,
    answered_call,
    learning_line,
)
from tests.fakes.line import LineInMemory


@pytest.fixture
def at(tmp_path: Path) -> Iterator[LineInMemory]:
    """A line that keeps sound where it may."""
    with learning_line(tmp_path) as opened:
        yield opened


def test_a_correction_is_kept_with_what_the_line_had_thought(at: LineInMemory, corrections: Corrections) -> None:
    """Who, when, from which dialect and probability, to which."""
    answered_call(at)
    kept = corrections.judge(Verdict("CA1", "minnan", "report_claim", "t1"), by=AGENT)
    call = at.line.calls.get("CA1")
    assert call
    assert call.identification
    assert (kept.from_dialect, kept.from_probability) == call.identification.top
    assert (kept.to_dialect, kept.to_need, kept.corrected_by, kept.role) == ("minnan", "report_claim", "lin", "agent")
    assert kept.corrected_at == at.clock()
    assert at.line.corrections.of_calls(["CA1"])["CA1"] == [kept]


def test_a_correction_beats_the_guess_on_the_next_call(at: LineInMemory, corrections: Corrections) -> None:
    """The books hold what a person heard, and the next call begins with it."""
    answered_call(at)
    corrections.judge(Verdict("CA1", "hakka", None, "t1"), by=AGENT)
    customer = at.line.customers.at_number(NUMBER).owner
    assert customer
    assert customer.dialect == "hakka"
    found = Knowing(at.line).before_a_word(NUMBER, at.line.customers.at_number(NUMBER))
    assert found.top[0] == "hakka"
    assert any("客家" in item.text for item in found.evidence)


@pytest.mark.parametrize(
    ("dialect", "somebody_else"), [("hakka", True), ("english", False)], ids=["a relative calls", "English"]
)
def test_the_books_stay_when_the_verdict_says_nothing_of_the_customer_s_dialect(
    at: LineInMemory, corrections: Corrections, dialect: str, somebody_else: bool
) -> None:
    """A number never proves who is calling."""
    answered_call(at)
    corrections.judge(Verdict("CA1", dialect, None, "t1", somebody_else=somebody_else), by=AGENT)
    customer = at.line.customers.at_number(NUMBER).owner
    assert customer
    assert customer.dialect == "fuzhou"


def test_a_second_verdict_keeps_the_first_in_the_history(at: LineInMemory, corrections: Corrections) -> None:
    """The later counts; the live page shows it."""
    answered_call(at)
    first = corrections.judge(Verdict("CA1", "minnan", None, "t1"), by=AGENT)
    corrections.judge(Verdict("CA1", "puxian", None, "t2", on_top_of=first.number), by=AGENT)
    history = at.line.corrections.of_calls(["CA1"])["CA1"]
    assert [one.to_dialect for one in history] == ["minnan", "puxian"]
    [shown] = LiveCalls(at.line).list_calls(viewer="lin")
    assert shown.judged
    assert (shown.judged.dialect, shown.judged.number) == (("puxian", at.line.catalogue.name("puxian")), 2)


def test_who_has_not_seen_the_last_verdict_is_told_so(at: LineInMemory, corrections: Corrections) -> None:
    """Nobody overwrites what was not seen; the same form sent twice is one verdict."""
    answered_call(at)
    one = corrections.judge(Verdict("CA1", "minnan", None, "t1"), by=AGENT)
    assert corrections.judge(Verdict("CA1", "minnan", None, "t1"), by=AGENT) == one
    with pytest.raises(ChangedMeanwhileError):
        corrections.judge(Verdict("CA1", "puxian", None, "t2"), by=AGENT)
    assert len(at.line.corrections.of_calls(["CA1"])["CA1"]) == 1


@pytest.mark.parametrize(
    ("verdict", "code"),
    [
        (Verdict("CA1", None, None, "t"), "verdict_empty"),
        (Verdict("CA1", "klingon", None, "t"), "verdict_dialect"),
        (Verdict("CA1", "minnan", "pizza", "t"), "verdict_need"),
        (Verdict("CA9", "minnan", None, "t"), "verdict_call"),
        (Verdict("CA2", "minnan", None, "t"), "verdict_unanswered"),
        (Verdict("CA1", "minnan", None, ""), "verdict_token"),
        (Verdict("CA1", "minnan", None, "t" * 65), "verdict_token"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_verdicts_that_cannot_be_are_refused(
    at: LineInMemory, corrections: Corrections, verdict: Verdict, code: str
) -> None:
    """With a code the screen has words for; nothing is written."""
    answered_call(at)
    LineService(at.line).arrive("CA2", STRANGER, HOTLINE)
    with pytest.raises(VerdictRefusedError) as refused:
        corrections.judge(verdict, by=AGENT)
    assert refused.value.code == code
    assert at.line.corrections.since() == {}


def test_an_account_that_was_taken_away_judges_nothing(at: LineInMemory, corrections: Corrections) -> None:
    """The role is looked up for every write, whatever the page thinks."""
    answered_call(at)
    with pytest.raises(NotAllowedError):
        corrections.judge(Verdict("CA1", "minnan", None, "t"), by=Account("gone", Role.ADMINISTRATOR))
    with pytest.raises(NotAllowedError):
        Consents(at.line, PEOPLE).record(70, given=True, basis="x", by=Account("gone", Role.ADMINISTRATOR))


def test_the_shell_s_operator_is_an_administrator_and_nobody_else() -> None:
    """Whoever can open the state folder."""
    assert ShellOperator().find("operator") == Account("operator", Role.ADMINISTRATOR)
    assert ShellOperator().find("lin") is None
