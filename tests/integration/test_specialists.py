"""Added models inside the real recognizer process: chosen, loaded, dropped, crashing; Whisper never suffers."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import psutil
import pytest

from dialects.audio.decode import decode_audio
from dialects.recognizers.model_files import MODELS_VARIABLE, engine_installed
from dialects.recognizers.models import Engine, ModelDescription, load_models
from dialects.settings import RecognitionSettings
from elder_channel.placing import wait_until
from elder_channel.recognition.errors import RecognitionUnavailableError
from elder_channel.recognition.specialists import SpecialistPool
from tests.fakes.recognizer_process import RecognizerProcess
from tests.fakes.tiny_ctc import CHARACTERS, write_tiny_ctc

pytest.importorskip("sherpa_onnx", reason="the extra sherpa is not installed")
pytest.importorskip("onnx", reason="onnx comes with the extra paddle; it builds the tiny model")
pytestmark = pytest.mark.model

MODELS = load_models()
WU = MODELS["sherpa-onnx-wenetspeech-wu-u2pp-conformer-ctc-zh-int8-2026-02-03"]
CHUAN = MODELS["sherpa-onnx-paraformer-zh-int8-2025-10-07"]
YUE = MODELS["sherpa-onnx-wenetspeech-yue-u2pp-conformer-ctc-zh-en-cantonese-int8-2025-09-10"]
MANDARIN = MODELS["conformer_u2pp_online_wenetspeech-zh-16k"]
DEMO = Path(__file__).parents[2] / "elder_channel" / "data" / "demo"
SLOW_MACHINE = {"timeout_seconds": 60.0, "specialist_seconds": 120.0}


def sentence() -> np.ndarray:
    return decode_audio(DEMO / "zh_wants_a_person.flac", rate_hz=16_000).samples


def started(models: Path, **settings: object) -> RecognizerProcess:
    """The real process with the models of a folder."""
    environment = os.environ | {MODELS_VARIABLE: str(models), "PPSPEECH_HOME": str(models / "none")}
    return RecognizerProcess(RecognitionSettings(**SLOW_MACHINE | settings), environment=environment)


def write_paddle(folder: Path) -> ModelDescription:
    if not engine_installed(Engine.PADDLE):
        pytest.skip("the extra paddle is not installed")
    from dialects.recognizers.paddle_library import make_executor
    from tests.fakes.tiny_conformer import write_tiny_conformer

    make_executor("asr")
    write_tiny_conformer(folder / MANDARIN.id, MANDARIN.arguments["ckpt_path"])
    return MANDARIN


def children(process: RecognizerProcess) -> list[psutil.Process]:
    """The workers of the process, Whisper's and those of added models."""
    found = psutil.Process(process.process.pid).children(recursive=True)
    return [child for child in found if "spawn_main" in " ".join(child.cmdline())]


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RecognizerProcess]:
    """A process with one good model, for Wu, and one whose library ends its process over its file, for Sichuan."""
    folder = tmp_path_factory.mktemp("models")
    write_tiny_ctc(folder / WU.id)
    write_tiny_ctc(folder / CHUAN.id)  # a CTC graph where a Paraformer should be
    with started(folder) as process:
        yield process


def test_whisper_hears_first_and_tells_who_can_be_heard_again(process: RecognizerProcess) -> None:
    """Its language posterior is evidence whatever is installed; nothing is loaded before it is wanted."""
    (heard,) = process.recognize([sentence()])
    assert heard.recognizer.startswith("whisper")
    assert heard.language_posterior
    assert {"shanghai", "suzhou", "wenzhou"} <= process.better_for
    assert not {"henan", "putonghua", "minnan"} & process.better_for


def test_the_second_hearing_is_by_the_model_made_for_the_dialect(process: RecognizerProcess) -> None:
    """It names itself, writes what its vocabulary holds, and stays loaded in a process of its own."""
    (heard,) = process.recognize([sentence()], dialect="shanghai")
    assert heard.recognizer == WU.name
    assert heard.text
    assert set(heard.text.replace(" ", "")) <= set("".join(CHARACTERS))
    told = process.specialist(WU.name)
    assert told["loaded"]
    assert 0 < told["megabytes"] < 2_000
    assert told["trouble"] == ""


