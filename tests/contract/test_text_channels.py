"""Every channel of texts says the same of the same trouble: what is taken, what is not, and what nobody knows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from elder_channel.supervisor import free_port
from greeting_sms.adapters.http import HttpClient
from greeting_sms.adapters.loopback import Fault, LoopbackCarrier, LoopbackChannel, ScriptedFaults
from greeting_sms.adapters.loopback_server import LoopbackServer
from greeting_sms.adapters.own_reference import OwnReferences
from greeting_sms.adapters.template_texts import TemplateTexts
from greeting_sms.adapters.twilio_messages import TwilioMessages
from greeting_sms.channel import Action, Outcome, OutgoingText, SmsChannel, Wording
from greeting_sms.errors import ChannelSilentError
from greeting_sms.reconcile import Doubt, match
from greeting_sms.states import GreetingState

ACCOUNT = "AC" + "0" * 32
WORDS = Wording("【平安】陈阿姨，生日快乐！拒收请回复R", 1, "平安", "T1", {"name": "陈阿姨"})
READ_SECONDS, HOLD_SECONDS = 0.15, 0.3


def now() -> datetime:
    """The moment; carriers tell whole seconds."""
    return datetime.now(UTC)


@dataclass
class Reached:
    """A channel, and the carrier behind it."""

    channel: SmsChannel
    carrier: LoopbackCarrier
    faults: list[Fault | None] = field(default_factory=list)


def twilio_at(url: str) -> TwilioMessages:
    """The Twilio channel on an address."""
    http = HttpClient(url, read_seconds=READ_SECONDS)
    who = {"public_base_url": "", "references": OwnReferences("secret"), "from_number": "+12025550199"}
    return TwilioMessages(ACCOUNT, "token", http=http, **who)  # type: ignore[arg-type]


def domestic_at(url: str) -> TemplateTexts:
    """The domestic channel on an address."""
    return TemplateTexts("app", "key", http=HttpClient(url, read_seconds=READ_SECONDS), clock=now)


@pytest.fixture(params=["loopback", "twilio", "domestic"])
def reached(request: pytest.FixtureRequest) -> Iterator[Reached]:
    """Each channel before a loopback carrier of its own."""
    script: list[Fault | None] = []
    carrier = LoopbackCarrier(clock=now, faults=lambda: script.pop(0) if script else None)
    if request.param == "loopback":
        yield Reached(LoopbackChannel(carrier, now), carrier, script)
        return
    with LoopbackServer(carrier, auth_token="token", hold_seconds=HOLD_SECONDS) as server:
        opened = twilio_at(server.url) if request.param == "twilio" else domestic_at(server.url)
        yield Reached(opened, carrier, script)


def text(number: str = "+8659100000102", fence: int = 1) -> OutgoingText:
    """A greeting to post."""
    return OutgoingText(7, fence, number, WORDS, now() + timedelta(hours=3))


OUTCOMES = [
    (None, Outcome.ACCEPTED, Action.NOTE, 1),
    (Fault.ACCEPT_THEN_TIMEOUT, Outcome.UNKNOWN, Action.RECONCILE, 1),
    (Fault.CUT_AFTER_ACCEPT, Outcome.UNKNOWN, Action.RECONCILE, 1),
    (Fault.ERROR_AFTER_ACCEPT, Outcome.UNKNOWN, Action.RECONCILE, 1),
    (Fault.ERROR, Outcome.UNKNOWN, Action.RECONCILE, 0),
    (Fault.TIMEOUT, Outcome.UNKNOWN, Action.RECONCILE, 0),
    (Fault.BUSY, Outcome.NOT_TAKEN, Action.RETRY, 0),
    (Fault.OPTED_OUT, Outcome.REFUSED, Action.OPT_OUT, 0),
    (Fault.NO_GEO, Outcome.NOT_TAKEN, Action.STOP_CHANNEL, 0),
]


@pytest.mark.parametrize(("fault", "outcome", "action", "taken"), OUTCOMES, ids=[str(row[0]) for row in OUTCOMES])
def test_an_answer_says_what_is_known(
    reached: Reached, fault: Fault | None, outcome: Outcome, action: Action, taken: int
) -> None:
    """One request, never a second; and a number only with a clear yes."""
    reached.faults.append(fault)
    result = reached.channel.post(text(), now=now())
    assert (result.outcome, result.action, bool(result.sid)) == (outcome, action, outcome is Outcome.ACCEPTED)
    assert len(reached.carrier.texts()) == taken


@pytest.mark.parametrize("fault", [Fault.ACCEPT_THEN_TIMEOUT, Fault.CUT_AFTER_ACCEPT, Fault.ERROR_AFTER_ACCEPT])
def test_what_was_taken_without_an_answer_is_in_the_books(reached: Reached, fault: Fault) -> None:
    """By our reference, or by its words; an older text with the same words to the same phone is not taken for it."""
    old = reached.carrier.take("+8659100000102", WORDS.body, "3.1")
    object.__setattr__(old, "created_at", now() - timedelta(days=1))
    reached.faults.append(fault)
    began_at = now()
    reached.channel.post(text(), now=began_at)
    listed = reached.channel.listed("+8659100000102", since=began_at - timedelta(minutes=2))
    doubt = Doubt(7, 1, "+8659100000102", WORDS.digest, began_at, 1, began_at + timedelta(hours=1))
    found = match(doubt, listed, taken=frozenset())
    assert found
    assert found.sid == reached.carrier.texts()[-1].sid
    assert found.status is GreetingState.SENT


def test_what_was_not_taken_is_not_in_the_books(reached: Reached) -> None:
    """Nor is what went to another phone."""
    reached.faults.append(Fault.ERROR)
    reached.channel.post(text(), now=now())
    reached.channel.post(text("+8659100000103"), now=now())
    assert list(reached.channel.listed("+8659100000102", since=now() - timedelta(hours=1))) == []


def test_receipts_that_wait_are_fetched_once_and_name_the_greeting(reached: Reached) -> None:
    """Where the carrier calls us instead there are none to fetch."""
    reached.channel.post(text(), now=now())
    told = [(word.status, word.greeting_id, word.fence) for word in reached.channel.fetch_receipts()]
    calls_us = reached.channel.name == "twilio"
    assert told == ([] if calls_us else [(GreetingState.SENT, 7, 1), (GreetingState.DELIVERED, 7, 1)])
    assert list(reached.channel.fetch_receipts()) == []


@pytest.mark.parametrize("open_at", [twilio_at, domestic_at], ids=["twilio", "domestic"])
def test_without_a_connection_nothing_was_sent(open_at: type[SmsChannel]) -> None:
    """A refused connection is no doubt; books that cannot be read are an error, not an empty list."""
    channel = open_at(f"http://127.0.0.1:{free_port()}")
    result = channel.post(text(), now=now())
    assert (result.outcome, result.action, result.code) == (Outcome.NOT_TAKEN, Action.RETRY, "not_connected")
    with pytest.raises(ChannelSilentError):
        channel.listed("+8659100000102", since=now())


def test_a_provider_that_does_not_know_our_key_stops_the_channel() -> None:
    """The domestic one."""
    carrier = LoopbackCarrier(clock=now, faults=ScriptedFaults([]))
    with LoopbackServer(carrier, auth_token="token", key="another") as server:
        result = domestic_at(server.url).post(text(), now=now())
    assert (result.outcome, result.action) == (Outcome.NOT_TAKEN, Action.STOP_CHANNEL)
