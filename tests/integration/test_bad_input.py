"""Bad input through the real pipeline: line, voice activity, turns, recognizer, identification."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from bilingual.language import LanguageEvidence, LanguageReason, choose_language
from bilingual.messages import Language
from dialects.acoustics import packaged_head
from dialects.audio.resample import to_recognizer_rate
from dialects.audio.streams import MAX_WAITING_BYTES, StreamBank
from dialects.audio.telephone import to_telephone
from dialects.audio.turns import Interim, Onset, TurnEvent, UtteranceEnd
from dialects.catalogue import load_catalogue
from dialects.evidence import Identification
from dialects.hearing import identify_sound
from dialects.recognizers.mixed_languages import MixedLanguages
from dialects.recognizers.port import Recognition, Recognizer
from dialects.recognizers.weights import MODEL_VARIABLE, ModelState, model_status, whisper_model
from dialects.recognizers.whisper import WhisperRecognizer
from dialects.settings import (
    ElderEndpointing,
    EndpointingSettings,
    IdentificationSettings,
    ListeningSettings,
    RecognitionSettings,
    StandardEndpointing,
)
from dialects.text import simplified
from elder_channel.recognition.errors import RecognitionUnavailableError
from elder_channel.recognition.worker import load_whisper
from tests.fakes import bad_sounds
from tests.fakes.recognizer_process import RecognizerProcess

pytestmark = pytest.mark.model

PROFILES = [pytest.param(ElderEndpointing(), id="elder"), pytest.param(StandardEndpointing(), id="standard")]
NO_VOICE = {
    "silence": bad_sounds.silence(6),
    "a bad line": bad_sounds.noise(6, 0.05),
    "dial tone": bad_sounds.tone(5),
    "ringing": bad_sounds.tone(11, on=1.0, off=4.0),
    "engaged": bad_sounds.tone(5, on=0.35, off=0.35),
    "fax": bad_sounds.tone(6, 1_100, on=0.5, off=3.0),
    "mains hum": bad_sounds.tone(5, 150),
    "keys": bad_sounds.keys("15091509"),
    "keys held": bad_sounds.keys("09", held=2.0),
    "music": bad_sounds.music(10),
}


@dataclass(frozen=True)
class Heard:
    """What a call's sound led to."""

    events: list[TurnEvent]
    recognitions: list[Recognition]

    @property
    def text(self) -> str:
        return simplified(" ".join(each.text for each in self.recognitions if each.text))

    @property
    def utterances(self) -> list[UtteranceEnd]:
        return [event for event in self.events if isinstance(event, UtteranceEnd)]

    def identified(self) -> Identification:
        """By the sound and the words of the longest utterance."""
        longest = max(self.recognitions, key=lambda each: each.seconds)
        return identify_sound(longest, None, catalogue=load_catalogue(), settings=IdentificationSettings())


@pytest.fixture(scope="module")
def recognizer() -> Recognizer:
    """The recognizer of the line."""
    return load_whisper(1, acoustic_head="all")


def listen(sound: np.ndarray, endpointing: EndpointingSettings, *, then_silent: float = 5.0) -> list[TurnEvent]:
    """The events of a stream, 20 ms at a time, as the voice process sees them."""
    bank: StreamBank[str] = StreamBank(ListeningSettings(), endpointing)
    bank.open("call")
    around = np.concatenate([bad_sounds.silence(0.8), sound, bad_sounds.silence(then_silent)])
    data = to_telephone(around.astype(np.float32), rate_hz=bad_sounds.RATE_HZ)
    events: list[TurnEvent] = []
    for start in range(0, len(data), 160):
        bank.feed("call", data[start : start + 160])
        events += bank.tick().get("call", [])
        assert bank.waiting()["call"] <= MAX_WAITING_BYTES
    bank.close("call")
    return events + bank.tick().get("call", [])


def hear(sound: np.ndarray, recognizer: Recognizer, endpointing: EndpointingSettings | None = None) -> Heard:
    """The events and what the recognizer makes of every utterance."""
    events = listen(sound, endpointing or ElderEndpointing())
    ends = [event for event in events if isinstance(event, UtteranceEnd)]
    return Heard(events, [recognizer.recognize([to_recognizer_rate(end.samples)])[0] for end in ends])


@pytest.mark.parametrize("endpointing", PROFILES)
@pytest.mark.parametrize("kind", NO_VOICE)
def test_what_is_no_voice_is_no_turn(kind: str, endpointing: EndpointingSettings) -> None:
    """Nobody speaks, so nobody is heard: the prompts lead such a caller to a person."""
    assert listen(NO_VOICE[kind], endpointing) == []


@pytest.mark.parametrize("kind", NO_VOICE)
def test_what_is_no_voice_makes_no_text_and_no_claim(kind: str, recognizer: Recognizer) -> None:
    """Were it taken for an utterance all the same: no word, no language, no dialect."""
    narrow = to_recognizer_rate(NO_VOICE[kind])
    (recognition,) = recognizer.recognize([narrow])
    assert (recognition.text, recognition.language, dict(recognition.acoustic)) == ("", "", {})
    found = identify_sound(recognition, None, catalogue=load_catalogue(), settings=IdentificationSettings())
    assert found.abstained
    assert found.evidence == ()


@pytest.mark.parametrize("endpointing", PROFILES)
@pytest.mark.parametrize("name", ["zh_hello", "zh_wants_a_person", "zh_accident_claim", "en_accident_claim"])
def test_a_fifth_of_a_second_is_an_onset_and_no_claim(
    recognizer: Recognizer, name: str, endpointing: EndpointingSettings
) -> None:
    """One syllable reaches a person; which dialect it was nobody can tell."""
    heard = hear(bad_sounds.syllable(0.2, name), recognizer, endpointing)
    assert [type(event) for event in heard.events] == [Onset, Interim, UtteranceEnd]
    assert heard.identified().abstained


