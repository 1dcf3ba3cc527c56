"""Prompts as native speakers record them: kept, approved by a second person, gone back on, deleted."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bilingual.manner import PLAIN
from bilingual.prompt_audio import RecordedPrompt, words_hash
from dialects.audio.decode import decode_audio
from elder_channel.prompts.model import Take, TakeAct, TakeState
from elder_channel.services.accounts import Account
from elder_channel.services.errors import ChangedMeanwhileError, NotAllowedError, PromptRefusedError
from elder_channel.services.prompt_takes import PromptTakes, Recording, forget_stray_sounds
from elder_channel.storage.approved_prompts import FRESH_SECONDS, ApprovedPrompts
from tests.fakes.line import LineInMemory
from tests.fakes.takes import (
    APPROVER,
    RATE_HZ,
    RECORDER,
    SUPERVISOR,
    VIEWER,
    Staff,
    ToldEar,
    noisy,
    recording,
    speech,
    wav,
)


@pytest.fixture
def ear() -> ToldEar:
    """Hears the right words."""
    return ToldEar()


@pytest.fixture
def takes(at: LineInMemory, ear: ToldEar) -> PromptTakes:
    """The service on books of its own."""
    return PromptTakes(at.line, Staff(), ear)


class Books:
    """What the line plays, looked at once a `tick`."""

    def __init__(self, at: LineInMemory) -> None:
        self.moment = 0.0
        self.played = ApprovedPrompts(at.line.prompt_takes, at.line.take_sounds, moment=lambda: self.moment)

    def find(self) -> RecordedPrompt | None:
        """The invitation in Cantonese, a moment later."""
        self.moment += FRESH_SECONDS
        return self.played.find("invitation", "guangzhou")


def another(number: int) -> Recording:
    """Another recording of the same message."""
    return recording(wav(speech(4.8 + number / 10)), token=f"t{number}")


def test_a_recording_is_kept_at_one_loudness_without_quiet_ends(at: LineInMemory, takes: PromptTakes) -> None:
    """16 kHz for whatever is made of it, 8 kHz mu-law for the carrier, both named by their content."""
    take = takes.record(recording(wav(speech(quiet=2.0))), by=RECORDER)
    assert (take.state, take.version, take.recorded_by, take.speaker) == (
        TakeState.WAITING,
        1,
        "chen.hong",
        "chen.hong",
    )
    assert take.wording_key == words_hash("invitation", "guangzhou")
    assert take.seconds == pytest.approx(5.1, abs=0.2)
    wide = takes.sound(take.id, by=VIEWER)
    assert hashlib.sha256(wide).hexdigest() == take.sha256
    assert decode_audio(wide, rate_hz=None).rate_hz == 16_000
    narrow = at.line.take_sounds.get(take.telephone_sha256)
    assert narrow is not None
    assert narrow[20:22] == b"\x07\x00"  # mu-law
    assert decode_audio(narrow, rate_hz=None).rate_hz == 8_000
    assert {file.stat().st_mode & 0o777 for file in at.line.take_sounds.folder.iterdir()} == {0o600}


def test_a_second_person_approves_and_the_next_call_hears_it(at: LineInMemory, takes: PromptTakes) -> None:
    """Nothing is played before; nothing is restarted; who did what is on record."""
    books = Books(at)
    take = takes.record(recording(), by=RECORDER)
    assert books.find() is None
    at.clock.forward(60)
    takes.approve(take.id, by=APPROVER, seen=take.etag)
    played = books.find()
    assert played
    assert (played.sha256, played.words_of) == (take.sha256, words_hash("invitation", "guangzhou"))
    assert hashlib.sha256(played.file.read_bytes()).hexdigest() == take.sha256
    acts = at.line.prompt_takes.acts([take.id])
    assert [(act.act, act.by, act.role) for act in acts] == [
        (TakeAct.RECORDED, "chen.hong", "agent"),
        (TakeAct.APPROVED, "lin.fang", "approver"),
    ]
    assert (acts[1].at - acts[0].at).total_seconds() == 60


def test_the_line_plays_it_to_a_caller_of_the_dialect(at: LineInMemory, takes: PromptTakes) -> None:
    """As sound of the carrier's format, instead of the Mandarin prompt."""
    take = takes.record(recording(), by=RECORDER)
    takes.approve(take.id, by=APPROVER)
    [piece] = at.line.speech.message("invitation", "zh", PLAIN, dialect="guangzhou")
    assert piece.sound
    assert piece.sound.name.startswith(take.sha256)
    assert at.line.sounds.wave(piece.sound.name)
    others = at.line.speech.message("invitation", "zh", PLAIN, dialect="hakka")
    assert take.sha256 not in {each.sound.name[:64] for each in others if each.sound}


