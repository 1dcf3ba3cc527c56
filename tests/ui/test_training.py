"""Training on the page of review: too little, running, failed, finished, decided; who may."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dialects.head_store import HeadStore
from elder_channel.learning.runs import Failure, Phase, RunProgress, RunState
from elder_channel.services.accounts import Role
from elder_channel.services.corrections import Corrections
from elder_channel.services.review import Review
from elder_channel.services.training import Training
from elder_channel.services.training_dispatch import TrainingDispatch
from elder_channel.services.training_job import work
from elder_channel.state import HEADS_FOLDER
from elder_channel.storage.training_runs import FOLDER, TrainingRunFiles
from tests.fakes.learning import learning_line
from tests.fakes.line import LineInMemory
from tests.fakes.training_scene import JobInMemory, SpectrumFeatures, enough_to_train_on
from tests.ui.conftest import Console, go_to
from tests.ui.seen import words_of
from ui.training_texts import EN, ZH

CHIEF, LEAD, APPROVER = "lin.fang", "li.na", "wu.lan"
SignedIn = Callable[..., AppTest]


@pytest.fixture
def at(tmp_path: Path, console: Console) -> Iterator[LineInMemory]:
    """A line that keeps sound; an administrator, a supervisor, an approver."""
    with learning_line(tmp_path / "training") as opened:
        console.corrections = Corrections(opened.line, console.accounts)
        console.review = Review(opened.line, console.accounts, console.corrections)
        console.training = Training(opened.line, console.accounts)
        console.appoint(CHIEF)
        console.employ(LEAD, Role.SUPERVISOR)
        console.employ(APPROVER, Role.APPROVER)
        yield opened


@pytest.fixture
def runs(at: LineInMemory) -> TrainingRunFiles:
    """Where the runs lie."""
    return TrainingRunFiles(at.line.state / FOLDER)


def test_keys_are_the_same_in_both_languages() -> None:
    """Nothing is said in one only."""
    assert set(ZH) == set(EN)


def test_nothing_to_train_on_is_told(at: LineInMemory, signed_in: SignedIn) -> None:
    """How much is needed, of how many sources, and that the button waits for it."""
    page = go_to(signed_in(), "review")
    words = words_of(page)
    assert ZH["training.material.none"] in words
    assert "2 种方言，每种训练用的录音 20 段以上、来自 5 位以上说话人（现在有 0 种）" in words
    assert page.button(key="training-start").disabled
    assert "recognition.acoustic_head 是 all" in words


def test_approvers_train_and_do_not_listen_supervisors_look(at: LineInMemory, signed_in: SignedIn) -> None:
    """The page has for each what they may do."""
    page = go_to(signed_in(APPROVER, to=None), "review")
    assert ZH["training.rule"] in words_of(page)
    assert "review.rule" not in words_of(page)
    assert not [button for button in page.button if button.key and button.key.startswith("review-")]
    page.button(key="sign_out").click().run()
    page = go_to(signed_in(LEAD), "review")
    assert ZH["training.start.only"] in words_of(page)
    assert not [button for button in page.button if button.key and button.key.startswith("training-")]


def test_from_the_button_to_the_decision(at: LineInMemory, runs: TrainingRunFiles, signed_in: SignedIn) -> None:
    """Asked for, under way, left and found again, finished, refused without the tick, put in use, taken back."""
    enough_to_train_on(at.line)
    page = go_to(signed_in(), "review")
    page.button(key="training-start").click().run()
    assert ZH["training.state.queued"] in words_of(page)
    dispatch = TrainingDispatch(at.line, lambda _: JobInMemory())
    dispatch.look()
    [run] = runs.all()
    runs.tell(run.id, RunProgress(phase=Phase.HEARING, done=36, total=144, at=datetime.now(UTC)))
    page = go_to(go_to(page, "live"), "review")
    assert "一段一段听，共 144 段" in str([each.proto for each in page.get("progress")])
    assert "25%，已用" in words_of(page)
    work(at.line, run.id, SpectrumFeatures)
    page.run()
    words = words_of(page)
    for told in ("同一批留着比较的 32 段录音，2 种方言", "不再认识：", "客家话", ZH["training.worse"]):
        assert told in words
    page.text_input(key="training_reason").input("只接这两种话").run()
    page.button(key="training-promote").click().run()
    assert ZH["refused.training_worse"] in words_of(page)
    page.checkbox(key="training_although").check().run()
    page.button(key="training-promote").click().run()
    version = HeadStore(at.line.state / HEADS_FOLDER).current()
    assert version
    assert f"已换上：{version}" in words_of(page)
    assert "比原来差仍然用了：只接这两种话" in words_of(page)
    page.text_input(key="training_back_reason").input("客户有意见").run()
    page.button(key="training-back").click().run()
    assert "已退回：随产品附带的模型" in words_of(page)
    assert HeadStore(at.line.state / HEADS_FOLDER).current() is None


def test_a_run_is_stopped_and_another_begun(at: LineInMemory, runs: TrainingRunFiles, signed_in: SignedIn) -> None:
    """One that has not begun at once; one that waits too long says what to look at."""
    enough_to_train_on(at.line)
    page = go_to(signed_in(), "review")
    page.button(key="training-start").click().run()
    [run] = runs.all()
    assert "后台进程（worker）可能没在运行" in words_of(page)  # the line's clock stands still, the page's does not
    page.button(key=f"training-cancel-{run.id}").click().run()
    assert ZH["training.cancel.done"] in words_of(page)
    assert not page.button(key="training-start").disabled


def test_every_failure_is_told_plainly(
    at: LineInMemory, runs: TrainingRunFiles, console: Console, signed_in: SignedIn
) -> None:
    """In words, with what to do; the button is there again."""
    enough_to_train_on(at.line)
    chief = console.accounts.find(CHIEF)
    assert chief
    assert console.training
    run = console.training.start(token="t1", by=chief)
    page = go_to(signed_in(), "review")
    for failure in Failure:
        runs.change(run.id, set(RunState), state=RunState.FAILED, failure=failure, detail="exit code -9")
        assert ZH[f"training.failure.{failure}"] in words_of(page.run())
        assert not page.button(key="training-start").disabled


def test_a_folder_that_cannot_be_read_spoils_nothing_else(
    at: LineInMemory, runs: TrainingRunFiles, signed_in: SignedIn
) -> None:
    """Reviewing goes on; training says that it cannot be looked at."""
    runs.folder.parent.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(at.line.state / HEADS_FOLDER, ignore_errors=True)
    (runs.folder / "20261122T160000-t1" / "run.json").mkdir(parents=True)
    page = go_to(signed_in(), "review")
    words = words_of(page)
    assert ZH["training.trouble"] in words
    assert "没有要复核的来电" in words
