"""Training runs: who may begin and decide, what a run makes, and what becomes of it when something goes wrong."""

from __future__ import annotations

import errno
import json
import shutil
import subprocess
import sys
import time
from collections import namedtuple
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dialects import head_store
from dialects.acoustics import packaged_head
from dialects.errors import SpeechModelAbsentError
from dialects.head_store import HeadStore, choose_head
from elder_channel.learning.runs import Failure, RunState, TrainingRun
from elder_channel.services import training_dispatch, training_job
from elder_channel.services.accounts import Account, Role
from elder_channel.services.consents import Consents
from elder_channel.services.corrections_export import labelled
from elder_channel.services.errors import NotAllowedError, TrainingRefusedError
from elder_channel.services.training import Training
from elder_channel.services.training_dispatch import LOG_FILE, MOST_ATTEMPTS, TrainingDispatch, command
from elder_channel.services.training_job import work
from elder_channel.state import HEADS_FOLDER
from elder_channel.storage.training_runs import FOLDER, TrainingRunFiles
from tests.fakes.learning import AGENT, learning_line
from tests.fakes.line import LineInMemory
from tests.fakes.people import People
from tests.fakes.training_scene import JobInMemory, SpectrumFeatures, enough_to_train_on

CHIEF, APPROVER, LEAD = (
    Account(name, role)
    for name, role in (("zhou.min", Role.ADMINISTRATOR), ("wu.lan", Role.APPROVER), ("lin.fang", Role.SUPERVISOR))
)
PEOPLE = People(AGENT, CHIEF, APPROVER, LEAD)
Disk = namedtuple("Disk", "total used free")


@pytest.fixture
def at(tmp_path: Path) -> Iterator[LineInMemory]:
    """A line that keeps sound and has none yet."""
    with learning_line(tmp_path) as opened:
        yield opened


@pytest.fixture
def training(at: LineInMemory) -> Training:
    """The service."""
    return Training(at.line, PEOPLE)


