"""What the doctor says of a site's own dialect files."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from dialects.additions import Additions, Kind, addition, content_of
from elder_channel.dialect_checks import PART, check_dialect_files
from elder_channel.findings import Finding, State

GOOD = content_of(
    Additions(added=(addition(Kind.CUE, "毛做", by="lin", at=datetime(2026, 11, 22, tzinfo=UTC), weight=0.6),))
)


def written(folder: Path, name: str, content: bytes) -> list[Finding]:
    """What is found with one file in the folder."""
    (folder / name).write_bytes(content)
    return check_dialect_files(folder)


def test_no_folder_is_in_order(tmp_path: Path) -> None:
    """A site need not add anything."""
    [found] = check_dialect_files(tmp_path / "dialects")
    assert (found.part, found.state, found.text) == (PART, State.OK, "None of the site's own in use.")


def test_good_words_are_counted(tmp_path: Path) -> None:
    """So that one sees that they are read."""
    [found] = written(tmp_path, "fuzhou.yaml", GOOD)
    assert found.text == "1 words of the site's own, of 1 dialects."


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        pytest.param("fuzhou.yaml", b"added: [", "fuzhou.yaml", id="no yaml"),
        pytest.param("fuzhou.yaml", GOOD.replace("毛做".encode(), b"mao"), "1 to 12 Chinese", id="no chinese word"),
        pytest.param("klingon.yaml", GOOD, "'klingon' is neither one of the 42", id="no such dialect"),
        pytest.param("fuzhou.yml", GOOD, "does not end in .yaml", id="another ending"),
    ],
)
def test_a_wrong_file_is_named_with_what_is_wrong(tmp_path: Path, name: str, content: bytes, told: str) -> None:
    """The line goes on with the shipped words, so it is no reason to stop."""
    wrong, summary = written(tmp_path, name, content)
    assert (wrong.part, wrong.state, wrong.fatal) == (f"dialect file {name}", State.WRONG, False)
    assert told in wrong.text
    assert str(tmp_path / name) in wrong.text
    assert wrong.remedy
    assert summary.state is State.OK
