"""TaskRouter is told of the settings, through the carrier's own client: once, again, and after they have changed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from elder_channel.bootstrap import Reload
from elder_channel.cli.taskrouter import app
from elder_channel.services.taskrouter_push import push
from elder_channel.telephony.errors import CarrierError
from elder_channel.telephony.taskrouter.api import Kind
from elder_channel.telephony.taskrouter.errors import UnchangeableActivityError
from elder_channel.telephony.taskrouter.pushing import Change, Done
from tests.fakes.line import LineInMemory, open_test_line
from tests.integration.test_simulator.conftest import ACCOUNT_SID, AUTH_TOKEN, Simulator

AGENT = {"id": "a", "name": "示例甲", "contact": "client:a", "dialects": {"minnan": 5}}


@pytest.fixture
def at(simulator: Simulator, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[LineInMemory]:
    """A line whose TaskRouter is the simulator's; a workspace of the test's own."""
    opened = open_test_line(
        tmp_path,
        TWILIO_ACCOUNT_SID=ACCOUNT_SID,
        TWILIO_AUTH_TOKEN=AUTH_TOKEN,
        ELDER_CHANNEL_SERVER__CARRIER_BASE_URL=simulator.base,
        ELDER_CHANNEL_TASKROUTER__WORKSPACE=request.node.name[:64],
    )
    yield opened
    opened.line.databases.dispose()


def done(changes: list[Change], *wanted: Done) -> set[tuple[str, str]]:
    """(kind, name) of what became this."""
    return {(change.kind, change.name) for change in changes if change.done in wanted}


def now_with(at: LineInMemory, tmp_path: Path, *agents: dict[str, object]) -> None:
    """The site has these agents from now on."""
    text = json.dumps({"schema": 1, "agents": agents}, ensure_ascii=False)  # JSON is YAML
    (tmp_path / "site" / "agents.yaml").write_text(text, encoding="utf-8")
    assert at.line.source.reload() is Reload.CHANGED


def test_the_first_push_makes_everything_and_the_second_nothing(at: LineInMemory) -> None:
    """Idempotent: told twice is told once."""
    first, second = push(at.line), push(at.line)
    assert {change.done for change in first} == {Done.MADE}
    assert {change.kind for change in first} == {"workspace", "activity", "task_queue", "worker", "workflow"}
    assert {change.done for change in second} == {Done.KEPT}
    assert len(second) == len(first)


def test_a_dry_run_writes_nothing(at: LineInMemory) -> None:
    """It says what a push would do, and does none of it."""
    would = push(at.line, dry_run=True)
    assert at.line.tasks.objects("worker") == {}
    assert done(would, Done.MADE) == done(push(at.line), Done.MADE)


def test_who_leaves_is_deleted_and_who_changes_is_changed(at: LineInMemory, tmp_path: Path) -> None:
    """Only what differs is written; what we made and need no more goes."""
    now_with(at, tmp_path, AGENT, {**AGENT, "id": "b", "name": "示例乙", "contact": "client:b"})
    push(at.line)
    now_with(at, tmp_path, {**AGENT, "dialects": {"minnan": 5, "guangzhou": 4}})
    changes = push(at.line)
    assert done(changes, Done.CHANGED) == {("worker", "a")}
    assert done(changes, Done.DELETED) == {("worker", "b")}
    assert set(at.line.tasks.objects("worker")) == {"a"}


def test_what_somebody_else_made_is_used_and_never_deleted(at: LineInMemory, tmp_path: Path) -> None:
    """A worker of our name made by hand is brought up to date; it and a stranger's queue stay when we leave."""
    name = at.line.settings.taskrouter.workspace
    push(at.line)
    space = at.line.tasks.objects("workspace")[name].sid
    api = at.line.provisioning
    now_with(at, tmp_path, AGENT)
    push(at.line)
    by_hand = api.create(space, Kind.WORKER, "b", {"attributes": {}})
    now_with(at, tmp_path, AGENT, {**AGENT, "id": "b", "name": "示例乙", "contact": "client:b"})
    assert done(push(at.line), Done.CHANGED) == {("worker", "b")}
    now_with(at, tmp_path, AGENT)
    assert done(push(at.line), Done.DELETED) == set()
    assert by_hand in {each.sid for each in api.all(space, Kind.WORKER)}


def test_a_wrong_password_is_told(at: LineInMemory, simulator: Simulator, tmp_path: Path) -> None:
    """The carrier's number and words reach whoever gave the command."""
    other = open_test_line(
        tmp_path / "other",
        TWILIO_ACCOUNT_SID=ACCOUNT_SID,
        TWILIO_AUTH_TOKEN="wrong",
        ELDER_CHANNEL_SERVER__CARRIER_BASE_URL=simulator.base,
    )
    with pytest.raises(CarrierError, match="Authenticate") as refused:
        push(other.line)
    assert refused.value.code == "20003"
    other.line.databases.dispose()


def test_an_activity_of_our_name_and_another_kind_is_named(at: LineInMemory) -> None:
    """TaskRouter cannot make an unavailable activity available."""
    space = at.line.provisioning.create_workspace(at.line.settings.taskrouter.workspace)
    at.line.provisioning.create(space, Kind.ACTIVITY, "At work", {"available": False})
    with pytest.raises(UnchangeableActivityError, match="At work"):
        push(at.line)


def test_the_commands_say_what_would_change_and_change_it(
    at: LineInMemory, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Check tells of what is missing, push makes it, check is content; show is JSON."""
    env = {
        "ELDER_CHANNEL_STATE": str(at.line.state),
        "TWILIO_ACCOUNT_SID": ACCOUNT_SID,
        "TWILIO_AUTH_TOKEN": AUTH_TOKEN,
        "ELDER_CHANNEL_SERVER__CARRIER_BASE_URL": simulator.base,
        "ELDER_CHANNEL_TASKROUTER__WORKSPACE": at.line.settings.taskrouter.workspace,
    }
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    run = CliRunner()
    before = run.invoke(app, ["check"])
    assert before.exit_code == 1
    assert "made     worker: lin.xiulan" in before.output
    assert "it would be: " in before.output
    assert "made     worker: lin.xiulan" in run.invoke(app, ["push", "--dry-run"]).output
    assert "done: 38 made" in run.invoke(app, ["push"]).output
    again = run.invoke(app, ["push", "--json"]).stdout
    assert json.loads(again[again.index("{\n") :]) == {"changes": [], "kept": 38}
    assert run.invoke(app, ["check"]).exit_code == 0
    shown = json.loads(run.invoke(app, ["show"]).stdout)
    assert {worker["name"] for worker in shown["workers"]} >= {"lin.xiulan"}
