"""Recordings of a manifest become utterances a caller might say."""

from __future__ import annotations

from pathlib import Path

import pytest

from dialects.errors import ManifestError
from dialects.utterances import Clip, read_manifest, utterances_of

HEADER = "file\tsplit\tdialect_id\tplace\ttranscript\ttranscript_kind\tunit\tseconds\tsource\tlicence\n"


def clip(name: str, seconds: float, *, dialect: str = "hakka", source: str = "a/b", split: str = "dev") -> Clip:
    """A clip that is never opened."""
    return Clip(Path(name), split, dialect, "word", seconds, source, "CC0")


WORDS = [clip(f"w{n}.flac", 0.8) for n in range(40)]


def test_short_clips_are_joined_to_three_to_six_seconds() -> None:
    """Syllables become utterances; all but the last of a source are long enough, and every clip is used once."""
    utterances = utterances_of(WORDS)
    lengths = [sum(one.seconds for one in utterance.clips) for utterance in utterances]
    assert all(2.4 <= length <= 6 for length in lengths[:-1])
    assert sorted(str(one.path) for utterance in utterances for one in utterance.clips) == sorted(
        str(one.path) for one in WORDS
    )


def test_joining_does_not_depend_on_the_order_of_rows() -> None:
    """The same recordings give the same figures."""
    assert utterances_of(WORDS) == utterances_of(WORDS[::-1])
    assert utterances_of(WORDS) != utterances_of(WORDS, seed=1)


def test_sources_dialects_and_splits_are_never_mixed() -> None:
    """A joined utterance is one voice of one dialect, never half known."""
    others = [clip(f"x{n}.flac", 1.0, **{key: "x"}) for key in ("dialect", "source", "split") for n in range(7)]
    for utterance in utterances_of([*WORDS, *others]):
        assert len({(one.dialect_id, one.source, one.split) for one in utterance.clips}) == 1


def test_long_clips_stay_alone_and_so_does_everything_unjoined() -> None:
    """Sentences are utterances already."""
    assert [len(one.clips) for one in utterances_of([clip("s.flac", 3.0), clip("t.flac", 9.0)])] == [1, 1]
    assert len(utterances_of(WORDS, join=False)) == len(WORDS)


@pytest.mark.parametrize(
    ("content", "where"),
    [
        ("file\tsplit\n", "1: the column 'dialect_id' is missing"),
        (HEADER + "a.flac\tdev\thakka\t\t\t\tword\tlong\ta/b\t\n", "2: seconds is 'long'"),
        (HEADER + "a.flac\tdev\t\t\t\t\tword\t1\ta/b\t\n", "2: dialect_id is empty"),
    ],
)
def test_a_wrong_manifest_is_refused_by_line_and_column(tmp_path: Path, content: str, where: str) -> None:
    """An operator is told what to mend."""
    file = tmp_path / "manifest.tsv"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(ManifestError, match=where):
        read_manifest(file)


def test_rows_of_one_split_are_read(tmp_path: Path) -> None:
    """Paths are relative to the manifest."""
    file = tmp_path / "manifest.tsv"
    rows = "a.flac\tdev\thakka\t\t\t\tword\t1\ta/b\tCC0\nb.flac\ttrain\thakka\t\t\t\tword\t1\ta/b\tCC0\n"
    file.write_text(HEADER + rows, encoding="utf-8")
    assert [one.path for one in read_manifest(file, split="dev")] == [tmp_path / "a.flac"]
    assert len(read_manifest(file)) == 2
    with pytest.raises(ManifestError, match="cannot be read"):
        read_manifest(tmp_path / "none.tsv")