@pytest.fixture
def runs(at: LineInMemory) -> TrainingRunFiles:
    """Where the runs lie."""
    return TrainingRunFiles(at.line.state / FOLDER)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run that was done once, for the tests on deciding."""
    with learning_line(tmp_path_factory.mktemp("trained")) as at:
        enough_to_train_on(at.line)
        run = Training(at.line, PEOPLE).start(token="t1", by=CHIEF)
        assert TrainingDispatch(at.line, lambda _: JobInMemory()).look() == 1
        ended = work(at.line, run.id, SpectrumFeatures)
        assert ended is not None
        assert ended.state is RunState.FINISHED, ended.detail
        assert not TrainingRunFiles(at.line.state / FOLDER).material(run.id).exists()
        assert HeadStore(at.line.state / HEADS_FOLDER).current() is None  # nothing is in use by itself
        return at.line.state / FOLDER


@pytest.fixture
def finished(trained: Path, at: LineInMemory, training: Training) -> TrainingRun:
    """That run, on this line."""
    shutil.copytree(trained, at.line.state / FOLDER)
    run = training.overview(by=CHIEF).to_decide
    assert run
    return run


def begun(at: LineInMemory, training: Training, job: JobInMemory | None = None) -> tuple[TrainingRun, TrainingDispatch]:
    """A run that the worker has begun."""
    enough_to_train_on(at.line)
    run = training.start(token="t1", by=CHIEF)
    dispatch = TrainingDispatch(at.line, lambda _: job or JobInMemory())
    assert dispatch.look() == 1
    return run, dispatch


def refused(act: Callable[[], object]) -> str:
    """The code of the refusal."""
    with pytest.raises(TrainingRefusedError) as error:
        act()
    return error.value.code


def test_with_too_little_nothing_begins(at: LineInMemory, training: Training) -> None:
    """Two speakers of each dialect are no material for a head."""
    enough_to_train_on(at.line, speakers=2, held=1, each=2)
    material = training.overview(by=LEAD).material
    assert (material.recordings, material.speakers, material.learnable, material.enough) == (12, 6, 0, False)
    assert refused(lambda: training.start(token="t1", by=CHIEF)) == "training_too_little"


def test_only_approvers_and_administrators_begin_and_decide(
    at: LineInMemory, training: Training, finished: TrainingRun
) -> None:
    """Supervisors look; agents do not even that."""
    with pytest.raises(NotAllowedError):
        training.overview(by=AGENT)
    training.overview(by=LEAD)
    for act in (
        lambda: training.start(token="t2", by=LEAD),
        lambda: training.cancel(finished.id, by=LEAD),
        lambda: training.discard(finished.id, reason="no good", by=LEAD),
        lambda: training.promote(finished.id, reason="better", although_worse=True, by=LEAD),
        lambda: training.roll_back(None, reason="complaints", by=LEAD),
    ):
        with pytest.raises(NotAllowedError):
            act()


def test_one_run_at_a_time_and_a_button_pressed_twice_is_one(at: LineInMemory, training: Training) -> None:
    """The token is kept with the run."""
    enough_to_train_on(at.line)
    run = training.start(token="t1", by=APPROVER)
    assert training.start(token="t1", by=APPROVER) == run
    assert refused(lambda: training.start(token="t2", by=CHIEF)) == "training_under_way"
    training.cancel(run.id, by=CHIEF)
    assert training.start(token="t3", by=CHIEF).state is RunState.QUEUED


def test_the_comparison_names_what_gets_better_and_worse(training: Training, finished: TrainingRun) -> None:
    """Both heads on the speakers held back; the shipped classes that own recordings lack are a loss."""
    assert refused(lambda: training.start(token="t2", by=CHIEF)) == "training_undecided"
    compared = training.comparison(finished, by=LEAD)["all"]
    assert compared["n"] == 32
    assert set(compared["per_dialect"]) == {"hakka", "minnan"}
    assert compared["new"]["top1"] > compared["old"]["top1"]
    [lost] = compared["reasons"]
    assert lost["code"] == "lost"
    assert set(lost["dialects"]) == set(packaged_head("all").classes) - {"hakka", "minnan"}


def test_promoted_with_a_reason_and_taken_back(at: LineInMemory, training: Training, finished: TrainingRun) -> None:
    """A worse head only when that is agreed to; history and reasons stay."""
    promote = {"by": APPROVER, "reason": "we serve these two only"}
    assert refused(lambda: training.promote(finished.id, although_worse=False, **promote)) == "training_worse"
    assert refused(lambda: training.promote(finished.id, although_worse=True, reason=" a ", by=CHIEF)) == (
        "training_reason"
    )
    version = training.promote(finished.id, although_worse=True, **promote)
    store = HeadStore(at.line.state / HEADS_FOLDER)
    assert set(choose_head("site", store).head.classes) == {"hakka", "minnan"}
    [kept] = store.versions()
    assert (kept.record["promoted_by"], kept.record["forced"]) == (APPROVER.username, promote["reason"])
    over = training.overview(by=LEAD).runs[0]
    assert (over.state, over.version, over.decided_by) == (RunState.PROMOTED, version, APPROVER.username)
    assert refused(lambda: training.promote(finished.id, although_worse=True, **promote)) == "training_decided"
    assert refused(lambda: training.roll_back("another", reason="complaints", by=CHIEF)) == "training_overtaken"
    assert training.roll_back(version, reason="complaints from Wenzhou", by=CHIEF) is None
    notes = [json.loads(line) for line in (store.folder / "changes.jsonl").read_text().splitlines()]
    assert [note["reason"].partition(":")[0] for note in notes] == [APPROVER.username, CHIEF.username]


def test_discarded_heads_are_gone(at: LineInMemory, training: Training, finished: TrainingRun) -> None:
    """The run stays on record with the reason."""
    training.discard(finished.id, reason="too few speakers", by=CHIEF)
    assert not (at.line.state / FOLDER / finished.id / "heads").exists()
    over = training.overview(by=LEAD).runs[0]
    assert (over.state, over.reason) == (RunState.DISCARDED, "too few speakers")
    assert refused(lambda: training.comparison(over, by=CHIEF)) == "training_gone"


def test_a_full_disk_leaves_nothing_half_promoted(
    at: LineInMemory, training: Training, finished: TrainingRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The heads in use stay, and the run can be promoted later."""

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(head_store.shutil, "copyfile", full)
        assert (
            refused(lambda: training.promote(finished.id, reason="better", although_worse=True, by=CHIEF))
            == "training_not_written"
        )
    store = HeadStore(at.line.state / HEADS_FOLDER)
    assert store.current() is None
    assert store.versions() == []
    assert training.promote(finished.id, reason="better", although_worse=True, by=CHIEF) == store.current()


