"""Verdicts, consents, kept sound and exports, as agents and operators use them."""

from __future__ import annotations

import csv
import stat
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa

from dialects.audio.decode import decode_audio
from dialects.audio.mulaw import RATE_HZ
from dialects.recognizers.port import Recognition
from dialects.utterances import read_manifest
from elder_channel.calls.tables import readings
from elder_channel.customers.model import Customer
from elder_channel.learning.model import SoundClip
from elder_channel.services.accounts import Account
from elder_channel.services.accounts_file import Role
from elder_channel.services.consents import Consents, ShellOperator
from elder_channel.services.corrections import Corrections, Verdict
from elder_channel.services.corrections_export import COLUMNS, LICENCE, export_corrections, pseudonym
from elder_channel.services.endings import Endings
from elder_channel.services.errors import (
    ChangedMeanwhileError,
    ConsentRefusedError,
    ExportRefusedError,
    NotAllowedError,
    VerdictRefusedError,
)
from elder_channel.services.knowing import Knowing
from elder_channel.services.line import LineService
from elder_channel.services.live_calls import LiveCalls
from elder_channel.services.sound_keeping import SoundKeeping
from elder_channel.worker import purge
from tests.fakes.line import LineInMemory, open_test_line

HOTLINE = "+862100000060"
NUMBER = "+8659100000101"
STRANGER = "+8659100000155"
CUSTOMER = Customer(70, "某人", (NUMBER,), dialect="fuzhou")
AGENT = Account("lin", Role.AGENT)
SOUND = (np.sin(np.arange(3 * RATE_HZ) / 9) / 4).astype(np.float32)
HEARD = Recognition("我要报案", "zh", {"zh": 0.9}, {"fuzhou": 1.0}, recognizer="whisper-base-int8", head="all@1")


class People:
    """The accounts there are."""

    def find(self, username: str) -> Account | None:
        """Lin and nobody else."""
        return AGENT if username == AGENT.username else None


@pytest.fixture
def at(tmp_path: Path) -> Iterator[LineInMemory]:
    """A line that keeps sound where it may."""
    opened = open_test_line(tmp_path, ELDER_CHANNEL_LEARNING__KEEP_AUDIO="true")
    opened.line.customers.load([CUSTOMER])
    yield opened
    opened.line.databases.dispose()


@pytest.fixture
def corrections(at: LineInMemory) -> Corrections:
    """The service under test."""
    return Corrections(at.line, People())


def answered_call(at: LineInMemory, sid: str = "CA1", caller: str = NUMBER) -> None:
    """A call that somebody has taken."""
    LineService(at.line).arrive(sid, caller, HOTLINE)
    Endings(at.line).agent_answered(sid, "chen-jiaming")


def agreed(at: LineInMemory, customer_id: int = 70) -> None:
    """The customer has agreed to keeping sound."""
    Consents(at.line, People()).record(customer_id, given=True, basis="form of 2026-11-02", by=AGENT)


def kept_utterance(at: LineInMemory, sid: str = "CA1") -> SoundClip:
    """An utterance of the call, kept."""
    clip = SoundKeeping(at.line).keep(sid, SOUND, HEARD)
    assert clip
    return clip


def test_a_correction_is_kept_with_what_the_line_had_thought(at: LineInMemory, corrections: Corrections) -> None:
    """Who, when, from which dialect and probability, to which."""
    answered_call(at)
    kept = corrections.judge(Verdict("CA1", "minnan", "report_claim", "t1"), by=AGENT)
    call = at.line.calls.get("CA1")
    assert call
    assert call.identification
    assert (kept.from_dialect, kept.from_probability) == call.identification.top
    assert (kept.to_dialect, kept.to_need, kept.corrected_by, kept.role) == ("minnan", "report_claim", "lin", "agent")
    assert kept.corrected_at == at.clock()
    assert at.line.corrections.of_calls(["CA1"])["CA1"] == [kept]


def test_a_correction_beats_the_guess_on_the_next_call(at: LineInMemory, corrections: Corrections) -> None:
    """The books hold what a person heard, and the next call begins with it."""
    answered_call(at)
    corrections.judge(Verdict("CA1", "hakka", None, "t1"), by=AGENT)
    customer = at.line.customers.at_number(NUMBER).owner
    assert customer
    assert customer.dialect == "hakka"
    found = Knowing(at.line).before_a_word(NUMBER, at.line.customers.at_number(NUMBER))
    assert found.top[0] == "hakka"
    assert any("客家" in item.text for item in found.evidence)


