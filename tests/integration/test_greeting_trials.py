"""Test texts: only to the site's own list, once a token, so many an hour, and nobody's greeting of the year."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from elder_channel.services.accounts import Account, Role
from elder_channel.services.consents import ShellOperator
from elder_channel.services.errors import CampaignRefusedError, NotAllowedError
from elder_channel.services.greeting_sending import GreetingSending
from elder_channel.services.greeting_trials import GreetingTrials
from elder_channel.worker import erase
from greeting_sms import campaign_books, trial_texts
from greeting_sms.campaign import Campaign
from greeting_sms.channel import Wording
from greeting_sms.consent import record_opt_out
from greeting_sms.outbox import Outbox
from greeting_sms.spending import spent_on_campaign
from greeting_sms.tables import greetings, test_texts
from greeting_sms.trial_texts import Asked, Trial
from tests.fakes.campaigns import campaign_settings
from tests.fakes.greetings import BIRTHDAY, MORNING, add_people, planned
from tests.fakes.line import LineInMemory, open_test_line

SHELL = ShellOperator()
MINE, HERS, ABROAD, STRANGER = "+8659100000901", "+8659100000902", "+12025550190", "+8659100000903"
LIST = {"ELDER_CHANNEL_GREETINGS__TEST_NUMBERS": json.dumps([MINE, HERS, ABROAD])}


@pytest.fixture
def at(tmp_path: Path) -> Iterator[LineInMemory]:
    """A line with a proposed campaign of four templates, that nobody has approved yet, and three test phones."""
    opened = open_test_line(tmp_path, **LIST)
    opened.clock.now = MORNING
    propose(opened)
    yield opened
    opened.line.databases.dispose()


def propose(at: LineInMemory, **changes: Any) -> int:
    """The next version."""
    campaign = Campaign.model_validate(campaign_settings(**changes))
    with at.line.databases.greetings.begin() as connection:
        return campaign_books.propose(connection, campaign, by="one", at=MORNING).version


def send(at: LineInMemory, token: str = "t1", **how: Any) -> list[tuple[str, str, str]]:
    """Template, number and result of what is sent."""
    sent = GreetingTrials(at.line, SHELL).send("birthday", by=SHELL.ACCOUNT, token=token, **how)
    return [(each.template, each.number, each.stands_at) for each in sent]


def carried(at: LineInMemory) -> list[dict[str, Any]]:
    """What the loopback carrier got."""
    journal = at.line.state / "loopback_texts.jsonl"
    return [json.loads(line) for line in journal.read_text(encoding="utf-8").splitlines()] if journal.exists() else []


def test_every_template_goes_to_every_number_of_the_list(at: LineInMemory) -> None:
    """Before anybody approves it, as it will be read, with signature and refusal."""
    assert len(send(at)) == 4 * 3
    bodies = {text["body"] for text in carried(at) if text["number"] == MINE}
    assert "【示例集团】陈秀英女士，祝您生日快乐！拒收请回复R" in bodies
    abroad = {text["body"] for text in carried(at) if text["number"] == ABROAD}
    assert any(body.startswith("Example Group: Dear ") for body in abroad)


def test_the_same_token_sends_nothing_twice(at: LineInMemory) -> None:
    """Whatever else the second press of the button says; another token does."""
    first = send(at, templates=["zh"], numbers=[MINE])
    assert first == [("zh", MINE, "accepted")]
    assert send(at, templates=["en"], numbers=[HERS]) == first
    assert send(at, "t2", templates=["zh"], numbers=[MINE]) == first
    assert len(carried(at)) == 2


def test_law_6_a_test_is_nobody_s_greeting_of_the_year(at: LineInMemory) -> None:
    """Its reader, who is a customer too, is greeted all the same, and its receipts change no greeting."""
    engine = at.line.databases.greetings
    row = planned(1, number=MINE, template="zh-plain")
    add_people(engine, [row])
    Outbox(engine).plan([row], at=at.clock())
    with engine.begin() as connection:
        campaign_books.approve(connection, "birthday", 1, by="two", at=MORNING)
    send(at, templates=["zh"], numbers=[MINE])
    sending = GreetingSending(at.line)
    sending.look_after()
    assert dict(sending.status(BIRTHDAY).states) == {"planned": 1}
    assert sending.send_due().accepted == 1
    assert [each.arrived for each in GreetingTrials(at.line, SHELL).newest("birthday")] == ["delivered"]
    with engine.begin() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(greetings)).scalar() == 1


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"numbers": [STRANGER]}, "not on the list greetings.test_numbers"),
    ({"templates": ["xx"]}, "has no template xx; there are zh, zh-plain, en, en-plain"),
    ({"version": 9}, "no version 9 of a campaign birthday"),
    ({"token": " "}, "A token has"),
    ({"token": "x" * 65}, "A token has"),
]


@pytest.mark.parametrize(("how", "said"), REFUSED, ids=[str(said)[:24] for _, said in REFUSED])
def test_what_cannot_be_sent_is_refused_with_the_reason(at: LineInMemory, how: dict[str, Any], said: str) -> None:
    """And nothing goes out."""
    with pytest.raises(CampaignRefusedError, match=said):
        send(at, **how)
    assert carried(at) == []


def test_only_who_works_on_campaigns_tests_them(at: LineInMemory) -> None:
    """Agents and supervisors do not, nor does an account that is gone."""
    with pytest.raises(NotAllowedError):
        GreetingTrials(at.line, SHELL).send("birthday", by=Account("agent", Role.AGENT), token="t1")


def test_without_a_list_nobody_gets_a_test(tmp_path: Path) -> None:
    """The setting is named."""
    at = open_test_line(tmp_path)
    propose(at)
    with pytest.raises(CampaignRefusedError, match=r"greetings\.test_numbers is empty"):
        send(at)
    at.line.databases.dispose()


def test_a_campaign_s_own_numbers_narrow_the_list_and_never_widen_it(at: LineInMemory) -> None:
    """A campaign is written by one person; the list is the site's."""
    propose(at, test_numbers=[HERS])
    assert {number for _, number, _ in send(at)} == {HERS}
    propose(at, test_numbers=[HERS, STRANGER])
    with pytest.raises(CampaignRefusedError, match=f"\\{STRANGER}"):
        send(at, "t2")


