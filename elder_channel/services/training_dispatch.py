"""Begins training runs that were asked for, each as a process of its own, and sees to it that none is forgotten.

Looked after by the worker, once a minute. A run whose process ended without a word is told as failed; one that was cut
off by a stop of the line is begun again, a few times.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Sequence
from typing import Final, Protocol

import psutil
import structlog

from elder_channel.bootstrap import Line
from elder_channel.learning.runs import Failure, RunState, TrainingRun
from elder_channel.storage.training_runs import FOLDER, TrainingRunFiles

MOST_ATTEMPTS: Final = 3
LOG_FILE: Final = "run.log"
"""In the run's folder: what its process wrote."""

log = structlog.get_logger()


class Job(Protocol):
    """A process that was started; `subprocess.Popen` is one."""

    pid: int

    def poll(self) -> int | None:
        """Its exit code; None while it lives."""
        ...


Begin = Callable[[TrainingRun], Job]


class TrainingDispatch:
    """Begins runs and follows them."""

    def __init__(self, line: Line, begin: Begin | None = None) -> None:
        self._line = line
        self._runs = TrainingRunFiles(line.state / FOLDER)
        self._begin = begin or self._process
        self._job: tuple[str, Job] | None = None

    def look(self) -> int:
        """One look: what ended is noted, what waits is begun; how many runs that changed. Raises OSError."""
        changed = self._note_ended()
        runs = self._runs.all()
        for run in runs:
            if run.state is RunState.RUNNING and not self._is_ours(run) and not _lives(run):
                changed += self._take_up_again(run)
        if any(run.state is RunState.RUNNING for run in self._runs.all()):
            return changed
        waiting = [run for run in self._runs.all() if run.state is RunState.QUEUED]
        return changed + (self._start(waiting[-1]) if waiting else 0)

    def _note_ended(self) -> int:
        if self._job is None or (code := self._job[1].poll()) is None:
            return 0
        run_id, self._job = self._job[0], None
        self._runs.forget_material(run_id)
        return self._fail(run_id, Failure.CRASHED, f"exit code {code}")

    def _take_up_again(self, run: TrainingRun) -> int:
        """A run of an earlier worker, which was stopped with it."""
        self._runs.forget_material(run.id)
        self._runs.forget_heads(run.id)
        if self._runs.is_to_stop(run.id):
            return self._end(run.id, state=RunState.CANCELLED)
        if run.attempts >= MOST_ATTEMPTS:
            return self._fail(run.id, Failure.INTERRUPTED, f"{run.attempts} attempts")
        log.info("training.again", run=run.id, attempts=run.attempts)
        return int(self._runs.change(run.id, {RunState.RUNNING}, state=RunState.QUEUED, pid=None) is not None)

    def _start(self, run: TrainingRun) -> int:
        now = self._line.clock()
        values = {"state": RunState.RUNNING, "attempts": run.attempts + 1, "begun_at": now}
        begun = self._runs.change(run.id, {RunState.QUEUED}, **values)
        if begun is None:  # stopped meanwhile
            return 0
        try:
            job = self._begin(begun)
        except OSError as error:  # no memory, no process to be had
            return self._fail(run.id, Failure.CRASHED, type(error).__name__)
        self._job = run.id, job
        self._runs.change(run.id, {RunState.RUNNING}, pid=job.pid)
        log.info("training.begun", run=run.id, attempt=begun.attempts)
        return 1

    def _fail(self, run_id: str, failure: Failure, detail: str) -> int:
        return self._end(run_id, state=RunState.FAILED, failure=failure, detail=detail)

    def _end(self, run_id: str, **values: object) -> int:
        changed = self._runs.change(run_id, {RunState.RUNNING}, ended_at=self._line.clock(), pid=None, **values)
        return int(changed is not None)

    def _is_ours(self, run: TrainingRun) -> bool:
        return self._job is not None and self._job[0] == run.id

    def _process(self, run: TrainingRun) -> Job:
        with (self._runs.folder / run.id / LOG_FILE).open("ab") as out:
            return subprocess.Popen(command(run.id), stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT)  # noqa: S603 - our own command


def command(run_id: str) -> Sequence[str]:
    """The command of a run's process."""
    return [sys.executable, "-m", "elder_channel.cli.main", "dialects", "runs", "work", run_id]


def _lives(run: TrainingRun) -> bool:
    """Whether the process of the run is there, and works on it: numbers of dead processes are given out again."""
    try:
        return run.pid is not None and run.id in psutil.Process(run.pid).cmdline()
    except psutil.Error:
        return False