@pytest.mark.parametrize("who", [RECORDER, SUPERVISOR, VIEWER], ids=lambda account: str(account.role))
def test_nobody_else_decides(at: LineInMemory, takes: PromptTakes, who: Account) -> None:
    """Agents, supervisors and viewers neither approve nor reject."""
    take = takes.record(recording(), by=RECORDER)
    with pytest.raises(NotAllowedError):
        takes.approve(take.id, by=who)
    with pytest.raises(NotAllowedError):
        takes.reject(take.id, reason="no", by=who)
    assert at.line.prompt_takes.get(take.id) == take


@pytest.mark.parametrize(
    ("by", "speaker"), [(APPROVER, "somebody"), (RECORDER, "lin.fang")], ids=["who recorded", "who speaks"]
)
def test_two_people_it_takes(takes: PromptTakes, by: Account, speaker: str) -> None:
    """An approver may record, and then somebody else approves; nor does who speaks."""
    take = takes.record(recording(speaker=speaker), by=by)
    with pytest.raises(NotAllowedError, match="second person"):
        takes.approve(take.id, by=APPROVER)


def test_a_viewer_records_nothing(takes: PromptTakes) -> None:
    """But may listen."""
    with pytest.raises(NotAllowedError):
        takes.record(recording(), by=VIEWER)


def test_a_newer_version_is_played_and_an_older_one_comes_back(at: LineInMemory, takes: PromptTakes) -> None:
    """Approved ones only; none at all is possible too; each step with its reason."""
    books = Books(at)
    one, two = (takes.record(another(number), by=RECORDER) for number in (1, 2))
    assert (one.version, two.version) == (1, 2)
    takes.approve(one.id, by=APPROVER)
    with pytest.raises(PromptRefusedError) as refused:
        takes.put_back(two.id, reason="liked it", by=APPROVER)
    assert refused.value.code == "prompt_not_approved"
    takes.approve(two.id, by=APPROVER)
    assert books.find().sha256 == two.sha256  # type: ignore[union-attr] # it is played
    takes.put_back(one.id, reason="clearer", by=APPROVER)
    assert books.find().sha256 == one.sha256  # type: ignore[union-attr]
    assert books.played.named(two.sha256)  # a call may still be fetching it
    takes.take_out(one.id, reason="wrong word", by=APPROVER)
    assert books.find() is None
    with pytest.raises(PromptRefusedError, match="not played"):
        takes.take_out(one.id, reason="again", by=APPROVER)
    reasons = [act.reason for act in at.line.prompt_takes.acts([one.id, two.id])]
    assert reasons == ["", "", "", "", "clearer", "wrong word"]


def test_a_rejected_recording_leaves_no_sound(at: LineInMemory, takes: PromptTakes) -> None:
    """Why stays on record, for who spoke."""
    take = takes.record(recording(), by=RECORDER)
    done = takes.reject(take.id, reason="第二句念错了", by=APPROVER)
    assert (done.state, done.decided_by) == (TakeState.REJECTED, "lin.fang")
    assert list(at.line.take_sounds.folder.iterdir()) == []
    with pytest.raises(PromptRefusedError, match="gone"):
        takes.sound(take.id, by=APPROVER)
    again = takes.record(recording(token="t2"), by=RECORDER)
    assert again.version == 2


