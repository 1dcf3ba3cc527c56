"""One suite for everything that can say a sentence: recordings, Kokoro, PaddleSpeech."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from bilingual.errors import EngineAbsentError, EngineFailedError, PromptAudioError
from bilingual.manner import HEARING, PLAIN
from bilingual.prompt_audio.engine import Phrase, PromptEngine
from bilingual.prompt_audio.kokoro import Kokoro
from bilingual.prompt_audio.paddle_speech import FOLDERS, PaddleSpeech, installed_voices
from bilingual.prompt_audio.phonemes import chinese_phonemes, tones_change
from bilingual.prompt_audio.recorded_files import RecordedFiles
from bilingual.prompt_audio.shaping import shaped
from dialects.recognizers.model_files import engine_installed
from dialects.recognizers.models import Engine
from dialects.recognizers.paddle_voice import Voice

DEMO = Path(__file__).parents[2] / "elder_channel" / "data" / "demo"
SPOKEN = Phrase("invitation", 1, "zh", "您好，请问您需要什么帮助？")
pytestmark = [pytest.mark.model, pytest.mark.filterwarnings("ignore")]  # PaddleSpeech warns at every step


def recordings(folder: Path) -> PromptEngine:
    """A folder with one phrase spoken by somebody."""
    (folder / "zh").mkdir()
    shutil.copy(DEMO / "zh_policy_question.flac", folder / "zh" / "invitation-1.flac")
    return RecordedFiles(folder, licence="by consent")


def kokoro(_: Path) -> PromptEngine:
    """The real model, where the extra is installed."""
    try:
        return Kokoro()
    except EngineAbsentError as error:
        pytest.skip(str(error))


def paddle(folder: Path) -> PromptEngine:
    """The real library with a Mandarin voice of random weights."""
    if not engine_installed(Engine.PADDLE):
        pytest.skip("the extra paddle is not installed")
    from tests.fakes.tiny_voice import write_tiny_voice
    from tests.integration.test_paddle_voice import names, phones

    acoustic, vocoder = FOLDERS[Voice.MANDARIN]
    write_tiny_voice(
        folder / acoustic,
        folder / vocoder,
        names=names(Voice.MANDARIN),
        phones=phones(Voice.MANDARIN),
        speakers=0,
    )
    assert installed_voices(folder) == (Voice.MANDARIN,)
    return PaddleSpeech(Voice.MANDARIN, folder=folder)


@pytest.fixture(scope="module", params=[recordings, kokoro, paddle], ids=lambda make: make.__name__)
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> PromptEngine:
    """Each engine there is."""
    make: Callable[[Path], PromptEngine] = request.param
    return make(tmp_path_factory.mktemp("engine"))


def test_it_says_a_phrase_as_mono_samples(engine: PromptEngine) -> None:
    """Float samples within full scale, at a rate that is told, neither silent nor for ever."""
    sound = engine.speak(SPOKEN, rate_percent=100).sound
    assert sound.samples.dtype == np.float32
    assert sound.samples.ndim == 1
    assert 16_000 <= sound.rate_hz <= 48_000
    assert 1 < sound.seconds < 15
    assert 0.001 < sound.peak <= 1


def test_it_tells_who_speaks_and_under_which_licence(engine: PromptEngine) -> None:
    """What the manifest says of a sound comes from the engine; a voice it names it has."""
    assert engine.name
    assert engine.version
    assert engine.licence
    assert engine.voice(SPOKEN)
    assert engine.voice(SPOKEN) == engine.voice(SPOKEN)


def test_slower_is_slower_whoever_slows_it(engine: PromptEngine) -> None:
    """The engine speaks slowly itself, or says that it has not, and the sound is stretched."""
    usual = engine.speak(SPOKEN, rate_percent=100)
    slow = engine.speak(SPOKEN, rate_percent=75)
    lasts = [
        shaped(said.sound.at_rate(16_000), manner, pace_percent=said.pace_percent).seconds
        for said, manner in ((usual, PLAIN), (slow, HEARING))
    ]
    assert lasts[1] == pytest.approx(lasts[0] / 0.75, rel=0.12)


def test_what_it_does_not_speak_it_says_so(engine: PromptEngine) -> None:
    """A dialect nobody has given it words or a voice for: no voice, and an error that names the phrase."""
    foreign = Phrase("wait_one", 1, "shanghai", "侬等一等")
    assert engine.voice(foreign) is None
    if not isinstance(engine, PaddleSpeech):  # its model says whatever characters it is given
        with pytest.raises(EngineFailedError, match="wait_one"):
            engine.speak(foreign, rate_percent=100)


def test_nothing_to_say_is_an_error(engine: PromptEngine) -> None:
    """Marks alone are no sentence, and a recording of another phrase is none of this one."""
    with pytest.raises(EngineFailedError, match="wait_one"):
        engine.speak(Phrase("wait_one", 1, "zh", "……"), rate_percent=100)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        pytest.param("zh/nobody-1.wav", "named after no phrase", id="no message"),
        pytest.param("zh/invitation-9.wav", "named after no phrase", id="no such phrase"),
        pytest.param("guangzhou/invitation-1.wav", "named after no phrase", id="dialect"),
    ],
)
def test_a_recording_of_nothing_is_named(tmp_path: Path, name: str, told: str) -> None:
    """A file with a slip in its name is told at once, not silently passed over."""
    file = tmp_path / name
    file.parent.mkdir(parents=True)
    file.write_bytes(b"x")
    with pytest.raises(PromptAudioError, match=told):
        RecordedFiles(tmp_path, licence="x")


def test_a_recording_that_is_no_sound_is_named(tmp_path: Path) -> None:
    """The error says which phrase, and why."""
    (tmp_path / "zh").mkdir()
    (tmp_path / "zh" / "invitation-1.wav").write_bytes(b"not a sound")
    with pytest.raises(EngineFailedError, match=r"phrase 1 of `invitation` in `zh`.*not a recording"):
        RecordedFiles(tmp_path, licence="x").speak(SPOKEN, rate_percent=100)


def test_two_recordings_of_one_phrase_are_one_too_many(tmp_path: Path) -> None:
    """Which of them would win must not be left to chance."""
    (tmp_path / "zh").mkdir()
    for ending in ("wav", "flac"):
        (tmp_path / "zh" / f"invitation-1.{ending}").write_bytes(b"x")
    with pytest.raises(PromptAudioError, match="same phrase"):
        RecordedFiles(tmp_path, licence="x")


def test_a_voice_of_paddlespeech_without_its_models_tells_what_is_missing(tmp_path: Path) -> None:
    """One sentence, and nothing is fetched."""
    with pytest.raises(EngineAbsentError, match="PaddleSpeech"):
        PaddleSpeech(Voice.MIXED, folder=tmp_path)


@pytest.mark.parametrize(
    ("text", "said", "changed"),
    [
        pytest.param("不用再说一遍。", "pu↗jʊ↘ŋ ʦai↘ʂwo→ i↗pjɛ↘n.", True, id="tones of speech"),
        pytest.param("请按零。", "ʨʰi↓ŋ a↘n li↗ŋ.", False, id="tones of the dictionary"),
        pytest.param("请按 零。", "ʨʰi↓ŋ a↘n, li↗ŋ.", False, id="a space is a breath"),
        pytest.param("二。", "aɚ↘.", False, id="two"),
    ],
)
def test_mandarin_is_read_as_it_is_said(text: str, said: str, changed: bool) -> None:
    """In Kokoro's letters; only what sounds otherwise than before gets another name."""
    try:
        assert chinese_phonemes(text) == said
    except EngineAbsentError as error:
        pytest.skip(str(error))
    assert tones_change(text) is changed
