"""`elder-channel orders`, as somebody on the server types it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs
from typer.testing import CliRunner

from elder_channel.cli.orders import app
from elder_channel.errors import ElderChannelError
from elder_channel.services.errors import OrderRefusedError
from tests.fakes.line import SECRETS, LineInMemory, open_test_line
from tests.unit.services.test_orders import abandoned


@pytest.fixture
def at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LineInMemory]:
    """A line whose state folder the command finds."""
    opened = open_test_line(tmp_path)
    for name, value in {**SECRETS, "ELDER_CHANNEL_STATE": str(opened.line.state)}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("ELDER_CHANNEL_SITE", str(tmp_path / "site"))
    yield opened
    opened.line.databases.dispose()


def run(*arguments: str) -> str:
    """What the command prints; a refusal is raised as `main` would tell it."""
    with capture_logs():  # they go to standard error; a runner without the set-up of `main` would mix them in
        done = CliRunner().invoke(app, arguments, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def answer(*arguments: str) -> Any:
    """The JSON the command prints."""
    return json.loads(run(*arguments, "--json"))


def test_an_order_goes_its_way_from_the_command_line(at: LineInMemory) -> None:
    """Listed, taken, noted, tried, raised, given away, closed, opened again."""
    number = str(abandoned(at).id)
    assert [str(order["id"]) for order in answer("list")] == [number]
    assert answer("take", number, "--by", "lin")["owner"] == "lin"
    promised = answer("note", number, "--note", "周一答复", "--promised", _soon())
    assert promised["state"] == "follow_up"
    assert answer("attempt", number, "--result", "busy", "--by", "lin")["attempts"] == 1
    assert answer("escalate", number, "--note", "客户很急")["owner"] == "complaints-supervisor"
    assert answer("reassign", number, "--to", "wang", "--note", "本人要求")["owner"] == "wang"
    assert answer("close", number, "--outcome", "settled", "--told")["told_customer"]
    assert answer("reopen", number, "--note", "又来电")["state"] == "open"
    shown = answer("show", number)
    assert [entry["action"] for entry in shown["history"]][:3] == ["opened", "taken", "promised"]
    assert shown["transcript"] == "我要投诉"


def _soon() -> str:
    """A month from now; the command looks at the real clock."""
    return (datetime.now(UTC) + timedelta(days=30)).strftime("%Y-%m-%dT10:00:00")


def test_people_read_tables_and_sentences(at: LineInMemory) -> None:
    """Without --json there is one line an order, and one a change."""
    order = abandoned(at)
    assert "投诉" in run("list")
    told = run("show", str(order.id))
    for expected in ("投诉 Complaint", "complaints-desk", "+86200****01", "我要投诉", "陈嘉明(5)", "line opened"):
        assert expected in told
    assert f"order {order.id}: taken" in run("take", str(order.id), "--by", "lin")


def test_a_call_leaves_one_order_and_a_person_any_number(at: LineInMemory) -> None:
    """Written down by hand, from a call or without one."""
    kept = abandoned(at)
    assert answer("add", "--type", "enquiry", "--note", "x", "--call", "CA1")["id"] == kept.id
    assert answer("add", "--type", "enquiry", "--note", "上门客户", "--priority", "elder")["priority"] == "elder"


def test_an_old_version_is_refused(at: LineInMemory) -> None:
    """With --etag a script changes what it has seen, or nothing."""
    order = abandoned(at)
    answer("take", str(order.id), "--by", "lin")
    with pytest.raises(OrderRefusedError, match="meanwhile"):
        answer("note", str(order.id), "--note", "x", "--etag", order.etag)


@pytest.mark.parametrize("arguments", [["take", "99"], ["show", "99"]])
def test_an_order_that_does_not_exist_is_named(at: LineInMemory, arguments: list[str]) -> None:
    """In a sentence with its number."""
    with pytest.raises(OrderRefusedError, match="no order 99"):
        run(*arguments)


def test_a_state_folder_nobody_started_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sentence says what to give first."""
    monkeypatch.setenv("ELDER_CHANNEL_STATE", str(tmp_path))
    with pytest.raises(ElderChannelError, match="migrate first"):
        run("list")
