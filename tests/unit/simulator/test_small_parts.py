"""Speech length, journeys, queues, agents and options."""

from __future__ import annotations

import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from elder_channel.simulator.agents import AgentBook, AgentProfile, Behaviour, read_profiles
from elder_channel.simulator.errors import InvalidOptionsError
from elder_channel.simulator.journey import Journey
from elder_channel.simulator.options import options_from_command_line
from elder_channel.simulator.queues import Queue, QueueBoard
from elder_channel.simulator.speech_length import spoken_seconds

SECRETS = {"TWILIO_ACCOUNT_SID": "AC1", "TWILIO_AUTH_TOKEN": "token", "ELDER_CHANNEL_SIMULATOR_TOKEN": "control"}
ARGUMENTS = ["--voice-url", "http://127.0.0.1:8080/voice/incoming"]


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("", 0), ("嗯", 0.3), ("需要人工，请按零。", 7 / 4.5), ("For English, press nine.", 22 / 14)],
    ids=["nothing", "one syllable", "chinese", "english"],
)
def test_a_sentence_takes_as_long_as_it_takes_to_say(text: str, seconds: float) -> None:
    """270 Chinese characters a minute, 14 Latin letters a second."""
    assert spoken_seconds(text) == pytest.approx(seconds, abs=0.05)


def test_a_journey_wakes_whoever_waits() -> None:
    """The next event, or the end, ends the waiting; otherwise the patience does."""

    async def watch() -> list[list[str]]:
        journey = Journey(now=lambda: 1.0)
        waiting = asyncio.create_task(journey.wait_after(0, wait_seconds=30))
        await asyncio.sleep(0)
        journey.add("call.ringing")
        first = await waiting
        nothing = await journey.wait_after(1, wait_seconds=0)
        waiting = asyncio.create_task(journey.wait_after(1, wait_seconds=30))
        await asyncio.sleep(0)
        journey.close()
        return [[event.name for event in events] for events in (first, nothing, await waiting)]

    assert asyncio.run(watch()) == [["call.ringing"], [], []]


def test_a_queue_keeps_the_order_of_arrival() -> None:
    """The second moves up when the first leaves, wherever it is found by."""
    calls: list[Any] = [SimpleNamespace(sid="CA1"), SimpleNamespace(sid="CA2")]
    queue = Queue("line", max_size=2)
    first, second = (queue.join(call) for call in calls)
    assert queue.is_full
    assert queue.member("Front") is first
    queue.leave(first)
    queue.leave(first)  # twice is no harm: a redirect and the caller's hanging up may meet
    assert (queue.position(second), queue.member("CA1"), queue.member("CA2")) == (1, None, second)


def test_a_queue_is_made_once() -> None:
    """By name on demand, by request only when the name is free."""
    board = QueueBoard()
    queue = board.named("line")
    assert board.named("line") is queue
    assert board.find(queue.sid) is queue
    assert board.create("line", 5) is None


def test_an_agent_takes_one_call_at_a_time() -> None:
    """Whoever is not listed answers with the defaults."""
    book = AgentBook({"client:a": AgentProfile(behaviour=Behaviour.BUSY)})
    assert book.profile("client:a").behaviour is Behaviour.BUSY
    assert book.profile("client:b") == AgentProfile()
    assert (book.pick_up("client:b"), book.pick_up("client:b"), book.is_engaged("client:b")) == (True, False, True)
    book.put_down("client:b")
    assert book.pick_up("client:b")


@pytest.mark.parametrize(
    ("content", "words"),
    [("{", "its start"), ('{"client:a": {"behaviour": "sleepy"}}', "client:a.behaviour"), ("[]", "its start")],
)
def test_a_wrong_agents_file_is_refused_with_the_place(tmp_path: Path, content: str, words: str) -> None:
    """File and place are named."""
    path = tmp_path / "agents.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InvalidOptionsError, match=r"agents\.json") as refused:
        read_profiles(path)
    assert words in str(refused.value)


def test_options_come_from_the_command_line_and_secrets_from_the_environment(tmp_path: Path) -> None:
    """Secrets are never shown."""
    path = tmp_path / "fallback.xml"
    path.write_text("<Response><Dial><Client>hunt</Client></Dial></Response>", encoding="utf-8")
    options = options_from_command_line([*ARGUMENTS, "--port", "9", "--fallback", str(path)], SECRETS)
    assert (options.port, options.auth_token) == (9, "token")
    assert options.fallback is not None
    assert options.fallback[0].name == "Dial"
    assert "token'" not in repr(options).replace("control_token", "")


@pytest.mark.parametrize("missing", SECRETS)
def test_a_missing_secret_is_named(missing: str) -> None:
    """It does not start without."""
    with pytest.raises(InvalidOptionsError, match=missing):
        options_from_command_line(ARGUMENTS, {name: value for name, value in SECRETS.items() if name != missing})


@pytest.mark.parametrize("content", [None, "<Response>"], ids=["absent", "broken"])
def test_a_fallback_that_would_fail_a_caller_is_refused_at_start(tmp_path: Path, content: str | None) -> None:
    """Not when somebody needs it."""
    path = tmp_path / "fallback.xml"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(InvalidOptionsError, match=r"fallback\.xml"):
        options_from_command_line([*ARGUMENTS, "--fallback", str(path)], SECRETS)