@pytest.mark.parametrize("gain_db", [12.0, 24.0, 36.0])
def test_shouting_is_understood(recognizer: Recognizer, gain_db: float) -> None:
    """A receiver that clips takes some words, not the caller."""
    heard = hear(bad_sounds.shouted(bad_sounds.voice("zh_accident_claim"), gain_db=gain_db), recognizer)
    assert isinstance(heard.events[0], Onset)
    assert len(heard.utterances) == 1
    assert "昨天" in heard.text or "医院" in heard.text or "摔倒" in heard.text, heard.text
    assert heard.recognitions[0].language == "zh"


@pytest.mark.parametrize("below_db", [0.0, 6.0])
@pytest.mark.parametrize("other", ["zh_accident_claim", "en_policy_help"])
def test_two_people_at_once_are_heard_and_nothing_is_claimed(
    recognizer: Recognizer, other: str, below_db: float
) -> None:
    """The line goes on, and abstains rather than guess between two voices."""
    sound = bad_sounds.together(bad_sounds.voice("zh_policy_question"), bad_sounds.voice(other), below_db=below_db)
    heard = hear(sound, recognizer)
    assert isinstance(heard.events[0], Onset)
    assert heard.utterances
    assert heard.identified().abstained


@pytest.mark.parametrize("first", ["zh", "en"])
def test_both_languages_of_a_mixed_utterance_are_written(recognizer: Recognizer, first: str) -> None:
    """Text from both; the language is the one they are helped in: Chinese words keep a caller with Chinese."""
    sentences = [bad_sounds.voice("zh_premium_payment"), bad_sounds.voice("en_accident_claim")]
    if first == "en":
        sentences.reverse()
    heard = hear(np.concatenate([sentences[0], bad_sounds.silence(0.3), sentences[1]]), recognizer)
    assert "保险" in heard.text
    assert "report a claim" in heard.text
    english = heard.recognitions[0].language_posterior.get("en", 0.0)
    found = choose_language(LanguageEvidence(english_probability=english, transcript=heard.text))
    assert (found.language, found.reason) == (Language.ZH, LanguageReason.WORDS)


@pytest.mark.parametrize("endpointing", PROFILES)
def test_three_minutes_without_a_pause_are_bounded_and_known_early(endpointing: EndpointingSettings) -> None:
    """The first guess comes in seconds, utterances are cut at the longest, and listening ends when it should."""
    listening = ListeningSettings()
    events = listen(bad_sounds.without_pause(180), endpointing)
    onset, first = events[:2]
    assert isinstance(onset, Onset)
    assert isinstance(first, Interim)
    assert first.at_sample - onset.at_sample <= (endpointing.interim_seconds + 0.1) * 8_000
    ends = [event for event in events if isinstance(event, UtteranceEnd)]
    longest = (endpointing.max_utterance_seconds + 0.7) * 8_000
    assert all(end.samples.size <= longest for end in ends)
    assert any(end.cut and end.samples.size >= endpointing.max_utterance_seconds * 8_000 for end in ends)
    assert sum(isinstance(event, Onset) for event in events) == 1
    assert ends[-1].at_sample <= (listening.max_listening_seconds + 0.1) * 8_000


def test_a_damaged_head_leaves_a_recognizer_that_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The sound is no longer judged, words and language are; the log names the file."""
    package = tmp_path / "dialects"
    heads = Path(__file__).parents[2] / "dialects" / "data" / "heads"
    shutil.copytree(heads, package / "data" / "heads")
    head = package / "data" / "heads" / "all-sources.npz"
    head.write_bytes(head.read_bytes()[:-100])
    monkeypatch.setattr("dialects.acoustics.resources.files", lambda _: package)
    packaged_head.cache_clear()
    try:
        bare = load_whisper(1, acoustic_head="all")
    finally:
        packaged_head.cache_clear()
    said = capsys.readouterr()
    assert "recognizer.without_head" in said.out + said.err
    assert "all-sources.npz" in said.out + said.err
    (heard,) = bare.recognize([to_recognizer_rate(bad_sounds.voice("zh_policy_question"))])
    assert "保" in heard.text
    assert heard.acoustic == {}
    assert heard.language_posterior


MODEL_FILES = ["model.bin", "config.json", "tokenizer.json", "vocabulary.txt"]


@pytest.mark.parametrize("missing", MODEL_FILES)
def test_a_model_directory_with_one_file_missing_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    """The process is up and says which file it lacks, and so does `doctor`; calls are served without recognition."""
    model = whisper_model()
    assert isinstance(model, Path)
    (tmp_path / "model").mkdir()
    for file in model.iterdir():
        if file.name != missing:
            (tmp_path / "model" / file.name).symlink_to(file)
    monkeypatch.setenv(MODEL_VARIABLE, str(tmp_path / "model"))
    told = Path(missing).stem  # vocabulary.txt or vocabulary.json: either will do
    with RecognizerProcess(RecognitionSettings(timeout_seconds=30), environment=dict(os.environ)) as process:
        assert process.health["status"] == "model_absent"
        assert told in process.health["text"]
        with pytest.raises(RecognitionUnavailableError):
            process.recognize([to_recognizer_rate(bad_sounds.voice("zh_wants_a_person"))])
        assert process.process.poll() is None
    assert model_status().state is ModelState.ABSENT
    assert told in model_status().text


def test_the_line_s_recognizer_hears_mixed_languages() -> None:
    """What was tested above is what a worker loads."""
    loaded = load_whisper(1)
    assert isinstance(loaded, MixedLanguages)
    assert loaded.capabilities == WhisperRecognizer().capabilities
