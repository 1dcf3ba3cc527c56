"""What a recognizer understands of the line's own prompts after a telephone line: what it loses, an ear may lose too.

A prompt is heard as on a call, its phrases in order with the quiet between them. Errors are counted as everywhere in
the project (`dialects.spoken_form`, `dialects.error_rates`). It is no substitute for somebody who listens.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray
from pypinyin import Style, lazy_pinyin

from bilingual.errors import PromptAudioError
from bilingual.messages import Language, Message
from bilingual.prompt_audio.manifest import Entry
from dialects.audio.decode import decode_audio
from dialects.audio.mulaw import RATE_HZ
from dialects.audio.resample import to_recognizer_rate
from dialects.audio.telephone import through_telephone
from dialects.error_rates import Edits, aligned, edits, error_rate
from dialects.recognizers.port import Recognizer
from dialects.spoken_form import chinese_characters, english_words

Floats = NDArray[np.float32]
_LONG_NUMBER = re.compile(r"\d{3,}")
_ONE, _ONE_ON_THE_TELEPHONE = "yi1", "yao1"
"""幺 is counted as the 一 it stands for; so is what a recognizer writes for its sound."""
_AROUND_SECONDS = 0.3
"""Quiet before and after, as on a line that is already open."""


@dataclass(frozen=True)
class ReadBack:
    """One prompt as it was understood."""

    message: str
    language: str
    manner: str
    text: str
    heard: str
    edits: Edits
    seconds: float
    """The prompt with its pauses."""

    @property
    def error_rate(self) -> float:
        """Characters of Chinese or words of English that were wrong, of those that were said."""
        return self.edits.errors / self.edits.units

    @property
    def is_right(self) -> bool:
        """Whether every sound of it was understood.

        What only sounds alike still counts in every error rate.
        """
        return not misheard(self.text, self.heard, self.language)


@dataclass(frozen=True)
class _Prompt:
    message: str
    language: str
    manner: str
    text: str
    sound: Floats
    """At 8 kHz, as it is played."""


def read_back(
    entries: Iterable[Entry],
    wave: Callable[[str], bytes | None],
    messages: Mapping[str, Message],
    recognizer: Recognizer,
    *,
    progress: Callable[[int], object] = lambda _: None,
) -> list[ReadBack]:
    """Every prompt in every manner, as the recognizer understands it after a telephone line.

    `wave` gives a sound by its id; the recognizer is told the language, as it is told on a call by what was chosen.
    Raises `PromptAudioError` for a sound that cannot be had.
    """
    results = []
    for number, prompt in enumerate(_prompts(entries, wave, messages), start=1):
        heard = heard_as(prompt.sound, prompt.language, recognizer)
        compared = edits(units(prompt.text, prompt.language), units(heard, prompt.language))
        seconds = round(prompt.sound.size / RATE_HZ, 2)
        results.append(ReadBack(prompt.message, prompt.language, prompt.manner, prompt.text, heard, compared, seconds))
        progress(number)
    return results


def heard_as(samples_8k: Floats, language: str, recognizer: Recognizer) -> str:
    """What the recognizer writes of a sound after a telephone line."""
    return recognizer.recognize([_on_the_telephone(samples_8k)], languages=(language,))[0].text


def misheard(text: str, heard: str, language: str) -> int:
    """How many sounds were not understood: syllables of Chinese with their tones, words of English.

    What sounds alike was understood: 按零 written as 按铃, 幺幺零 as 妖妖灵, "goodbye" as "good bye".
    """
    if language == Language.ZH:
        return sum(not _sounds_like(*pair) for pair in aligned(_toned(text), _toned(heard)))
    said, understood = units(text, language), units(heard, language)
    return 0 if "".join(said) == "".join(understood) else edits(said, understood).errors


def rate_of(results: Iterable[ReadBack], language: str) -> float | None:
    """Errors over what was said, all prompts of a language together; None where there is none."""
    return error_rate([each.edits for each in results if each.language == language])


def _prompts(
    entries: Iterable[Entry], wave: Callable[[str], bytes | None], messages: Mapping[str, Message]
) -> Iterable[_Prompt]:
    def of(entry: Entry) -> tuple[str, str, str]:
        return entry.message, entry.language, entry.manner

    for (message, language, manner), phrases in groupby(sorted(entries, key=lambda e: (*of(e), e.phrase)), key=of):
        said = list(phrases)
        pause = np.zeros(messages[message].pause_after_ms * RATE_HZ // 1000, dtype=np.float32)
        pieces = [piece for entry in said for piece in (_sound(entry, wave), pause)][:-1]
        between = "" if language == Language.ZH else " "
        yield _Prompt(message, language, manner, between.join(e.text for e in said), np.concatenate(pieces))


def _sound(entry: Entry, wave: Callable[[str], bytes | None]) -> Floats:
    content = wave(entry.id)
    if content is None:
        raise PromptAudioError(f"The sound of phrase {entry.phrase} of `{entry.message}` cannot be had.")
    return decode_audio(content, rate_hz=RATE_HZ).samples


def _on_the_telephone(sound: Floats) -> Floats:
    around = np.zeros(round(_AROUND_SECONDS * RATE_HZ), dtype=np.float32)
    return to_recognizer_rate(through_telephone(np.concatenate([around, sound, around]), rate_hz=RATE_HZ))


def _in_one_writing(text: str) -> str:
    """接著 is how the other script writes 接着; a converter leaves it: 著 is also a word, which no prompt says."""
    return text.replace("著", "着")


def _toned(text: str) -> list[str]:
    syllables = lazy_pinyin("".join(units(text, Language.ZH)), style=Style.TONE3, neutral_tone_with_five=True)
    return [_ONE if each == _ONE_ON_THE_TELEPHONE else each for each in syllables]


def _sounds_like(said: str, heard: str) -> bool:
    """A syllable written in the neutral tone was heard by its sound alone: 长着 for 长者."""
    return said == heard or (heard.endswith("5") and said[:-1] == heard[:-1])


def units(text: str, language: str) -> list[str]:
    """What is counted: characters of Chinese, words of English, numbers as they are read.

    The line says no number of three digits but telephone numbers (110), and those digit by digit.
    """
    text = _LONG_NUMBER.sub(lambda number: " ".join(number[0]), text)
    return english_words(text) if language == Language.EN else chinese_characters(_in_one_writing(text))
