"""Drained line, passed-on calls and the wait document's offers, as the carrier sees them."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest

from elder_channel.calls.model import Call, CallState, Outcome
from elder_channel.services.accounts import Account, Role
from elder_channel.services.sites import SiteSwitches
from elder_channel.services.transfers import Transfers
from tests.fakes.heard import heard_in
from tests.fakes.line import LineInMemory
from tests.fakes.webhooks import Carrier

OTHER_LINE = "+861000000099"
BOSS = Account("lin.fang", Role.SUPERVISOR)


class Documents:
    """What the carrier gets for its webhooks."""

    def __init__(self, carrier: Carrier) -> None:
        self._carrier = carrier

    def ask(self, path: str, sid: str = "CA1", **fields: str) -> ET.Element:
        """The document for one webhook of a live call."""
        name, _, query = path.partition("?")
        answer = self._carrier.ask(name, sid, query, **{"CallStatus": "in-progress", **fields})
        assert answer.status_code == 200
        return ET.fromstring(answer.text)


@pytest.fixture
def documents(carrier: Carrier) -> Documents:
    """The running voice process's documents."""
    return Documents(carrier)


def the_call(at: LineInMemory, sid: str = "CA1") -> Call:
    """The call as it stands."""
    call = at.line.calls.get(sid)
    assert call
    return call


def verbs(document: ET.Element) -> list[str]:
    """The document's verbs, in order."""
    return [verb.tag for verb in document]


def test_a_drained_line_rings_the_hunt_group_and_keeps_the_call(at: LineInMemory, documents: Documents) -> None:
    """Nobody is asked anything here, the router keeps its hands off, and after the drain all is as before."""
    switches = SiteSwitches(at.line)
    switches.drain(None, reason="换机", by=BOSS)
    document = documents.ask("incoming")
    dial = document.find("Dial")
    assert dial is not None
    assert len(dial) > 1
    assert the_call(at).state is CallState.RINGING
    switches.resume(None, reason="好了", by=BOSS)
    assert "Gather" in verbs(documents.ask("incoming", "CA2"))


@pytest.mark.parametrize(
    "at", [{"ELDER_CHANNEL_ROUTING__DRAINED_LINE_NUMBER": OTHER_LINE}], indirect=True, ids=["another line"]
)
def test_a_drained_line_sends_new_calls_to_the_line_configured(at: LineInMemory, documents: Documents) -> None:
    """Answered there is served; not reached there, our own people ring (law 1)."""
    SiteSwitches(at.line).drain(None, reason="换机", by=BOSS)
    dial = documents.ask("incoming").find("Dial")
    assert dial is not None
    assert [number.text for number in dial] == [OTHER_LINE]
    documents.ask("agent-status?agent=elsewhere", "CAleg", ParentCallSid="CA1")
    assert verbs(documents.ask("forwarded", DialCallStatus="completed", DialBridged="true")) == ["Hangup"]
    documents.ask("status", CallStatus="completed")
    assert the_call(at).outcome is Outcome.SERVED
    documents.ask("incoming", "CA2")
    hunt = documents.ask("forwarded", "CA2", DialCallStatus="no-answer", DialBridged="false").find("Dial")
    assert hunt is not None
    assert len(hunt) > 1


def test_calls_that_wait_are_finished_while_the_line_is_drained(at: LineInMemory, documents: Documents) -> None:
    """A drain asks nobody to leave."""
    documents.ask("incoming")
    documents.ask("gather?attempt=1", Digits="0")
    SiteSwitches(at.line).drain(None, reason="换机", by=BOSS)
    assert "Gather" in verbs(documents.ask("wait?round=1"))


def test_a_call_passed_on_hears_one_sentence_and_queues_again(at: LineInMemory, documents: Documents) -> None:
    """No invitation and no prompt: it said everything already."""
    documents.ask("incoming")
    documents.ask("gather?attempt=1", Digits="0")
    at.line.calls.queued("CA1", at=at.clock())
    at.line.calls.assign("CA1", "lin-xiulan", matched="any", at=at.clock())
    documents.ask("agent-status?agent=lin-xiulan", "CAleg", ParentCallSid="CA1")
    Transfers(at.line).transfer("CA1", by=BOSS, to_company="property", note="车险")
    document = documents.ask("passed-on")
    assert "不用再说一遍" in heard_in(document, at.line)
    enqueue = document.find("Enqueue")
    assert enqueue is not None
    assert "round=1" in str(enqueue.get("waitUrl"))
    late = documents.ask("dialed?agent=lin-xiulan", DialCallStatus="completed", DialBridged="true")
    assert "Hangup" not in verbs(late)
    assert the_call(at).state is not CallState.TALKING


def test_the_offer_takes_a_word_or_a_key_and_says_goodbye_in_both_languages(
    at: LineInMemory, documents: Documents
) -> None:
    """Anything else keeps waiting; 1 means nothing outside the offer."""
    documents.ask("incoming")
    documents.ask("gather?attempt=1", Digits="0")
    for agent in at.line.settings.agents:  # nobody comes to the phone
        at.line.agents.set_presence(agent.id, "absent", at=at.clock())  # type: ignore[arg-type]
    at.clock.forward(100)
    gather = documents.ask("wait?round=6").find("Gather")
    assert gather is not None
    assert (gather.get("input"), "offer=1" in str(gather.get("action"))) == ("dtmf speech", True)
    assert "打给我" in heard_in(gather, at.line)
    with at.line.databases.calls.begin() as connection:  # the router has rung the hunt group meanwhile: nobody came
        connection.exec_driver_sql("UPDATE calls SET state = 'waiting'")
    assert "Hangup" not in verbs(documents.ask("wait-key?round=5", Digits="1"))
    assert "Hangup" not in verbs(documents.ask("wait-key?round=6&offer=1", Digits="0"))
    goodbye = documents.ask("wait-key?round=6&offer=1", SpeechResult="那就打给我吧")
    assert verbs(goodbye)[-1] == "Hangup"
    assert "再见" in heard_in(goodbye, at.line)
    assert "Goodbye" in heard_in(goodbye, at.line)
    assert the_call(at).outcome is Outcome.CALLBACK
    documents.ask("dequeued", QueueResult="hangup")
    documents.ask("status", CallStatus="completed")
    assert the_call(at).outcome is Outcome.CALLBACK
    assert at.line.work_orders.of_call("CA1")
