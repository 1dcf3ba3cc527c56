"""`elder-channel greetings`, as somebody on the server types it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs
from typer.testing import CliRunner

from elder_channel.cli.greetings import app
from elder_channel.clock import utc_now
from elder_channel.errors import ElderChannelError
from elder_channel.services.accounts import Account, Accounts
from elder_channel.services.accounts_file import ACCOUNTS_FILE, Role
from elder_channel.services.errors import CampaignRefusedError
from greeting_sms.year_proof import make_people
from tests.fakes.line import SECRETS, LineInMemory, open_test_line

EXAMPLE = Path(__file__).parents[2] / "greeting_sms" / "data" / "campaigns" / "birthday.yaml"


@pytest.fixture
def at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LineInMemory]:
    """A line whose state folder the command finds, with 3,000 people and an approver."""
    opened = open_test_line(tmp_path)
    for name, value in {**SECRETS, "ELDER_CHANNEL_STATE": str(opened.line.state)}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("ELDER_CHANNEL_SITE", str(tmp_path / "site"))
    make_people(opened.line.databases.greetings, 3000, seed=5)
    shell = Account("shell", Role.ADMINISTRATOR)
    accounts = Accounts(opened.line.state / ACCOUNTS_FILE, utc_now, operator=shell)
    with capture_logs():
        accounts.add("chief", "correct horse battery", Role.APPROVER, by=shell)
    yield opened
    opened.line.databases.dispose()


def run(*arguments: str, code: int = 0) -> str:
    """What the command prints."""
    with capture_logs():
        done = CliRunner().invoke(app, arguments, catch_exceptions=False)
    assert done.exit_code == code, done.output
    return done.output


def test_the_lint_says_what_is_wrong_and_where(tmp_path: Path) -> None:
    """Exit code 1 with errors, for a script; nothing to say about the shipped campaign."""
    assert "nothing to say" in run("lint", str(EXAMPLE))
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(EXAMPLE.read_text(encoding="utf-8").replace("平安喜乐", "保险到期"), encoding="utf-8")
    told = json.loads(run("lint", str(wrong), "--json", code=1))
    assert {(each["rule"], each["template"]) for each in told["findings"]} == {
        ("insurance", "zh"),
        ("insurance", "zh-plain"),
    }
    assert told["findings"][0]["where"].endswith("wrong.yaml:27")
    wrong.write_text("schema: 1\nid: x\n", encoding="utf-8")
    assert f"{wrong}:1: title: is missing" in run("lint", str(wrong), code=1)


def test_a_campaign_is_proposed_approved_planned_and_stopped(at: LineInMemory, tmp_path: Path) -> None:
    """The whole way, as an operator types it."""
    assert "birthday version 1 is proposed" in run("propose", str(EXAMPLE))
    with pytest.raises(CampaignRefusedError, match="somebody else must approve"):
        run("approve", "birthday", "1")
    with pytest.raises(ElderChannelError, match="no account nobody"):
        run("approve", "birthday", "1", "--by", "nobody")
    assert json.loads(run("approve", "birthday", "1", "--by", "chief", "--json"))["state"] == "approved"

    left_out = tmp_path / "left-out.csv"
    dry = json.loads(run("plan", "--dry-run", "--left-out", str(left_out), "--show", "1", "--json"))
    assert dry["greetings"] == dry["due"] > 0
    assert dry["cost"] > 0
    assert "生日" in dry["examples"][0]["body"] or "birthday" in dry["examples"][0]["body"]
    assert left_out.read_text(encoding="utf-8").splitlines() == ["group_customer_id,reason"]
    assert json.loads(run("plan", "--json"))["new"] == dry["greetings"]
    assert "0 new in the outbox" in run("plan")

    somebody = dry["examples"][0]["group_customer_id"]
    assert "in the outbox already: planned" in run("preview", "--customer", somebody)
    assert json.loads(run("preview", "--customer", somebody, "--json"))["greeting"]["segments"] >= 1
    assert "paused" in run("pause", "birthday", "--reason", "a typo")
    assert "approved -> paused" in run("history", "birthday")
    assert json.loads(run("campaigns", "--json"))[0]["state"] == "paused"


def test_one_greeting_a_year_is_counted_by_command() -> None:
    """A sample; two years of 100,000 people take minutes."""
    told = json.loads(run("prove-year", "--customers", "20", "--days", "400", "--json"))
    assert told["person_years"] == told["exactly_once"] > 0
    assert (told["too_close"], told["replayed"]) == (0, 0)
