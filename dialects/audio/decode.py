"""Any recording a user has, as mono float samples: wav, flac, mp3, m4a and what else FFmpeg reads."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import av
import numpy as np
from av.error import FFmpegError, InvalidDataError
from numpy.typing import NDArray

from dialects.audio.resample import StreamResampler
from dialects.audio.samples import clean
from dialects.errors import AudioNotFoundError, EmptyAudioError, NoAudioTrackError, NotAudioError

# Play lists (hls, concat) would make FFmpeg open other files and addresses: only formats that hold sound themselves.
_FORMATS = "wav,w64,aiff,au,caf,flac,mp3,aac,ogg,mov,mp4,m4a,matroska,webm,asf,amr,avi,mpeg,mpegts"


@dataclass(frozen=True)
class Audio:
    """A decoded recording."""

    samples: NDArray[np.float32]
    """Mono, within [-1, 1]."""
    rate_hz: int
    seconds: float
    truncated: bool
    """True when the recording went on after `max_seconds`."""


def decode_audio(source: Path | bytes, *, rate_hz: int | None = 8_000, max_seconds: float = 300.0) -> Audio:
    """The sound of a file, or of a file's bytes: mono, at most `max_seconds` long; no more is read.

    It is at `rate_hz`, or at the recording's own rate with None.

    Raises `AudioNotFoundError`, `EmptyAudioError`, `NotAudioError` or `NoAudioTrackError`, which name file and reason.
    """
    name = str(source) if isinstance(source, Path) else "the recording"
    with closing(_open(source, name)) as file:
        try:
            with av.open(file, mode="r", options={"format_whitelist": _FORMATS}) as container:
                samples, to_hz, truncated = _decode(container, name, rate_hz=rate_hz, max_seconds=max_seconds)
        except FFmpegError as error:
            raise NotAudioError(name, f"it is not a recording ({error.strerror or error})") from error
    return Audio(samples=samples, rate_hz=to_hz, seconds=samples.size / to_hz, truncated=truncated)


def _open(source: Path | bytes, name: str) -> BinaryIO:
    if isinstance(source, bytes):
        if not source:
            raise EmptyAudioError(name, "it has no bytes")
        return io.BytesIO(source)
    if source.is_dir():
        raise NotAudioError(name, "it is a directory")
    try:
        if source.stat().st_size == 0:
            raise EmptyAudioError(name, "it has no bytes")
        return source.open("rb")
    except FileNotFoundError as error:
        raise AudioNotFoundError(name, "there is no such file") from error
    except OSError as error:
        raise NotAudioError(name, f"it cannot be read ({error.strerror})") from error


def _decode(
    container: Any, name: str, *, rate_hz: int | None, max_seconds: float
) -> tuple[NDArray[np.float32], int, bool]:
    """The samples of the first audio track, their rate, and whether there were more."""
    if not container.streams.audio:
        raise NoAudioTrackError(name, "it holds no audio track")
    pieces: list[NDArray[np.float32]] = []
    count = limit = to_hz = 0
    resampler: StreamResampler | None = None
    for piece, piece_hz in _mono_pieces(container, name):
        if resampler is None:
            to_hz = rate_hz or piece_hz
            limit = round(max_seconds * to_hz)
            resampler = StreamResampler(from_hz=piece_hz, to_hz=to_hz)
        pieces.append(resampler.feed(piece))
        count += pieces[-1].size
        if count > limit:
            return clean(np.concatenate(pieces)[:limit]), to_hz, True
    if resampler is None:
        raise EmptyAudioError(name, "it holds no sound")
    pieces.append(resampler.feed(np.zeros(0, dtype=np.float32), last=True))
    samples = np.concatenate(pieces)
    if samples.size == 0:
        raise EmptyAudioError(name, "it holds no sound")
    return clean(samples[:limit]), to_hz, samples.size > limit


def _mono_pieces(container: Any, name: str) -> Iterator[tuple[NDArray[np.float32], int]]:
    """Decoded pieces mixed down to one channel, each with its rate, which stays the first frame's."""
    track = container.streams.audio[0]
    mixer = None
    damaged = 0
    heard = False
    for packet in container.demux(track):
        try:
            frames = packet.decode()
        except InvalidDataError:
            damaged += 1  # one broken packet in a recording is no reason to refuse the rest
            continue
        for frame in frames:
            mixer = mixer or _Mixer(frame.sample_rate)
            for mixed in mixer.mix(frame):
                heard = True
                yield mixed, mixer.rate_hz
    if damaged and not heard:
        raise NotAudioError(name, "nothing in it could be decoded")


class _Mixer:
    """Mixes frames down to mono float; a recording whose layout changes midway gets a fresh converter."""

    def __init__(self, rate_hz: int) -> None:
        self.rate_hz = rate_hz
        self._layout: tuple[str, str, int] | None = None
        self._converter: Any = None

    def mix(self, frame: Any) -> Iterator[NDArray[np.float32]]:
        layout = (frame.format.name, frame.layout.name, frame.sample_rate)
        if layout != self._layout:
            self._layout = layout
            self._converter = av.AudioResampler(format="flt", layout="mono", rate=self.rate_hz)
        frame.pts = None  # broken time stamps must not make the converter invent silence
        for converted in self._converter.resample(frame):
            yield converted.to_ndarray().reshape(-1).astype(np.float32)
