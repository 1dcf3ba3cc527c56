"""Chinese and English in the alphabet of sounds that Kokoro was trained on.

Mandarin is divided by jieba, read by pypinyin, and spelled by misaki, with the tones as they are spoken
(`tone_sandhi`): misaki's own reader has each word as it is in the dictionary. English is read by eSpeak NG,
whose IPA is put into Kokoro's letters after misaki's own table for it (`misaki/espeak.py`, Apache-2.0). eSpeak NG is
used as a program; nothing of it is linked or kept.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Final

from pypinyin import Style, lazy_pinyin

from bilingual.errors import EngineAbsentError
from bilingual.prompt_audio.tone_sandhi import Word, as_spoken

PROGRAM: Final = "espeak-ng"
_SECONDS = 20
_LATIN_RUN = re.compile(r"[A-Za-z][A-Za-z'’ ,.?!-]*[A-Za-z]|[A-Za-z]")
_HAN_RUN = re.compile("[\u4e00-\u9fff]+")
_BREATH = re.compile("(?<=[\u4e00-\u9fff]) +(?=[\u4e00-\u9fff])")
"""A space between characters: the voice stops for a moment, so that 按 一 is not drawn together into "a ni"."""
_TWO: Final = ("ɚ↘", "aɚ↘")
"""二 is said wider than 儿 (the second of misaki's two spellings, after Duanmu 2007, p. 40)."""
_NOT_SYLLABIC = "\u032f"
"""A mark of IPA that Kokoro's alphabet lacks."""
_ENGLISH_PIECE = re.compile(r"[^,.;:?!]+|[,.;:?!]")
_SYLLABIC = re.compile("(\\S)\u0329")
_MARKS = frozenset(",.;:?!")
_ESPEAK_TO_KOKORO: Final = {
    "a^ɪ": "I", "a^ʊ": "W", "d^ʒ": "ʤ", "e^ɪ": "A", "t^ʃ": "ʧ", "ɔ^ɪ": "Y", "o^ʊ": "O", "ə^l": "ᵊl",
    "ɜːɹ": "ɜɹ", "ɚɹ": "əɹ", "ɜː": "ɜɹ", "ɪə": "iə", "ɚ": "əɹ", "r": "ɹ", "x": "k", "ç": "k", "ɐ": "ə", "ɬ": "l",
    "e": "A", "ː": "", "o": "ɔ", "ɾ": "T", "ʔ": "t", "^": "",
}  # fmt: skip


@dataclass(frozen=True)
class _Reader:
    """What of other libraries reads Mandarin."""

    divided: Callable[[str], Sequence[str]]
    """A run of characters as its words."""
    numbers_read: Callable[[str], str]
    marks_made_plain: Callable[[str], str]
    spelled: Callable[[str], str]
    """A syllable of pinyin with its tone, in Kokoro's letters."""


def chinese_phonemes(text: str) -> str:
    """A Chinese text; English words in it are read as English. Raises `EngineAbsentError`."""
    pieces: list[str] = []
    at = 0
    for latin in _LATIN_RUN.finditer(text):
        pieces += [_mandarin(text[at : latin.start()]), english_phonemes(latin.group())]
        at = latin.end()
    pieces.append(_mandarin(text[at:]))
    return " ".join(piece for piece in pieces if piece)


def english_phonemes(text: str) -> str:
    """An English text, with the marks at which the voice pauses. Raises `EngineAbsentError`."""
    pieces = [piece.strip() for piece in _ENGLISH_PIECE.findall(text)]
    return "".join(f"{piece} " if piece in _MARKS else _english(piece) for piece in pieces if piece).strip()


def tones_change(text: str) -> bool:
    """Whether a Chinese text is said with other tones than its words have alone. Raises `EngineAbsentError`."""
    runs = [_words(_reader(), run) for run in _HAN_RUN.findall(text)]
    return any(as_spoken(words) != words for words in runs)


def _mandarin(text: str) -> str:
    if not text.strip():
        return ""
    reader = _reader()
    plain = reader.marks_made_plain(reader.numbers_read(_BREATH.sub("，", text)))
    return _HAN_RUN.sub(lambda run: _spelled(reader, run.group()), plain).replace(*_TWO).replace(_NOT_SYLLABIC, "")


def _spelled(reader: _Reader, run: str) -> str:
    """Characters said without a pause, a space between their words."""
    return " ".join("".join(map(reader.spelled, word.syllables)) for word in as_spoken(_words(reader, run)))


def _words(reader: _Reader, run: str) -> tuple[Word, ...]:
    return tuple(
        Word(word, tuple(lazy_pinyin(word, style=Style.TONE3, neutral_tone_with_five=True)))
        for word in reader.divided(run)
    )


@cache
def _reader() -> _Reader:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # jieba's imports warn of their own old ways
            jieba = import_module("jieba")
            misaki = import_module("misaki.zh")
    except ImportError as error:
        raise EngineAbsentError(
            f"misaki, which reads Chinese ({error.name})", "get it with: pip install 'elder-channel[voices]'"
        ) from error
    jieba.setLogLevel("WARNING")
    spelling = misaki.ZHG2P
    return _Reader(
        divided=jieba.lcut,
        numbers_read=lambda text: str(misaki.cn2an.transform(text, "an2cn")),
        marks_made_plain=spelling.map_punctuation,
        spelled=spelling.py2ipa,
    )


@cache
def _english(words: str) -> str:
    program = shutil.which(PROGRAM)
    if program is None:
        raise EngineAbsentError("eSpeak NG, which reads English", "get it with: apt-get install espeak-ng")
    # Nothing of the text is taken for an option: it comes by standard input.
    command = [program, "-q", "--ipa", "--tie=^", "-v", "en-us", "--stdin"]
    done = subprocess.run(  # noqa: S603 - a fixed program with fixed arguments
        command, input=words, capture_output=True, text=True, timeout=_SECONDS, check=False
    )
    if done.returncode:
        raise EngineAbsentError("A working eSpeak NG", f"it ended with {done.returncode}: {done.stderr.strip()[:200]}")
    ipa = " ".join(done.stdout.split())
    for espeak, kokoro in _ESPEAK_TO_KOKORO.items():
        ipa = ipa.replace(espeak, kokoro)
    return _SYLLABIC.sub(r"ᵊ\1", ipa)  # the second syllable of "written"
