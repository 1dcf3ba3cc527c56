"""A piece of sound, and what FFmpeg's filters do to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from av.audio.frame import AudioFrame
from av.error import BlockingIOError as NothingYetError
from av.error import EOFError as EndOfSoundError
from av.filter import Graph
from numpy.typing import NDArray

from dialects.audio.resample import resample

Floats = NDArray[np.float32]
FilterStep = tuple[str, str]
"""Name and arguments of a filter of FFmpeg, `("atempo", "0.85")`."""


@dataclass(frozen=True, eq=False)
class Sound:
    """Mono samples, float32 within [-1, 1], and their rate."""

    samples: Floats
    rate_hz: int

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return self.samples.size / self.rate_hz

    @property
    def peak(self) -> float:
        """The largest magnitude; 0 of silence."""
        return float(np.abs(self.samples).max(initial=0.0))

    def at_rate(self, rate_hz: int) -> Sound:
        """The same sound at another rate."""
        return Sound(resample(self.samples, from_hz=self.rate_hz, to_hz=rate_hz), rate_hz)

    def times(self, gain: float) -> Sound:
        """The same sound louder or softer, by a factor."""
        return Sound((self.samples * np.float32(gain)).astype(np.float32), self.rate_hz)


def filtered(sound: Sound, *steps: FilterStep) -> tuple[Sound, Mapping[str, str]]:
    """The sound after filters of FFmpeg, and what the last piece of it carried as metadata."""
    graph = _graph(sound.rate_hz, steps)
    graph.push(_frame(sound))
    graph.push(None)
    pieces: list[Floats] = []
    told: Mapping[str, str] = {}
    for frame in _pulled(graph):
        pieces.append(frame.to_ndarray().reshape(-1))
        told = dict(frame.metadata) or told
    samples = np.concatenate(pieces) if pieces else np.zeros(0)
    return Sound(np.ascontiguousarray(samples, dtype=np.float32), sound.rate_hz), told


def _graph(rate_hz: int, steps: tuple[FilterStep, ...]) -> Graph:
    graph = Graph()
    source = graph.add_abuffer(sample_rate=rate_hz, format="flt", layout="mono", time_base=Fraction(1, rate_hz))
    # Some filters work at rates or in formats of their own; what comes out is what went in.
    wanted = ("aformat", f"sample_fmts=flt:channel_layouts=mono:sample_rates={rate_hz}")
    nodes = [graph.add(name, arguments) for name, arguments in (*steps, wanted)]
    graph.link_nodes(source, *nodes, graph.add("abuffersink")).configure()
    return graph


def _frame(sound: Sound) -> AudioFrame:
    frame = AudioFrame.from_ndarray(np.ascontiguousarray(sound.samples[None]), format="flt", layout="mono")
    frame.sample_rate, frame.pts, frame.time_base = sound.rate_hz, 0, Fraction(1, sound.rate_hz)
    return frame


def _pulled(graph: Graph) -> Iterator[Any]:
    while True:
        try:
            yield graph.pull()
        except (EndOfSoundError, NothingYetError):
            return