@pytest.mark.parametrize(
    ("dialect", "somebody_else"), [("hakka", True), ("english", False)], ids=["a relative calls", "English"]
)
def test_the_books_stay_when_the_verdict_says_nothing_of_the_customer_s_dialect(
    at: LineInMemory, corrections: Corrections, dialect: str, somebody_else: bool
) -> None:
    """A number never proves who is calling."""
    answered_call(at)
    corrections.judge(Verdict("CA1", dialect, None, "t1", somebody_else=somebody_else), by=AGENT)
    customer = at.line.customers.at_number(NUMBER).owner
    assert customer
    assert customer.dialect == "fuzhou"


def test_a_second_verdict_keeps_the_first_in_the_history(at: LineInMemory, corrections: Corrections) -> None:
    """The later counts; the live page shows it."""
    answered_call(at)
    first = corrections.judge(Verdict("CA1", "minnan", None, "t1"), by=AGENT)
    corrections.judge(Verdict("CA1", "puxian", None, "t2", on_top_of=first.number), by=AGENT)
    history = at.line.corrections.of_calls(["CA1"])["CA1"]
    assert [one.to_dialect for one in history] == ["minnan", "puxian"]
    [shown] = LiveCalls(at.line).list_calls(viewer="lin")
    assert shown.judged
    assert (shown.judged.dialect, shown.judged.number) == (("puxian", at.line.catalogue.name("puxian")), 2)


def test_who_has_not_seen_the_last_verdict_is_told_so(at: LineInMemory, corrections: Corrections) -> None:
    """Nobody overwrites what was not seen; the same form sent twice is one verdict."""
    answered_call(at)
    one = corrections.judge(Verdict("CA1", "minnan", None, "t1"), by=AGENT)
    assert corrections.judge(Verdict("CA1", "minnan", None, "t1"), by=AGENT) == one
    with pytest.raises(ChangedMeanwhileError):
        corrections.judge(Verdict("CA1", "puxian", None, "t2"), by=AGENT)
    assert len(at.line.corrections.of_calls(["CA1"])["CA1"]) == 1


