"""The form by which an agent says whether the dialect was right, on real books."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from elder_channel.customers.model import Customer
from elder_channel.learning.model import SoundClip
from elder_channel.services.accounts import Account, Role
from elder_channel.services.choices import choices_of
from elder_channel.services.consents import Consents
from elder_channel.services.corrections import Corrections, Verdict
from elder_channel.services.endings import Endings
from elder_channel.services.line import LineService
from elder_channel.services.live_calls import LiveCalls
from tests.fakes.line import LineInMemory, open_test_line
from tests.ui.conftest import Console
from tests.ui.seen import words_of
from ui.words import ZH

HOTLINE = "+862100000060"
NUMBER = "+8659100000101"
SignedIn = Callable[[], AppTest]


@pytest.fixture
def at(tmp_path: Path, console: Console, monkeypatch: pytest.MonkeyPatch) -> Iterator[LineInMemory]:
    """Books with one answered call of a customer, and one nobody has answered; the console reads and writes them."""
    opened = open_test_line(tmp_path)
    line = opened.line
    line.customers.load([Customer(70, "某人", (NUMBER,), dialect="fuzhou")])
    services = LineService(line)
    services.arrive("CA1", NUMBER, HOTLINE)
    Endings(line).agent_answered("CA1", "chen-jiaming")
    services.arrive("CA2", "+8659100000155", HOTLINE)
    console.live = LiveCalls(line)  # type: ignore[assignment]
    console.corrections = Corrections(line, console.accounts)
    console.consents = Consents(line, console.accounts)
    console.choices = choices_of(line.catalogue)
    yield opened
    line.databases.dispose()


def opened_form(signed_in: SignedIn) -> AppTest:
    """The page with the form of CA1 open."""
    page = signed_in()
    return page.button(key="judge-CA1").click().run()


def test_the_form_is_offered_once_somebody_has_spoken_with_the_caller(at: LineInMemory, signed_in: SignedIn) -> None:
    """Not before: who has not heard the caller cannot know."""
    page = signed_in()
    keys = {button.key for button in page.button}
    assert "judge-CA1" in keys
    assert "judge-CA2" not in keys
    assert not page.selectbox


def test_a_correction_is_kept_and_shown(at: LineInMemory, signed_in: SignedIn) -> None:
    """Chosen, saved, in the books with who said it, and on the card."""
    page = opened_form(signed_in)
    page.selectbox(key="judge-dialect-CA1").set_value("minnan")
    page.button(key="judge-correct-CA1").click().run()
    [kept] = at.line.corrections.of_calls(["CA1"])["CA1"]
    assert (kept.to_dialect, kept.corrected_by, kept.role) == ("minnan", "lin.fang", "administrator")
    words = words_of(page)
    assert ZH["judge.kept"] in words
    assert re.sub(r"\{name\}", at.line.catalogue.name("minnan"), ZH["judged.corrected"]) in words


def test_one_click_confirms(at: LineInMemory, signed_in: SignedIn) -> None:
    """Right is right, without choosing."""
    page = opened_form(signed_in)
    page.button(key="judge-right-CA1").click().run()
    [kept] = at.line.corrections.of_calls(["CA1"])["CA1"]
    assert kept.confirms


def test_a_second_correction_goes_on_top_of_the_first(at: LineInMemory, signed_in: SignedIn) -> None:
    """The open form knows what it has just saved."""
    page = opened_form(signed_in)
    for dialect in ("minnan", "puxian"):
        page.selectbox(key="judge-dialect-CA1").set_value(dialect)
        page.button(key="judge-correct-CA1").click().run()
    assert [one.to_dialect for one in at.line.corrections.of_calls(["CA1"])["CA1"]] == ["minnan", "puxian"]


def test_saving_nothing_is_explained(at: LineInMemory, signed_in: SignedIn) -> None:
    """In words, and nothing is written."""
    page = opened_form(signed_in)
    page.button(key="judge-correct-CA1").click().run()
    assert ZH["refused.verdict_empty"] in words_of(page)
    assert at.line.corrections.since() == {}


def test_who_was_overtaken_is_told(at: LineInMemory, console: Console, signed_in: SignedIn) -> None:
    """Somebody else judged the call while the form was open."""
    page = opened_form(signed_in)
    console.accounts.add("other.one", "jasmine-tea-2026", Role.AGENT, by=Account("lin.fang", Role.ADMINISTRATOR))
    assert console.corrections
    console.corrections.judge(Verdict("CA1", "hakka", None, "other"), by=Account("other.one", Role.AGENT))
    page.selectbox(key="judge-dialect-CA1").set_value("minnan")
    page.button(key="judge-correct-CA1").click().run()
    assert ZH["refused.changed_meanwhile"] in words_of(page)
    assert [one.to_dialect for one in at.line.corrections.of_calls(["CA1"])["CA1"]] == ["hakka"]


def test_need_and_another_caller_are_taken_along(at: LineInMemory, signed_in: SignedIn) -> None:
    """A relative calls about a claim: the books of the customer stay."""
    page = opened_form(signed_in)
    page.selectbox(key="judge-dialect-CA1").set_value("hakka")
    page.selectbox(key="judge-need-CA1").set_value("report_claim")
    page.checkbox(key="judge-else-CA1").check()
    page.button(key="judge-correct-CA1").click().run()
    [kept] = at.line.corrections.of_calls(["CA1"])["CA1"]
    assert (kept.to_need, kept.somebody_else) == ("report_claim", True)
    customer = at.line.customers.at_number(NUMBER).owner
    assert customer
    assert customer.dialect == "fuzhou"


def test_law_7_consent_is_asked_recorded_and_withdrawn(at: LineInMemory, signed_in: SignedIn) -> None:
    """On the card of a customer's call."""
    page = opened_form(signed_in)
    assert ZH["consent.unasked"] in words_of(page)
    page.button(key="consent-yes-CA1").click().run()
    assert at.line.sound_clips.all_consents()[70].given
    assert ZH["consent.given"] in words_of(page)
    consent = at.line.sound_clips.all_consents()[70]
    at.line.sound_clips.add(
        SoundClip("a", "CA1", 70, consent.id, consent.recorded_at, 4.0, "0" * 64, "hotline", "whisper", "h")
    )
    page.button(key="consent-no-CA1").click().run()
    assert ZH["consent.withdraw.means"].format(count=1) in words_of(page)
    assert at.line.sound_clips.all_consents()[70].given  # nothing is deleted by the first press
    page.button(key="consent-no-CA1_do").click().run()
    assert at.line.sound_clips.of_customer(70) == []
    assert not at.line.sound_clips.all_consents()[70].given
    assert ZH["consent.kept_no"] in words_of(page)


def test_an_account_taken_away_meanwhile_writes_nothing(
    at: LineInMemory, console: Console, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Hiding is not permission."""
    page = opened_form(signed_in)
    monkeypatch.setattr(console.accounts, "find", lambda _username: None)
    page.button(key="judge-right-CA1").click().run()
    assert at.line.corrections.since() == {}


def test_closing_the_form(at: LineInMemory, signed_in: SignedIn) -> None:
    """The page is as before."""
    page = opened_form(signed_in)
    page.button(key="judge-close-CA1").click().run()
    assert not page.selectbox