def test_so_many_an_hour_and_no_more(at: LineInMemory) -> None:
    """All or none of one press; a clock that is set back gives no more of them."""
    send(at, "a")
    send(at, "b")
    with pytest.raises(CampaignRefusedError, match="These are 12 test texts, and 6 are left this hour"):
        send(at, "c")
    at.clock.forward(-7200)
    with pytest.raises(CampaignRefusedError, match="6 are left"):
        send(at, "c")
    at.clock.forward(7200 + 3601)
    assert len(send(at, "c")) == 12


def test_who_opted_out_gets_no_test_either(at: LineInMemory) -> None:
    """Nor does anybody while sending is stopped."""
    sending = GreetingSending(at.line)
    sending.stop(by=SHELL.ACCOUNT, accounts=SHELL, reason="typo")
    with pytest.raises(CampaignRefusedError, match="stopped"):
        send(at)
    sending.go_on(by=SHELL.ACCOUNT, accounts=SHELL)
    with at.line.databases.greetings.begin() as connection:
        record_opt_out(connection, HERS, at=MORNING, source="text")
    with pytest.raises(CampaignRefusedError, match="has opted out"):
        send(at)
    assert carried(at) == []


def test_tests_cost_money_and_are_forgotten_with_the_greetings(at: LineInMemory) -> None:
    """They count in the caps of the day."""
    send(at, templates=["zh"], numbers=[MINE])
    engine = at.line.databases.greetings
    with engine.connect() as connection:
        assert spent_on_campaign(connection, BIRTHDAY, "birthday").cost_micros == 50_000
    at.clock.forward(days=at.line.settings.greetings.keep_days + 1)
    erase(at.line)
    with engine.connect() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(test_texts)).scalar() == 0


def test_a_token_is_used_up_on_both_databases(greetings_engine: Engine) -> None:
    """Before any request: a process that dies in between has sent at most once."""
    asked = Asked("t1", "birthday", 1, "one", MORNING, BIRTHDAY)
    trials = [Trial("zh", MINE, "loopback", Wording("x", 1), 50_000)]
    with greetings_engine.begin() as connection:
        assert trial_texts.write(connection, asked, trials)
        assert trial_texts.write(connection, asked, trials) is None
        assert [text.stands_at for text in trial_texts.of_token(connection, "t1")] == ["unknown"]
        assert trial_texts.asked_since(connection, MORNING - timedelta(hours=1)) == 1
