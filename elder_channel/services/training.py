"""Training runs as staff see them: begun, watched, stopped, and their heads put in use or not.

A head is put in use as `elder-channel dialects train --replace` does it: into the store of the site's heads, in one
step, with the comparison on record; the recognizer takes it at its next start.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import structlog

from dialects.errors import HeadError, HeadStoreError
from dialects.head_store import SITE, HeadStore, HeadVersion, choose_head
from dialects.retrain import head_in_use, refusals
from elder_channel.bootstrap import Line
from elder_channel.clock import HOTLINE_ZONE
from elder_channel.learning.material import Material
from elder_channel.learning.runs import UNDER_WAY, RunProgress, RunState, TrainingRun
from elder_channel.services.accounts import Account
from elder_channel.services.accounts_file import Role
from elder_channel.services.corrections import AccountDirectory, allowed_role
from elder_channel.services.errors import TrainingRefusedError
from elder_channel.services.training_material import material_on_record
from elder_channel.state import HEADS_FOLDER
from elder_channel.storage.training_runs import FOLDER, TrainingRunFiles

log = structlog.get_logger()

MAY_TRAIN: Final = frozenset({Role.APPROVER, Role.ADMINISTRATOR})
"""Who begins runs and decides on their heads: what the line hears with is changed by it."""
MAY_SEE_RUNS: Final = MAY_TRAIN | {Role.SUPERVISOR}
REASON_CHARACTERS: Final = (4, 200)


@dataclass(frozen=True)
class HeadsInUse:
    """What judges the sound, and what did before."""

    setting: str
    """`recognition.acoustic_head`; only `site` and `site_licensed` take the site's own."""
    version: str
    """Of the head; empty when nothing judges the sound."""
    problem: str
    """Why it is not the head the setting asks for; empty when it is."""
    versions: tuple[HeadVersion, ...]
    """The site's own, newest first."""

    @property
    def takes_own(self) -> bool:
        """Whether a head that is put in use here judges calls at all."""
        return self.setting in SITE

    @property
    def current(self) -> str | None:
        """The site's version that is current; None while there is none."""
        return next((each.id for each in self.versions if each.current), None)


@dataclass(frozen=True)
class Overview:
    """Everything the page shows."""

    material: Material
    more_manifests: int
    """Manifests of the settings that a run trains on too."""
    heads: HeadsInUse
    runs: tuple[TrainingRun, ...]
    """Newest first."""

    @property
    def under_way(self) -> TrainingRun | None:
        """The run that is waiting or working."""
        return next((run for run in self.runs if run.state in UNDER_WAY), None)

    @property
    def to_decide(self) -> TrainingRun | None:
        """The newest run nobody has decided on."""
        return next((run for run in self.runs if run.state is RunState.FINISHED), None)


