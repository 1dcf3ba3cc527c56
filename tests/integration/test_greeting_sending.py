"""Greetings from the books to the loopback carrier and back: the service, its commands' work, and signed receipts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.engine import Connection

from elder_channel.services.accounts import Account, Role
from elder_channel.services.consents import ShellOperator
from elder_channel.services.errors import CampaignRefusedError, NotAllowedError
from elder_channel.services.greeting_sending import GreetingSending
from elder_channel.worker import greet, plan_greetings_of
from greeting_sms import campaign_books
from greeting_sms.adapters.own_reference import OwnReferences
from greeting_sms.adapters.signed_json import signed as signed_json
from greeting_sms.adapters.template_texts import RECEIPTS_PATH
from greeting_sms.adapters.twilio_messages import STATUS_PATH
from greeting_sms.campaign import Campaign
from greeting_sms.errors import ChannelSetUpError, ChannelUnknownError
from greeting_sms.outbox import Outbox
from greeting_sms.sending import SendingCampaigns
from tests.fakes.greetings import MORNING, add_people, planned
from tests.fakes.line import LineInMemory, open_test_line
from tests.fakes.webhooks import BASE, PUBLIC, carrier_of, signed

SHELL = ShellOperator()
SECRETS = {"ELDER_CHANNEL_RECEIPT_SECRET": "receipts", "ELDER_CHANNEL_DOMESTIC_TEXT_KEY": "key"}
DOMESTIC = {"ELDER_CHANNEL_GREETINGS__DOMESTIC_APP_ID": "app"}
CAMPAIGN = Campaign.model_validate(
    {
        "id": "birthday",
        "title": "生日",
        "sender": {"zh": "平安"},
        "opt_out": {"zh": "拒收请回复R"},
        "templates": [{"id": "plain", "language": "zh", "plain": True, "text": "祝您生日快乐！"},
                      {"id": "zh", "language": "zh", "text": "{salutation|您好}，祝您生日快乐！"}],
    }
)  # fmt: skip


@pytest.fixture
def at(tmp_path: Path) -> Iterator[LineInMemory]:
    """A line whose campaign is approved, at ten in the morning in Shanghai."""
    opened = open_test_line(tmp_path, **PUBLIC, **SECRETS, **DOMESTIC)
    opened.clock.now = MORNING
    with opened.line.databases.greetings.begin() as connection:
        approve(connection)
    yield opened
    opened.line.databases.dispose()


def approve(connection: Connection) -> None:
    """Four eyes."""
    version = campaign_books.propose(connection, CAMPAIGN, by="one", at=MORNING).version
    campaign_books.approve(connection, CAMPAIGN.id, version, by="two", at=MORNING)


def plan(at: LineInMemory, count: int = 1) -> None:
    """So many people have their birthday."""
    rows = [planned(n) for n in range(1, count + 1)]
    add_people(at.line.databases.greetings, rows)
    Outbox(at.line.databases.greetings).plan(rows, at=at.clock())


def states(at: LineInMemory) -> dict[str, int]:
    """Today's greetings."""
    return dict(GreetingSending(at.line).status().states)


