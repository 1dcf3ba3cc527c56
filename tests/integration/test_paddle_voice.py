"""PaddleSpeech's voices on the real executor, with models of random weights: rates and durations, never the sound."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from dialects.errors import SpeechModelAbsentError, SpeechModelDamagedError
from dialects.recognizers.model_files import engine_installed
from dialects.recognizers.models import Engine
from dialects.recognizers.paddle_library import make_executor
from dialects.recognizers.paddle_voice import PaddleVoice, Voice
from tests.fakes.tiny_voice import FRAMES_PER_PHONE, HOP, RATE_HZ, write_tiny_voice

if not engine_installed(Engine.PADDLE):
    pytest.skip("the extra paddle is not installed", allow_module_level=True)

pytestmark = pytest.mark.filterwarnings("ignore")  # the library warns of its own old ways at every step
TAGS = {
    Voice.MANDARIN: ("fastspeech2_csmsc-zh", "pwgan_csmsc-zh"),
    Voice.CANTONESE: ("fastspeech2_canton-canton", "pwgan_aishell3-zh"),
}
TEXTS = {Voice.MANDARIN: "您好，请问您需要什么帮助？", Voice.CANTONESE: "你好，请问有咩可以帮到你？"}


def names(voice: Voice) -> dict[str, str]:
    """File names of the published archives, as the library lists them."""
    resource = make_executor("tts").task_resource
    acoustic, vocoder = TAGS[voice]
    resource.set_task_model(model_tag=acoustic, model_type=0, skip_download=True, version=None)
    resource.set_task_model(model_tag=vocoder, model_type=1, skip_download=True, version=None)
    ours, theirs = resource.res_dict, resource.voc_res_dict
    return {
        **{key: ours[key] for key in ("config", "ckpt", "phones_dict")},
        "stat": ours["speech_stats"],
        "speaker_dict": ours.get("speaker_dict", ""),
        "voc_config": theirs["config"],
        "voc_ckpt": theirs["ckpt"],
        "voc_stat": theirs["speech_stats"],
    }


def phones(voice: Voice) -> list[str]:
    """Every phone the front end may write of the test's sentence."""
    if voice is Voice.CANTONESE:
        import ToJyutping

        syllables = ToJyutping.get_jyutping_list(TEXTS[voice])
        from paddlespeech.t2s.frontend.canton_frontend import INITIALS

        found = set()
        for _, syllable in syllables:
            initial = next((each for each in INITIALS if syllable and syllable.startswith(each)), "")
            found |= {initial, (syllable or "")[len(initial) :]}
        return ["<pad>", "<unk>", *sorted(found - {""}), "sp", "spl", "<eos>"]
    from paddlespeech.t2s.frontend.zh_frontend import INITIALS as MANDARIN_INITIALS
    from pypinyin import Style, lazy_pinyin

    finals = lazy_pinyin(TEXTS[voice], style=Style.FINALS_TONE3, neutral_tone_with_five=True, errors="ignore")
    variants = {final.replace("i", each, 1) for final in finals for each in ("ii", "iii")}
    return ["<pad>", "<unk>", *MANDARIN_INITIALS, *sorted({*finals, *variants}), "sp", "spl", "spn", "sil", "<eos>"]


@pytest.fixture(scope="module", params=list(TAGS), ids=str)
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Voice, Path]:
    voice: Voice = request.param
    folder = tmp_path_factory.mktemp("voice")
    write_tiny_voice(
        folder / "acoustic",
        folder / "vocoder",
        names=names(voice),
        phones=phones(voice),
        speakers=12 if voice is Voice.CANTONESE else 0,
    )
    return voice, folder


def test_a_text_becomes_sound_of_the_right_length(made: tuple[Voice, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten frames for each phone of the sentence; nothing is fetched for it."""
    monkeypatch.setattr("requests.sessions.Session.request", lambda *_, **__: pytest.fail("a request left"))
    voice, folder = made
    speaker = PaddleVoice(voice, acoustic=folder / "acoustic", vocoder=folder / "vocoder")
    assert speaker.rate_hz == RATE_HZ
    sound = speaker.speak(TEXTS[voice])
    assert sound.dtype == np.float32
    assert sound.ndim == 1
    assert sound.size % (HOP * FRAMES_PER_PHONE) == 0
    assert 12 <= sound.size / (HOP * FRAMES_PER_PHONE) <= 45
    assert np.abs(sound).max() <= 1
    with pytest.raises(ValueError, match="nothing to say"):
        speaker.speak("……")


def test_missing_and_damaged_files_are_told_apart(made: tuple[Voice, Path], tmp_path: Path) -> None:
    """Each in one sentence; the network is never asked."""
    voice, folder = made
    with pytest.raises(SpeechModelAbsentError, match="is missing"):
        PaddleVoice(voice, acoustic=folder / "acoustic", vocoder=tmp_path)
    for file in (folder / "vocoder").iterdir():
        (tmp_path / file.name).write_bytes(b"nonsense")
    with pytest.raises(SpeechModelDamagedError, match="cannot be loaded"):
        PaddleVoice(voice, acoustic=folder / "acoustic", vocoder=tmp_path)
