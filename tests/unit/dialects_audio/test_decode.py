"""Whatever a user gives as a recording is heard or refused with a sentence."""

import io
import wave
from pathlib import Path

import av
import numpy as np
import pytest

from dialects.audio.decode import decode_audio
from dialects.errors import AudioError, AudioNotFoundError, EmptyAudioError, NoAudioTrackError, NotAudioError

TONE_HZ = 440


def tone(seconds: float, rate_hz: int, level: float = 0.5) -> np.ndarray:
    return (level * np.sin(2 * np.pi * TONE_HZ * np.arange(round(seconds * rate_hz)) / rate_hz)).astype(np.float32)


def wav(seconds: float, rate_hz: int, *, channels: int = 1, width: int = 2) -> bytes:
    sound = np.repeat(tone(seconds, rate_hz)[:, None], channels, axis=1)
    data = (sound * 127 + 128).astype(np.uint8) if width == 1 else (sound * 32_767).astype("<i2")
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(width)
        file.setframerate(rate_hz)
        file.writeframes(data.tobytes())
    return out.getvalue()


def encoded(container: str, codec: str, rate_hz: int, seconds: float, sample_format: str) -> bytes:
    out = io.BytesIO()
    with av.open(out, "w", format=container) as file:
        track = file.add_stream(codec, rate=rate_hz, layout="mono")
        frame = av.AudioFrame.from_ndarray(tone(seconds, rate_hz)[None, :], format="flt", layout="mono")
        frame.sample_rate = rate_hz
        for piece in av.AudioResampler(format=sample_format, layout="mono", rate=rate_hz).resample(frame):
            file.mux(track.encode(piece))
        file.mux(track.encode(None))
    return out.getvalue()


def loudest_hz(samples: np.ndarray, rate_hz: int) -> float:
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(samples.size)))
    return float(np.argmax(spectrum)) * rate_hz / samples.size


RECORDINGS = {
    "8 bit": wav(1.0, 8_000, width=1),
    "stereo": wav(1.0, 44_100, channels=2),
    "96 kHz": wav(1.0, 96_000),
    "5.1 channels": wav(1.0, 48_000, channels=6),
    "flac": encoded("flac", "flac", 48_000, 1.0, "s16"),
    "mp3": encoded("mp3", "libmp3lame", 44_100, 1.0, "fltp"),
    "m4a": encoded("mp4", "aac", 44_100, 1.0, "fltp"),
}


@pytest.mark.parametrize("name", RECORDINGS)
@pytest.mark.parametrize("rate_hz", [8_000, 16_000])
def test_any_common_recording_is_heard(name: str, rate_hz: int) -> None:
    """The same tone comes out of every format, mono, at the rate asked for."""
    audio = decode_audio(RECORDINGS[name], rate_hz=rate_hz)
    assert audio.rate_hz == rate_hz
    assert audio.seconds == pytest.approx(1.0, abs=0.08)
    assert audio.seconds == audio.samples.size / rate_hz
    assert not audio.truncated
    assert audio.samples.dtype == np.float32
    assert loudest_hz(audio.samples, rate_hz) == pytest.approx(TONE_HZ, abs=3)
    assert 0.1 < np.abs(audio.samples).max() <= 1.0


def test_a_long_recording_is_read_no_further_than_asked(tmp_path: Path) -> None:
    """An hour is cut at the limit, and most of the file is never touched."""
    path = tmp_path / "hour.wav"
    path.write_bytes(wav(1.0, 8_000))
    with path.open("ab") as file:
        file.truncate(44 + 3600 * 8_000 * 2)
    header = bytearray(path.read_bytes()[:44])
    header[4:8] = (36 + 3600 * 16_000).to_bytes(4, "little")
    header[40:44] = (3600 * 16_000).to_bytes(4, "little")
    with path.open("r+b") as file:
        file.write(header)
    audio = decode_audio(path, max_seconds=2.0)
    assert audio.truncated
    assert audio.seconds == 2.0


def test_loud_and_broken_float_samples_are_tamed() -> None:
    """Infinite, missing and oversized samples never reach a model."""
    samples = np.array([0.0, 4.0, -9.0, np.nan, np.inf, -np.inf, 0.25] * 400, dtype="<f4")
    out = io.BytesIO()
    fmt = b"fmt " + (16).to_bytes(4, "little") + (3).to_bytes(2, "little") + (1).to_bytes(2, "little")
    fmt += (8000).to_bytes(4, "little") + (32000).to_bytes(4, "little")
    fmt += (4).to_bytes(2, "little") + (32).to_bytes(2, "little")
    body = b"WAVE" + fmt + b"data" + samples.nbytes.to_bytes(4, "little") + samples.tobytes()
    out.write(b"RIFF" + len(body).to_bytes(4, "little") + body)
    heard = decode_audio(out.getvalue()).samples
    assert np.isfinite(heard).all()
    assert np.abs(heard).max() == 1.0


def video_without_sound() -> bytes:
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as file:
        track = file.add_stream("mpeg4", rate=10)
        track.width = track.height = 64
        for _ in range(5):
            file.mux(track.encode(av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), dtype=np.uint8), format="rgb24")))
        file.mux(track.encode(None))
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "error"),
    [
        pytest.param(b"", EmptyAudioError, id="empty"),
        pytest.param(wav(0.0, 8_000), EmptyAudioError, id="no samples"),
        pytest.param("您好，这不是录音。\n".encode() * 50, NotAudioError, id="text"),
        pytest.param(b"%PDF-1.7\n" + bytes(4000), NotAudioError, id="pdf"),
        pytest.param(RECORDINGS["flac"][:30], AudioError, id="cut off"),
        pytest.param(b"#EXTM3U\n#EXTINF:1,\n/etc/hostname\n", NotAudioError, id="play list"),
        pytest.param(video_without_sound(), NoAudioTrackError, id="video without sound"),
    ],
)
def test_what_is_no_recording_is_refused_by_name(tmp_path: Path, content: bytes, error: type[AudioError]) -> None:
    """The sentence names the file and the reason."""
    path = tmp_path / "grandmother.wav"
    path.write_bytes(content)
    with pytest.raises(error, match=r"grandmother\.wav: \w"):
        decode_audio(path)
    with pytest.raises(error):
        decode_audio(content)


def test_missing_files_and_directories_are_refused(tmp_path: Path) -> None:
    """Two common slips of the hand."""
    with pytest.raises(AudioNotFoundError, match="no such file"):
        decode_audio(tmp_path / "nowhere.wav")
    with pytest.raises(NotAudioError, match="directory"):
        decode_audio(tmp_path)