@pytest.mark.parametrize(
    ("verdict", "code"),
    [
        (Verdict("CA1", None, None, "t"), "verdict_empty"),
        (Verdict("CA1", "klingon", None, "t"), "verdict_dialect"),
        (Verdict("CA1", "minnan", "pizza", "t"), "verdict_need"),
        (Verdict("CA9", "minnan", None, "t"), "verdict_call"),
        (Verdict("CA2", "minnan", None, "t"), "verdict_unanswered"),
        (Verdict("CA1", "minnan", None, ""), "verdict_token"),
        (Verdict("CA1", "minnan", None, "t" * 65), "verdict_token"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_verdicts_that_cannot_be_are_refused(
    at: LineInMemory, corrections: Corrections, verdict: Verdict, code: str
) -> None:
    """With a code the screen has words for; nothing is written."""
    answered_call(at)
    LineService(at.line).arrive("CA2", STRANGER, HOTLINE)
    with pytest.raises(VerdictRefusedError) as refused:
        corrections.judge(verdict, by=AGENT)
    assert refused.value.code == code
    assert at.line.corrections.since() == {}


def test_an_account_that_was_taken_away_judges_nothing(at: LineInMemory, corrections: Corrections) -> None:
    """The role is looked up for every write, whatever the page thinks."""
    answered_call(at)
    with pytest.raises(NotAllowedError):
        corrections.judge(Verdict("CA1", "minnan", None, "t"), by=Account("gone", Role.ADMINISTRATOR))
    with pytest.raises(NotAllowedError):
        Consents(at.line, People()).record(70, given=True, basis="x", by=Account("gone", Role.ADMINISTRATOR))


def test_law_7_sound_is_kept_for_its_owner_only_at_telephone_quality(at: LineInMemory) -> None:
    """8 kHz, mode 0600, with its provenance."""
    answered_call(at)
    agreed(at)
    clip = kept_utterance(at)
    file = at.line.sound_files.path(clip.id)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert file.is_relative_to(at.line.state)
    assert file.read_bytes()[24:28] == RATE_HZ.to_bytes(4, "little")
    sound = decode_audio(file, rate_hz=RATE_HZ).samples
    assert np.allclose(sound[: SOUND.size], SOUND, atol=1e-4)
    assert (clip.line, clip.engine, clip.head, clip.seconds) == ("hotline", "whisper-base-int8", "all@1", 3.0)


def test_law_7_nothing_is_kept_without_consent(at: LineInMemory, tmp_path: Path) -> None:
    """Not of a stranger, unasked, after a no, too short, without a voice, or while the setting is off."""
    keeping = SoundKeeping(at.line)
    answered_call(at)
    answered_call(at, "CA2", STRANGER)
    assert keeping.keep("CA1", SOUND, HEARD) is None
    agreed(at)
    assert keeping.keep("CA2", SOUND, HEARD) is None
    assert keeping.keep("CA9", SOUND, HEARD) is None
    assert keeping.keep("CA1", SOUND[:4000], HEARD) is None
    assert keeping.keep("CA1", SOUND, Recognition("", "")) is None
    Consents(at.line, People()).record(70, given=False, basis="", by=AGENT)
    assert keeping.keep("CA1", SOUND, HEARD) is None
    off = open_test_line(tmp_path / "off")
    off.line.customers.load([CUSTOMER])
    agreed(off)
    answered_call(off)
    assert SoundKeeping(off.line).keep("CA1", SOUND, HEARD) is None
    off.line.databases.dispose()
    assert not at.line.sound_files.folder.exists()


def test_law_7_withdrawal_deletes_at_once(at: LineInMemory) -> None:
    """Files and rows of this customer; a no needs no basis and no entry in the books."""
    answered_call(at)
    agreed(at)
    clips = [kept_utterance(at) for _ in range(3)]
    _, deleted = Consents(at.line, People()).record(70, given=False, basis="", by=AGENT)
    assert deleted == 3
    assert not any(at.line.sound_files.path(clip.id).exists() for clip in clips)
    assert at.line.sound_clips.all() == []
    assert Consents(at.line, People()).record(999, given=False, basis="", by=AGENT)[1] == 0


def test_law_7_another_voice_on_the_customer_s_number_is_deleted(at: LineInMemory, corrections: Corrections) -> None:
    """Consent is the customer's, not the household's."""
    answered_call(at)
    agreed(at)
    clip = kept_utterance(at)
    corrections.judge(Verdict("CA1", "hakka", None, "t1", somebody_else=True), by=AGENT)
    assert not at.line.sound_files.path(clip.id).exists()
    assert at.line.sound_clips.all() == []


@pytest.mark.parametrize(
    ("given", "basis", "customer", "code"),
    [
        (True, "  ", 70, "consent_basis"),
        (True, "x" * 201, 70, "consent_basis"),
        (True, "form", 999, "consent_customer"),
    ],
)
def test_consents_that_cannot_be_are_refused(
    at: LineInMemory, given: bool, basis: str, customer: int, code: str
) -> None:
    """A yes needs a basis and a customer."""
    with pytest.raises(ConsentRefusedError) as refused:
        Consents(at.line, People()).record(customer, given=given, basis=basis, by=AGENT)
    assert refused.value.code == code


def test_law_7_the_purge_deletes_what_is_too_old_or_was_never_judged(
    at: LineInMemory, corrections: Corrections
) -> None:
    """Seven days without a verdict, half a year with one."""
    agreed(at)
    for sid in ("CA1", "CA2"):
        answered_call(at, sid)
    judged, unjudged = kept_utterance(at, "CA1"), kept_utterance(at, "CA2")
    corrections.judge(Verdict("CA1", "fuzhou", None, "t1"), by=AGENT)
    assert purge(at.line) == 0
    at.clock.forward(days=8)
    assert purge(at.line) == 1
    assert at.line.sound_files.path(judged.id).exists()
    assert not at.line.sound_files.path(unjudged.id).exists()
    at.clock.forward(days=180)
    assert purge(at.line) == 1
    assert list(at.line.sound_files.folder.iterdir()) == []


def test_law_7_files_nobody_knows_of_are_deleted(at: LineInMemory) -> None:
    """What a crash left; a file that is just being written is let alone."""
    answered_call(at)
    agreed(at)
    clip = kept_utterance(at)
    at.line.sound_files.write("f" * 32, b"left over")
    known = {clip.id}
    assert list(at.line.sound_files.strays(known)) == []
    stray = at.line.sound_files.path("f" * 32)
    assert list(at.line.sound_files.strays(known, now=stray.stat().st_mtime + 601)) == [stray]


def test_law_7_nothing_of_kept_sound_is_logged(at: LineInMemory, capsys: pytest.CaptureFixture[str]) -> None:
    """Neither words nor number nor the name of the file."""
    answered_call(at)
    agreed(at)
    clip = kept_utterance(at)
    Consents(at.line, People()).record(70, given=False, basis="said so", by=AGENT)
    told = capsys.readouterr()
    for private in (clip.id, "我要报案", NUMBER, "某人", "said so"):
        assert private not in (told.out + told.err).replace(f"number={NUMBER}", "")  # masked in the program


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
    Consents(at.line, People()).record(70, given=False, basis="", by=AGENT)
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


def test_the_shell_s_operator_is_an_administrator_and_nobody_else() -> None:
    """Whoever can open the state folder."""
    assert ShellOperator().find("operator") == Account("operator", Role.ADMINISTRATOR)
    assert ShellOperator().find("lin") is None