class Training:
    """Begins runs, stops them, decides on them."""

    def __init__(self, line: Line, accounts: AccountDirectory) -> None:
        self._line = line
        self._accounts = accounts
        self._runs = TrainingRunFiles(line.state / FOLDER)
        self._heads = HeadStore(line.state / HEADS_FOLDER)

    def overview(self, *, by: Account) -> Overview:
        """What there is to train on, what judges the sound, and the runs. Raises NotAllowedError."""
        allowed_role(self._accounts, by, MAY_SEE_RUNS)
        self._line.source.reload()
        more = len(self._line.settings.learning.training_manifests)
        return Overview(material_on_record(self._line), more, self._in_use(), tuple(self._runs.all()))

    def watch(self, run_id: str, *, by: Account) -> tuple[TrainingRun | None, RunProgress | None]:
        """One run and how far its process is. Raises NotAllowedError."""
        allowed_role(self._accounts, by, MAY_SEE_RUNS)
        return self._runs.get(run_id), self._runs.progress(run_id)

    def comparison(self, run: TrainingRun, *, by: Account) -> Mapping[str, Any]:
        """The new heads beside those they were compared with, by kind (`all`, `licensed`), as `compare` gives it.

        Raises NotAllowedError, and TrainingRefusedError when what came of the run is not there.
        """
        allowed_role(self._accounts, by, MAY_SEE_RUNS)
        compared: Mapping[str, Any] = self._record(run)["comparisons"]
        return compared

    def start(self, *, token: str, by: Account) -> TrainingRun:
        """Ask for a run; the worker begins it within a minute. The same token is the same run.

        Raises NotAllowedError, and TrainingRefusedError when another is under way or undecided, or there is too little.
        """
        allowed_role(self._accounts, by, MAY_TRAIN)
        with self._files(), self._runs.locked():
            runs = self._runs.all()
            if twin := next((run for run in runs if run.token == token), None):
                return twin
            if any(run.state in UNDER_WAY for run in runs):
                raise TrainingRefusedError("training_under_way", "Another training run is under way.")
            if any(run.state is RunState.FINISHED for run in runs):
                raise TrainingRefusedError("training_undecided", "The heads of the last run wait for a decision.")
            if not material_on_record(self._line).enough:
                raise TrainingRefusedError("training_too_little", "There are too few judged recordings to train on.")
            now = self._line.clock()
            name = f"{now.astimezone(HOTLINE_ZONE):%Y%m%dT%H%M%S}-{token[:8]}"
            run = TrainingRun(id=name, token=token, state=RunState.QUEUED, asked_by=by.username, asked_at=now)
            self._runs.write(run)
        log.info("training.asked", run=run.id, by=by.username)
        return run

    def cancel(self, run_id: str, *, by: Account) -> None:
        """Stop a run; one that works ends within seconds. Raises NotAllowedError and TrainingRefusedError."""
        allowed_role(self._accounts, by, MAY_TRAIN)
        now = self._line.clock()
        decided = {"decided_by": by.username, "decided_at": now}
        with self._files():
            stopped = self._runs.change(run_id, {RunState.QUEUED}, state=RunState.CANCELLED, ended_at=now, **decided)
            if stopped is None:
                if self._runs.change(run_id, {RunState.RUNNING}, **decided) is None:
                    raise TrainingRefusedError("training_over", "This run is not under way any more.")
                self._runs.ask_to_stop(run_id)
        log.info("training.stopped", run=run_id, by=by.username)

    def discard(self, run_id: str, *, reason: str, by: Account) -> None:
        """Decide against a run's heads; they are deleted. Raises NotAllowedError and TrainingRefusedError."""
        allowed_role(self._accounts, by, MAY_TRAIN)
        said = _checked(reason)
        with self._files():
            self._decide(run_id, RunState.DISCARDED, said, by, "")
            self._runs.forget_heads(run_id)
        log.info("training.discarded", run=run_id, by=by.username)

    def promote(self, run_id: str, *, reason: str, although_worse: bool, by: Account) -> str:
        """Put a run's heads in use; the version they have now.

        Nothing is half done: the heads are copied, read back, and made current in one step; only then is the run
        marked. Raises NotAllowedError, and TrainingRefusedError when they are worse and that was not agreed to, when
        the heads in use are others than those compared with, or when they cannot be written.
        """
        allowed_role(self._accounts, by, MAY_TRAIN)
        said = _checked(reason)
        with self._files(), self._runs.locked():
            run = self._runs.get(run_id)
            if run is None or run.state is not RunState.FINISHED:
                raise TrainingRefusedError("training_decided", "Somebody has decided on this run already.")
            version = self._installed(run) or self._install(run, said, although_worse, by)
            decided = {"decided_by": by.username, "decided_at": self._line.clock(), "reason": said}
            self._runs.write(run.model_copy(update={"state": RunState.PROMOTED, "version": version, **decided}))
        log.info("training.promoted", run=run_id, version=version, by=by.username)
        return version

    def roll_back(self, current: str | None, *, reason: str, by: Account) -> str | None:
        """Back to the heads in use before `current`; their version, None for the shipped ones.

        Raises NotAllowedError, and TrainingRefusedError when `current` is not what is in use any more.
        """
        allowed_role(self._accounts, by, MAY_TRAIN)
        said = _checked(reason)
        with self._files(), self._runs.locked():
            if self._heads.current() != current or current is None:
                raise TrainingRefusedError("training_overtaken", "Other heads are in use by now.")
            before = self._heads.rollback(at=self._line.clock(), reason=f"{by.username}: {said}")
        log.info("training.rolled_back", version=before, by=by.username)
        return before

    def _install(self, run: TrainingRun, reason: str, although_worse: bool, by: Account) -> str:
        record = self._record(run)
        worse = refusals(record["comparisons"])
        if worse and not although_worse:
            raise TrainingRefusedError("training_worse", "The new heads are worse: " + "; ".join(worse))
        for name, one in record["comparisons"].items():
            if head_in_use(name, self._heads).version != one["in_use"]:
                raise TrainingRefusedError("training_overtaken", "Other heads are in use than those compared with.")
        told = {**record, "run": run.id, "promoted_by": by.username, "forced": reason if worse else ""}
        beginning = "although worse" if worse else "not worse on the speakers held back"
        return self._heads.install(
            self._runs.heads(run.id), told, at=self._line.clock(), reason=f"{by.username}: {reason} ({beginning})"
        )

    def _installed(self, run: TrainingRun) -> str | None:
        """The version in use that came of this run, where a crash came between putting it in use and saying so."""
        current = next((each for each in self._heads.versions() if each.current), None)
        return current.id if current and current.record.get("run") == run.id else None

    def _decide(self, run_id: str, state: RunState, reason: str, by: Account, version: str) -> None:
        decided = {"decided_by": by.username, "decided_at": self._line.clock(), "reason": reason, "version": version}
        if self._runs.change(run_id, {RunState.FINISHED}, state=state, **decided) is None:
            raise TrainingRefusedError("training_decided", "Somebody has decided on this run already.")

    def _record(self, run: TrainingRun) -> dict[str, Any]:
        try:
            return self._runs.record(run.id)
        except (OSError, ValueError) as error:
            raise TrainingRefusedError("training_gone", "What came of this run cannot be read.") from error

    def _in_use(self) -> HeadsInUse:
        setting = self._line.settings.recognition.acoustic_head
        try:
            versions = tuple(reversed(self._heads.versions()))
            chosen = choose_head(setting, self._heads) if setting != "none" else None
        except (HeadError, HeadStoreError) as error:
            return HeadsInUse(setting, "", str(error), ())
        return HeadsInUse(setting, chosen.version if chosen else "", chosen.problem if chosen else "", versions)

    @contextmanager
    def _files(self) -> Iterator[None]:
        """A disk that is full or may not be written is told as a refusal; what was there stays."""
        try:
            yield
        except (OSError, HeadStoreError, HeadError) as error:
            log.error("training.not_written", error=type(error).__name__, folder=Path(FOLDER).name)
            raise TrainingRefusedError("training_not_written", f"It could not be written: {error}") from error


def _checked(reason: str) -> str:
    said = " ".join(reason.split())
    least, most = REASON_CHARACTERS
    if not least <= len(said) <= most:
        raise TrainingRefusedError("training_reason", f"The reason has {least} to {most} characters.")
    return said
