"""A training run, in a process of its own: the judged sound copied, heard, trained on, compared; then nothing kept.

Nothing the line uses is touched here: what comes of a run lies in the run's folder until a person decides on it.
"""

from __future__ import annotations

import errno
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import structlog

from dialects.errors import DialectsError, SpeechModelError
from dialects.evaluate import FeatureMaker
from dialects.head_files import measurable_clips
from dialects.head_store import HeadStore
from dialects.retrain import Recordings, gather, record_of, train_and_compare
from dialects.train import Recipe, hearings
from elder_channel.bootstrap import Line
from elder_channel.errors import ElderChannelError
from elder_channel.learning.runs import Failure, Phase, RunProgress, RunState, TrainingRun
from elder_channel.services.corrections_export import HELD, MANIFEST, Labelled, export_corrections, labelled
from elder_channel.services.training_material import material_on_record
from elder_channel.state import HEADS_FOLDER
from elder_channel.storage.training_runs import FOLDER, TrainingRunFiles

TELL_EVERY_SECONDS: Final = 1.0
"""So often the process says how far it is, and looks whether it is to stop."""
SPARE_BYTES: Final = 100_000_000
"""Free disk a run leaves to the line: databases and logs go before training."""

log = structlog.get_logger()


class _StoppedError(Exception):
    """Somebody wants the run stopped."""


class _TooLittleError(Exception):
    """There is less to train on than when the run was asked for."""


class _DiskFullError(Exception):
    """The copy of the sound would leave the line too little room."""


@dataclass
class _Teller:
    """Writes how far the run is, at most once in `TELL_EVERY_SECONDS`, and ends it when somebody wants that."""

    runs: TrainingRunFiles
    run_id: str
    line: Line
    _phase: Phase = Phase.COPYING
    _total: int = 0
    _done: int = 0
    _told_at: float = field(default=0.0)

    def begin(self, phase: Phase, total: int) -> None:
        """A new phase with so many steps."""
        self._phase, self._total, self._done = phase, total, 0
        self._tell()

    def step(self, _: int) -> None:
        """One more is done."""
        self._done += 1
        if time.monotonic() - self._told_at >= TELL_EVERY_SECONDS:
            self._tell()

    def _tell(self) -> None:
        if self.runs.is_to_stop(self.run_id):
            raise _StoppedError
        progress = RunProgress(phase=self._phase, done=self._done, total=self._total, at=self.line.clock())
        self.runs.tell(self.run_id, progress)
        self._told_at = time.monotonic()


def work(line: Line, run_id: str, make_features: Callable[[], FeatureMaker]) -> TrainingRun | None:
    """Do a run that the worker has begun; how it ended, None when it was not to be done any more.

    `make_features` loads the speech model; it is called once. Whatever goes wrong is noted with the run.
    """
    runs = TrainingRunFiles(line.state / FOLDER)
    try:
        _train(line, runs, run_id, make_features)
        return _end(line, runs, run_id, RunState.FINISHED)
    except _StoppedError:
        runs.forget_heads(run_id)
        return _end(line, runs, run_id, RunState.CANCELLED)
    except Exception as error:  # noqa: BLE001 - the way in of the process: whatever is wrong is noted with the run
        failure, detail = _failure(error)
        log.error("training.failed", run=run_id, failure=failure, error=type(error).__name__)
        runs.forget_heads(run_id)
        return _end(line, runs, run_id, RunState.FAILED, failure=failure, detail=detail)
    finally:
        runs.forget_material(run_id)


def _train(line: Line, runs: TrainingRunFiles, run_id: str, make_features: Callable[[], FeatureMaker]) -> None:
    teller = _Teller(runs, run_id, line)
    teller.begin(Phase.COPYING, 0)
    if not material_on_record(line).enough:
        raise _TooLittleError
    manifest = _copied(line, runs.material(run_id))
    recordings = _gathered(line, manifest, teller)
    store, out = HeadStore(line.state / HEADS_FOLDER), runs.heads(run_id)
    teller.begin(Phase.HEARING, _to_hear(recordings))
    _, comparisons = train_and_compare(
        recordings,
        make_features(),
        out,
        store,
        catalogue=line.catalogue,
        join_frozen=False,  # what is held back are calls, and the line judges these one utterance at a time
        progress=teller.step,
    )
    runs.write_record(run_id, record_of(recordings, comparisons, trained_at=line.clock(), forced=""))


def _copied(line: Line, folder: Path) -> Path:
    """The judged sound as manifest and files beside the run; raises _DiskFullError before anything is written."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    needed = sum(_size(line, row) for row in labelled(line)) + SPARE_BYTES
    if shutil.disk_usage(folder.parent).free < needed:
        raise _DiskFullError
    export_corrections(line, folder)
    return folder / MANIFEST


def _size(line: Line, row: Labelled) -> int:
    try:
        return line.sound_files.path(row.clip.id).stat().st_size
    except OSError:
        return 0


def _gathered(line: Line, manifest: Path, teller: _Teller) -> Recordings:
    """The line's own recordings and those of the settings, nobody on both sides."""
    more = [line.state / file for file in line.settings.learning.training_manifests]
    teller.begin(Phase.COMPARING, 0)
    recordings = gather([manifest, *more], manifest, frozen_split=HELD, progress=teller.step)
    # a machine's path says nothing to whoever reads the record later
    names = {Path(name).name if Path(name) == manifest else name: sha for name, sha in recordings.manifests.items()}
    return replace(recordings, manifests=names)


def _to_hear(recordings: Recordings) -> int:
    alone = len(measurable_clips(recordings.training))
    return hearings(recordings.training, Recipe()) + alone + len(recordings.frozen)


def _failure(error: Exception) -> tuple[Failure, str]:
    """Why it could not be done, and what exactly in words that hold nothing private."""
    if isinstance(error, _TooLittleError):
        return Failure.TOO_LITTLE, ""
    if isinstance(error, _DiskFullError) or (isinstance(error, OSError) and error.errno == errno.ENOSPC):
        return Failure.DISK_FULL, ""
    if isinstance(error, SpeechModelError):
        return Failure.MODEL, str(error)
    if isinstance(error, DialectsError | ElderChannelError):
        return Failure.RECORDINGS, str(error)
    return Failure.CRASHED, type(error).__name__


def _end(
    line: Line,
    runs: TrainingRunFiles,
    run_id: str,
    state: RunState,
    *,
    failure: Failure | None = None,
    detail: str = "",
) -> TrainingRun | None:
    return runs.change(
        run_id, {RunState.RUNNING}, state=state, failure=failure, detail=detail, ended_at=line.clock(), pid=None
    )
