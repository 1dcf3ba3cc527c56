"""The whole way of an operator: train on labelled recordings, compare, put in use, be refused, roll back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from dialects.acoustics import packaged_head
from dialects.head_store import HeadStore, choose_head
from dialects.recognizers.weights import ModelState, model_status
from elder_channel.cli.main import app
from elder_channel.recognition.worker import load_whisper
from tests.fakes.rendered_voices import voice, write_manifest

pytestmark = [
    pytest.mark.model,
    pytest.mark.skipif(
        model_status().state is ModelState.ABSENT and "pip install" in model_status().text, reason=model_status().text
    ),
]
TRAINED_ON, ALSO, HELD = (1, 2), (3,), (11, 12, 13)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Rendered recordings: two manifests to train on, one labelled the wrong way round, one frozen set."""
    folder = tmp_path_factory.mktemp("rendered")
    write_manifest(folder / "one", TRAINED_ON, each=4)
    write_manifest(folder / "two", ALSO, each=4)
    write_manifest(folder / "wrong", TRAINED_ON, each=4, swapped=True)
    write_manifest(folder / "frozen", HELD, each=6, split="frozen")
    return folder


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A state folder of its own, where the site's heads go."""
    state = tmp_path_factory.mktemp("state")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ELDER_CHANNEL_STATE", str(state))
        patch.setenv("ELDER_CHANNEL_SITE", str(state))
        patch.setenv("ELDER_CHANNEL_RECOGNITION__ACOUSTIC_HEAD", "site")
        yield state


def run(*arguments: str | Path) -> Result:
    """The command, as typed."""
    return CliRunner().invoke(app, ["dialects", *map(str, arguments)])


def train(folder: Path, out: str, *names: str, options: tuple[str | Path, ...] = ()) -> Result:
    """Train on manifests and try to put the result in use."""
    manifests = [part for name in names for part in ("--manifest", folder / name / "manifest.tsv")]
    frozen = ("--frozen", folder / "frozen" / "manifest.tsv", "--replace", "--no-join")
    return run("train", *manifests, "--out", folder / out, *frozen, *options)


def test_training_compares_refuses_and_replaces(folder: Path, site: Path) -> None:
    """One story, step by step; each step stands on the one before."""
    store = HeadStore(site / "heads")

    # Two classes only: every other class of the packaged head would be lost.
    first = train(folder, "first", "one", "two")
    assert first.exit_code == 1, first.output
    assert "it no longer knows" in first.output
    assert "The heads in use stay" in first.output
    assert store.current() is None
    comparison = json.loads((folder / "first" / "comparison.json").read_text(encoding="utf-8"))
    assert comparison["heads"]["all"]["n"] == 36
    for key in ("old", "new"):
        assert {"top1", "top3", "ece", "top1_interval", "per_dialect"} <= comparison["heads"]["all"][key].keys()

    # With a reason it is done, and the reason stays on record.
    forced = train(folder, "forced", "one", "two", options=("--force", "only these two are spoken here"))
    assert forced.exit_code == 0, forced.output
    version = store.current()
    assert version
    [row] = store.versions()
    assert row.record["forced"] == "only these two are spoken here"
    assert row.record["recordings"] == 24
    assert choose_head("site", store).head.classes == ("hakka", "minnan")

    # The same again is not worse than itself.
    again = train(folder, "again", "one", "two")
    assert again.exit_code == 0, again.output
    better = store.current()
    assert better != version
    assert "change of top-1: +0.000" in again.output

    # Labels the wrong way round: worse, and refused.
    wrong = train(folder, "wrong-head", "wrong")
    assert wrong.exit_code == 1, wrong.output
    assert "mean top-1 falls by" in wrong.output
    assert store.current() == better

    # Another frozen set is no way round the comparison.
    other = run("train", "--manifest", folder / "one" / "manifest.tsv", "--out", folder / "other", "--no-join",
                "--frozen", folder / "two" / "manifest.tsv", "--replace")  # fmt: skip
    assert other.exit_code == 2
    assert "not the frozen set" in other.output

    listed = run("heads", "list")
    assert f"* {better}" in listed.output
    assert "the sound is judged by all-sources@" in listed.output
    assert run("heads", "rollback", "--reason", "trying").exit_code == 0
    assert store.current() == version
    assert run("heads", "use", str(better)).exit_code == 0
    assert store.current() == better


def test_the_line_judges_with_the_site_s_head(folder: Path, site: Path) -> None:
    """The recognizer process takes it, says which version it was, and goes on without it when it is damaged."""
    store = HeadStore(site / "heads")
    if store.current() is None:
        pytest.skip("the story before did not get so far")
    chosen = choose_head("site", store)
    sound = voice("hakka", 21, 0, seconds=3.0)
    heard = load_whisper(1, acoustic_head="site").recognize([sound])[0]
    if heard.acoustic:  # the guard may take a rendered voice for no speech
        assert set(heard.acoustic) == {"hakka", "minnan"}
        assert heard.head == chosen.version
    for file in (store.folder / "versions" / str(store.current())).glob("*.npz"):
        file.write_bytes(b"damaged")
    damaged = run("heads", "list")
    assert "cannot be read" in damaged.output or "SHA-256" in damaged.output
    assert "The packaged head is used instead." in damaged.output
    heard = load_whisper(1, acoustic_head="site").recognize([sound])[0]
    assert not heard.acoustic or set(heard.acoustic) == set(packaged_head("all").classes)


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        pytest.param(("--replace",), "--replace wants --frozen", id="nothing to compare on"),
        pytest.param(("--force", "because"), "go with --replace", id="force what"),
    ],
)
def test_options_that_make_no_sense_are_refused(
    folder: Path, site: Path, options: tuple[str, ...], reason: str
) -> None:
    """Before anything is heard."""
    manifest = folder / "one" / "manifest.tsv"
    refused = run("train", "--manifest", manifest, "--out", folder / "nowhere", *options)
    assert refused.exit_code == 2
    assert reason in refused.output
    assert not (folder / "nowhere").exists()


def test_a_frozen_set_that_is_trained_on_is_refused(folder: Path, site: Path) -> None:
    """By the sound itself: a copy under another name is found."""
    manifest = folder / "one" / "manifest.tsv"
    refused = run("train", "--manifest", manifest, "--out", folder / "nowhere", "--frozen", manifest)
    assert refused.exit_code == 2
    assert "16 recordings of the frozen set are trained on" in refused.output
    assert not (folder / "nowhere").exists()
