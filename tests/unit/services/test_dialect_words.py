"""Words a site adds: who may, what is tried first, what two people at once come to, and what calls make of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from dialects.additions import Kind
from dialects.intents import find_need
from elder_channel.services.accounts import Account, Accounts, Role
from elder_channel.services.dialect_board import DialectBoard
from elder_channel.services.dialect_words import DialectWords, Wish
from elder_channel.services.errors import ChangedMeanwhileError, DialectRefusedError, NotAllowedError
from elder_channel.services.prompt_board import PromptBoard
from elder_channel.web.app import look_at_dialects
from tests.fakes.line import LineInMemory, open_test_line

CHIEF = Account("lin.fang", Role.ADMINISTRATOR)
EDITOR = Account("chen.hong", Role.EDITOR)
VIEWER = Account("wang.wei", Role.VIEWER)
WISH = Wish("fuzhou", Kind.PHRASE, "保险毛做了", need="surrender", note="会说的同事")


@pytest.fixture
def at(tmp_path: Path) -> Iterator[LineInMemory]:
    """A line to whose dialects nothing was added."""
    opened = open_test_line(tmp_path)
    yield opened
    opened.line.databases.dispose()


@pytest.fixture
def words(at: LineInMemory, tmp_path: Path) -> DialectWords:
    """The service, with an administrator, an editor and a viewer."""
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    accounts = Accounts(tmp_path / "accounts.json", lambda: datetime.now(UTC), hasher=quick)
    accounts.claim(accounts.bootstrap_code() or "", CHIEF.username, "jasmine-tea-2026")
    for each in (EDITOR, VIEWER):
        accounts.add(each.username, "jasmine-tea-2026", each.role, by=CHIEF)
    return DialectWords(at.line, accounts)


def test_a_phrase_is_kept_with_who_and_why_and_calls_use_it_at_once(at: LineInMemory, words: DialectWords) -> None:
    """In a file of the site folder; the shipped catalogue stays as it was."""
    assert find_need("保险毛做了", at.line.catalogue) is None
    kept = words.add(WISH, seen="", by=EDITOR)
    found = find_need("保险毛做了", at.line.catalogue)
    assert found
    assert found.need.id == "surrender"
    [added] = kept.additions.added
    assert (added.by, added.note, added.at) == (EDITOR.username, "会说的同事", at.clock())
    assert words.words("fuzhou") == kept
    assert (at.line.dialect_additions.folder / "fuzhou.yaml").is_file()
    assert at.line.dialect_additions.folder.parent.name == "site"
    assert find_need("保险毛做了", at.line.catalogues.base) is None


def test_another_process_takes_it_over_while_it_runs(at: LineInMemory, words: DialectWords, tmp_path: Path) -> None:
    """The voice process looks at the folder as it does at the settings."""
    other = open_test_line(tmp_path)
    words.add(WISH, seen="", by=EDITOR)
    look_at_dialects(other.line)
    assert find_need("保险毛做了", other.line.catalogue)
    (at.line.dialect_additions.folder / "fuzhou.yaml").write_text("added: [", encoding="utf-8")
    look_at_dialects(other.line)
    assert find_need("保险毛做了", other.line.catalogue)
    other.line.databases.dispose()


def test_the_second_of_two_sees_that_somebody_was_first(words: DialectWords) -> None:
    """Nothing is overwritten; on top of what is there both are kept."""
    first = words.add(WISH, seen="", by=CHIEF)
    mine = Wish("fuzhou", Kind.CUE, "乌啦哩", weight=0.6)
    with pytest.raises(ChangedMeanwhileError):
        words.add(mine, seen="", by=EDITOR)
    assert words.words("fuzhou") == first
    both = words.add(mine, seen=first.etag, by=EDITOR)
    assert [each.text for each in both.additions.added] == ["保险毛做了", "乌啦哩"]


def test_taken_back_it_counts_no_longer_and_stays_on_record(at: LineInMemory, words: DialectWords) -> None:
    """With who and why; twice is once."""
    kept = words.add(WISH, seen="", by=EDITOR)
    [gone] = kept.additions.added
    with pytest.raises(DialectRefusedError) as refused:
        words.take_back("fuzhou", gone, reason=" ", seen=kept.etag, by=CHIEF)
    assert refused.value.code == "dialect_reason"
    left = words.take_back("fuzhou", gone, reason="没人这样说", seen=kept.etag, by=CHIEF)
    assert find_need("保险毛做了", at.line.catalogue) is None
    assert left.additions.added == ()
    [record] = left.additions.taken_back
    assert (record.by, record.reason, record.addition) == (CHIEF.username, "没人这样说", gone)
    with pytest.raises(DialectRefusedError) as refused:
        words.take_back("fuzhou", gone, reason="没人这样说", seen=left.etag, by=CHIEF)
    assert refused.value.code == "dialect_gone"


def test_what_would_get_worse_is_kept_only_by_who_has_seen_it(words: DialectWords) -> None:
    """The trial says which sentences, and keeps nothing."""
    wish = Wish("fuzhou", Kind.PHRASE, "你好", need="surrender")
    trial = words.trial(wish)
    assert trial.worse
    assert trial.sentences > 300
    assert words.words("fuzhou").additions.added == ()
    with pytest.raises(DialectRefusedError) as refused:
        words.add(wish, seen="", by=EDITOR)
    assert refused.value.code == "dialect_worse"
    kept = words.add(wish, seen="", by=EDITOR, even_if_worse=True)
    assert words.trial_without("fuzhou", kept.additions.added[0]).better


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        (Wish("atlantis", Kind.CUE, "乌啦哩", weight=0.6), "dialect_unknown"),
        (Wish("fuzhou", Kind.CUE, "abc", weight=0.6), "dialect_text"),
        (Wish("fuzhou", Kind.CUE, "什乇", weight=0.6), "dialect_known"),
        (Wish("fuzhou", Kind.PHRASE, "伓做", need="none"), "dialect_need"),
    ],
)
def test_what_cannot_be_is_refused_by_code(wish: Wish, code: str, words: DialectWords) -> None:
    """The same before and while it is kept."""
    assert words.wrong_with(wish) == code
    with pytest.raises(DialectRefusedError) as refused:
        words.add(wish, seen="", by=EDITOR)
    assert refused.value.code == code


def test_who_only_looks_adds_nothing(words: DialectWords) -> None:
    """The role is looked up afresh: what the page was told of it does not count."""
    for by in (VIEWER, Account(VIEWER.username, Role.ADMINISTRATOR), Account("nobody", Role.EDITOR)):
        with pytest.raises(NotAllowedError):
            words.add(WISH, seen="", by=by)


def test_a_wrong_file_is_named_and_not_written_over(at: LineInMemory, words: DialectWords) -> None:
    """Somebody meant to say something there."""
    folder = at.line.dialect_additions.folder
    folder.mkdir()
    (folder / "fuzhou.yaml").write_text("added: [", encoding="utf-8")
    assert "fuzhou.yaml" in (words.words("fuzhou").problem or "")
    with pytest.raises(DialectRefusedError) as refused:
        words.add(WISH, seen="", by=EDITOR)
    assert refused.value.code == "dialect_file"
    assert (folder / "fuzhou.yaml").read_text(encoding="utf-8") == "added: ["


def test_a_folder_that_cannot_be_written_is_told(at: LineInMemory, words: DialectWords) -> None:
    """As a refusal, not as a fault."""
    (at.line.dialect_additions.folder / ".lock").mkdir(parents=True)
    with pytest.raises(DialectRefusedError) as refused:
        words.add(WISH, seen="", by=EDITOR)
    assert refused.value.code == "dialect_not_written"


def test_the_board_has_a_row_for_each_of_the_42(at: LineInMemory, words: DialectWords) -> None:
    """With places, prompts, people and what was measured, and what the site has added."""
    words.add(Wish("guangzhou", Kind.CUE, "乌啦哩", weight=0.6), seen="", by=EDITOR)
    board = DialectBoard(at.line, PromptBoard(at.line))
    rows = {row.id: row for row in board.rows()}
    assert len(rows) == 42
    cantonese = rows["guangzhou"]
    assert cantonese.provinces[0] in ("广东", "广西")
    assert cantonese.own_words == 1
    assert cantonese.measured
    assert cantonese.measured.low < cantonese.measured.top1 < cantonese.measured.high
    assert rows["leizhou"].measured is None
    assert [each.level for each in cantonese.speakers] == sorted((e.level for e in cantonese.speakers), reverse=True)
    sheet = board.sheet("guangzhou")
    assert "乌啦哩" not in [cue.word for cue in sheet.cues]
    assert {need.need for need in sheet.phrases} >= {"report_claim", "help"}
    assert board.sheet("hainan").word_sources
    with pytest.raises(DialectRefusedError):
        board.sheet("atlantis")
