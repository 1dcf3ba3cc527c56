"""The note by which commands find the running stack."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from elder_channel.state import (
    RUN_FILE,
    Running,
    RunningProcess,
    find_running,
    forget_running,
    own_birth,
    site_folder,
    state_folder,
    write_running,
)


def our_note(state: Path) -> Running:
    """A note of a stack whose supervisor is this process."""
    processes = {
        "voice": RunningProcess(11, 8080, "http://127.0.0.1:8080"),
        "worker": RunningProcess(12, None, None),
    }
    return Running(
        os.getpid(),
        own_birth(),
        "2026-11-22T08:00:00+00:00",
        str(state),
        processes,
        {"ELDER_CHANNEL_SERVER__HOST": "127.0.0.1"},
    )


def test_what_was_written_is_found(tmp_path: Path) -> None:
    """Ports, pids and addresses, word for word."""
    write_running(tmp_path, our_note(tmp_path))
    found = find_running(tmp_path)
    assert found == our_note(tmp_path)
    assert (found.url("voice"), found.url("worker")) == ("http://127.0.0.1:8080", "")
    assert [file.name for file in tmp_path.iterdir()] == [RUN_FILE]


def test_without_a_note_nothing_runs(tmp_path: Path) -> None:
    """Also where there is no folder."""
    assert find_running(tmp_path) is None
    assert find_running(tmp_path / "nowhere") is None


def test_the_note_of_a_dead_stack_counts_for_nothing(tmp_path: Path) -> None:
    """It was killed and could not take its note away."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        created_at = psutil.Process(process.pid).create_time()
        write_running(tmp_path, replace(our_note(tmp_path), pid=process.pid, created_at=created_at))
        assert find_running(tmp_path)
        process.kill()
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        assert find_running(tmp_path) is None, "a process that is dead but not yet collected is dead"
    assert find_running(tmp_path) is None


def test_a_process_number_given_out_again_is_not_the_stack(tmp_path: Path) -> None:
    """The number belongs to a younger program now: `call` must not wait for an answer from it."""
    write_running(tmp_path, replace(our_note(tmp_path), created_at=own_birth() - 3600))
    assert find_running(tmp_path) is None


@pytest.mark.parametrize(
    "text",
    ["", "{", "null", "[]", '"x"', "{}", '{"pid": 1}', '{"pid": 1, "started_at": "", "state": "", "processes": {}}',
     '{"pid": "x", "created_at": 0, "started_at": "", "state": "", "processes": {}}',
     '{"pid": -1, "created_at": 0, "started_at": "", "state": "", "processes": {}}',
     '{"pid": 1e400, "created_at": 0, "started_at": "", "state": "", "processes": {}}',
     '{"pid": 1, "created_at": 0, "started_at": "", "state": "", "processes": {"voice": {}}}',
     '{"pid": 1, "created_at": 0, "started_at": "", "state": "", "processes": []}'],
)  # fmt: skip
def test_a_note_that_cannot_be_read_counts_for_nothing(tmp_path: Path, text: str) -> None:
    """Half written, of another version, or edited by hand."""
    (tmp_path / RUN_FILE).write_text(text, encoding="utf-8")
    assert find_running(tmp_path) is None


def test_a_stack_takes_its_own_note_away(tmp_path: Path) -> None:
    """And one that is already gone is no fault."""
    write_running(tmp_path, our_note(tmp_path))
    forget_running(tmp_path)
    forget_running(tmp_path)
    assert not (tmp_path / RUN_FILE).exists()


def test_a_second_stack_that_could_not_start_leaves_the_first_ones_note(tmp_path: Path) -> None:
    """Its ports were taken by the first: giving up must not hide that the first still runs."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as first:
        created_at = psutil.Process(first.pid).create_time()
        write_running(tmp_path, replace(our_note(tmp_path), pid=first.pid, created_at=created_at))
        forget_running(tmp_path)
        assert find_running(tmp_path)
        first.kill()


def test_where_the_folders_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Named by the environment, else beside where the command is given."""
    monkeypatch.chdir(tmp_path)
    assert state_folder({}) == tmp_path / "var"
    assert state_folder({"ELDER_CHANNEL_STATE": "elsewhere"}) == tmp_path / "elsewhere"
    assert state_folder({"ELDER_CHANNEL_STATE": ""}) == tmp_path / "var"
    assert site_folder({}) is None
    (tmp_path / "site").mkdir()
    assert site_folder({}) == tmp_path / "site"
    assert site_folder({"ELDER_CHANNEL_SITE": "given"}) == tmp_path / "given"
