"""What is exported for training, and what stays at home."""

from __future__ import annotations

import csv
import stat
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from dialects.audio.decode import decode_audio
from dialects.audio.mulaw import RATE_HZ
from dialects.utterances import read_manifest
from elder_channel.calls.tables import readings
from elder_channel.services.consents import Consents
from elder_channel.services.corrections import Corrections, Verdict
from elder_channel.services.corrections_export import COLUMNS, LICENCE, export_corrections, pseudonym
from elder_channel.services.errors import ExportRefusedError
from tests.fakes.learning import (
    AGENT,
    NUMBER,
    PEOPLE,
    agreed,
    answered_call,
    kept_utterance,
    learning_line,
)
from tests.fakes.line import LineInMemory


@pytest.fixture
def at(tmp_path: Path) -> Iterator[LineInMemory]:
    """A line that keeps sound where it may."""
    with learning_line(tmp_path) as opened:
        yield opened


def exported(at: LineInMemory, out: Path, **options: object) -> list[dict[str, str]]:
    """The rows of an export."""
    export_corrections(at.line, out, **options)  # type: ignore[arg-type]
    with (out / "manifest.tsv").open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file, delimiter="\t")
        assert tuple(reader.fieldnames or ()) == COLUMNS
        return list(reader)


def test_an_export_is_a_manifest_with_its_sound(at: LineInMemory, corrections: Corrections, tmp_path: Path) -> None:
    """Exactly the columns training reads; speakers are pseudonyms, words and names stay at home."""
    answered_call(at)
    agreed(at)
    kept_utterance(at)
    kept_utterance(at)
    corrections.judge(Verdict("CA1", "puxian", None, "t1"), by=AGENT)
    out = tmp_path / "export"
    rows = exported(at, out)
    assert {(row["dialect_id"], row["licence"], row["transcript"]) for row in rows} == {("puxian", LICENCE, "")}
    assert len({row["source"] for row in rows}) == 1
    clips = read_manifest(out / "manifest.tsv")
    assert all(decode_audio(clip.path, rate_hz=RATE_HZ).seconds == pytest.approx(3.0, abs=0.1) for clip in clips)
    told = "".join((out / name).read_text(encoding="utf-8") for name in ("manifest.tsv", "provenance.tsv"))
    for private in (NUMBER, "某人", "CA1", "lin", "我要报案"):
        assert private not in told.replace("line", "")
    assert "agent" in told
    assert "all@1" in told
    for file in (out / "manifest.tsv", *(out / "audio").iterdir()):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_law_7_an_export_is_on_record_as_a_reading(at: LineInMemory, corrections: Corrections, tmp_path: Path) -> None:
    """Whose voice left the books, and when."""
    answered_call(at)
    agreed(at)
    kept_utterance(at)
    corrections.judge(Verdict("CA1", "fuzhou", None, "t1"), by=AGENT)
    exported(at, tmp_path / "export")
    with at.line.databases.calls.connect() as connection:
        rows = connection.execute(sa.select(readings.c.call_sid, readings.c.reader)).all()
    assert [tuple(row) for row in rows] == [("CA1", "export")]


def test_only_judged_calls_are_exported(at: LineInMemory, corrections: Corrections, tmp_path: Path) -> None:
    """A guess is no label; nor is a verdict on the need alone."""
    agreed(at)
    for sid in ("CA1", "CA2", "CA3"):
        answered_call(at, sid)
        kept_utterance(at, sid)
    corrections.judge(Verdict("CA2", None, "report_claim", "t2"), by=AGENT)
    assert exported(at, tmp_path / "export") == []
    corrections.judge(Verdict("CA1", "fuzhou", None, "t1"), by=AGENT)
    assert len(exported(at, tmp_path / "export")) == 1


def test_law_7_exporting_again_takes_away_what_was_withdrawn(
    at: LineInMemory, corrections: Corrections, tmp_path: Path
) -> None:
    """The folder mirrors the books."""
    answered_call(at)
    agreed(at)
    kept_utterance(at)
    corrections.judge(Verdict("CA1", "fuzhou", None, "t1"), by=AGENT)
    out = tmp_path / "export"
    assert len(exported(at, out)) == 1
    Consents(at.line, PEOPLE).record(70, given=False, basis="", by=AGENT)
    assert exported(at, out) == []
    assert list((out / "audio").iterdir()) == []


def test_an_export_since_a_day(at: LineInMemory, corrections: Corrections, tmp_path: Path) -> None:
    """By the day of the verdict."""
    answered_call(at)
    agreed(at)
    kept_utterance(at)
    corrections.judge(Verdict("CA1", "fuzhou", None, "t1"), by=AGENT)
    assert len(exported(at, tmp_path / "all", since=at.clock() - timedelta(days=1))) == 1
    assert exported(at, tmp_path / "none", since=at.clock() + timedelta(days=1)) == []


def test_a_folder_with_something_else_in_it_is_not_touched(at: LineInMemory, tmp_path: Path) -> None:
    """Only an export of ours is written anew."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("x", encoding="utf-8")
    with pytest.raises(ExportRefusedError):
        export_corrections(at.line, tmp_path / "mine")
    with pytest.raises(ExportRefusedError):
        export_corrections(at.line, tmp_path / "mine" / "thesis.txt")


def test_sound_that_was_changed_is_left_out(at: LineInMemory, corrections: Corrections, tmp_path: Path) -> None:
    """What is not what was kept is not trained on."""
    answered_call(at)
    agreed(at)
    clip = kept_utterance(at)
    corrections.judge(Verdict("CA1", "fuzhou", None, "t1"), by=AGENT)
    at.line.sound_files.path(clip.id).write_bytes(b"RIFF")
    done = export_corrections(at.line, tmp_path / "export")
    assert (done.clips, done.missing) == (0, 1)


def test_a_pseudonym_is_the_same_everywhere_and_nobody_s_without_the_key() -> None:
    """So that leaving one speaker out leaves all of that speaker out."""
    assert pseudonym(70, "key") == pseudonym(70, "key")
    assert len({pseudonym(customer, "key") for customer in range(500)}) == 500
    assert pseudonym(70, "key") != pseudonym(70, "other")
