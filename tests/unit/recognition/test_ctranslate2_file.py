"""The file of weights is read as CTranslate2 writes it."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest

from dialects.errors import SpeechModelDamagedError
from dialects.recognizers.ctranslate2_file import read_arrays
from dialects.recognizers.weights_torch import whisper_state


def text(value: str) -> bytes:
    raw = value.encode() + b"\0"
    return struct.pack("<H", len(raw)) + raw


def array(name: str, kind: int, values: np.ndarray) -> bytes:
    shape = struct.pack(f"<B{values.ndim}I", values.ndim, *values.shape)
    return text(name) + shape + struct.pack("<BI", kind, values.nbytes) + values.tobytes()


def model(version: int = 6) -> bytes:
    arrays = [array("a", 4, np.arange(6, dtype="<f2").reshape(2, 3)), array("b", 1, np.array(7, dtype="i1"))]
    head = struct.pack("<I", version) + text("WhisperSpec") + struct.pack("<II", 3, len(arrays))
    return head + b"".join(arrays) + struct.pack("<I", 1) + text("same") + text("a")


def test_arrays_and_aliases_are_read(tmp_path: Path) -> None:
    """Names, shapes, types and values come back; an alias is the array it names."""
    file = tmp_path / "model.bin"
    file.write_bytes(model())
    arrays = read_arrays(file)
    assert arrays["a"].tolist() == [[0, 1, 2], [3, 4, 5]]
    assert arrays["b"].shape == ()
    assert arrays["b"] == 7
    assert arrays["same"] is arrays["a"]


@pytest.mark.parametrize("content", [b"", b"not a model", model(version=5), model()[:-9], model()[:40]])
def test_another_file_is_refused(tmp_path: Path, content: bytes) -> None:
    """Cut off, of another version or of another kind: one sentence says so."""
    file = tmp_path / "model.bin"
    file.write_bytes(content)
    with pytest.raises(SpeechModelDamagedError, match="not a CTranslate2 model"):
        read_arrays(file)


def test_arrays_of_another_model_are_refused() -> None:
    """What is no Whisper is not taken for one."""
    with pytest.raises(SpeechModelDamagedError, match="not the arrays of a Whisper"):
        whisper_state({"a": np.zeros(3)})
