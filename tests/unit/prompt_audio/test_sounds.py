"""What is played: a person's recording, what was rendered, or nothing, and then the carrier's voice speaks."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from bilingual.manner import HEARING, PLAIN, SLOWER, Manner
from bilingual.messages import Language, load_messages, say
from bilingual.prompt_audio.build import build
from bilingual.prompt_audio.recorded import NoRecordedPrompts, RecordedPrompt, words_hash
from bilingual.prompt_audio.renditions import renditions
from bilingual.prompt_audio.shelf import Shelf
from bilingual.prompt_audio.sounds import PromptSounds
from bilingual.prompt_audio.wave import wide_wave
from dialects.audio.decode import decode_audio
from elder_channel.telephony.speech import Speech
from tests.fakes.prompt_voice import HummingVoice, hum

MESSAGE = "invitation"


@dataclass
class Recordings:
    """Recordings as a site would have approved them."""

    by_place: dict[tuple[str, str], RecordedPrompt] = field(default_factory=dict)

    def find(self, message_id: str, voice_tag: str) -> RecordedPrompt | None:
        return self.by_place.get((message_id, voice_tag))

    def named(self, sha256: str) -> RecordedPrompt | None:
        return next((each for each in self.by_place.values() if each.sha256 == sha256), None)


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    """The sounds of one message, in both languages and manners."""
    wanted = renditions([load_messages()[MESSAGE]], {})
    build(wanted, [HummingVoice()], tmp_path / "built")
    return Shelf([tmp_path / "built"])


def recorded(folder: Path, voice_tag: str, seconds: float = 2.0) -> RecordedPrompt:
    """A person's recording of the message."""
    content = wide_wave(hum(seconds), "侬讲讲看")
    file = folder / f"{voice_tag}.wav"
    file.write_bytes(content)
    sha256 = hashlib.sha256(content).hexdigest()
    return RecordedPrompt(MESSAGE, voice_tag, "侬讲讲看", words_hash(MESSAGE, voice_tag), file, sha256)


@pytest.mark.parametrize("manner", [PLAIN, HEARING], ids=["plain", "hearing"])
@pytest.mark.parametrize("language", list(Language), ids=str)
def test_a_rendered_phrase_is_found_by_its_words(shelf: Shelf, language: Language, manner: Manner) -> None:
    """Words, language and manner are all it takes; the file says the same words and lasts as long as told."""
    sounds = PromptSounds(shelf, NoRecordedPrompts())
    for phrase in say(MESSAGE, language):
        played = sounds.of_phrase(phrase, manner)
        assert played is not None
        assert played.text == phrase.text
        wave = sounds.wave(played.name)
        assert wave is not None
        assert decode_audio(wave).seconds == pytest.approx(played.seconds, abs=0.02)
        assert sounds.named(played.name) == played


def test_changed_words_are_never_said_with_the_old_sound(shelf: Shelf) -> None:
    """One character more, and there is no sound: the carrier's voice says what stands in the file of messages."""
    sounds = PromptSounds(shelf, NoRecordedPrompts())
    phrase = say(MESSAGE, "zh")[0]
    assert sounds.of_phrase(replace(phrase, text=phrase.text + "吧"), PLAIN) is None
    assert sounds.of_phrase(phrase, SLOWER) is None
    assert sounds.of_phrase(phrase, Manner(rate_percent=60)) is None


@pytest.mark.parametrize("damage", ["missing", "cut", "another"])
def test_law_1_a_missing_or_damaged_file_is_said_by_the_carrier(tmp_path: Path, damage: str) -> None:
    """Nothing is played that is not the very file of the manifest; the other sounds stay."""
    entry = build(renditions([load_messages()[MESSAGE]], {}), [HummingVoice()], tmp_path).entries[0]
    file = tmp_path / entry.file
    if damage == "missing":
        file.unlink()
    else:
        file.write_bytes(file.read_bytes()[:100] if damage == "cut" else b"RIFF")
    speech = Speech(sounds=PromptSounds(Shelf([tmp_path]), NoRecordedPrompts()))
    first, second = speech.message(MESSAGE, "zh")
    assert first.sound is None
    assert second.sound is not None


