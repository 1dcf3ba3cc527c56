"""What is wrong with a manifest is said with file, row and column, before anything is heard."""

from __future__ import annotations

from pathlib import Path

import pytest

from dialects.catalogue import Catalogue
from dialects.errors import ManifestError
from dialects.manifest_checks import clips_to_measure, known_id
from dialects.utterances import utterances_of

HEADER = "file\tsplit\tdialect_id\tplace\ttranscript\ttranscript_kind\tunit\tseconds\tsource\tlicence\n"
GOOD = "a.flac\tdev\thakka\t\t客家\thanzi\tword\t1\ta/b\tCC0\n"


def manifest(folder: Path, rows: str, header: str = HEADER) -> Path:
    """A manifest beside one recording that is there, and is none."""
    (folder / "a.flac").write_bytes(b"no sound")
    file = folder / "manifest.tsv"
    file.write_text(header + rows, encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("rows", "split", "unit", "where"),
    [
        pytest.param("", None, None, r"manifest\.tsv:1: it has no rows", id="empty"),
        pytest.param(GOOD, "test", None, r"manifest\.tsv:1: split: no row has 'test'; there are dev", id="split"),
        pytest.param(GOOD, None, "sentence", r"manifest\.tsv:1: unit: .*'sentence'; there are word", id="unit"),
        pytest.param(GOOD + GOOD.replace("hakka", "klingon"), None, None, ":3: dialect_id: 'klingon'", id="id"),
        pytest.param(GOOD.replace("hakka", "elf_unspecified"), None, None, ":2: dialect_id: 'elf_un", id="group"),
        pytest.param(GOOD + GOOD.replace("a.flac", "b.flac"), None, None, r":3: file: .*b\.flac", id="missing"),
        pytest.param(GOOD.replace("\t1\t", "\tnan\t"), None, None, ":2: seconds is 'nan'", id="length"),
        pytest.param(GOOD.replace("\t1\t", "\t-1\t"), None, None, ":2: seconds is '-1'", id="negative"),
        pytest.param("a.flac\tdev\n", None, None, ":2: dialect_id is empty", id="short row"),
    ],
)
def test_a_manifest_that_cannot_be_measured_is_refused(
    tmp_path: Path, catalogue: Catalogue, rows: str, split: str | None, unit: str | None, where: str
) -> None:
    """An operator is told what to mend."""
    with pytest.raises(ManifestError, match=where):
        clips_to_measure(manifest(tmp_path, rows), catalogue=catalogue, split=split, unit=unit)


def test_a_recording_that_is_none_is_named_with_its_row(tmp_path: Path, catalogue: Catalogue) -> None:
    """The sound is read late; the row is known still."""
    clips = clips_to_measure(manifest(tmp_path, GOOD), catalogue=catalogue)
    with pytest.raises(ManifestError, match=r"manifest\.tsv:2: file: .*a\.flac: it holds no sound"):
        utterances_of(clips)[0].sound()


def test_a_manifest_from_a_spreadsheet_is_read(tmp_path: Path, catalogue: Catalogue) -> None:
    """A byte order mark, quotes and Windows line ends do no harm."""
    row = GOOD.replace("客家", '"客""家"')
    file = manifest(tmp_path, row.replace("\n", "\r\n"), "\ufeff" + HEADER.replace("\n", "\r\n"))
    assert clips_to_measure(file, catalogue=catalogue)[0].transcript == '客"家'


@pytest.mark.parametrize(
    ("dialect_id", "known"),
    [
        ("suzhou", True),
        ("putonghua", True),
        ("english", True),
        ("wu_unspecified", True),
        ("mandarin_unspecified", True),
        ("wu", False),
        ("suzhou_unspecified", False),
        ("Suzhou", False),
    ],
)
def test_ids_beside_the_42_are_known(catalogue: Catalogue, dialect_id: str, known: bool) -> None:
    """Putonghua, English and groups left unspecified may be measured; anything else is a slip of the pen."""
    assert known_id(dialect_id, catalogue) is known
