"""A build renders what is missing and nothing else, and its manifest tells the truth about every file."""

from __future__ import annotations

from pathlib import Path

import pytest

from bilingual.errors import PromptManifestError
from bilingual.messages import Language, load_messages, parse_messages
from bilingual.prompt_audio.build import build
from bilingual.prompt_audio.manifest import FILE, read_manifest
from bilingual.prompt_audio.pack import pack, shipped_already
from bilingual.prompt_audio.renditions import Rendition, renditions
from bilingual.prompt_audio.shaping import LOUD_LUFS, LUFS
from bilingual.prompt_audio.shelf import Shelf
from dialects.audio.decode import decode_audio
from tests.fakes.prompt_voice import HummingVoice

TWO = """
messages:
  - {id: hello, purpose: p, channel: voice, pause_after_ms: 500, zh: [您好。, 请说。], en: [Hello.]}
  - {id: again, purpose: p, channel: voice, pause_after_ms: 500, variables: {line: {format: text}},
     zh: [您好。, "这里是{line}。"], en: ["This is {line}."]}
"""


def wanted(text: str = TWO, line: str | None = "the line") -> tuple[Rendition, ...]:
    """What two messages ask for: in each language, as usual and for who hears badly."""
    values = {language.value: {"line": line} for language in Language} if line else {}
    return renditions(parse_messages(text, source="test").values(), values)


def test_every_phrase_is_rendered_in_both_manners_and_both_files(tmp_path: Path) -> None:
    """Mu-law at 8 kHz for the carrier, 16 kHz for everything else, at the loudness of the manner."""
    built = build(wanted(), [HummingVoice()], tmp_path)
    assert [(each.message, each.phrase, each.language, each.manner) for each in built.entries] == [
        (message, number, language, manner)
        for message, language, phrases in (
            ("hello", "zh", 2),
            ("hello", "en", 1),
            ("again", "zh", 2),
            ("again", "en", 1),
        )
        for number in range(1, phrases + 1)
        for manner in ("plain", "hearing")
    ]
    for entry in built.entries:
        narrow = decode_audio(tmp_path / entry.file, rate_hz=8_000)
        assert narrow.seconds == pytest.approx(entry.seconds, abs=0.02)
        assert (tmp_path / str(entry.wide_file)).is_file()
        assert entry.lufs == pytest.approx(LOUD_LUFS if entry.manner == "hearing" else LUFS, abs=0.5)
    assert read_manifest(tmp_path).entries == tuple(built.entries)
    assert built.failed == []


def test_a_second_build_renders_nothing_and_a_changed_word_only_itself(tmp_path: Path) -> None:
    """What has not changed is kept; what nobody says any more is gone, and foreign files stay."""
    voice = HummingVoice()
    build(wanted(), [voice], tmp_path)
    (tmp_path / "notes.wav").write_bytes(b"mine")
    voice.asked.clear()
    again = build(wanted(), [voice], tmp_path)
    assert (again.rendered, again.removed, voice.asked) == (0, 0, [])
    changed = build(wanted(TWO.replace("请说。", "请讲。")), [voice], tmp_path)
    assert (changed.rendered, changed.removed, set(voice.asked)) == (2, 4, {"请讲。"})
    assert (tmp_path / "notes.wav").read_bytes() == b"mine"


@pytest.mark.parametrize("damage", ["cut", "gone"])
def test_a_damaged_file_is_rendered_anew(tmp_path: Path, damage: str) -> None:
    """A build ends with every file as its manifest says."""
    entry = build(wanted(), [HummingVoice()], tmp_path).entries[0]
    file = tmp_path / entry.file
    file.write_bytes(file.read_bytes()[:-10]) if damage == "cut" else file.unlink()
    assert build(wanted(), [HummingVoice()], tmp_path).rendered == 1


def test_the_first_engine_that_speaks_a_phrase_says_it(tmp_path: Path) -> None:
    """Recordings come first; what they have not, the next engine says, and what nobody can is told by its name."""
    first, second = HummingVoice(("en",), name="recorded"), HummingVoice(("en", "zh"), name="made")
    built = build(wanted(), [first, second], tmp_path)
    assert {(entry.language, entry.engine) for entry in built.entries} == {("en", "recorded"), ("zh", "made")}
    alone = build(wanted(), [first], tmp_path / "alone")
    assert "phrase 2 of `hello` in `zh`" in " ".join(alone.failed)
    assert {entry.language for entry in alone.entries} == {"en"}


