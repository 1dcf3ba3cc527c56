"""The models an operator may add are described truly, and their files are told apart from others."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from dialects.catalogue import Catalogue
from dialects.errors import CatalogueInvalidError
from dialects.recognizers.model_files import Presence, find_model, models_folder
from dialects.recognizers.models import Engine, ModelDescription, ModelFile, load_models
from dialects.recognizers.weights import WHISPER_BASE

MODELS = load_models()
SYSTEMS = {"qwen3": "qwen3_asr", "funasr": "funasr_nano_2512", "fire-red": "firered_asr2", "dolphin": "dolphin"}


def test_every_model_the_catalogue_recommends_is_described(catalogue: Catalogue) -> None:
    """No dialect is sent to a model nobody can find."""
    described = {each for model in MODELS.values() for each in model.answers_to}
    wanted = {each for dialect in catalogue.dialects.values() for each in dialect.recognizers_recommended}
    assert wanted <= described


@pytest.mark.parametrize("model", MODELS.values(), ids=lambda model: model.id)
def test_a_description_agrees_with_the_catalogue(model: ModelDescription, catalogue: Catalogue) -> None:
    """Whom a model serves is said in one way."""
    assert model.named | model.umbrella <= set(catalogue.dialects)
    assert not model.named & model.umbrella
    for part, system in SYSTEMS.items():
        if f"onnx-{part}" in model.id:
            letters = {id_: dialect.asr.systems[system][0] for id_, dialect in catalogue.dialects.items()}
            assert model.named == {id_ for id_, letter in letters.items() if letter == "N"}
            assert model.umbrella == {id_ for id_, letter in letters.items() if letter == "U"}


@pytest.mark.parametrize("model", MODELS.values(), ids=lambda model: model.id)
def test_a_description_is_complete(model: ModelDescription) -> None:
    """Each has a licence, a source, its files; what its engine is given lies among them."""
    assert model.licence
    assert model.source
    assert model.files
    assert all(len(file.sha256) in {0, 64} for file in model.files)
    if model.engine is Engine.SHERPA:
        for path in model.arguments.values():
            assert any(file.name == path or file.name.startswith(f"{path}/") for file in model.files)


def test_names_are_short_and_tell_models_apart() -> None:
    """Staff read the name beside a transcript, and the books have room for two of them."""
    names = [model.name for model in MODELS.values()]
    assert len(set(names)) == len(names)
    assert all(0 < len(name) <= 28 and " + " not in name for name in names)


def test_whisper_base_is_described_as_it_is_checked() -> None:
    """The hashes in the data are those of the code that puts the model together."""
    assert {file.name: file.sha256 for file in MODELS["whisper-base"].files} == {
        file.name: file.sha256 for file in WHISPER_BASE
    }


CONTENT = b"weights"
TINY = replace(
    MODELS["whisper-base"],
    id="tiny",
    files=(ModelFile("a.onnx", len(CONTENT), hashlib.sha256(CONTENT).hexdigest()), ModelFile("sub/tokens.txt", None)),
)


@pytest.mark.parametrize(
    ("files", "compare", "presence"),
    [
        (None, True, Presence.ABSENT),
        ({}, True, Presence.INCOMPLETE),
        ({"a.onnx": CONTENT}, True, Presence.INCOMPLETE),
        ({"a.onnx": b"WEIGHTS", "sub/tokens.txt": b""}, False, Presence.PRESENT),
        ({"a.onnx": b"WEIGHTS", "sub/tokens.txt": b""}, True, Presence.DAMAGED),
        ({"a.onnx": b"short", "sub/tokens.txt": b""}, False, Presence.DAMAGED),
        ({"a.onnx": CONTENT, "sub/tokens.txt": b""}, True, Presence.PRESENT),
    ],
)
def test_files_are_found_missing_or_wrong(
    tmp_path: Path, files: dict[str, bytes] | None, compare: bool, presence: Presence
) -> None:
    """Missing, cut short and changed files are told apart; a file of unknown hash is never called verified."""
    folder = tmp_path / "tiny"
    for name, content in (files or {}).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    if files is not None:
        folder.mkdir(exist_ok=True)
    found = find_model(TINY, folder, compare_hashes=compare)
    assert found.presence is presence
    assert found.usable == (presence is Presence.PRESENT)


def test_a_model_is_verified_when_every_hash_agrees(tmp_path: Path) -> None:
    """Then, and only then."""
    (tmp_path / "a.onnx").write_bytes(CONTENT)
    model = replace(TINY, files=TINY.files[:1])
    assert find_model(model, tmp_path, compare_hashes=True).presence is Presence.VERIFIED


def test_the_operator_names_the_folder(tmp_path: Path) -> None:
    """One variable; without it the cache of the user."""
    assert models_folder({"ELDER_CHANNEL_MODELS": str(tmp_path)}) == tmp_path
    assert models_folder({}).name == "models"


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("models: [{id: x}]", "x: cannot be understood"),
        ("models: [3]", "cannot be understood"),
    ],
)
def test_a_wrong_description_is_refused(tmp_path: Path, text: str, match: str) -> None:
    """With the file and the model in the sentence."""
    file = tmp_path / "models.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(CatalogueInvalidError, match=match):
        load_models(file)
