"""What the line does next."""

from __future__ import annotations

import itertools

import pytest

from bilingual.manner import HEARING, SLOWER
from elder_channel.calls.inputs import Arrived, CallerInput, Keyed, Spoke, WasSilent
from elder_channel.calls.model import Entry
from elder_channel.calls.settings import LineSettings
from elder_channel.calls.steps import Ask, EnterQueue, Listen, Session, next_steps

SETTINGS = LineSettings()


@pytest.mark.parametrize(
    ("arrived", "entry"),
    [
        pytest.param(Arrived(known_elder=True), Entry.KNOWN_ELDER, id="known elder"),
        pytest.param(Arrived(dedicated_line=True), Entry.DEDICATED_LINE, id="dedicated line"),
        pytest.param(Arrived(known_elder=True, dedicated_line=True), Entry.KNOWN_ELDER, id="both"),
    ],
)
def test_law_3_elders_get_no_prompt(arrived: Arrived, entry: Entry) -> None:
    """A known elder and the dedicated line go straight to the queue, listened to and asked nothing."""
    assert next_steps(Session(), arrived, SETTINGS) == (Listen(), EnterQueue(entry, "zh"))


def test_an_unknown_caller_hears_one_prompt() -> None:
    """Anybody else is listened to and asked once, in the language the number suggests first."""
    steps = next_steps(Session(prompt_first="en"), Arrived(), SETTINGS)
    assert steps == (Listen(), Ask("greeting_choice", 1, "en"))


@pytest.mark.parametrize(
    ("given", "step"),
    [
        pytest.param(Keyed("0"), EnterQueue(Entry.ONE_KEY, "zh"), id="one key"),
        pytest.param(Keyed("9"), EnterQueue(Entry.ENGLISH, "en"), id="key for English"),
        pytest.param(Keyed("5"), EnterQueue(Entry.PROMPTED, "zh"), id="a wrong key is no reason to ask again"),
        pytest.param(Spoke(), EnterQueue(Entry.VOICE, "zh"), id="a voice, not yet understood"),
        pytest.param(Spoke("我要报案"), EnterQueue(Entry.VOICE, "zh"), id="words"),
        pytest.param(Spoke("I need some help please"), EnterQueue(Entry.ENGLISH, "en"), id="English words"),
    ],
)
def test_whatever_a_caller_does_leads_to_a_person(given: CallerInput, step: EnterQueue) -> None:
    """One key, one word, or the wrong key: always the queue, at once."""
    assert next_steps(Session(attempt=1), given, SETTINGS) == (step,)


def test_silence_twice_leads_to_a_person() -> None:
    """The first silence is asked once more, shorter; the second enters the queue."""
    assert next_steps(Session(attempt=1), WasSilent(), SETTINGS) == (Ask("second_try", 2, "zh", manner=SLOWER),)
    assert next_steps(Session(attempt=2), WasSilent(), SETTINGS) == (EnterQueue(Entry.PROMPTED, "zh"),)


@pytest.mark.parametrize("attempts", [1, 2, 3])
def test_law_1_every_path_of_inputs_ends_in_the_queue(attempts: int) -> None:
    """Whatever follows whatever, after at most the configured prompts the caller is with the people."""
    settings = LineSettings(prompt_attempts=attempts)
    inputs: list[CallerInput] = [WasSilent(), Keyed("7"), Spoke("嗯"), Keyed("0")]
    for path in itertools.product(inputs, repeat=attempts):
        for attempt, given in enumerate(path, start=1):
            steps = next_steps(Session(attempt=attempt), given, settings)
            if any(isinstance(step, EnterQueue) for step in steps):
                break
        else:
            pytest.fail(f"no person after {path}")


@pytest.mark.parametrize(
    ("session", "digit", "step"),
    [
        pytest.param(Session(attempt=1), "*", Ask("greeting_choice", 1, "zh", 1), id="the star: the same again"),
        pytest.param(Session(attempt=2), "*", Ask("second_try", 2, "zh", 1, SLOWER), id="the second one again"),
        pytest.param(Session(attempt=1), "8", Ask("hearing_choice", 1, "zh", 1, HEARING), id="eight: loud and slowly"),
        pytest.param(
            Session(attempt=1, hearing=True), "*", Ask("hearing_choice", 1, "zh", 1, HEARING), id="still loud"
        ),
        pytest.param(Session(attempt=1, replays=2), "8", EnterQueue(Entry.PROMPTED, "zh"), id="often enough: a person"),
        pytest.param(Session(attempt=1, hearing=True), "0", EnterQueue(Entry.ONE_KEY, "zh"), id="one key confirms"),
    ],
)
def test_a_prompt_can_be_heard_again(session: Session, digit: str, step: Ask | EnterQueue) -> None:
    """Replay and hearing mode, a bounded number of times."""
    assert next_steps(session, Keyed(digit), SETTINGS) == (step,)