def test_a_dialect_nobody_knows_better_is_refused_at_once(process: RecognizerProcess) -> None:
    """What Whisper wrote stays; no model is tried that only hears."""
    with pytest.raises(RecognitionUnavailableError) as caught:
        process.recognize([sentence()], dialect="minnan")
    assert (caught.value.code, caught.value.retryable) == ("no_specialist", False)


def test_law_1_an_engine_that_ends_its_process_takes_nobody_along(process: RecognizerProcess) -> None:
    """sherpa-onnx exits over the file; Whisper and the other model go on, and the reason is told."""
    process.recognize([sentence()])
    assert "sichuan" in process.better_for
    with pytest.raises(RecognitionUnavailableError) as caught:
        process.recognize([sentence()], dialect="sichuan")
    assert caught.value.code == "failed"
    assert "cannot be loaded by sherpa-onnx" in process.specialist(CHUAN.name)["trouble"]
    assert process.recognize([sentence()])[0].recognizer.startswith("whisper")
    assert "sichuan" not in process.better_for  # it rests, and nobody is sent to it
    assert process.recognize([sentence()], dialect="suzhou")[0].recognizer == WU.name


def test_law_1_a_killed_engine_is_started_again(tmp_path: Path) -> None:
    """The utterance it died over fails; it rests, and Whisper does not notice."""
    write_tiny_ctc(tmp_path / WU.id)
    with started(tmp_path) as process:
        before = {child.pid for child in children(process)}
        process.recognize([sentence()], dialect="shanghai")
        (engine,) = [child for child in children(process) if child.pid not in before]
        engine.kill()
        with pytest.raises(RecognitionUnavailableError) as caught:
            process.recognize([sentence()], dialect="shanghai")
        assert caught.value.code == "failed"
        assert "ended its process" in process.specialist(WU.name)["trouble"]
        assert process.recognize([sentence()])[0].text


def test_mandarin_of_paddlespeech_is_used_where_the_operator_names_it(tmp_path: Path) -> None:
    """It knows as much of Henan as Whisper does: only a named one comes first. Wu is none of its business."""
    write_paddle(tmp_path)
    with started(tmp_path, specialists=(MANDARIN.id,)) as process:
        assert process.recognize([sentence()])[0].recognizer.startswith("whisper")
        assert {"henan", "putonghua"} <= process.better_for
        assert "shanghai" not in process.better_for
        assert process.recognize([sentence()], dialect="henan")[0].recognizer == MANDARIN.name


