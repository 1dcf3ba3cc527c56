"""The WAVE files: what every program reads, and the words in them."""

from __future__ import annotations

import io
import wave

import av
import numpy as np
import pytest

from bilingual.prompt_audio.pack import opus
from bilingual.prompt_audio.sound import Sound
from bilingual.prompt_audio.wave import telephone_wave, wide_wave
from dialects.audio.decode import decode_audio
from tests.fakes.prompt_voice import hum

WORDS = "找人，请按零。"


@pytest.mark.parametrize("size", [8_000, 8_001], ids=["even", "odd"])
def test_the_telephone_file_is_mu_law_at_8_khz_with_its_words(size: int) -> None:
    """One byte a sample, as carriers take it; who has only the sound can still read what it says."""
    content = telephone_wave(Sound(hum(1.0, rate_hz=8_000).samples[:size], 8_000), WORDS, "zh")
    with av.open(io.BytesIO(content)) as container:
        stream = container.streams.audio[0]
        assert (stream.codec_context.name, stream.rate, stream.channels) == ("pcm_mulaw", 8_000, 1)
        assert (container.metadata["title"], container.metadata["language"]) == (WORDS, "zh")
        assert sum(frame.samples for frame in container.decode(audio=0)) == size
    assert len(content) == int.from_bytes(content[4:8], "little") + 8


def test_the_wide_file_is_read_by_the_standard_library() -> None:
    """16 bits at 16 kHz, for screens and recognizers."""
    with wave.open(io.BytesIO(wide_wave(hum(1.0), WORDS))) as file:
        assert (file.getframerate(), file.getsampwidth(), file.getnchannels()) == (16_000, 2, 1)
        assert file.getnframes() == 2 * 16_000


def test_what_is_packed_to_ship_is_unpacked_as_the_same_sound() -> None:
    """Opus at 8 kHz: a third of the size, the same length, much the same spectrum."""
    sound = hum(2.0, rate_hz=8_000)
    content = opus(sound, WORDS)
    heard = decode_audio(content, rate_hz=8_000)
    assert len(content) < len(telephone_wave(sound, WORDS)) / 2
    assert heard.seconds == pytest.approx(sound.seconds, abs=0.01)
    before, after = (np.abs(np.fft.rfft(samples, 24_000)) for samples in (sound.samples, heard.samples))
    assert np.corrcoef(before, after)[0, 1] > 0.95
