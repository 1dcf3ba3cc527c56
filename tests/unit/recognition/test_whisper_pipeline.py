"""Which language a Whisper checkpoint is asked to write, and what is decoded again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dialects.audio.decode import decode_audio
from dialects.recognizers.port import RATE_HZ, Stretch
from dialects.recognizers.vocabulary import Vocabulary
from dialects.recognizers.whisper_jobs import Job, Retries
from dialects.recognizers.whisper_pipeline import WhisperPipeline
from dialects.recognizers.whisper_runtime import Manner, Written
from dialects.recognizers.whisper_text import decoded

VOICE = Path(__file__).parents[3] / "elder_channel" / "data" / "demo" / "zh_hello.flac"
Answer = Callable[[Manner], tuple[str, float, float]]
"""Manner to the text written, its mean log probability and the probability that nothing was said."""


class Runtime:
    """Says that everything is Cantonese, and writes what it is told to; a token is a character."""

    mel_bins = 80
    time_stamp_begin = 0x110000

    def __init__(self, languages: frozenset[str] = frozenset({"zh", "en"}), answer: Answer | None = None) -> None:
        self.languages = languages
        self.asked: list[str] = []
        self.manners: list[Manner] = []
        self._answer = answer or (lambda _: ("喂", -0.1, 0.0))

    def encode(self, mels: np.ndarray) -> Any:
        return mels

    def cut(self, encoded: Any, row: int, spans: Sequence[tuple[int, int]]) -> Any:
        return [encoded[row]] * len(spans)

    def language_posteriors(self, encoded: Any) -> list[dict[str, float]]:
        return [{"yue": 0.9, "zh": 0.08, "en": 0.02}] * len(encoded)

    def write(self, encoded: Any, languages: Sequence[str], manner: Manner) -> list[Written]:
        self.asked += languages
        self.manners.append(manner)
        text, log_probability, no_speech = self._answer(manner)
        return [Written(self.tokens(text), log_probability, no_speech) for _ in languages]

    def text(self, tokens: Sequence[int]) -> str:
        return "".join(map(chr, tokens))

    def tokens(self, text: str) -> list[int]:
        return [ord(character) for character in text]


def voice() -> np.ndarray:
    return decode_audio(VOICE, rate_hz=RATE_HZ).samples


@pytest.mark.parametrize(
    ("known", "written", "offered"),
    [
        (frozenset({"zh", "en", "de"}), "zh", {"zh", "en"}),
        (frozenset({"zh", "en", "yue"}), "yue", {"zh", "en", "yue"}),
    ],
    ids=["no yue in the checkpoint", "yue in the checkpoint"],
)
def test_cantonese_is_written_only_where_the_checkpoint_can(known: frozenset[str], written: str, offered: set) -> None:
    """Only large-v3 and turbo have a token for it; the others are never asked for what they do not know."""
    runtime = Runtime(known)
    recognizer = WhisperPipeline(runtime, name="x")
    (heard,) = recognizer.recognize([voice()], languages=["zh", "en", "yue"])
    assert heard.text == "喂"
    assert runtime.asked == [written]
    assert recognizer.capabilities.languages == offered


def test_a_language_nobody_knows_is_refused() -> None:
    """An error of the caller, told in a sentence."""
    recognizer = WhisperPipeline(Runtime(frozenset({"zh"})), name="x")
    with pytest.raises(ValueError, match="none of the languages tlh"):
        recognizer.recognize([voice()], languages=["tlh"])


LOOP = "谢谢大家" * 8
SURE, UNSURE, GUESSED = -0.3, -1.2, -1.7


@pytest.mark.parametrize(
    ("by_temperature", "heard", "tried"),
    [
        pytest.param({0.0: ("我要报案", SURE)}, "我要报案", [0.0], id="sure: once"),
        pytest.param({0.0: ("我要暴按", UNSURE), 0.2: ("我要报案", SURE)}, "我要报案", [0.0, 0.2], id="the first die"),
        pytest.param(
            {0.0: ("我要暴按", UNSURE), 0.2: ("哦", -1.3), 0.4: ("啊", -1.4)},
            "我要暴按",
            [0.0, 0.2, 0.4],
            id="none better: the first is kept",
        ),
        pytest.param({0.0: (LOOP, SURE), 0.2: ("谢谢", SURE)}, "谢谢", [0.0, 0.0, 0.2], id="a loop that the dice end"),
        pytest.param(
            {0.0: (LOOP, SURE), 0.2: (LOOP, SURE), 0.4: (LOOP, SURE)},
            "谢谢大家",
            [0.0, 0.0, 0.2, 0.4],
            id="a loop to the end is said once",
        ),
        pytest.param({0.0: ("木木", GUESSED), 0.2: ("水", SURE)}, "", [0.0], id="guesses"),
    ],
)
def test_a_doubtful_text_is_decoded_again(
    by_temperature: dict[float, tuple[str, float]], heard: str, tried: list[float]
) -> None:
    """In a longer window where it loops, then with the dice; the best is kept, and a guess is no text."""
    runtime = Runtime(answer=lambda manner: (*by_temperature[manner.temperature], 0.1))
    (recognition,) = WhisperPipeline(runtime, name="x", retries=Retries((0.2, 0.4))).recognize([voice()])
    assert recognition.text == heard
    assert [manner.temperature for manner in runtime.manners] == tried
    assert recognition.language == "yue"


def test_nobody_waits_for_a_better_text() -> None:
    """Law 2: several utterances are of several callers, and then there are no dice."""
    runtime = Runtime(answer=lambda _: ("我要暴按", UNSURE, 0.1))
    WhisperPipeline(runtime, name="x", retries=Retries((0.2, 0.4))).recognize([voice(), voice()])
    assert [manner.temperature for manner in runtime.manners] == [0.0]


def test_retries_end_in_time() -> None:
    """After the seconds allowed no further one begins."""
    moments = iter([100.0, 100.2, 100.4])
    runtime = Runtime(answer=lambda _: ("我要暴按", UNSURE, 0.1))
    recognizer = WhisperPipeline(
        runtime, name="x", retries=Retries((0.2, 0.4, 0.6), seconds=0.3), clock=lambda: next(moments)
    )
    recognizer.recognize([voice()])
    assert [manner.temperature for manner in runtime.manners] == [0.0, 0.2]


@pytest.mark.parametrize("text", ["Thank you.", LOOP], ids=["unsure", "a loop"])
def test_a_decoder_that_hears_nothing_is_not_asked_again(text: str) -> None:
    """What it thinks is silence stays without text."""
    runtime = Runtime(answer=lambda _: (text, -0.95, 0.85))
    (recognition,) = WhisperPipeline(runtime, name="x", retries=Retries((0.2,))).recognize([voice()])
    assert recognition.text == ""
    assert len(runtime.manners) == 1


@pytest.mark.parametrize(
    ("plain", "heard", "asked"),
    [("我要抱案", "我要报案", [True, False]), ("今天下雨", "今天下雨", [True, False])],
    ids=["heard without the prompt too", "only because of the prompt"],
)
def test_a_prompted_word_is_checked_without_the_prompt(plain: str, heard: str, asked: list[bool]) -> None:
    """The word of a prompt that nothing supports is not believed."""
    runtime = Runtime(answer=lambda manner: ("我要报案" if manner.prompts else plain, SURE, 0.1))
    (recognition,) = WhisperPipeline(runtime, name="x", vocabulary=Vocabulary({"zh": ("报案",)})).recognize([voice()])
    assert recognition.text == heard
    assert [bool(manner.prompts) for manner in runtime.manners] == asked


def test_threads_share_a_batch_and_keep_its_order() -> None:
    """Each takes utterances of its own; the answers come in the order of the questions."""
    lengths = [0.8, 0.0, 0.9, 0.95, 0.7]
    sounds = [voice()[: round(length * RATE_HZ)] for length in lengths]
    heard = WhisperPipeline(Runtime(), name="x", at_once=2).recognize(sounds)
    assert [each.seconds for each in heard] == pytest.approx(lengths, abs=0.001)
    assert heard[1].text == ""
    assert heard[2].text == "喂"


@pytest.mark.parametrize(
    ("sentence", "no_speech", "heard"),
    [("我没办法帮您做", 0.7, ""), ("我没办法帮您做", 0.5, "我没办法帮您做"), ("喂", 0.7, "喂")],
    ids=["sentence", "sure that somebody spoke", "short word"],
)
def test_a_sentence_written_again_over_nothing_is_nothing(sentence: str, no_speech: float, heard: str) -> None:
    """Though the second lies past the end of the sound and is cut away; short words people do say twice."""
    runtime = Runtime()
    tokens = runtime.tokens(sentence)
    begin, late = Runtime.time_stamp_begin, Runtime.time_stamp_begin + 1400
    written = Written([begin, *tokens, late, late, *tokens, late + 50], -0.8, no_speech)
    job = Job(0, voice())
    assert decoded(job, written, {"zh": 1.0}, runtime).text == heard


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        ([0, "我要", 60, 80, "报案", 140], [("我要", 2.0, 3.2), ("报案", 3.6, 4.8)]),
        ([0, "我要报案"], [("我要报案", 2.0, 5.0)]),
        (["我要报案"], [("我要报案", 2.0, 5.0)]),
        ([0, "我要", 100, "报案", 60], [("我要", 2.0, 4.0), ("报案", 4.0, 4.0)]),
        ([0, "我要", 60, 60, "报案", 1400], [("我要", 2.0, 3.2), ("报案", 3.2, 5.0)]),
        ([0, "我要", 60, 1400, "报案", 1450], [("我要", 2.0, 3.2)]),
        ([0, 20, 40], []),
    ],
    ids=["stamped", "no end", "no stamps", "backwards", "past the end", "begun past the end", "no words"],
)
def test_words_have_the_times_the_decoder_gave_them(parts: list[int | str], told: list[tuple]) -> None:
    """In order, within the sound, counted from the beginning of the utterance: this piece begins at two seconds."""
    begin, tokens = Runtime.time_stamp_begin, list[int]()
    for part in parts:
        tokens += [ord(each) for each in part] if isinstance(part, str) else [begin + part]
    job = Job(0, np.zeros(3 * RATE_HZ, dtype=np.float32), at_seconds=2.0)
    heard = decoded(job, Written(tokens, -0.1, 0.0), {"zh": 1.0}, Runtime())
    assert heard.stretches == tuple(Stretch(*each) for each in told)
    assert "".join(each.text for each in heard.stretches) == heard.text
