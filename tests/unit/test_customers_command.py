"""`elder-channel customers`, as an operator types it."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from elder_channel.cli.customers import app
from elder_channel.storage.customers import SqlCustomerStore
from elder_channel.storage.engine import open_databases
from elder_channel.storage.migrate import migrate

HEADER = "集团客户号,客户号,公司,姓名,手机号,生日\n"
CHEN = "G1,L1,life,陈示例,+8659100000102,1946-03-12\n"
OTHER = "G1,P1,property,陈示例,+8659100000102,1946-03-21\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A state folder with empty books, and no site of its own."""
    monkeypatch.setenv("ELDER_CHANNEL_STATE", str(tmp_path / "var"))
    monkeypatch.setenv("ELDER_CHANNEL_SITE", "")
    monkeypatch.chdir(tmp_path)
    databases = open_databases(tmp_path / "var")
    migrate(databases)
    databases.dispose()
    return tmp_path


def run(*words: str | Path, code: int = 0) -> Result:
    """What a command prints."""
    result = CliRunner().invoke(app, [str(word) for word in words])
    assert result.exit_code == code, result.output
    return result


def written(folder: Path, *rows: str) -> Path:
    """A file of customers."""
    path = folder / "customers.csv"
    path.write_text(HEADER + "".join(rows), encoding="gb18030")
    return path


def test_an_import_tells_what_it_did(folder: Path) -> None:
    """And the doubts it found are listed, decided on, and gone."""
    path = written(folder, CHEN, OTHER)
    first = json.loads(run("import", path, "--examples", "--json").stdout)
    assert (first["rows"], first["new"], first["people"], first["doubts"]) == (2, 2, 1, 1)
    again = run("import", path, "--examples").stdout
    assert "2 rows: 2 taken, 0 rejected; 0 are new, 0 changed, 2 unchanged" in again
    found = json.loads(run("doubts", "--json").stdout)
    assert found["counts"] == {"birthdays": 1}
    assert found["doubts"][0]["told"] == "life: 1946-03-12; property: 1946-03-21"
    run("decide", "G1", "--birthday", "1946-02-09", "--lunar", "--reason", "asked her daughter")
    assert "nothing is in doubt" in run("doubts").stdout


def test_the_line_knows_who_was_imported(folder: Path) -> None:
    """One import serves both: the caller is a known elder; a birthday in doubt makes nobody one, a decision does."""
    run("import", written(folder, CHEN, OTHER), "--examples")
    databases = open_databases(folder / "var")
    store = SqlCustomerStore(databases.calls)
    found = store.at_number("+8659100000102")
    assert [one.customer.name for one in found.people] == ["陈示例"]
    assert not found.elder(today=date(2026, 11, 22), elder_age=60)
    run("decide", "G1", "--birthday", "1946-03-12", "--reason", "asked her daughter")
    assert store.at_number("+8659100000102").elder(today=date(2026, 11, 22), elder_age=60)
    databases.dispose()


def test_a_preview_changes_nothing_and_shows_nobody(folder: Path) -> None:
    """What would be new, and no name or number."""
    path = written(folder, CHEN)
    shown = run("import", path, "--examples", "--preview").stdout
    assert "1 would be new" in shown
    assert "birth_month=3" in shown
    assert "陈示例" not in shown
    assert "+8659100000102" not in shown
    assert json.loads(run("import", path, "--examples", "--preview", "--json").stdout)["new"] == 1


def test_rejected_rows_are_told_and_reported(folder: Path) -> None:
    """On the screen without the value, and in a file; all rows rejected is a failure."""
    path = written(folder, CHEN.replace("03-12", "02-30"))
    result = run("import", path, "--examples", "--report", folder / "rejected.csv", code=1)
    assert "rejected: row 2, 生日: there is no day 2-30" in result.stdout
    assert "there is no day 2-30" in (folder / "rejected.csv").read_text(encoding="utf-8-sig")


def test_a_column_nobody_knows_is_told(folder: Path) -> None:
    """It may be the one with the numbers."""
    path = folder / "customers.csv"
    path.write_text("客户号,公司,生日,Rufnummer\nL1,life,1946-03-12,+8659100000102\n", encoding="utf-8")
    assert "columns passed over: Rufnummer" in run("import", path, "--examples", "--preview").stdout


def test_numbers_of_examples_need_to_be_asked_for(folder: Path) -> None:
    """In real books they are mistakes."""
    assert "a number of examples" in run("import", written(folder, CHEN), code=1).stdout


@pytest.mark.parametrize(
    ("words", "told"),
    [(["--company", "airline"], "no company airline"), (["--query", "SELECT 1"], "none that SQLAlchemy knows")],
)
def test_what_cannot_be_done_is_told_in_a_sentence(folder: Path, words: list[str], told: str) -> None:
    """The program's way in prints it and ends with 2."""
    result = CliRunner().invoke(app, ["import", str(written(folder, CHEN)), *words])
    assert told in str(result.exception)


def test_a_decision_needs_a_day_that_exists(folder: Path) -> None:
    """30 February is told at the option."""
    result = run("decide", "G1", "--birthday", "1946-02-30", "--reason", "x", code=2)
    assert "there is no day 2-30" in " ".join(result.output.split())


def test_generated_customers_can_be_imported(folder: Path) -> None:
    """Of the site's companies, all of them good."""
    told = run("generate", "--count", "200", "--seed", "3", folder / "generated.csv").stdout
    assert "records of 200 people in 2 companies" in told
    result = json.loads(run("import", folder / "generated.csv", "--examples", "--json").stdout)
    assert (result["people"], result["rejected"]) == (200, 0)