def test_law_7_a_speaker_takes_the_consent_back(at: LineInMemory, takes: PromptTakes) -> None:
    """Played no more from the next look on, deleted at once, known under no name."""
    books = Books(at)
    take = takes.record(recording(), by=RECORDER)
    takes.approve(take.id, by=APPROVER)
    assert books.find()
    with pytest.raises(NotAllowedError):
        takes.withdraw(take.id, reason="x", by=VIEWER)
    assert takes.withdraw(take.id, reason="she wishes it", by=RECORDER).state is TakeState.WITHDRAWN
    assert list(at.line.take_sounds.folder.iterdir()) == []
    assert books.find() is None
    assert books.played.named(take.sha256) is None
    with pytest.raises(PromptRefusedError):
        takes.put_back(take.id, reason="x", by=APPROVER)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"speaker": " "}, "prompt_speaker"),
        ({"speaker": "x" * 81}, "prompt_speaker"),
        ({"consent": ""}, "prompt_consent"),
        ({"consent": "x" * 201}, "prompt_consent"),
        ({"token": ""}, "prompt_token"),
        ({"message_id": "invitatoin"}, "prompt_message"),
        ({"voice_tag": "klingon"}, "prompt_voice"),
        ({"message_id": "called_back"}, "prompt_variable"),
        ({"message_id": "greeting_choice"}, "prompt_both"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_recorded_is_refused(
    at: LineInMemory, takes: PromptTakes, change: dict[str, str], code: str
) -> None:
    """With a code for the screen, and nothing is kept."""
    with pytest.raises(PromptRefusedError) as refused:
        takes.record(recording(**change), by=RECORDER)
    assert refused.value.code == code
    assert at.line.prompt_takes.all() == []


@pytest.mark.parametrize(
    ("sound", "says"),
    [
        (lambda: b"", "no bytes"),
        (lambda: b"%PDF-1.7 not a sound", "not a recording"),
        (lambda: wav(speech() * 0), "No voice"),
        (lambda: wav(noisy(speech(), 6)), "background"),
        (lambda: wav((speech() * 20).clip(-1, 1)), "clipped"),
        (lambda: wav(speech(70)), "goes on after 60 s"),
        (lambda: wav(speech(1.0)), "left out"),
    ],
    ids=["empty", "a PDF", "silence", "noise", "clipped", "too long", "too short"],
)
def test_a_recording_that_cannot_be_used_names_message_and_file(
    at: LineInMemory, takes: PromptTakes, sound: Callable[[], bytes], says: str
) -> None:
    """In a sentence that says what to do; nothing is kept, not even a file."""
    with pytest.raises(PromptRefusedError, match=says) as refused:
        takes.record(recording(sound(), name="yue.wav"), by=RECORDER)
    assert "yue.wav" in str(refused.value)
    assert "invitation" in str(refused.value)
    assert not at.line.take_sounds.folder.exists()


def test_three_hours_are_not_read(takes: PromptTakes, tmp_path: Path) -> None:
    """A minute tells that it is no message; the file is opened by its path, never held as a whole."""
    file = tmp_path / "long.wav"
    second = wav(speech(1.0, quiet=0))
    header, data = bytearray(second[:44]), second[44:]
    size = len(data) * 3 * 3600
    header[4:8] = (36 + size).to_bytes(4, "little")
    header[40:44] = size.to_bytes(4, "little")
    with file.open("wb") as out:
        out.write(header + data * 90)
        out.truncate(44 + size)
    with pytest.raises(PromptRefusedError, match="goes on after 60 s"):
        takes.record(recording(file, name="long.wav"), by=RECORDER)


def test_another_message_s_recording_is_named(takes: PromptTakes, ear: ToldEar) -> None:
    """By its words, where who listens knows the voice."""
    ear.text = "还在为您接人，请别挂断。您可以接着说。"
    with pytest.raises(PromptRefusedError, match="still_connecting") as refused:
        takes.record(recording(voice_tag="zh"), by=RECORDER)
    assert [finding.code for finding in refused.value.findings] == ["another_message"]


def test_the_same_sound_for_two_messages_is_noticed(takes: PromptTakes) -> None:
    """Also in a dialect that no recognizer knows."""
    sound = wav(speech())
    first = takes.record(recording(sound, voice_tag="minnan"), by=RECORDER)
    with pytest.raises(PromptRefusedError, match="version 1 of `invitation` in minnan") as refused:
        takes.record(recording(sound, voice_tag="minnan", message_id="still_connecting", token="t2"), by=RECORDER)
    assert refused.value.code == "prompt_known_sound"
    assert takes.sound(first.id, by=APPROVER)


def test_sent_twice_it_is_one_take(at: LineInMemory, takes: PromptTakes) -> None:
    """Whoever pressed twice has recorded once."""
    first = takes.record(recording(), by=RECORDER)
    assert takes.record(recording(), by=RECORDER) == first
    assert len(at.line.prompt_takes.all()) == 1


def test_without_a_recognizer_the_words_are_left_to_who_approves(takes: PromptTakes, ear: ToldEar) -> None:
    """A caution where the recognizer would have known them."""
    ear.away = "unreachable"
    checked = takes.check(wav(speech()), "invitation", "zh", name="x.wav", by=RECORDER)
    assert [finding.code for finding in checked.findings] == ["no_recognizer"]
    assert not checked.refused
    checked = takes.check(wav(speech()), "invitation", "minnan", name="x.wav", by=RECORDER)
    assert [finding.code for finding in checked.findings] == ["words_unchecked"]


def test_who_looked_at_an_older_state_looks_again(takes: PromptTakes) -> None:
    """A colleague was first."""
    take = takes.record(recording(), by=RECORDER)
    with pytest.raises(ChangedMeanwhileError):
        takes.approve(take.id, by=APPROVER, seen="other")
    takes.approve(take.id, by=APPROVER, seen=take.etag)
    with pytest.raises(PromptRefusedError, match="approved already"):
        takes.reject(take.id, reason="late", by=APPROVER)
    with pytest.raises(PromptRefusedError, match="no take 99"):
        takes.approve(99, by=APPROVER)


def test_a_reason_is_asked_for(takes: PromptTakes) -> None:
    """Who reads it later was not there."""
    take = takes.record(recording(), by=RECORDER)
    for reason in ("", "   ", "x" * 201):
        with pytest.raises(PromptRefusedError, match="Say why"):
            takes.reject(take.id, reason=reason, by=APPROVER)


def test_law_1_a_damaged_sound_is_never_played_and_broken_books_cost_nothing(
    at: LineInMemory, takes: PromptTakes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The built prompt is heard instead; what was known before is played on while the books are away."""
    books = Books(at)
    take = takes.record(recording(), by=RECORDER)
    takes.approve(take.id, by=APPROVER)
    known = books.find()
    monkeypatch.setattr(at.line.prompt_takes, "newest_act", lambda: 1 / 0)
    assert books.find() == known
    at.line.take_sounds.path(take.sha256).write_bytes(b"damaged")
    assert at.line.take_sounds.get(take.sha256) is None
    with pytest.raises(PromptRefusedError, match="gone"):
        takes.sound(take.id, by=APPROVER)
    pieces = at.line.speech.message("invitation", "zh", PLAIN, dialect="guangzhou")
    assert take.sha256 not in {piece.sound.name[:64] for piece in pieces if piece.sound}


def test_files_that_belong_to_nobody_are_deleted(at: LineInMemory, takes: PromptTakes) -> None:
    """Left by a crash between file and books; young ones may be just being written."""
    take = takes.record(recording(), by=RECORDER)
    stray = at.line.take_sounds.path(at.line.take_sounds.put(b"stray"))
    assert forget_stray_sounds(at.line) == 0
    for file in at.line.take_sounds.folder.iterdir():
        _make_old(file)
    assert forget_stray_sounds(at.line) == 1
    assert not stray.exists()
    assert takes.sound(take.id, by=APPROVER)


def test_two_approvers_at_once_are_one_approval(at: LineInMemory, takes: PromptTakes) -> None:
    """The books decide, not what was looked at."""
    take = takes.record(recording(), by=RECORDER)
    takes.approve(take.id, by=APPROVER)
    store = at.line.prompt_takes
    done = replace(store.acts([take.id])[-1], by="another")
    assert not store.decide(done, TakeState.REJECTED)
    assert _state(store.get(take.id)) is TakeState.APPROVED


def _state(take: Take | None) -> TakeState:
    assert take
    return take.state


def _make_old(file: Path) -> None:
    os.utime(file, (0, 0))


def test_a_recording_of_a_telephone_is_told_so(takes: PromptTakes) -> None:
    """It is kept; who approves hears whether it will do."""
    narrow = wav(speech()[::2], rate_hz=RATE_HZ // 2)
    checked = takes.check(narrow, "invitation", "minnan", name="x.wav", by=RECORDER)
    assert "telephone_sound" in {finding.code for finding in checked.findings}
    assert not checked.refused
