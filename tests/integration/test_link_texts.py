"""A personal link by text: to the number it is bound to, in its reader's language, once, and in no log."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import structlog

from elder_channel.clock import HOTLINE_ZONE
from elder_channel.customers.model import Customer
from elder_channel.one_tap.model import PageState
from elder_channel.services.link_sending import SPENT_ON, LinkSending, SentLink
from elder_channel.services.one_tap import LinkRefusedError
from elder_channel.worker import erase
from greeting_sms.adapters.loopback import Fault, LoopbackCarrier, LoopbackChannel, ScriptedFaults
from greeting_sms.adapters.loopback_server import LoopbackServer
from greeting_sms.channel import Action, Outcome
from greeting_sms.consent import WRONG_NUMBER, is_suppressed, record_opt_out
from greeting_sms.errors import ChannelSetUpError
from greeting_sms.receipts import heed
from greeting_sms.spending import spent_on_campaign
from greeting_sms.stops import EVERYTHING, Stop, stop
from tests.fakes.line import LineInMemory, open_test_line
from tests.fakes.one_tap import ELDER, YOUNG, service, shows
from tests.fakes.webhooks import BASE, TestClient

ENGLISH_READER = Customer(93, "Example", ("+12025550193",), language="en-US")
IN_CHINA = Customer(94, "Example", ("+8659100000194",), language="en-GB")


def send(at: LineInMemory, number: str = ELDER) -> SentLink:
    """The link, sent."""
    return LinkSending(at.line, service(at)).send(number=number, made_by="test")


def carried(at: LineInMemory) -> list[dict[str, Any]]:
    """What the loopback carrier got."""
    journal = at.line.state / "loopback_texts.jsonl"
    return [json.loads(line) for line in journal.read_text(encoding="utf-8").splitlines()] if journal.exists() else []


def with_faults(at: LineInMemory, monkeypatch: pytest.MonkeyPatch, *faults: Fault | None) -> LoopbackCarrier:
    """A loopback carrier that misbehaves, in the place of the usual one."""
    carrier = LoopbackCarrier(clock=at.clock, faults=ScriptedFaults(faults))
    channel = LoopbackChannel(carrier, at.clock)
    monkeypatch.setattr(at.line.text_channels, "channel", lambda _name: channel)
    return carrier


def spent(at: LineInMemory) -> int:
    """The texts that were paid for today."""
    today = at.clock().astimezone(HOTLINE_ZONE).date()
    with at.line.databases.greetings.connect() as connection:
        return spent_on_campaign(connection, today, SPENT_ON).messages


def test_the_link_arrives_and_works(at: LineInMemory, http: TestClient) -> None:
    """What the customer reads ends in the link, and behind it is the page with the button."""
    sent = send(at)
    assert (sent.outcome, sent.channel, sent.number) == (Outcome.ACCEPTED, "loopback", "+86591****02")
    [text] = carried(at)
    words, url = text["body"].rsplit("\n", 1) if "\n" in text["body"] else text["body"].rsplit("。", 1)
    assert text["number"] == ELDER
    assert words.startswith("【长者服务热线】")
    assert shows(http.get(url.removeprefix(BASE)), PageState.READY)
    assert spent(at) == 1


def test_the_text_is_in_the_reader_s_language(at: LineInMemory) -> None:
    """As the books say."""
    at.line.customers.load([ENGLISH_READER])
    send(at, ENGLISH_READER.numbers[0])
    assert "It works for 72 hours." in carried(at)[0]["body"]


def test_no_log_and_no_book_holds_the_link(at: LineInMemory) -> None:
    """Nor the number: the books have the link's name and that a text went, the log has their ids."""
    with structlog.testing.capture_logs() as logs:
        sent = send(at)
    token = carried(at)[0]["body"].rpartition("/tap/")[2]
    [told] = [each for each in logs if each["event"] == "one_tap.link_sent"]
    for private in (token, ELDER):
        assert private not in str(logs)
        assert private not in str(sent)
    [text] = at.line.link_texts.newest(5)
    assert (text.id, text.link_id, text.outcome, text.asked_by) == (told["text"], told["link"], "accepted", "test")
    assert token not in str(text)