def test_a_crash_between_use_and_note_is_made_good(
    at: LineInMemory, training: Training, finished: TrainingRun, runs: TrainingRunFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pressed again, the same version is noted; there are no two of it."""
    with monkeypatch.context() as patch:
        patch.setattr(TrainingRunFiles, "write", lambda *_: (_ for _ in ()).throw(OSError(errno.EIO, "gone")))
        refused(lambda: training.promote(finished.id, reason="better", although_worse=True, by=CHIEF))
    store = HeadStore(at.line.state / HEADS_FOLDER)
    installed = store.current()
    assert installed
    assert training.promote(finished.id, reason="better", although_worse=True, by=CHIEF) == installed
    assert len(store.versions()) == 1


def test_a_comparison_with_heads_that_are_no_longer_in_use_does_not_count(
    at: LineInMemory, training: Training, finished: TrainingRun
) -> None:
    """Somebody else has put others in use meanwhile."""
    HeadStore(at.line.state / HEADS_FOLDER).install(
        at.line.state / FOLDER / finished.id / "heads", {}, at=at.clock(), reason="by hand"
    )
    promote = {"reason": "better", "although_worse": True, "by": CHIEF}
    assert refused(lambda: training.promote(finished.id, **promote)) == "training_overtaken"


@pytest.mark.parametrize(
    ("fault", "failure"),
    [
        pytest.param(OSError(errno.ENOSPC, "No space left on device"), Failure.DISK_FULL, id="disk full"),
        pytest.param(SpeechModelAbsentError("no model"), Failure.MODEL, id="no speech model"),
        pytest.param(MemoryError(), Failure.CRASHED, id="anything else"),
    ],
)
def test_a_fault_of_a_run_is_told(
    at: LineInMemory, training: Training, runs: TrainingRunFiles, fault: Exception, failure: Failure
) -> None:
    """Nothing of the run is left but the reason, and another can be begun."""
    run, _ = begun(at, training)

    def features() -> SpectrumFeatures:
        raise fault

    ended = work(at.line, run.id, features)
    assert ended
    assert (ended.state, ended.failure) == (RunState.FAILED, failure)
    assert not runs.material(run.id).exists()
    assert training.start(token="t2", by=CHIEF).state is RunState.QUEUED


def test_a_disk_that_is_nearly_full_is_not_filled(
    at: LineInMemory, training: Training, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Databases and logs of the line go before training."""
    run, _ = begun(at, training)
    monkeypatch.setattr(training_job.shutil, "disk_usage", lambda _: Disk(10**9, 10**9, 10**7))
    ended = work(at.line, run.id, SpectrumFeatures)
    assert ended
    assert ended.failure is Failure.DISK_FULL


def test_a_process_that_ends_without_a_word_has_failed(at: LineInMemory, training: Training) -> None:
    """Killed for want of memory, say; the next run begins."""
    job = JobInMemory()
    run, dispatch = begun(at, training, job)
    assert dispatch.look() == 0
    job.code = -9
    assert dispatch.look() == 1
    over = training.overview(by=LEAD).runs[0]
    assert (over.id, over.state, over.failure, over.detail) == (
        run.id,
        RunState.FAILED,
        Failure.CRASHED,
        "exit code -9",
    )


def test_a_run_cut_off_by_a_stop_of_the_line_is_begun_again(at: LineInMemory, training: Training) -> None:
    """By the next worker, but not for ever."""
    run, _ = begun(at, training)
    for attempt in range(2, MOST_ATTEMPTS + 1):
        assert TrainingDispatch(at.line, lambda _: JobInMemory()).look() == 2  # queued, and begun
        [again] = training.overview(by=LEAD).runs
        assert (again.id, again.state, again.attempts) == (run.id, RunState.RUNNING, attempt)
    TrainingDispatch(at.line, lambda _: JobInMemory()).look()
    [over] = training.overview(by=LEAD).runs
    assert (over.state, over.failure) == (RunState.FAILED, Failure.INTERRUPTED)


def test_a_run_that_works_is_stopped(at: LineInMemory, training: Training) -> None:
    """It looks every second whether it is to; what it had made is deleted."""
    run, _ = begun(at, training)
    training.cancel(run.id, by=CHIEF)
    ended = work(at.line, run.id, SpectrumFeatures)
    assert ended
    assert ended.state is RunState.CANCELLED
    assert refused(lambda: training.cancel(run.id, by=CHIEF)) == "training_over"


def test_a_withdrawal_takes_the_copies_of_a_run_too(
    at: LineInMemory, training: Training, runs: TrainingRunFiles
) -> None:
    """At once, and the run says that a recording cannot be used."""
    run, _ = begun(at, training)
    clip = next(row.clip for row in labelled(at.line) if not row.held)

    def withdrawn_meanwhile() -> SpectrumFeatures:
        assert list(runs.material(run.id).glob(f"audio/*-{clip.id}.wav"))
        Consents(at.line, PEOPLE).record(clip.customer_id, given=False, basis="by letter", by=AGENT)
        assert not list(runs.material(run.id).glob(f"audio/*-{clip.id}.wav"))
        return SpectrumFeatures()

    ended = work(at.line, run.id, withdrawn_meanwhile)
    assert ended
    assert ended.failure is Failure.RECORDINGS


def test_a_real_process_is_begun_and_its_end_noted(
    at: LineInMemory, training: Training, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it wrote lies in the run's folder."""
    enough_to_train_on(at.line)
    run = training.start(token="t1", by=CHIEF)
    script = "import sys; print('no memory'); sys.exit(3)"
    monkeypatch.setattr(training_dispatch, "command", lambda _: [sys.executable, "-c", script])
    dispatch = TrainingDispatch(at.line)
    assert dispatch.look() == 1
    until = time.monotonic() + 60
    while not dispatch.look():
        assert time.monotonic() < until
        time.sleep(0.05)
    over = training.overview(by=LEAD).runs[0]
    assert (over.failure, over.detail) == (Failure.CRASHED, "exit code 3")
    assert "no memory" in (at.line.state / FOLDER / run.id / LOG_FILE).read_text()


def test_a_process_that_still_works_is_not_begun_twice(at: LineInMemory, training: Training) -> None:
    """Another worker finds it by its number and its command line."""
    enough_to_train_on(at.line)
    run = training.start(token="t1", by=CHIEF)
    with subprocess.Popen([sys.executable, "-c", "input()", run.id], stdin=subprocess.PIPE) as process:
        assert TrainingDispatch(at.line, lambda _: process).look() == 1
        assert TrainingDispatch(at.line, lambda _: JobInMemory()).look() == 0
        [same] = training.overview(by=LEAD).runs
        assert (same.attempts, same.pid) == (1, process.pid)
        process.kill()
    assert TrainingDispatch(at.line, lambda _: JobInMemory()).look() == 2  # queued, and begun


def test_the_command_of_a_run_is_one_of_ours() -> None:
    """So that the process is found again by its command line."""
    assert command("20261122T160000-t1")[-4:] == ["dialects", "runs", "work", "20261122T160000-t1"]