def test_memory_is_bounded_by_dropping_the_one_not_used_for_longest(tmp_path: Path) -> None:
    """Two models, room for one."""
    write_tiny_ctc(tmp_path / WU.id)
    write_paddle(tmp_path)
    with started(tmp_path, specialists=(MANDARIN.id, WU.id)) as process:
        process.recognize([sentence()], dialect="shanghai")
        process.recognize([sentence()], dialect="henan")
        small, large = (process.specialist(each.name)["megabytes"] for each in (WU, MANDARIN))
    assert 0 < small < large
    with started(tmp_path, specialists=(MANDARIN.id, WU.id), specialists_mb=large + small // 2) as process:
        process.recognize([sentence()], dialect="shanghai")
        process.recognize([sentence()], dialect="henan")
        assert not process.specialist(WU.name)["loaded"]
        assert process.specialist(MANDARIN.name)["loaded"]
        process.recognize([sentence()], dialect="shanghai")
        assert process.specialist(WU.name)["loaded"]
        assert not process.specialist(MANDARIN.name)["loaded"]


def test_a_model_that_never_fits_is_refused_with_a_sentence(tmp_path: Path) -> None:
    """Its real size is known once it is loaded; then it goes again."""
    write_tiny_ctc(tmp_path / WU.id)
    with started(tmp_path, specialists_mb=1) as process, pytest.raises(RecognitionUnavailableError) as caught:
        process.recognize([sentence()], dialect="shanghai")
    assert "specialists_mb in recognition.yaml allows 1" in str(caught.value)


@pytest.mark.parametrize(
    ("lost", "sentence_about_it"),
    [("tokens.txt", "tokens.txt is missing"), (None, "tokens.txt in .* is not the file")],
    ids=["a file is missing", "a file has the wrong size"],
)
def test_law_1_a_model_that_is_not_whole_is_passed_over(
    tmp_path: Path, lost: str | None, sentence_about_it: str
) -> None:
    """The line starts, says which file it is, and goes on with Whisper."""
    folder = tmp_path / YUE.id
    if lost:
        folder = tmp_path / WU.id
        write_tiny_ctc(folder)
        (folder / lost).unlink()
    else:
        write_tiny_ctc(folder)  # Cantonese has known sizes, and these are others
    with started(tmp_path) as process:
        assert process.recognize([sentence()])[0].text
        assert process.better_for == frozenset()
        told = process.specialist(WU.name if lost else YUE.name)
        assert not told["loaded"]
        assert re.search(sentence_about_it, told["trouble"])


def test_law_2_one_that_is_too_slow_is_not_waited_for(tmp_path: Path) -> None:
    """While it loads, or hangs, the answer is `timeout`; Whisper does not notice, and it is asked again later."""
    write_tiny_ctc(tmp_path / WU.id)
    with started(tmp_path, specialist_seconds=0.15) as process:
        before = {child.pid for child in children(process)}
        with pytest.raises(RecognitionUnavailableError) as caught:
            process.recognize([sentence()], dialect="shanghai")  # no interpreter starts and loads a model in that time
        assert caught.value.code == "timeout"
        assert process.recognize([sentence()])[0].text
        wait_until(lambda: bool(process.specialist(WU.name)["loaded"]), seconds=60)
        (engine,) = [child for child in children(process) if child.pid not in before]
        engine.suspend()
        try:
            with pytest.raises(RecognitionUnavailableError) as caught:
                process.recognize([sentence()], dialect="shanghai")
            assert caught.value.code == "timeout"
            assert process.recognize([sentence()])[0].text
        finally:
            engine.resume()
        assert process.specialist(WU.name)["trouble"] == ""


def test_law_2_a_full_queue_says_busy_at_once(tmp_path: Path) -> None:
    """The limit of the first hearing holds for the second; who hung up gives the place back."""
    write_tiny_ctc(tmp_path / WU.id)
    pool = SpecialistPool(RecognitionSettings(queue_limit=2), env={MODELS_VARIABLE: str(tmp_path)})
    pool._look()  # its thread is not started: what is queued stays queued
    waiting = [pool.submit(np.zeros(10, np.float32), "shanghai") for _ in range(2)]
    with pytest.raises(RecognitionUnavailableError) as caught:
        pool.submit(np.zeros(10, np.float32), "shanghai")
    assert (caught.value.code, caught.value.retryable) == ("busy", True)
    waiting[0].cancel()
    waiting.append(pool.submit(np.zeros(10, np.float32), "shanghai"))
    pool.close()
    for each in waiting[1:]:
        with pytest.raises(RecognitionUnavailableError, match="stopping"):
            each.result(timeout=0)


def test_a_model_that_arrives_leaves_or_is_mended_is_noticed(tmp_path: Path) -> None:
    """Without a restart, at the next look."""
    pool = SpecialistPool(RecognitionSettings(), env={MODELS_VARIABLE: str(tmp_path), "PPSPEECH_HOME": str(tmp_path)})
    pool._look()
    assert pool.better_for == frozenset()
    write_tiny_ctc(tmp_path / WU.id)
    pool._look()
    assert "shanghai" in pool.better_for
    (tmp_path / WU.id / "tokens.txt").unlink()
    pool._look()
    assert pool.better_for == frozenset()
    assert "tokens.txt is missing" in pool.health()[0].trouble


def test_law_1_the_next_one_listens_when_the_best_fails(tmp_path: Path) -> None:
    """Two models know Sichuan: one cannot be loaded, the other answers, in one and the same request."""
    write_tiny_ctc(tmp_path / CHUAN.id)
    write_paddle(tmp_path)
    with started(tmp_path, specialists=(CHUAN.id, MANDARIN.id)) as process:
        assert process.recognize([sentence()], dialect="sichuan")[0].recognizer == MANDARIN.name
        assert "cannot be loaded" in process.specialist(CHUAN.name)["trouble"]


def test_switched_off_means_nobody_is_heard_again(tmp_path: Path) -> None:
    """`specialists_mb: 0` starts nothing and offers nothing."""
    write_tiny_ctc(tmp_path / WU.id)
    with started(tmp_path, specialists_mb=0) as process:
        assert process.recognize([sentence()])[0].text
        assert process.better_for == frozenset()
