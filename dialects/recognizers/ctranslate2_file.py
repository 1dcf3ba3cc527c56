"""Reads the arrays of a CTranslate2 `model.bin`, without CTranslate2.

Layout, little-endian, as `ctranslate2/specs/model_spec.py` writes it: format version, name of the specification and its
revision; then each array (name, rank, dimensions, type, size in bytes, values); then aliases, names of shared arrays.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from dialects.errors import SpeechModelDamagedError

FORMAT_VERSION: Final = 6
_TYPES = {0: "<f4", 1: "i1", 2: "<i2", 3: "<i4", 4: "<f2"}
"""Type number of the file to NumPy's; 5, bfloat16, has no NumPy type and no Whisper uses it."""

Arrays = dict[str, NDArray[Any]]


def read_arrays(file: Path) -> Arrays:
    """All arrays of a `model.bin` by name, aliases included; they share the bytes of the file that was read.

    Raises SpeechModelDamagedError when the file is not of this format.
    """
    try:
        return _Reader(file.read_bytes()).arrays()
    except (struct.error, ValueError, KeyError, UnicodeDecodeError) as error:
        raise SpeechModelDamagedError(
            f"{file} is not a CTranslate2 model of format {FORMAT_VERSION}: {error}"
        ) from error


class _Reader:
    def __init__(self, content: bytes) -> None:
        self._content = content
        self._at = 0

    def arrays(self) -> Arrays:
        if (version := self._number("<I")) != FORMAT_VERSION:
            raise ValueError(f"its version is {version}")
        self._text()  # name of the specification, `WhisperSpec`
        self._number("<I")  # its revision
        arrays: Arrays = {}
        for _ in range(self._number("<I")):
            name, array = self._text(), self._array()
            arrays[name] = array
        for _ in range(self._number("<I")):
            alias, name = self._text(), self._text()
            arrays[alias] = arrays[name]
        return arrays

    def _array(self) -> NDArray[Any]:
        shape = [self._number("<I") for _ in range(self._number("<B"))]
        kind = np.dtype(_TYPES[self._number("<B")])
        size = self._number("<I")
        values = np.frombuffer(self._content, dtype=kind, count=size // kind.itemsize, offset=self._at)
        self._at += size
        return values.reshape(shape)

    def _text(self) -> str:
        """A text is preceded by its length and ends in a zero byte that the length counts."""
        length = self._number("<H")
        raw = self._content[self._at : self._at + length]
        self._at += length
        return raw.rstrip(b"\0").decode()

    def _number(self, kind: str) -> int:
        (number,) = struct.unpack_from(kind, self._content, self._at)
        self._at += struct.calcsize(kind)
        return int(number)