def test_law_1_without_any_sounds_the_carrier_says_everything(tmp_path: Path) -> None:
    """No folder, an empty one, a manifest of nonsense: nothing breaks."""
    (tmp_path / "nonsense").mkdir()
    (tmp_path / "nonsense" / "manifest.json").write_text("{", encoding="utf-8")
    for folders in ([], [tmp_path / "nowhere"], [tmp_path / "nonsense"]):
        sounds = PromptSounds(Shelf(folders), NoRecordedPrompts())
        assert all(piece.sound is None for piece in Speech(sounds=sounds).message(MESSAGE, "en"))
        assert sounds.prepare() == 0
        assert sounds.wave("0" * 32) is None


def test_a_recording_in_the_callers_dialect_goes_before_everything(shelf: Shelf, tmp_path: Path) -> None:
    """The whole message in one piece; a caller of another dialect hears the rendered Putonghua."""
    recording = recorded(tmp_path, "shanghai")
    speech = Speech(sounds=PromptSounds(shelf, Recordings({(MESSAGE, "shanghai"): recording})))
    (piece,) = speech.message(MESSAGE, "zh", dialect="shanghai")
    assert piece.sound is not None
    assert piece.text == "侬讲讲看"
    assert piece.pause_after_ms == say(MESSAGE, "zh")[-1].pause_after_ms
    assert len(speech.message(MESSAGE, "zh", dialect="guangzhou")) == 2
    assert len(speech.message(MESSAGE, "en", dialect="shanghai")) == 2


def test_a_recording_in_the_language_goes_before_the_rendered_one(shelf: Shelf, tmp_path: Path) -> None:
    """A person's voice always wins over a made one, slowed down and louder for who hears badly."""
    sounds = PromptSounds(shelf, Recordings({(MESSAGE, "zh"): recorded(tmp_path, "zh")}))
    usual, slow = (Speech(sounds=sounds).message(MESSAGE, "zh", manner)[0].sound for manner in (PLAIN, HEARING))
    assert usual is not None
    assert slow is not None
    assert slow.name != usual.name
    assert slow.seconds == pytest.approx(usual.seconds / 0.75, rel=0.06)
    assert sounds.wave(slow.name)


@pytest.mark.parametrize("fault", ["old words", "changed file", "no sound", "gone"])
def test_law_1_a_recording_that_may_not_be_played_gives_way(shelf: Shelf, tmp_path: Path, fault: str) -> None:
    """Recorded of other words, changed since it was approved, not a sound, or gone: the rendered one is played."""
    recording = recorded(tmp_path, "zh")
    if fault == "old words":
        recording = replace(recording, words_of="0" * 64)
    elif fault == "changed file":
        recording.file.write_bytes(wide_wave(hum(1.0), "x"))
    elif fault == "no sound":
        recording.file.write_bytes(b"nothing")
        recording = replace(recording, sha256=hashlib.sha256(b"nothing").hexdigest())
    else:
        recording.file.unlink()
    speech = Speech(sounds=PromptSounds(shelf, Recordings({(MESSAGE, "zh"): recording})))
    assert [piece.text for piece in speech.message(MESSAGE, "zh")] == [phrase.text for phrase in say(MESSAGE, "zh")]
    assert all(piece.sound for piece in speech.message(MESSAGE, "zh"))


def test_law_1_a_fault_of_the_store_costs_the_recording_not_the_call(shelf: Shelf) -> None:
    """Where the recordings cannot be looked up, the carrier's voice speaks."""

    class Broken(NoRecordedPrompts):
        def find(self, message_id: str, voice_tag: str) -> RecordedPrompt | None:
            raise OSError("the books are gone")

    pieces = Speech(sounds=PromptSounds(shelf, Broken())).message(MESSAGE, "zh")
    assert [piece.text for piece in pieces] == [phrase.text for phrase in say(MESSAGE, "zh")]


def test_a_folder_of_the_site_goes_before_the_shipped_one(tmp_path: Path) -> None:
    """What a site has built for itself is what its callers hear."""
    wanted = renditions([load_messages()[MESSAGE]], {})
    build(wanted, [HummingVoice(version="site")], tmp_path / "site")
    build(wanted, [HummingVoice(version="shipped")], tmp_path / "shipped")
    found = Shelf([tmp_path / "site", tmp_path / "shipped"]).find(wanted[0].key)
    assert found is not None
    assert found.engine_version == "site"
