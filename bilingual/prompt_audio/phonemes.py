"""Chinese and English in the alphabet of sounds that Kokoro was trained on.

Mandarin is read by misaki, English by eSpeak NG, whose IPA is put into Kokoro's letters after misaki's own table for it
(`misaki/espeak.py`, Apache-2.0). eSpeak NG is used as a program; nothing of it is linked or kept.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import warnings
from functools import cache
from importlib import import_module
from typing import Any, Final

from bilingual.errors import EngineAbsentError

PROGRAM: Final = "espeak-ng"
_SECONDS = 20
_LATIN_RUN = re.compile(r"[A-Za-z][A-Za-z'’ ,.?!-]*[A-Za-z]|[A-Za-z]")
_ENGLISH_PIECE = re.compile(r"[^,.;:?!]+|[,.;:?!]")
_SYLLABIC = re.compile("(\\S)\u0329")
_MARKS = frozenset(",.;:?!")
_ESPEAK_TO_KOKORO: Final = {
    "a^ɪ": "I", "a^ʊ": "W", "d^ʒ": "ʤ", "e^ɪ": "A", "t^ʃ": "ʧ", "ɔ^ɪ": "Y", "o^ʊ": "O", "ə^l": "ᵊl",
    "ɜːɹ": "ɜɹ", "ɚɹ": "əɹ", "ɜː": "ɜɹ", "ɪə": "iə", "ɚ": "əɹ", "r": "ɹ", "x": "k", "ç": "k", "ɐ": "ə", "ɬ": "l",
    "e": "A", "ː": "", "o": "ɔ", "ɾ": "T", "ʔ": "t", "^": "",
}  # fmt: skip


def chinese_phonemes(text: str) -> str:
    """A Chinese text; English words in it are read as English. Raises `EngineAbsentError`."""
    read = _mandarin_reader()
    pieces: list[str] = []
    at = 0
    for latin in _LATIN_RUN.finditer(text):
        pieces += [_mandarin(read, text[at : latin.start()]), english_phonemes(latin.group())]
        at = latin.end()
    pieces.append(_mandarin(read, text[at:]))
    return " ".join(piece for piece in pieces if piece)


def english_phonemes(text: str) -> str:
    """An English text, with the marks at which the voice pauses. Raises `EngineAbsentError`."""
    pieces = [piece.strip() for piece in _ENGLISH_PIECE.findall(text)]
    return "".join(f"{piece} " if piece in _MARKS else _english(piece) for piece in pieces if piece).strip()


def _mandarin(read: Any, text: str) -> str:
    return str(read(text)[0]) if text.strip() else ""


@cache
def _mandarin_reader() -> Any:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # jieba's imports warn of their own old ways
            import_module("jieba").setLogLevel("WARNING")
            return import_module("misaki.zh").ZHG2P()
    except ImportError as error:
        raise EngineAbsentError(
            f"misaki, which reads Chinese ({error.name})", "get it with: pip install 'elder-channel[voices]'"
        ) from error


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
