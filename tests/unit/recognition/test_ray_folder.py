"""The private folder of a Ray of our own."""

from __future__ import annotations

import stat
import tempfile
from pathlib import Path

import pytest

from elder_channel.recognition.ray_folder import make_folder, remove_folder


def test_a_start_removes_what_killed_processes_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Folders of processes that live, and what is none of ours, stay."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    left = tmp_path / f"elder-channel-ray-{2**30}-abc"
    other = tmp_path / "elder-channel-ray-notes-x"
    for folder in (left, other):
        folder.mkdir()
    first, second = make_folder(), make_folder()
    assert set(tmp_path.iterdir()) == {other, first, second}
    assert stat.S_IMODE(first.stat().st_mode) == 0o700
    remove_folder(first)
    assert not first.exists()