def test_the_worker_plans_sends_and_takes_receipts(at: LineInMemory) -> None:
    """Somebody in the books is greeted, once, with nobody at a keyboard."""
    add_people(at.line.databases.greetings, [planned(1)])
    assert plan_greetings_of(at.line) == 1
    assert plan_greetings_of(at.line) == 0
    assert (greet(at.line), greet(at.line)) == (1, 0)
    assert states(at) == {"delivered": 1}
    kept = (at.line.state / "loopback_texts.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["body"][:4] for line in kept] == ["【平安】"]


def test_in_the_evening_tomorrow_is_planned_as_well(at: LineInMemory) -> None:
    """Who lives further east has morning while it is night here."""
    add_people(at.line.databases.greetings, [planned(1, birthday_on=(MORNING + timedelta(days=1)).date())])
    assert plan_greetings_of(at.line) == 0
    at.clock.forward(9 * 3600)
    assert plan_greetings_of(at.line) == 1


def test_a_paused_campaign_rests_and_a_resumed_one_goes_on(at: LineInMemory) -> None:
    """Asked at every claim."""
    plan(at)
    with at.line.databases.greetings.begin() as connection:
        campaign_books.pause(connection, "birthday", by="two", reason="typo", at=MORNING)
    sending = GreetingSending(at.line)
    assert sending.send_due().claimed == 0
    assert not sending.somebody_is_due()
    with at.line.databases.greetings.begin() as connection:
        campaign_books.resume(connection, "birthday", by="two", reason="mended", at=MORNING)
    assert sending.somebody_is_due()
    assert sending.send_due().accepted == 1


def test_rows_of_a_paused_campaign_expire_with_their_window(at: LineInMemory) -> None:
    """Nothing is sent late."""
    plan(at)
    with at.line.databases.greetings.begin() as connection:
        campaign_books.pause(connection, "birthday", by="two", reason="typo", at=MORNING)
    at.clock.forward(11 * 3600)
    assert GreetingSending(at.line).look_after().expired == 1


def test_staff_stop_everything_and_an_approver_lets_it_go_on(at: LineInMemory) -> None:
    """With role and reason; twice is told."""
    plan(at)
    sending, agent = GreetingSending(at.line), Account("agent", Role.AGENT)
    with pytest.raises(NotAllowedError):
        sending.stop(by=agent, accounts=SHELL, reason="typo")
    with pytest.raises(CampaignRefusedError):
        sending.stop(by=SHELL.ACCOUNT, accounts=SHELL, reason="  ")
    with pytest.raises(CampaignRefusedError):
        sending.stop(by=SHELL.ACCOUNT, accounts=SHELL, reason="typo", channel="pigeon")
    sending.stop(by=SHELL.ACCOUNT, accounts=SHELL, reason="typo")
    with pytest.raises(CampaignRefusedError):
        sending.stop(by=SHELL.ACCOUNT, accounts=SHELL, reason="typo")
    assert sending.send_due().claimed == 0
    assert [stop.reason for stop in sending.status().stops] == ["typo"]
    sending.go_on(by=SHELL.ACCOUNT, accounts=SHELL)
    with pytest.raises(CampaignRefusedError):
        sending.go_on(by=SHELL.ACCOUNT, accounts=SHELL)
    assert sending.send_due().accepted == 1


def test_a_channel_that_is_not_set_up_is_told(at: LineInMemory) -> None:
    """Which setting is missing, and which names there are."""
    channels = at.line.text_channels
    with pytest.raises(ChannelSetUpError, match=r"greetings\.twilio_messaging_service"):
        channels.channel("twilio")
    with pytest.raises(ChannelSetUpError, match=r"greetings\.domestic_base_url"):
        channels.channel("domestic")
    with pytest.raises(ChannelUnknownError, match="loopback"):
        channels.channel("pigeon")


def test_a_signed_receipt_ends_up_in_the_row(at: LineInMemory) -> None:
    """Before the answer to the request, repeated, and refused without the carrier's or our own proof."""
    plan(at)
    outbox = Outbox(at.line.databases.greetings)
    how = {"owner": "x", "limit": 1, "now": MORNING, "lease": timedelta(minutes=5)}
    row = outbox.claim("loopback", "birthday", **how)[0]
    form = {"MessageSid": "SM" + "1" * 32, "MessageStatus": "delivered"}
    own = OwnReferences("receipts").query(f"{row.id}.1")
    foreign = OwnReferences("another").query(f"{row.id}.1")
    with carrier_of(at.line) as carrier:

        def tell(query: str, headers: dict[str, str]) -> int:
            return carrier.http.post(f"{STATUS_PATH}?{query}", data=form, headers=headers).status_code

        assert tell(own, {}) == 403
        assert tell(foreign, signed(f"{BASE}{STATUS_PATH}?{foreign}", form)) == 403
        assert states(at) == {"claimed": 1}
        assert [tell(own, signed(f"{BASE}{STATUS_PATH}?{own}", form)) for _ in range(2)] == [204, 204]
    assert states(at) == {"delivered": 1}


def test_a_batch_of_the_domestic_provider_is_checked_and_taken(at: LineInMemory) -> None:
    """One malformed row keeps no other from counting."""
    plan(at, 2)
    reports = [
        {"text_id": "T1", "out_id": "1.0", "status": "DELIVERED"},
        "nonsense",
        {"text_id": "", "status": "DELIVERED"},
        {"text_id": "T2", "out_id": "2.0", "status": "UNDELIVERED", "error_code": "EMPTY_NUMBER"},
    ]
    body = json.dumps({"reports": reports}).encode()
    good = signed_json("app", "key", RECEIPTS_PATH, body, now=MORNING)
    bad = signed_json("app", "another", RECEIPTS_PATH, body, now=MORNING)
    old = signed_json("app", "key", RECEIPTS_PATH, body, now=MORNING - timedelta(hours=1))
    with carrier_of(at.line) as carrier:
        for headers, status in [({}, 403), (bad, 403), (old, 403), (good, 200)]:
            assert carrier.http.post(RECEIPTS_PATH, content=body, headers=headers).status_code == status
    assert states(at) == {"delivered": 1, "undelivered": 1}


def test_words_come_from_the_version_a_row_was_planned_with(at: LineInMemory) -> None:
    """A version that is not in the books gives none, and its row is held back."""
    plan(at, 1)
    engine = at.line.databases.greetings
    how = {"owner": "x", "limit": 1, "now": MORNING, "lease": timedelta(minutes=5)}
    row = Outbox(engine).claim("loopback", "birthday", **how)[0]
    campaigns = SendingCampaigns(engine)
    words = campaigns.wording(row)
    assert words
    assert words.body == "【平安】祝您生日快乐！拒收请回复R"
    assert campaigns.wording(row._replace(campaign_version=9)) is None
