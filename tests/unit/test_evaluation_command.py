"""`elder-channel dialects evaluate` and `identify`: whose settings, which manifest, what is written down."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from config.errors import ConfigError
from elder_channel.cli.chosen import choose_settings
from elder_channel.cli.evaluation_report import command_line, figures_report
from elder_channel.cli.main import app

HEADER = "file\tsplit\tdialect_id\tseconds\tsource\n"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A site that abstains more often and uses the licensed head."""
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "identification.yaml").write_text("schema: 1\nabstain_below: 0.7\nacoustic_weight: 0.5\n")
    (folder / "recognition.yaml").write_text("schema: 1\nacoustic_head: licensed\n")
    return folder


def test_the_settings_of_the_site_are_used_as_on_a_call(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Weights, threshold and head are the site's; its folder may be named by option or in the environment."""
    chosen = choose_settings(site=site, defaults=False, head=None)
    assert (chosen.identification.abstain_below, chosen.identification.acoustic_weight) == (0.7, 0.5)
    assert (chosen.head, chosen.origin) == ("licensed", "site")
    monkeypatch.setenv("ELDER_CHANNEL_SITE", str(site))
    assert choose_settings(site=None, defaults=False, head="all").head == "all"
    assert choose_settings(site=None, defaults=False, head="all").identification == chosen.identification


def test_reported_figures_are_of_the_packaged_settings(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a site nor the environment changes them; a report says which were used."""
    monkeypatch.setenv("ELDER_CHANNEL_SITE", str(site))
    monkeypatch.setenv("ELDER_CHANNEL_IDENTIFICATION__ABSTAIN_BELOW", "0.9")
    chosen = choose_settings(site=site, defaults=True, head=None)
    about = chosen.about()
    assert (about["settings_from"], about["head"], about["settings"]["abstain_below"]) == (
        "packaged defaults",
        "all",
        0.45,
    )


def test_wrong_settings_of_the_site_are_told(site: Path) -> None:
    """Measuring with other settings than the line's would be worse than not measuring."""
    (site / "identification.yaml").write_text("schema: 1\nabstain_below: much\n")
    with pytest.raises(ConfigError, match="abstain_below"):
        choose_settings(site=site, defaults=False, head=None)
    for command in (["evaluate", "--manifest", "none.tsv"], ["identify", "none.wav"]):
        done = CliRunner().invoke(app, ["dialects", *command, "--site", str(site)])
        assert (done.exit_code, "abstain_below" in done.stderr) == (2, True)


@pytest.mark.parametrize(
    ("content", "options", "told"),
    [
        pytest.param("file\tsplit\n", [], "manifest.tsv:1: the column 'dialect_id' is missing", id="column"),
        pytest.param(HEADER, [], "manifest.tsv:1: it has no rows", id="no rows"),
        pytest.param(HEADER + "a.wav\tdev\thakka\t1\ta/b\n", ["--split", "x"], "split: no row has 'x'", id="split"),
        pytest.param(HEADER + "a.wav\tdev\tnowhere\t1\ta/b\n", [], ":2: dialect_id: 'nowhere'", id="id"),
        pytest.param(HEADER + "a.wav\tdev\thakka\t1\ta/b\n", [], ":2: file: there is no recording", id="recording"),
    ],
)
def test_a_bad_manifest_ends_with_a_sentence(tmp_path: Path, content: str, options: list[str], told: str) -> None:
    """File, row and column, exit code 2, and no traceback."""
    file = tmp_path / "manifest.tsv"
    file.write_text(content, encoding="utf-8")
    done = CliRunner().invoke(app, ["dialects", "evaluate", "--manifest", str(file), "--defaults", *options])
    assert done.exit_code == 2
    assert told in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(("head", "told"), [("none", "no acoustic head"), ("other", "no acoustic head 'other'")])
def test_without_a_head_there_is_nothing_to_measure(tmp_path: Path, head: str, told: str) -> None:
    """A line may go without a head; an evaluation of it cannot."""
    (tmp_path / "a.wav").write_bytes(b"")
    file = tmp_path / "manifest.tsv"
    file.write_text(HEADER + "a.wav\tdev\thakka\t1\ta/b\n", encoding="utf-8")
    done = CliRunner().invoke(app, ["dialects", "evaluate", "--manifest", str(file), "--defaults", "--head", head])
    assert (done.exit_code, told in done.stderr) == (2, True)


def test_lines_are_drawn_again_only_where_they_differ(tmp_path: Path) -> None:
    """A mean over draws of the plain line would be one figure told as several."""
    command = ["dialects", "evaluate", "--manifest", str(tmp_path / "none.tsv"), "--defaults", "--draws", "5"]
    done = CliRunner().invoke(app, command)
    assert (done.exit_code, "--draws goes with --lines bad" in done.stderr) == (2, True)


def test_sounds_without_text_are_measured_without_recognition(tmp_path: Path) -> None:
    """`n` is 0 and said; no model is loaded, no figure invented."""
    (tmp_path / "a.wav").write_bytes(b"")
    file = tmp_path / "manifest.tsv"
    file.write_text(HEADER + "a.wav\tdev\thakka\t1\ta/b\n", encoding="utf-8")
    command = ["dialects", "evaluate", "--manifest", str(file), "--defaults", "--no-identification"]
    done = CliRunner().invoke(app, [*command, "--json"])
    assert done.exit_code == 0, done.output
    figures = json.loads(done.stdout)["recognition"]
    row = figures["per_dialect"]["hakka"]
    assert (row["n"], row["cer"], row["pinyin_error_rate"], row["wer"]) == (0, None, None, None)
    assert "n = 0" in CliRunner().invoke(app, command).stdout


def test_the_command_of_a_report_names_no_place_of_this_machine() -> None:
    """Whoever repeats it has the manifest elsewhere."""
    said: dict[str, Any] = {"--split": "dev", "--no-join": False, "--with-numbers": True, "--head": None}
    assert command_line(said, "recognition") == (
        "elder-channel dialects evaluate --manifest MANIFEST --split dev --with-numbers --report recognition"
    )


def test_a_report_has_the_rates_of_every_dialect_with_text() -> None:
    """Rates, intervals and counts; a dialect without text has its count only."""
    none = dict.fromkeys(("cer", "pinyin_error_rate", "wer"))
    wu = {**none, "n": 2, "cer": 0.8, "cer_interval": [0.7, 0.9], "cer_counts": {"units": 40, "deletions": 2}}
    rows = {"shanghai": wu, "hakka": {**none, "n": 0}}
    recognition = {"n": 2, "n_without_text": 1, "latency_ms": None, "per_dialect": rows, "per_source": {}}
    results = {one["name"]: one["value"] for one in figures_report({"recognition": recognition})}
    assert results["recognition.per_dialect.shanghai.cer"] == 0.8
    assert results["recognition.per_dialect.shanghai.cer_high"] == 0.9
    assert results["recognition.per_dialect.shanghai.cer.deletions"] == 2
    assert results["recognition.per_dialect.hakka.n"] == 0
    assert "recognition.per_dialect.hakka.cer" not in results
