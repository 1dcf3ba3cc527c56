"""What a site adds to the catalogue: checked, laid over it, and never live while it is wrong."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from dialects.additions import (
    Addition,
    Additions,
    Kind,
    addition,
    content_of,
    parse_additions,
    with_additions,
    wrong_with,
)
from dialects.catalogue import Catalogue
from dialects.catalogue_source import CatalogueSource
from dialects.errors import CatalogueError
from dialects.intents import find_need
from dialects.sentence_trials import answers, changes, load_sentences
from dialects.words import word_evidence

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)


def cue(text: str, weight: float = 0.8) -> Addition:
    """A word somebody added."""
    return addition(Kind.CUE, text, by="lin.fang", at=NOW, weight=weight)


def phrase(text: str, need: str = "surrender") -> Addition:
    """A way to say a need that somebody added."""
    return addition(Kind.PHRASE, text, by="lin.fang", at=NOW, need=need)


def written(folder: Path, dialect: str, *added: Addition) -> Path:
    """The file of a dialect with these."""
    folder.mkdir(exist_ok=True)
    file = folder / f"{dialect}.yaml"
    file.write_bytes(content_of(Additions(added=added)))
    return file


@pytest.mark.parametrize(
    ("wish", "wrong"),
    [
        (cue("依伯姆"), None),
        (cue("𣍐使"), None),
        (cue("𠊎"), None),
        (phrase("保险…伓做了"), None),
        (cue(""), "text"),
        (cue("hello"), "text"),
        (cue("喂，喂"), "text"),
        (cue("一二三四五六七八九十一二三"), "text"),
        (cue("依伯姆", 0.5), "weight"),
        (cue("什乇"), "known"),
        (phrase("退"), "phrase"),
        (phrase("…保险"), "phrase"),
        (phrase("伓做了", "no_such"), "need"),
        (phrase("保险伓挃了"), "known"),
        (addition(Kind.CUE, "依伯姆", by="x", at=NOW, weight=0.8, note="字" * 201), "note"),
        (addition(Kind.CUE, "依伯姆", by="x", at=NOW, weight=0.8, need="surrender"), "text"),
        (addition(Kind.PHRASE, "伓做了", by="x", at=NOW, weight=0.8, need="surrender"), "phrase"),
    ],
)
def test_only_what_can_be_a_word_is_one(wish: Addition, wrong: str | None, catalogue: Catalogue) -> None:
    """Rare characters of dialects are; what is there already, or holds anything but Chinese characters, is not."""
    assert wrong_with(wish, catalogue.dialects["fuzhou"]) == wrong


def test_an_added_word_speaks_for_its_dialect_and_an_added_phrase_for_its_need(catalogue: Catalogue) -> None:
    """On top of what is shipped, which stays as it was."""
    made = with_additions(catalogue, {"fuzhou": (cue("乌啦哩"), phrase("保险毛做了"))})
    assert word_evidence("乌啦哩", catalogue) is None
    heard = word_evidence("乌啦哩", made)
    assert heard
    assert max(heard.likelihood, key=lambda id_: heard.likelihood[id_]) == "fuzhou"
    need = find_need("保险毛做了", made)
    assert need
    assert (need.need.id, need.confidence, need.exact) == ("surrender", 0.85, True)
    assert find_need("保险毛做了", catalogue) is None
    assert with_additions(catalogue, {"fuzhou": ()}) is catalogue


def test_a_file_says_what_was_added_with_every_rare_character(catalogue: Catalogue, tmp_path: Path) -> None:
    """Written and read again it is the same."""
    said = Additions(added=(cue("𣍐使"), phrase("𠊎爱退保")))
    assert "𣍐使" in content_of(said).decode()
    assert parse_additions(content_of(said), catalogue.dialects["fuzhou"], tmp_path) == said


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xfe",
        b"added: [",
        b"[]",
        b"schema: 2\nadded: []\n",
        b"schema: 1\nadded: [{kind: cue, text: no, weight: 0.8, by: x, at: 2026-11-23T08:00:00Z}]\n",
        "schema: 1\nadded: [{kind: cue, text: 依伯姆, weight: 9, by: x, at: '2026-11-23T08:00:00Z'}]\n".encode(),
        "schema: 1\nadded: [{kind: cue, text: 依伯姆, weight: 0.8, by: x, at: '2026-11-23T08:00:00'}]\n".encode(),
        b"schema: 1\nwords: []\n",
    ],
    ids=["bytes", "yaml", "list", "version", "text", "weight", "no zone", "unknown key"],
)
def test_a_wrong_file_never_goes_live(content: bytes, catalogue: Catalogue, tmp_path: Path) -> None:
    """The dialect keeps its last good words, the others theirs, and the problem names the file."""
    written(tmp_path, "fuzhou", cue("乌啦哩"))
    written(tmp_path, "hakka", cue("乌啦唷"))
    source = CatalogueSource(catalogue, tmp_path)
    good = source.current
    (tmp_path / "fuzhou.yaml").write_bytes(content)
    assert source.reload() is False
    assert source.current is good
    assert set(source.problems) == {"fuzhou.yaml"}
    assert str(tmp_path / "fuzhou.yaml") in str(source.problems["fuzhou.yaml"])
    with pytest.raises(CatalogueError):
        parse_additions(content, catalogue.dialects["fuzhou"], tmp_path / "fuzhou.yaml")
    written(tmp_path, "fuzhou", cue("乌啦嚜"))
    assert source.reload() is True
    assert source.problems == {}
    assert [each.text for each in source.additions["fuzhou"]] == ["乌啦嚜"]


def test_files_come_and_go_while_the_line_runs(catalogue: Catalogue, tmp_path: Path) -> None:
    """Without a folder nothing is added; a file of no dialect is named and does nothing."""
    folder = tmp_path / "dialects"
    source = CatalogueSource(catalogue, folder)
    assert source.current is catalogue
    file = written(folder, "fuzhou", cue("乌啦哩"))
    (folder / "atlantis.yaml").write_text("schema: 1\n", encoding="utf-8")
    assert source.reload() is True
    assert source.reload() is False
    assert set(source.problems) == {"atlantis.yaml"}
    assert source.base is catalogue
    file.unlink()
    assert source.reload() is True
    assert source.current is catalogue


def test_the_stored_sentences_tell_what_a_word_would_change(catalogue: Catalogue) -> None:
    """A need that is found now is better; a sentence of another dialect that goes astray is worse and comes first."""
    assert len(answers(catalogue)) == len(load_sentences()) > 300
    assert changes(catalogue, catalogue) == ()
    astray = with_additions(catalogue, {"fuzhou": (cue("我"), cue("保险"), cue("理赔"))})
    found = changes(catalogue, astray)
    assert found
    assert found[0].is_worse
    assert not found[0].is_better
    assert all(change.after.dialect == "fuzhou" for change in found if change.sentence.dialect == "putonghua")


def test_a_phrase_that_takes_an_ordinary_sentence_for_a_need_is_worse(catalogue: Catalogue) -> None:
    """喂，你好 is no wish to leave."""
    made = with_additions(catalogue, {"fuzhou": (phrase("你好"),)})
    worse = [change for change in changes(catalogue, made) if change.is_worse]
    assert "喂，你好" in [change.sentence.text for change in worse]