def test_another_voice_or_version_is_another_sound(tmp_path: Path) -> None:
    """A name stands for one sound for ever, so that carriers may keep it."""
    ids = [
        {entry.id for entry in build(wanted(), [HummingVoice(version=version)], tmp_path / version).entries}
        for version in ("1", "2")
    ]
    assert not ids[0] & ids[1]


def test_a_phrase_whose_variable_has_no_value_is_left_to_the_carrier(tmp_path: Path) -> None:
    """`{line}` is said with the site's name or not rendered at all."""
    texts = {entry.text for entry in build(wanted(line=None), [HummingVoice()], tmp_path).entries}
    assert not any("{" in text for text in texts)
    assert "This is the line." in {rendition.phrase.text for rendition in wanted()}


def test_a_manifest_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """Nothing is thrown away because of a file that somebody has edited."""
    (tmp_path / FILE).write_text('{"entries": [{"id": "x"}]}', encoding="utf-8")
    with pytest.raises(PromptManifestError, match=FILE):
        build(wanted(), [HummingVoice()], tmp_path)


def test_a_packed_build_is_found_by_its_words(tmp_path: Path) -> None:
    """What is shipped is what was built: same phrases, same length; packing again leaves nothing behind."""
    built = build(wanted(), [HummingVoice()], tmp_path / "built")
    packed = pack(built.entries, tmp_path / "built", tmp_path / "shipped", about="test")
    shelf = Shelf([tmp_path / "shipped"])
    for rendition, entry in zip(wanted(), built.entries, strict=True):
        found = shelf.find(rendition.key)
        assert found is not None
        assert found.text == rendition.phrase.text
        assert found.seconds == pytest.approx(entry.seconds, abs=0.01)
    assert {path.name for path in (tmp_path / "shipped").iterdir()} == {FILE, *(entry.file for entry in packed)}
    built = build(wanted(TWO.replace("请说。", "请讲。")), [HummingVoice()], tmp_path / "built")
    again = pack(built.entries, tmp_path / "built", tmp_path / "shipped", about="test")
    assert {path.name for path in (tmp_path / "shipped").iterdir()} == {FILE, *(entry.file for entry in again)}


def test_a_shipped_sound_stays_until_its_words_or_its_voice_change(tmp_path: Path) -> None:
    """Without the build that it came from, too: only what is new is rendered, and a damaged file is."""
    target, engines = tmp_path / "shipped", [HummingVoice()]
    first = pack(build(wanted(), engines, tmp_path / "a").entries, tmp_path / "a", target, about="test")
    before = {entry.file: (target / entry.file).read_bytes() for entry in first}
    assert list(shipped_already(wanted(), engines, target).values()) == first
    changed = wanted(TWO.replace("请说。", "请讲。"))
    there = shipped_already(changed, engines, target)
    assert {each.phrase.text for each in changed if each not in there} == {"请讲。"}
    new = iter(build([each for each in changed if each not in there], engines, tmp_path / "b").entries)
    packed = pack([there.get(each) or next(new) for each in changed], tmp_path / "b", target, about="test")
    assert [entry.text for entry in packed] == [each.phrase.text for each in changed]
    assert all((target / name).read_bytes() == before[name] for name in {entry.file for entry in there.values()})
    (target / packed[0].file).write_bytes(b"damaged")
    assert changed[0] not in shipped_already(changed, engines, target)


def test_every_message_of_the_line_is_wanted_in_some_manner() -> None:
    """No sentence is forgotten, but those with a value that only a call knows, and those that are never played."""
    values = {language.value: {"line": "x"} for language in Language}
    found = {(each.phrase.message_id, each.phrase.language) for each in renditions(load_messages().values(), values)}
    said = {id_ for id_, message in load_messages().items() if set(message.variables) <= {"line"}}
    said -= {"sorry_hold", "once_more"}  # twiml.hunt_group_document speaks without our sounds
    assert found >= {(id_, language.value) for id_ in said for language in Language}
