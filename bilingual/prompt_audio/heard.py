"""The prompts as callers hear them: phrase after phrase with the quiet between, where there is a sound of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bilingual.messages import Message
from bilingual.prompt_audio.manifest import Entry, LeftOut
from bilingual.prompt_audio.renditions import Rendition, renditions
from bilingual.prompt_audio.shelf import Shelf
from bilingual.prompt_audio.sound import Sound
from bilingual.prompt_audio.wave import telephone_wave
from dialects.audio.decode import decode_audio
from dialects.audio.mulaw import RATE_HZ

Place = tuple[str, str, str]
"""Message, language, manner."""


@dataclass(frozen=True)
class HeardPrompt:
    """A message in one language and manner."""

    message_id: str
    language: str
    """`zh` or `en`."""
    manner: str
    """A name of `bilingual.manner.NAMED`."""
    texts: tuple[str, ...]
    """Phrase by phrase, variables filled in."""
    wave: bytes | None = None
    """A WAVE file of mu-law at 8 kHz; None where the carrier's voice speaks, because a phrase has no sound."""
    seconds: float = 0.0
    """Of the sound, quiet included."""
    voice: str = ""
    """Engine and voice of the sound."""
    misheard_as: str = ""
    """What a recognizer understood of a rendered sound that does not ship for that reason."""


def heard_prompts(
    messages: Mapping[str, Message],
    values: Mapping[str, Mapping[str, str]],
    shelf: Shelf,
    left_out: Iterable[LeftOut] = (),
) -> tuple[HeardPrompt, ...]:
    """Every message that can be had as sound, in each language and manner it is said in, in the messages' order.

    `values` stands for variables, as in `renditions`; a message whose value differs from call to call is left out.
    """
    misheard = {(each.message, each.language, each.manner): each.heard for each in left_out}
    parts: dict[Place, list[Rendition]] = {}
    for each in renditions(messages.values(), values):
        parts.setdefault((each.phrase.message_id, each.phrase.language, each.manner), []).append(each)
    whole = {place: said for place, said in parts.items() if len(said) == _phrases(messages, place)}
    return tuple(
        _heard(place, said, shelf, messages[place[0]].pause_after_ms, misheard.get(place, ""))
        for place, said in whole.items()
    )


def _phrases(messages: Mapping[str, Message], place: Place) -> int:
    message = messages[place[0]]
    return len(message.zh if place[1] == "zh" else message.en)


def _heard(place: Place, said: Sequence[Rendition], shelf: Shelf, pause_ms: int, misheard: str) -> HeardPrompt:
    texts = tuple(each.phrase.text for each in said)
    entries = [entry for each in said if (entry := shelf.find(each.key))]
    sound = _joined(entries, shelf, pause_ms) if len(entries) == len(said) else None
    if sound is None:
        return HeardPrompt(*place, texts, misheard_as=misheard)
    voices = " + ".join(dict.fromkeys(f"{entry.engine} {entry.voice}" for entry in entries))
    return HeardPrompt(*place, texts, telephone_wave(sound, " ".join(texts), place[1]), sound.seconds, voices)


def _joined(entries: Sequence[Entry], shelf: Shelf, pause_ms: int) -> Sound | None:
    """The phrases one after the other; None where a file is damaged."""
    quiet = np.zeros(round(pause_ms / 1000 * RATE_HZ), dtype=np.float32)
    pieces = []
    for entry in entries:
        wave = shelf.wave(entry.id)
        if wave is None:
            return None
        pieces += [decode_audio(wave, rate_hz=RATE_HZ).samples, quiet]
    return Sound(np.concatenate(pieces[:-1]), RATE_HZ)