def test_asked_twice_within_a_minute_it_is_sent_once(at: LineInMemory) -> None:
    """The second answer tells of the first text; a minute later another one goes."""
    first = send(at)
    at.clock.forward(59)
    again = send(at)
    assert (again.repeated, again.outcome) == (True, first.outcome)
    assert len(carried(at)) == len(at.line.link_texts.newest(5)) == 1
    at.clock.forward(2)
    assert not send(at).repeated
    assert len(carried(at)) == 2


def test_a_number_gets_so_many_texts_an_hour(at: LineInMemory) -> None:
    """Another number has its own count, and an hour later the first has it again."""
    for _ in range(at.line.settings.one_tap.max_texts_per_hour):
        send(at)
        at.clock.forward(120)
    with pytest.raises(LinkRefusedError) as caught:
        send(at)
    assert caught.value.code == "too_many_texts"
    assert send(at, YOUNG).outcome is Outcome.ACCEPTED
    at.clock.forward(3600)
    assert send(at).outcome is Outcome.ACCEPTED


def test_links_are_counted_whether_sent_or_not(at: LineInMemory) -> None:
    """A number has had its links of the day: none is sent either, and nothing is written."""
    for _ in range(at.line.settings.one_tap.max_links_per_day):
        service(at).make_link(number=ELDER, made_by="test")
    with pytest.raises(LinkRefusedError) as caught:
        send(at)
    assert caught.value.code == "too_many"
    assert at.line.link_texts.newest(5) == []


def test_an_opt_out_of_greetings_does_not_hold_back_what_was_asked_for(at: LineInMemory) -> None:
    """It stays in force all the same: no greeting goes."""
    with at.line.databases.greetings.begin() as connection:
        record_opt_out(connection, ELDER, at=at.clock(), source="reply")
    assert send(at).outcome is Outcome.ACCEPTED
    with at.line.databases.greetings.connect() as connection:
        assert is_suppressed(connection, ELDER)


