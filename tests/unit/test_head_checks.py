"""`elder-channel doctor` tells how the site's own acoustic heads stand."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path

import pytest

from dialects.acoustics import HEADS, packaged_head
from dialects.head_store import HASHES, HeadStore, packaged_version
from elder_channel.findings import State
from elder_channel.head_checks import check_heads

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
TRAINED = Path(str(resources.files("dialects"))) / "data" / "heads"
"""Stands for heads a site has trained: the same files in the same form."""
SHIPPED = {name: packaged_version(name) for name in HEADS}


@pytest.fixture
def store(tmp_path: Path) -> HeadStore:
    """An empty folder."""
    return HeadStore(tmp_path / "heads")


def install(store: HeadStore, packaged: dict[str, str] | None = None) -> Path:
    """Put heads in use that were compared with these shipped ones; their folder."""
    record = {} if packaged is None else {"packaged": packaged}
    return store.folder / "versions" / store.install(TRAINED, record, at=NOW, reason="test")


@pytest.mark.parametrize(
    ("setting", "state", "said"),
    [("all", State.OK, "None of the site's own"), ("site", State.MISSING, "has no heads of its own")],
)
def test_a_site_without_heads_of_its_own(store: HeadStore, setting: str, state: State, said: str) -> None:
    """Nothing is amiss, unless the settings want one."""
    [finding] = check_heads(setting, store)
    assert finding.state is state
    assert said in finding.text


@pytest.mark.parametrize("setting", ["site", "site_licensed"])
def test_heads_in_use_are_named(store: HeadStore, setting: str) -> None:
    """With the version the recognizer takes at its next start."""
    version = install(store, SHIPPED).name
    [finding] = check_heads(setting, store)
    assert (finding.state, finding.remedy) == (State.OK, "")
    assert f"{version} is in use ({setting})" in finding.text


def test_heads_the_settings_do_not_want(store: HeadStore) -> None:
    """They are there, and a shipped one judges the sound."""
    install(store, SHIPPED)
    assert "not in use: recognition.acoustic_head is all" in check_heads("all", store)[0].text
    assert "nothing judges the sound" in check_heads("none", store)[0].text
    store.rollback(at=NOW, reason="test")
    [none_current] = check_heads("site", store)
    assert none_current.state is State.MISSING


@pytest.mark.parametrize(
    ("packaged", "said"),
    [(SHIPPED | {"all": "all-sources@000000000000"}, "older than the shipped one"), (None, "not on record")],
    ids=["the program was renewed", "trained before it was kept"],
)
def test_heads_older_than_the_shipped_ones(store: HeadStore, packaged: dict[str, str] | None, said: str) -> None:
    """A newer program may come with better heads than those the site's were found not worse than."""
    install(store, packaged)
    [finding] = check_heads("site", store)
    assert finding.state is State.OK
    assert said in finding.text
    assert "dialects train" in finding.remedy


@pytest.mark.parametrize("kind", ["all", "licensed"])
@pytest.mark.parametrize("lost", [True, False], ids=["missing", "another content"])
def test_law_1_a_damaged_head_is_told_and_the_shipped_one_judges(store: HeadStore, kind: str, lost: bool) -> None:
    """Whether it is in use or not; the line goes on."""
    file = install(store, SHIPPED) / f"{HEADS[kind]}.npz"
    file.unlink() if lost else file.write_bytes(b"nonsense")
    findings = check_heads("site" if kind == "all" else "site_licensed", store)
    assert {finding.state for finding in findings} == {State.WRONG}
    assert not any(finding.fatal for finding in findings)
    assert any("packaged head is used instead" in finding.text for finding in findings)


def test_a_folder_that_cannot_be_read(store: HeadStore) -> None:
    """The file that names the current version is nonsense: told, with what it is."""
    install(store, SHIPPED)
    (store.folder / "current.json").write_text("[", encoding="utf-8")
    [finding] = check_heads("site", store)
    assert finding.state is State.WRONG
    assert "current.json" in finding.text


def test_law_1_a_head_of_other_features_is_told_with_what_to_do(store: HeadStore) -> None:
    """The program was renewed and takes other numbers of a sound: the shipped head judges until somebody trains."""
    folder = install(store, SHIPPED)
    hashes = json.loads((folder / HASHES).read_text(encoding="utf-8"))
    file = f"{HEADS['all']}.npz"
    hashes[file] = replace(packaged_head("all"), features="version 2").save(folder / file)
    (folder / HASHES).write_text(json.dumps(hashes), encoding="utf-8")
    findings = check_heads("site", store)
    assert [finding.state for finding in findings] == [State.WRONG, State.WRONG]
    assert all("version 2" in finding.text and "dialects train" in finding.remedy for finding in findings)
    assert not any(finding.fatal for finding in findings)
