"""Which recognizers serve a dialect, and how `elder-channel dialects list` tells it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dialects.catalogue import Catalogue
from dialects.preparation import prepare
from dialects.recognizers.port import Capabilities
from dialects.sound import load_language_table
from dialects.support import available_recognizers
from elder_channel.cli.dialects import app

KEYS = ["id", "zh", "en", "iso639_3", "glottocode", "group", "area_codes", "recognizers"]
WHISPER = Capabilities(name="whisper", languages=frozenset({"zh", "en"}))
WU = Capabilities(name="wu", languages=frozenset({"zh"}), dialects=frozenset({"shanghai", "suzhou"}))
ENGLISH = Capabilities(name="english", languages=frozenset({"en"}))


@pytest.mark.parametrize(
    ("class_id", "names"),
    [("sichuan", ("whisper",)), ("putonghua", ("whisper",)), ("shanghai", ("wu",)), ("wenzhou", ()), ("hakka", ())],
)
def test_knowing_chinese_is_not_knowing_every_dialect(
    class_id: str, names: tuple[str, ...], catalogue: Catalogue
) -> None:
    """A recognizer that only knows Chinese counts for Mandarin; one made for a dialect counts for that dialect."""
    assert available_recognizers(class_id, [WHISPER, WU, ENGLISH], catalogue=catalogue) == names


def test_the_list_in_json_has_42_dialects_with_fixed_keys(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Programs may rely on the keys; the code of Southern Min arrives as text."""
    for name in ("model.bin", "config.json", "tokenizer.json", "vocabulary.txt"):
        (tmp_path / name).touch()
    monkeypatch.setenv("ELDER_CHANNEL_WHISPER_MODEL", str(tmp_path))
    result = CliRunner().invoke(app, ["list", "--json"])
    rows = json.loads(result.stdout)
    by_id = {row["id"]: row for row in rows}
    assert result.exit_code == 0
    assert len(by_id) == 42
    assert all(list(row) == KEYS and list(row["recognizers"]) == ["available", "recommended"] for row in rows)
    assert by_id["minnan"]["iso639_3"] == "nan"
    assert by_id["fuzhou"]["area_codes"] == ["0591", "0593", "0598"]
    assert by_id["fuzhou"]["recognizers"]["available"] == []
    assert by_id["henan"]["recognizers"]["available"] == [f"{tmp_path.name}-int8"]


def test_without_a_model_nothing_is_called_available(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What is not installed is not promised, and the list says what is missing."""
    monkeypatch.setenv("ELDER_CHANNEL_WHISPER_MODEL", str(tmp_path / "absent"))
    rows = json.loads(CliRunner().invoke(app, ["list", "--json"]).stdout)
    assert not any(row["recognizers"]["available"] for row in rows)
    table = CliRunner().invoke(app, ["list"])
    assert table.exit_code == 0
    assert "42 dialects" in table.stdout
    assert "ELDER_CHANNEL_WHISPER_MODEL" in table.stdout


def test_the_dialects_stand_without_the_command_line() -> None:
    """Identification loads neither the command line's libraries nor the speech model's."""
    modules = "dialects.identify, dialects.area, dialects.words, dialects.sound, dialects.profile, dialects.preparation"
    program = (
        f"import sys, {modules}; print([m for m in ('typer', 'rich', 'ctranslate2', 'torch') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_preparing_reads_the_tables(catalogue: Catalogue) -> None:
    """What voice processes call before the first caller comes runs without fault."""
    prepare(catalogue)
    assert load_language_table() is load_language_table()
