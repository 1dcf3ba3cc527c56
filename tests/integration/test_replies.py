"""Replies through signed webhooks to what is done about them."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.engine import Engine

from elder_channel.outbound.model import Reason
from elder_channel.services import replies as replies_service
from elder_channel.services.accounts import Account, Role
from elder_channel.services.consents import ShellOperator
from elder_channel.services.errors import NotAllowedError, ReplyRefusedError
from elder_channel.services.opt_outs import OptOuts
from elder_channel.services.replies import LEFT_BEHIND, Replies
from elder_channel.storage.workorders import OrderQuery
from elder_channel.web.replies import INBOUND_PATH
from elder_channel.worker import erase, look_after_orders_of
from elder_channel.workorders.model import Kind, Priority
from greeting_sms import consent
from greeting_sms.adapters.signed_json import signed as signed_json
from greeting_sms.adapters.template_replies import REPLIES_PATH
from greeting_sms.holds import held
from greeting_sms.inbound.classify import classify
from greeting_sms.inbound.labels import PERHAPS_URGENT, Classified, Decider, Label
from greeting_sms.opt_out_files import read_opt_outs
from tests.fakes.line import LineInMemory, open_test_line
from tests.fakes.webhooks import BASE, PUBLIC, TestClient, carrier_of, signed

SHELL = ShellOperator()
SENDER = "+12025550143"
MAINLAND = "+8659100000102"
DOMESTIC = {"ELDER_CHANNEL_GREETINGS__DOMESTIC_APP_ID": "app", "ELDER_CHANNEL_DOMESTIC_TEXT_KEY": "key"}


@pytest.fixture
def at(tmp_path: Path) -> Iterator[LineInMemory]:
    """A line with a public address and a domestic provider."""
    opened = open_test_line(tmp_path, **PUBLIC, **DOMESTIC)
    yield opened
    opened.line.databases.dispose()


@pytest.fixture
def http(at: LineInMemory) -> Iterator[TestClient]:
    """The carrier's way in."""
    with carrier_of(at.line) as carrier:
        yield carrier.http


def text(http: TestClient, body: str, sid: str = "SM1", **more: str) -> str:
    """A text comes in; what it is answered."""
    form = {"MessageSid": sid, "From": SENDER, "To": "+12025550100", "Body": body, **more}
    answer = http.post(INBOUND_PATH, data=form, headers=signed(BASE + INBOUND_PATH, form))
    assert answer.status_code == 200
    return answer.text


def suppressed(at: LineInMemory, *numbers: str) -> frozenset[str]:
    """Which of the numbers get no greetings."""
    with at.line.databases.greetings.connect() as connection:
        return consent.suppressed(connection, numbers)


def orders(at: LineInMemory) -> list[tuple[Kind, str, Priority]]:
    """The open orders."""
    return [(each.kind, each.type, each.priority) for each in at.line.work_orders.list_orders(OrderQuery())]


def test_law_6_an_opt_out_is_kept_and_confirmed_once(at: LineInMemory, http: TestClient) -> None:
    """The first is answered with one text, its repetition and every later one with nothing."""
    assert "<Message>" in text(http, "please stop texting me")
    assert "<Message>" not in text(http, "please stop texting me")
    assert "<Message>" not in text(http, "退订", sid="SM2")
    assert suppressed(at, SENDER, MAINLAND) == {SENDER}
    assert orders(at) == []


def test_an_opt_out_the_carrier_took_is_kept_and_not_answered(at: LineInMemory, http: TestClient) -> None:
    """Twilio has answered STOP itself; START takes it back, and the history tells of both."""
    assert "<Message>" not in text(http, "STOP", OptOutType="STOP")
    assert suppressed(at, SENDER)
    text(http, "START", sid="SM2", OptOutType="START")
    assert not suppressed(at, SENDER)
    with at.line.databases.greetings.connect() as connection:
        assert [row.opted_out for row in consent.history(connection, SENDER)] == [True, False]


