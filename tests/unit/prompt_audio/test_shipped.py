"""The sounds that ship say what the line says today: words and sound never part."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

import pytest

from bilingual.manner import NAMED
from bilingual.messages import load_messages
from bilingual.prompt_audio.manifest import FILE, Entry, intact, read_manifest
from bilingual.prompt_audio.renditions import words_key
from bilingual.prompt_audio.shaping import LOUD_LUFS, LUFS, PEAK
from bilingual.prompt_audio.shelf import Shelf, shipped_folder
from dialects.audio.decode import decode_audio
from elder_channel.cli.prompt_build import wanted_renditions

MANIFEST = read_manifest(shipped_folder())
ENTRIES = MANIFEST.entries
LEFT_OUT = {(each.message, each.language, each.manner) for each in MANIFEST.left_out}
MEGABYTES = 3.0


def test_every_sentence_has_a_sound_that_says_just_that_or_was_not_understood() -> None:
    """Who changes a word of the messages renders it anew: `elder-channel prompts ship`."""
    wanted = {
        rendition.key: rendition
        for rendition in wanted_renditions({})
        if (rendition.phrase.message_id, rendition.phrase.language, rendition.manner) not in LEFT_OUT
    }
    shipped = {entry.key: entry for entry in ENTRIES}
    missing = [f"{wanted[key].phrase}, {wanted[key].manner}" for key in wanted.keys() - shipped.keys()]
    assert missing == [], "run `elder-channel prompts ship`"
    assert [shipped[key].text for key in shipped.keys() - wanted.keys()] == [], "run `elder-channel prompts ship`"


def test_the_key_of_each_sound_is_that_of_its_own_words() -> None:
    """The manifest cannot promise other words than it looks them up by."""
    for entry in ENTRIES:
        assert entry.key == words_key(entry.text, entry.language, NAMED[entry.manner])
        assert entry.message in load_messages()


def test_every_file_is_the_one_of_the_manifest_and_no_other_lies_there() -> None:
    """Nobody has swapped or edited a sound, and nothing ships that is not listed."""
    folder = shipped_folder()
    assert [entry.file for entry in ENTRIES if not intact(folder / entry.file, entry.sha256)] == []
    assert {path.name for path in folder.iterdir()} == {FILE, "LICENSE.md", *(entry.file for entry in ENTRIES)}


def test_they_are_small() -> None:
    """A wheel must not grow by more than three megabytes for them."""
    assert sum(path.stat().st_size for path in shipped_folder().iterdir()) <= MEGABYTES * 1e6


@pytest.mark.parametrize("manner", list(NAMED))
def test_they_are_equally_loud_and_never_clip(manner: str) -> None:
    """Measured when they were made; the peaks are those of the unpacked files."""
    shelf, wanted = Shelf([shipped_folder()]), LOUD_LUFS if NAMED[manner].volume else LUFS
    for entry in (entry for entry in ENTRIES if entry.manner == manner):
        assert entry.lufs == pytest.approx(wanted, abs=0.5), entry.text
        wave = shelf.wave(entry.id)
        assert wave is not None
        sound = decode_audio(wave)
        assert sound.seconds == pytest.approx(entry.seconds, abs=0.03)
        assert abs(sound.samples).max() < min(1.0, PEAK * 1.12), entry.text


def test_who_hears_badly_hears_the_same_slower() -> None:
    """75% of the pace, and never faster than as usual."""

    def phrase(entry: Entry) -> tuple[str, str, int]:
        return entry.message, entry.language, entry.phrase

    for _, both in groupby(sorted(ENTRIES, key=phrase), key=phrase):
        seconds = {entry.manner: entry.seconds for entry in both}
        if {"plain", "hearing"} <= seconds.keys():
            assert seconds["hearing"] == pytest.approx(seconds["plain"] / 0.75, rel=0.08)


def test_the_page_has_a_row_for_every_prompt() -> None:
    """`elder-channel prompts readback --write docs/prompts.md` after `ship`."""
    page = (Path(__file__).parents[3] / "docs" / "prompts.md").read_text(encoding="utf-8")
    prompts = {(entry.message, entry.language, entry.manner) for entry in ENTRIES}
    assert [prompt for prompt in sorted(prompts) if "| `{}` | {} | {} |".format(*prompt) not in page] == []
    assert page.count("\n| `") == len(prompts)


def test_they_say_what_they_are() -> None:
    """Whoever finds the folder learns that the voices are synthetic, whose they are, and under which licence."""
    notice = (shipped_folder() / "LICENSE.md").read_text(encoding="utf-8")
    for words in ("synthetic", "Apache License", "Kokoro-82M", "No native speaker"):
        assert words in notice
    assert {(entry.engine, entry.licence) for entry in ENTRIES} == {("kokoro", "Apache-2.0")}
