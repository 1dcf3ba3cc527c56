"""Sounds as WAVE files: mu-law at 8 kHz as carriers play them, 16 bits at 16 kHz for everything else.

The words and their language are in the file itself (LIST/INFO, INAM and ILNG), so that whoever has only the sound
knows what it says.
Source: Microsoft's "Multimedia Programming Interface and Data Specifications 1.0", chapter on RIFF.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping

import numpy as np

from bilingual.prompt_audio.sound import Sound
from dialects.audio import mulaw
from dialects.audio.samples import to_int16

WIDE_HZ = 16_000
_PCM, _MULAW = 1, 7


def telephone_wave(sound: Sound, words: str, language: str = "") -> bytes:
    """The sound as mu-law at 8 kHz; `language` is a BCP 47 tag, empty where nobody knows it."""
    data = mulaw.encode(to_int16(sound.at_rate(mulaw.RATE_HZ).samples))
    told = {b"INAM": words, b"ILNG": language}
    return _riff(_format(_MULAW, mulaw.RATE_HZ, 8), data, told, samples=len(data))


def wide_wave(sound: Sound, words: str) -> bytes:
    """The sound as 16-bit samples at 16 kHz."""
    samples = to_int16(sound.at_rate(WIDE_HZ).samples).astype("<i2", copy=False)
    return _riff(
        _format(_PCM, WIDE_HZ, 16), np.ascontiguousarray(samples).tobytes(), {b"INAM": words}, samples=samples.size
    )


def _format(code: int, rate_hz: int, bits: int) -> bytes:
    width = bits // 8
    return struct.pack("<HHIIHHH", code, 1, rate_hz, rate_hz * width, width, bits, 0)


def _riff(wave_format: bytes, data: bytes, told: Mapping[bytes, str], *, samples: int) -> bytes:
    # What is said comes last: a program that reads to the samples and no further finds them where it expects them.
    info = b"INFO" + b"".join(_chunk(name, text.encode() + b"\0") for name, text in told.items() if text)
    facts = _chunk(b"fmt ", wave_format) + _chunk(b"fact", struct.pack("<I", samples))
    return _chunk(b"RIFF", b"WAVE" + facts + _chunk(b"data", data) + _chunk(b"LIST", info))


def _chunk(name: bytes, content: bytes) -> bytes:
    return name + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)