@pytest.mark.parametrize("code", ["wrong_number", "takes_no_texts", "stopped", "cap_reached"])
def test_what_holds_a_link_back(at: LineInMemory, monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    """Somebody else's number, one that takes no texts, a channel a person stopped, money that is spent."""
    with at.line.databases.greetings.begin() as connection:
        match code:
            case "wrong_number":
                record_opt_out(connection, ELDER, at=at.clock(), source=WRONG_NUMBER)
            case "takes_no_texts":
                heed(connection, ELDER, Action.STOP_NUMBER, "30006", now=at.clock())
            case "stopped":
                stop(connection, Stop(EVERYTHING, "one", "an accident", at.clock()))
    if code == "cap_reached":
        greetings = at.line.settings.greetings.model_copy(update={"mainland_cost_per_day": 0.01})
        capped = at.line.settings.model_copy(update={"greetings": greetings})
        monkeypatch.setattr(type(at.line), "settings", property(lambda _line: capped))
    with pytest.raises(LinkRefusedError) as caught:
        send(at)
    assert caught.value.code == code
    assert carried(at) == at.line.link_texts.newest(5) == []


@pytest.mark.parametrize(
    ("fault", "outcome", "paid", "again_at_once"),
    [
        pytest.param(Fault.BUSY, Outcome.NOT_TAKEN, 0, True, id="too many requests"),
        pytest.param(Fault.OPTED_OUT, Outcome.REFUSED, 1, True, id="the carrier knows an opt-out"),
        pytest.param(Fault.ACCEPT_THEN_TIMEOUT, Outcome.UNKNOWN, 1, False, id="no answer"),
    ],
)
def test_what_the_carrier_says_is_told(
    at: LineInMemory, monkeypatch: pytest.MonkeyPatch, fault: Fault, outcome: Outcome, paid: int, again_at_once: bool
) -> None:
    """What certainly did not leave may be asked for again at once; what may have left is not repeated."""
    carrier = with_faults(at, monkeypatch, fault)
    sent = send(at)
    assert (sent.outcome, spent(at), at.line.link_texts.newest(1)[0].outcome) == (outcome, paid, outcome)
    before = len(carrier.texts())
    assert send(at).repeated is not again_at_once
    assert len(carrier.texts()) == before + again_at_once


def test_who_opted_out_at_the_carrier_is_known_to_have(at: LineInMemory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Then the greetings stop as well."""
    with_faults(at, monkeypatch, Fault.OPTED_OUT)
    send(at)
    with at.line.databases.greetings.connect() as connection:
        assert is_suppressed(connection, ELDER)


def test_law_7_texts_are_forgotten_with_their_links(at: LineInMemory) -> None:
    """Their numbers are private."""
    send(at)
    at.clock.forward(days=at.line.settings.privacy.keep_transcripts_days + 4)
    erase(at.line)
    assert at.line.link_texts.newest(5) == []


# The formats of real carriers, spoken with a carrier of ours over HTTP


def now() -> datetime:
    """The moment; signatures are made with it."""
    return datetime.now(UTC)


@pytest.fixture
def provider() -> Iterator[LoopbackServer]:
    """A carrier on a port of its own."""
    with LoopbackServer(LoopbackCarrier(clock=now), auth_token="token") as server:
        yield server


@contextmanager
def line_at(folder: Path, provider: LoopbackServer, **settings: str) -> Iterator[LineInMemory]:
    """A line whose texts go by the provider's two ways."""
    greetings = {
        "MAINLAND_CHANNEL": "domestic",
        "DOMESTIC_BASE_URL": provider.url,
        "DOMESTIC_APP_ID": provider.app_id,
        "FOREIGN_CHANNEL": "twilio",
        "TWILIO_FROM_NUMBER": "+12025550199",
    }
    env = {f"ELDER_CHANNEL_GREETINGS__{name}": value for name, value in greetings.items()}
    env |= {
        "ELDER_CHANNEL_SERVER__PUBLIC_BASE_URL": BASE,
        "ELDER_CHANNEL_SERVER__CARRIER_BASE_URL": provider.url,
        "ELDER_CHANNEL_DOMESTIC_TEXT_KEY": provider.key,
    }
    opened = open_test_line(folder, **env, **settings)
    opened.clock.now = now()
    opened.line.customers.load([ENGLISH_READER, IN_CHINA])
    yield opened
    opened.line.databases.dispose()


TEMPLATES = {
    "ELDER_CHANNEL_ONE_TAP__TEXT_TEMPLATE_ZH": "TPL_7",
    "ELDER_CHANNEL_ONE_TAP__TEXT_SIGNATURE": "示例集团",
}


def test_to_the_mainland_goes_the_registered_template(tmp_path: Path, provider: LoopbackServer) -> None:
    """Signature, template and values; the address' fixed part stands in the template, its end is a value."""
    with line_at(tmp_path, provider, **TEMPLATES) as at:
        assert send(at).outcome is Outcome.ACCEPTED
        [text] = provider.carrier.texts(ELDER)
        signature, template, values = json.loads(text.body)
        assert (signature, template, values["hours"]) == ("示例集团", "TPL_7", "72")
        assert service(at).page(values["token"]).state is PageState.READY


@pytest.mark.parametrize(
    ("number", "settings", "missing"),
    [
        pytest.param(ELDER, {}, "one_tap.text_template_zh is not set", id="none"),
        pytest.param(IN_CHINA.numbers[0], TEMPLATES, "one_tap.text_template_en is not set", id="none in English"),
    ],
)
def test_without_a_registered_template_nothing_is_sent(
    tmp_path: Path, provider: LoopbackServer, number: str, settings: dict[str, str], missing: str
) -> None:
    """The sentence names the setting, and no link is used up."""
    with line_at(tmp_path, provider, **settings) as at:
        with pytest.raises(ChannelSetUpError, match=missing):
            send(at, number)
        assert at.line.link_texts.newest(5) == provider.carrier.texts() == []


def test_elsewhere_goes_the_whole_text(tmp_path: Path, provider: LoopbackServer) -> None:
    """In the form of Twilio Messaging, with an address for its receipts."""
    [number] = ENGLISH_READER.numbers
    with line_at(tmp_path, provider) as at:
        sent = send(at, number)
        assert (sent.channel, sent.outcome) == ("twilio", Outcome.ACCEPTED)
        [text] = provider.carrier.texts(number)
        assert "It works for 72 hours." in text.body
        assert text.reference.startswith("0.")
