"""The first layers of Whisper base's encoder as a small model of their own, cut from the verified weights.

An early layer keeps more of how something is said, a late one more of what is said. CTranslate2 gives the last layer
only; so a copy of its file is written that ends earlier: convolutions, the first encoder layers, and of the decoder
just what the loader insists on (one layer, the special tokens). CTranslate2 counts the layers it finds. The closing
normalization is kept without its learned scale, which belongs to the last layer. Some 30 MB, made once, kept beside
the model it was cut from.

Source of the file's layout: OpenNMT/CTranslate2, `python/ctranslate2/specs/model_spec.py`.
"""

from __future__ import annotations

import hashlib
import json
import struct
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import ctranslate2
import numpy as np
from filelock import FileLock
from numpy.typing import NDArray

from dialects.errors import SpeechModelDamagedError
from dialects.recognizers.ctranslate2_model import load_whisper
from dialects.recognizers.weights import ensure_whisper_base

Floats = NDArray[np.float32]

ALL_LAYERS: Final = 6
"""Encoder layers of Whisper base."""
STATE: Final = 512
"""Numbers a frame of 20 ms becomes."""
_FIRST_SPECIAL = 50_257  # tokens before it are text, of no use to an encoder
_VOCABULARY = 51_865
_FORMAT = 1  # raised when what is written here changes


@dataclass(frozen=True)
class _Variable:
    """One named array of a CTranslate2 file, as bytes."""

    name: str
    shape: tuple[int, ...]
    kind: int
    data: bytes


def ensure_early_layers(layers: int, *, cache: Path | None = None) -> Path:
    """The directory of the model that ends after `layers` encoder layers (1 to 6); cut now when it is not there.

    Two processes may call this at once. Raises what `weights.ensure_whisper_base` raises.
    """
    whole = ensure_whisper_base(cache=cache)
    directory = whole.parent / f"whisper-base-first-{layers}"
    with FileLock(whole.parent / f"{directory.name}.lock"):
        if not _is_whole(directory):
            _cut(whole, directory, layers)
    return directory


class EarlyLayers:
    """The cut encoder, loaded; log-mel spectrograms in, frames out. Keeps no state between calls."""

    def __init__(self, layers: int, *, threads: int = 1, cache: Path | None = None) -> None:
        """Raises the `SpeechModelError`s of `ensure_early_layers`, or one of its own when the model will not load."""
        self._model = load_whisper(ensure_early_layers(layers, cache=cache), at_once=threads)

    def frames(self, mels: Floats) -> Floats:
        """Encode log-mel float32 [n, 80, 10 ms frames]; float32 [n, 20 ms frames, 512] comes out."""
        encoded = self._model.encode(ctranslate2.StorageView.from_array(np.ascontiguousarray(mels)), to_cpu=True)
        return np.asarray(encoded.to(ctranslate2.DataType.float32), dtype=np.float32)


def _is_whole(directory: Path) -> bool:
    """Whether the cut model is the one that was written; its hash lies beside it."""
    try:
        stamp = json.loads((directory / "cut.json").read_text(encoding="utf-8"))
        with (directory / "model.bin").open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, ValueError):
        return False
    return bool(stamp == {"format": _FORMAT, "sha256": digest})


def _cut(whole: Path, directory: Path, layers: int) -> None:
    """Write the cut model beside and put it in place in one move."""
    if not 1 <= layers <= ALL_LAYERS:
        raise ValueError(f"Whisper base has 1 to {ALL_LAYERS} encoder layers, not {layers}")
    kept = [_shortened(variable, layers) for variable in _read(whole / "model.bin") if _belongs(variable.name, layers)]
    vocabulary = (whole / "vocabulary.txt").read_text(encoding="utf-8").split("\n")
    with tempfile.TemporaryDirectory(dir=directory.parent, prefix="whisper-base-first-") as temporary:
        fresh = Path(temporary) / "cut"
        fresh.mkdir()
        data = _written(kept)
        (fresh / "model.bin").write_bytes(data)
        (fresh / "vocabulary.txt").write_text("\n".join(vocabulary[_FIRST_SPECIAL:_VOCABULARY]) + "\n", "utf-8")
        (fresh / "config.json").write_text('{"suppress_ids": [], "suppress_ids_begin": [], "lang_ids": []}', "utf-8")
        stamp = {"format": _FORMAT, "sha256": hashlib.sha256(data).hexdigest()}
        (fresh / "cut.json").write_text(json.dumps(stamp), "utf-8")
        if directory.exists():
            directory.replace(Path(temporary) / "old")
        fresh.replace(directory)


def _belongs(name: str, layers: int) -> bool:
    side, part, *_ = name.split("/")
    if not part.startswith("layer_") or part == "layer_norm":
        return True
    return int(part.removeprefix("layer_")) < (layers if side == "encoder" else 1)


def _shortened(variable: _Variable, layers: int) -> _Variable:
    """Leave the text tokens out of the embeddings and, in a cut encoder, the scale out of the closing norm."""
    if variable.name == "decoder/embeddings/weight":
        row = len(variable.data) // variable.shape[0]
        return _Variable(
            variable.name,
            (variable.shape[0] - _FIRST_SPECIAL, variable.shape[1]),
            variable.kind,
            variable.data[_FIRST_SPECIAL * row :],
        )
    if variable.name.startswith("encoder/layer_norm/") and layers < ALL_LAYERS:
        plain = np.full(variable.shape, float(variable.name.endswith("gamma")), dtype=np.float16)
        return _Variable(variable.name, variable.shape, variable.kind, plain.tobytes())
    return variable


def _read(path: Path) -> Iterator[_Variable]:
    """The named arrays of a CTranslate2 file; raises SpeechModelDamagedError when it is none of version 6."""
    data = path.read_bytes()
    position = 0

    def take(layout: str) -> int:
        nonlocal position
        (value,) = struct.unpack_from(f"<{layout}", data, position)
        position += struct.calcsize(layout)
        return int(value)

    def take_bytes(count: int) -> bytes:
        nonlocal position
        position += count
        return data[position - count : position]

    try:
        if take("I") != _BINARY_VERSION or take_bytes(take("H")) != _SPEC or take("I") != _REVISION:
            raise SpeechModelDamagedError(f"{path} is not a Whisper model of a layout that can be cut.")
        for _ in range(take("I")):
            name = take_bytes(take("H")).rstrip(b"\0").decode()
            shape = tuple(take("I") for _ in range(take("B")))
            kind = take("B")
            yield _Variable(name, shape, kind, take_bytes(take("I")))
    except struct.error as error:
        raise SpeechModelDamagedError(f"{path} ends too early.") from error


_BINARY_VERSION, _SPEC, _REVISION = 6, b"WhisperSpec\0", 3


def _written(variables: list[_Variable]) -> bytes:
    """The variables in CTranslate2's layout, with the decoder's output sharing its embeddings."""
    parts = [struct.pack("<I", _BINARY_VERSION), _text(_SPEC), struct.pack("<II", _REVISION, len(variables))]
    for variable in variables:
        shape = variable.shape
        parts += [
            _text(variable.name.encode() + b"\0"),
            struct.pack(f"<B{len(shape)}IBI", len(shape), *shape, variable.kind, len(variable.data)),
            variable.data,
        ]
    parts += [struct.pack("<I", 1), _text(b"decoder/projection/weight\0"), _text(b"decoder/embeddings/weight\0")]
    return b"".join(parts)


def _text(content: bytes) -> bytes:
    return struct.pack("<H", len(content)) + content
