"""Reports say what was measured, where and when; quoted figures are compared with them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from elder_channel.cli.reports import app
from elder_channel.quotations import collect, disagreements, documents, quotations
from elder_channel.reports import commit, merge_bench, read_results, result, write_report


def test_a_report_holds_what_a_reader_needs_to_weigh_it(tmp_path: Path) -> None:
    """Command, commit, machine, start, duration and results are all there, and nothing that names the machine."""
    started_at = datetime(2026, 11, 22, 8, tzinfo=UTC)
    path = write_report(
        "demo",
        [result("calls", 3, "calls", reach=3, ok=True)],
        command="make demo",
        directory=tmp_path,
        started_at=started_at,
    )
    report = json.loads(path.read_text(encoding="utf-8"))
    assert list(report) == ["command", "commit", "machine", "started_at", "seconds", "results"]
    assert report["started_at"] == "2026-11-22T08:00:00+00:00"
    assert report["results"] == [{"name": "calls", "value": 3, "unit": "calls", "reach": 3, "ok": True}]
    assert set(report["machine"]) == {"system", "python", "cpu", "cores", "memory_gb"}


@pytest.mark.parametrize(
    "results",
    [
        [result("a", 1, "s"), result("a", 2, "s")],
        [{"name": "a", "value": float("nan"), "unit": "s"}],
    ],
    ids=["one name twice", "not a number"],
)
def test_a_report_that_could_mislead_is_refused(tmp_path: Path, results: list[dict[str, object]]) -> None:
    """Two results of one name and a value that is no number are mistakes of the one who measures."""
    with pytest.raises(ValueError, match="a"):
        write_report("x", results, command="x", directory=tmp_path)
    assert not list(tmp_path.iterdir())


def test_bench_merges_and_keeps_what_was_not_measured_again(tmp_path: Path) -> None:
    """Each result of bench.json has a commit and a time of its own."""
    merge_bench([result("a", 1, "s"), result("b", 1, "s")], directory=tmp_path)
    merge_bench([result("b", 2, "s")], directory=tmp_path)
    results = {entry["name"]: entry for entry in read_results(tmp_path / "bench.json")}
    assert (results["a"]["value"], results["b"]["value"]) == (1, 2)
    assert all({"commit", "at", "machine"} <= set(entry) for entry in results.values())
    assert all({"cpu", "cores", "load"} <= set(entry["machine"]) for entry in results.values())


def test_outside_of_a_checkout_the_commit_is_unknown(tmp_path: Path) -> None:
    """Without git a report can still be written."""
    assert commit(tmp_path) == "unknown"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a checkout with one made report."""
    results = [result("seconds", 4.149, "s"), result("calls", 66000, "calls"), result("none", None, "s")]
    write_report("demo", results, command="make demo", directory=tmp_path / "build/reports")
    (tmp_path / "docs").mkdir()
    return tmp_path


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("It takes 4.1 s<!-- demo.json:seconds -->.", None),
        ("It takes **4.15 s**<!-- demo.json:seconds -->.", None),
        ("about 4<!-- demo.json:seconds -->", None),
        ("| 66,000 calls <!-- demo.json:calls --> |", None),
        ("| 70 | 4.1 <!-- demo.json:seconds --> |", None),
        ("as in `4.9 s<!-- demo.json:seconds -->`", None),
        ("```\n4.9 s<!-- demo.json:seconds -->\n```", None),
        ("4.2 s<!-- demo.json:seconds -->", "4.2 is written here, 4.149 stands in the report"),
        ("4.1 ms<!-- demo.json:seconds -->", "the unit is ms here and s in the report"),
        ("4.1 s<!-- demo.json:second -->", "the report has no result of this name"),
        ("4.1 s<!-- other.json:seconds -->", "there is no other.json among the reports"),
        ("fast<!-- demo.json:seconds -->", "no figure stands before the marker"),
        ("1 s<!-- demo.json:none -->", "1 is written here, None stands in the report"),
    ],
)
def test_a_quoted_figure_is_the_report_s_own_rounded(root: Path, text: str, complaint: str | None) -> None:
    """A figure holds to the decimals written; examples in code are passed over."""
    (root / "README.md").write_text(f"first line\n\n{text}\n", encoding="utf-8")
    collect(root)
    quoted = [each for document in documents(root) for each in quotations(document)]
    said = list(disagreements(quoted, reports=root / "docs/reports"))
    if complaint is None:
        assert said == []
    else:
        assert len(said) == 1
        assert "README.md:3: " in said[0]
        assert complaint in said[0]


def test_collect_copies_only_what_is_quoted(root: Path) -> None:
    """Reports nobody quotes are not committed."""
    write_report("other", [], command="x", directory=root / "build/reports")
    (root / "docs/a.md").write_text("4.1<!-- demo.json:seconds -->", encoding="utf-8")
    done = CliRunner().invoke(app, ["collect", "--root", str(root)])
    assert done.exit_code == 0
    assert [path.name for path in (root / "docs/reports").iterdir()] == ["demo.json"]


def test_collect_fails_on_a_figure_that_no_longer_holds(root: Path) -> None:
    """After measuring again, the figures to be corrected are named."""
    (root / "docs/a.md").write_text("9 s<!-- demo.json:seconds -->", encoding="utf-8")
    done = CliRunner().invoke(app, ["collect", "--root", str(root)])
    assert done.exit_code == 1
    assert "a.md:1" in done.output


def test_collect_writes_the_new_figures_when_asked(root: Path) -> None:
    """As many decimals as before, in every place of a line; examples in code and unknown results stay."""
    page = root / "docs/a.md"
    code = "`9 s<!-- demo.json:seconds -->`"
    text = "first\n{} s<!-- demo.json:seconds --> for **{} calls**<!-- demo.json:calls --> " + code + "\n"
    page.write_text(text.format("9.0", "70,000"), encoding="utf-8")
    done = CliRunner().invoke(app, ["collect", "--root", str(root), "--write"])
    assert (done.exit_code, "2 figures renewed" in done.output) == (0, True)
    assert page.read_text(encoding="utf-8") == text.format("4.1", "66,000")
    page.write_text("9 s<!-- demo.json:other --> 9 s<!-- gone.json:seconds -->", encoding="utf-8")
    assert CliRunner().invoke(app, ["collect", "--root", str(root), "--write"]).exit_code == 1
