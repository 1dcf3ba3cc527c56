"""A site's own heads: put in use in one step, rolled back, never trusted blindly."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from dialects.acoustics import FEATURES, HEADS, AcousticHead, packaged_head
from dialects.errors import HeadError, HeadFeaturesError, HeadStoreError
from dialects.head_store import FIGURES, HASHES, HeadStore, choose_head, packaged_hash, read_version

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)


def trained(folder: Path, seed: int, kinds: tuple[str, ...] = ("all", "licensed"), features: str = FEATURES) -> Path:
    """Heads as training writes them."""
    folder.mkdir(parents=True)
    draw = np.random.default_rng(seed)
    hashes = {}
    for name in kinds:
        weights = draw.normal(size=(2, 4)).astype(np.float32)
        zeros, ones = np.zeros(4, dtype=np.float32), np.ones(4, dtype=np.float32)
        head = AcousticHead(f"head {seed}", features, ("hakka", "minnan"), zeros, ones, weights, zeros[:2], 1.0)
        hashes[f"{HEADS[name]}.npz"] = head.save(folder / f"{HEADS[name]}.npz")
    (folder / HASHES).write_text(json.dumps(hashes), encoding="utf-8")
    (folder / FIGURES).write_text("{}", encoding="utf-8")
    return folder


@pytest.fixture
def store(tmp_path: Path) -> HeadStore:
    """An empty store."""
    return HeadStore(tmp_path / "heads")


def install(store: HeadStore, tmp_path: Path, seed: int, **options: object) -> str:
    """A version of its own hour."""
    folder = trained(tmp_path / f"out{seed}", seed, **options)  # type: ignore[arg-type]
    return store.install(folder, {"recordings": seed}, at=NOW + timedelta(hours=seed), reason=f"number {seed}")


def test_without_heads_of_its_own_a_site_uses_the_packaged_ones(store: HeadStore) -> None:
    """And says so."""
    assert store.versions() == []
    chosen = choose_head("site", store)
    assert chosen.head.classes == packaged_head("all").classes
    assert "no acoustic head of its own" in chosen.problem
    assert choose_head("all", store).problem == ""


def test_an_installed_head_is_current_and_known_by_its_version(store: HeadStore, tmp_path: Path) -> None:
    """The version names file and hash, as for packaged heads."""
    version = install(store, tmp_path, 1)
    chosen = choose_head("site", store)
    assert (chosen.head.name, chosen.problem) == ("head 1", "")
    assert chosen.version.startswith("all-sources@")
    assert choose_head("all", store).version == f"all-sources@{packaged_hash('all')[:12]}"
    [row] = store.versions()
    assert (row.id, row.current, row.record["recordings"]) == (version, True, 1)


def test_the_version_before_is_a_step_away(store: HeadStore, tmp_path: Path) -> None:
    """Back, back to the packaged, and no further."""
    first, second = install(store, tmp_path, 1), install(store, tmp_path, 2)
    assert store.current() == second
    assert store.rollback(at=NOW, reason="complaints") == first
    assert choose_head("site", store).head.name == "head 1"
    assert store.rollback(at=NOW, reason="") is None
    assert choose_head("site", store).head.classes == packaged_head("all").classes
    with pytest.raises(HeadStoreError):
        store.rollback(at=NOW, reason="")
    store.use(second, at=NOW, reason="")
    assert choose_head("site", store).head.name == "head 2"
    assert len(store.versions()) == 2


def test_every_change_is_on_record(store: HeadStore, tmp_path: Path) -> None:
    """What, when and why."""
    install(store, tmp_path, 1)
    store.rollback(at=NOW, reason="complaints")
    lines = (store.folder / "changes.jsonl").read_text(encoding="utf-8").splitlines()
    assert [(row["what"], row["reason"]) for row in map(json.loads, lines)] == [
        ("install", "number 1"),
        ("rollback", "complaints"),
    ]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no head", None], ids=["empty", "damaged", "gone"])
def test_a_damaged_site_head_gives_way_to_the_packaged_one(
    store: HeadStore, tmp_path: Path, content: bytes | None
) -> None:
    """With a message that names the file; the line goes on listening."""
    version = install(store, tmp_path, 1)
    file = store.folder / "versions" / version / f"{HEADS['all']}.npz"
    file.unlink() if content is None else file.write_bytes(content)
    chosen = choose_head("site", store)
    assert chosen.head.classes == packaged_head("all").classes
    assert file.name in chosen.problem
    assert "packaged" in chosen.problem
    with pytest.raises(HeadError):
        store.use(version, at=NOW, reason="")


@pytest.mark.parametrize("content", ["{", "[]", '{"history": ["../../etc"]}', '{"history": 3}'])
def test_a_damaged_pointer_gives_way_too(store: HeadStore, tmp_path: Path, content: str) -> None:
    """No path out of the folder is followed."""
    install(store, tmp_path, 1)
    (store.folder / "current.json").write_text(content, encoding="utf-8")
    assert choose_head("site", store).problem
    with pytest.raises(HeadStoreError):
        store.current()


def test_heads_that_cannot_be_read_back_are_not_put_in_use(store: HeadStore, tmp_path: Path) -> None:
    """The current one stays."""
    first = install(store, tmp_path, 1)
    broken = trained(tmp_path / "broken", 2)
    (broken / f"{HEADS['all']}.npz").write_bytes(b"broken")
    with pytest.raises(HeadError):
        store.install(broken, {}, at=NOW, reason="")
    assert store.current() == first
    assert [one.id for one in store.versions()] == [first]


def test_a_version_without_a_licensed_head_leaves_the_packaged_one(store: HeadStore, tmp_path: Path) -> None:
    """It had too little to be trained on."""
    install(store, tmp_path, 1, kinds=("all",))
    chosen = choose_head("site_licensed", store)
    assert chosen.head.name == packaged_head("licensed").name
    assert "licensed" in chosen.problem


def test_an_unknown_version_is_refused(store: HeadStore) -> None:
    """Named in the message."""
    with pytest.raises(HeadStoreError, match="nonsense"):
        store.use("nonsense", at=NOW, reason="")


def test_an_unknown_setting_is_refused(store: HeadStore) -> None:
    """As packaged heads do."""
    with pytest.raises(HeadError):
        choose_head("best", store)


def test_the_frozen_set_is_fixed_until_somebody_says_why_not(store: HeadStore) -> None:
    """Its digest is kept."""
    assert store.frozen_digest() is None
    store.fix_frozen("abc", at=NOW, reason="first")
    assert store.frozen_digest() == "abc"


def test_a_folder_without_hashes_is_no_version(tmp_path: Path) -> None:
    """Nothing is loaded unchecked."""
    with pytest.raises(HeadError):
        read_version(tmp_path, "all")


def test_law_1_a_head_of_other_features_gives_way_to_the_packaged_one(store: HeadStore, tmp_path: Path) -> None:
    """An older program's head may take as many numbers and mean others by them: refused, with both names."""
    version = install(store, tmp_path, 1)
    older = trained(tmp_path / "older", 2, features="version 2")
    for name in (HASHES, f"{HEADS['all']}.npz", f"{HEADS['licensed']}.npz"):
        (store.folder / "versions" / version / name).write_bytes((older / name).read_bytes())
    chosen = choose_head("site", store)
    assert chosen.head.classes == packaged_head("all").classes
    assert "other features (version 2)" in chosen.problem
    for refused in (lambda: store.use(version, at=NOW, reason=""), lambda: store.check(version)):
        with pytest.raises(HeadFeaturesError, match="trained again"):
            refused()
    with pytest.raises(HeadFeaturesError):
        store.install(older, {}, at=NOW, reason="")


@pytest.mark.parametrize("name", HEADS)
def test_the_packaged_heads_take_what_the_program_makes(name: str) -> None:
    """Whoever changes the features trains them again."""
    assert packaged_head(name).features == FEATURES