def test_who_is_in_danger_gets_an_order_and_is_rung_at_once(at: LineInMemory, http: TestClient) -> None:
    """The order is urgent, the line is asked for the call at once, and the same text makes no second one."""
    text(http, "爷爷昏倒了 快来人")
    assert orders(at) == [(Kind.CALL_BACK, "callback", Priority.URGENT)]
    order = at.line.work_orders.list_orders(OrderQuery())[0]
    assert (order.caller_number, order.transcript) == (SENDER, "爷爷昏倒了 快来人")
    request = at.line.outbound.find(order.callback_key or "")
    assert request is not None
    assert (request.number, request.reason) == (SENDER, Reason.URGENT_ORDER)
    text(http, "爷爷昏倒了 快来人")
    text(http, "快点 救命", sid="SM2")
    assert len(orders(at)) == 1
    assert "救命" in at.line.work_orders.history(order.id)[-1].why


def test_what_may_be_urgent_is_read_first_and_not_rung(
    at: LineInMemory, http: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A person reads it before all other orders; a cry for help that comes later is still rung."""
    unsure = Classified(None, Decider.PERSON, 0.2, rule=PERHAPS_URGENT, guess=Label.URGENT)
    monkeypatch.setattr(replies_service, "classify", lambda body: unsure if "怪" in body else classify(body))
    text(http, "今天怪怪的")
    assert [(kind, priority) for kind, _, priority in orders(at)] == [(Kind.LOOK_INTO, Priority.URGENT)]
    order = at.line.work_orders.list_orders(OrderQuery())[0]
    assert order.callback_key is None
    text(http, "爷爷昏倒了 快来人", sid="SM2")
    assert (Kind.CALL_BACK, "callback", Priority.URGENT) in orders(at)


@pytest.mark.parametrize(
    ("body", "type_"),
    [("怎么理赔", "consultation"), ("要投诉你们", "complaint"), ("ขอบคุณมากครับ", "consultation")],
)
def test_what_needs_a_person_leaves_an_order(at: LineInMemory, http: TestClient, body: str, type_: str) -> None:
    """A question, a complaint, and what nobody understands."""
    text(http, body)
    assert orders(at) == [(Kind.HANDLE, type_, Priority.NORMAL)]


@pytest.mark.parametrize("body", ["谢谢你们", "🙏", "", "👌" * 50])
def test_thanks_and_small_talk_leave_nothing(at: LineInMemory, http: TestClient, body: str) -> None:
    """Nobody is called for a thank-you."""
    text(http, body)
    assert orders(at) == []
    assert not suppressed(at, SENDER)


def test_a_wrong_number_is_held_back_and_told(at: LineInMemory, http: TestClient) -> None:
    """The number may be somebody else's: nothing goes there until somebody has read it and mends the books."""
    text(http, "你发错人了")
    assert not suppressed(at, SENDER)
    with at.line.databases.greetings.connect() as connection:
        assert held(connection, [SENDER])
    assert orders(at) == [(Kind.HANDLE, "policy_service", Priority.NORMAL)]


def test_a_text_nobody_signed_is_refused(at: LineInMemory, http: TestClient) -> None:
    """Otherwise anybody could opt anybody out; one of nobody is no text."""
    form = {"MessageSid": "SM1", "From": SENDER, "Body": "退订"}
    assert http.post(INBOUND_PATH, data=form).status_code == 403
    nobody = {"Body": "退订"}
    assert http.post(INBOUND_PATH, data=nobody, headers=signed(BASE + INBOUND_PATH, nobody)).status_code == 400
    assert not suppressed(at, SENDER)


def test_the_domestic_providers_batch_is_taken(at: LineInMemory, http: TestClient) -> None:
    """Each text counts, one of nobody is passed over, and a batch with a wrong signature counts for nothing."""
    batch = {"replies": [{"text_id": "U1", "phone": MAINLAND[3:], "content": "退订"}, {"phone": "x"}, 7]}
    body = json.dumps(batch).encode()
    assert http.post(REPLIES_PATH, content=body).status_code == 403
    headers = signed_json("app", "key", REPLIES_PATH, body, now=at.clock())
    assert http.post(REPLIES_PATH, content=body, headers=headers).json() == {"code": "OK"}
    assert suppressed(at, MAINLAND) == {MAINLAND}


def test_what_broke_off_is_made_good_by_the_clock(at: LineInMemory, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault after the text was kept loses nothing: the order comes with the next tick, once."""
    broken = Replies(at.line)
    monkeypatch.setattr(broken, "_act", lambda sid: None)  # the process dies here
    broken.receive(sid="SM1", number=SENDER, body="怎么理赔")
    assert orders(at) == []
    at.clock.forward(LEFT_BEHIND.total_seconds() + 1)
    look_after_orders_of(at.line)
    look_after_orders_of(at.line)
    assert len(orders(at)) == 1


def test_a_person_says_what_a_text_is(at: LineInMemory) -> None:
    """What follows is done; a text that is not there is refused."""
    replies = Replies(at.line)
    replies.receive(sid="SM1", number=SENDER, body="呵呵")
    assert replies.correct("SM1", Label.OPT_OUT, by=SHELL.ACCOUNT, accounts=SHELL).meaning is Label.OPT_OUT
    assert suppressed(at, SENDER)
    with pytest.raises(ReplyRefusedError, match="no text 'SM9'"):
        replies.correct("SM9", Label.OPT_OUT, by=SHELL.ACCOUNT, accounts=SHELL)


def test_an_opt_out_is_lifted_with_a_reason_by_who_may(at: LineInMemory) -> None:
    """Who and why is kept; without a reason, or by nobody we know, nothing is lifted."""
    replies = Replies(at.line)
    replies.receive(sid="SM1", number=SENDER, body="退订")
    with pytest.raises(ReplyRefusedError, match="reason"):
        replies.withdraw(SENDER, reason=" ", by=SHELL.ACCOUNT, accounts=SHELL)
    with pytest.raises(NotAllowedError):
        replies.withdraw(SENDER, reason="asked", by=Account("stranger", Role.VIEWER), accounts=SHELL)
    assert replies.withdraw(SENDER, reason="asked by phone", by=SHELL.ACCOUNT, accounts=SHELL)
    assert not replies.withdraw(SENDER, reason="asked by phone", by=SHELL.ACCOUNT, accounts=SHELL)
    with at.line.databases.greetings.connect() as connection:
        assert consent.history(connection, SENDER)[-1].reason == "asked by phone"


def test_law_7_words_are_erased_when_their_time_is_over(at: LineInMemory) -> None:
    """What a text was taken for stays."""
    Replies(at.line).receive(sid="SM1", number=SENDER, body="谢谢你们")
    at.clock.forward(days=400)
    erase(at.line)
    kept = Replies(at.line).newest()[0]
    assert (kept.body, kept.meaning) == ("", Label.THANKS)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_list_of_opt_outs_is_taken_once(at: LineInMemory, tmp_path: Path, encoding: str) -> None:
    """Rows that cannot be read are told with row and column, the others count, and the same list changes nothing."""
    file = tmp_path / "list.csv"
    file.write_text(f"手机号,来源\n{MAINLAND},客服\n=1+1,表\n{SENDER},\n", encoding=encoding)
    lists = OptOuts(at.line, SHELL)
    done = lists.import_rows(read_opt_outs(file), by=SHELL.ACCOUNT, source="import")
    assert (done.new, done.known, [(each.row, each.column) for each in done.faults]) == (2, 0, [(3, "number")])
    assert lists.import_rows(read_opt_outs(file), by=SHELL.ACCOUNT, source="import").new == 0
    written = io.StringIO()
    assert lists.export(written, by=SHELL.ACCOUNT) == 2
    assert SENDER in written.getvalue()


def test_opt_outs_are_the_same_on_both_databases(greetings_engine: Engine, at: LineInMemory) -> None:
    """Kept once, asked for many at a time, confirmed once, taken back."""
    now = at.clock()
    with greetings_engine.begin() as connection:
        assert consent.record_opt_out(connection, SENDER, at=now, source="reply")
        assert not consent.record_opt_out(connection, SENDER, at=now, source="reply")
        assert consent.suppressed(connection, [SENDER, *(f"+1{number}" for number in range(1200))]) == {SENDER}
        assert [consent.may_confirm(connection, SENDER) for _ in range(2)] == [True, False]
        assert not consent.may_confirm(connection, MAINLAND)
        assert consent.withdraw_opt_out(connection, SENDER, at=now, by="somebody", reason="asked")
        assert consent.suppressed(connection, []) == frozenset()
        assert len(consent.history(connection, SENDER)) == 2
