"""Telephone sound survives the way in and out."""

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialects.audio import mulaw

ALL_SAMPLES = np.arange(-32_768, 32_768).astype(np.int16)
ALL_BYTES = bytes(range(256))

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    import audioop


@pytest.mark.parametrize(
    ("sample", "byte"),
    [(0, 0xFF), (4, 0xFE), (-4, 0x7E), (32_124, 0x80), (32_767, 0x80), (-32_124, 0x00), (-32_768, 0x00), (1_000, 0xCE)],
)
def test_known_samples_have_their_known_byte(sample: int, byte: int) -> None:
    """A few values anybody can look up."""
    assert mulaw.encode(np.array([sample], dtype=np.int16)) == bytes([byte])


def test_every_sample_and_every_byte_agree_with_the_standard_library() -> None:
    """An independent implementation gives the same in all 65,536 and 256 values."""
    assert mulaw.encode(ALL_SAMPLES) == audioop.lin2ulaw(ALL_SAMPLES.tobytes(), 2)
    assert mulaw.decode(ALL_BYTES).tobytes() == audioop.ulaw2lin(ALL_BYTES, 2)


@given(st.binary(max_size=400))
def test_bytes_come_back_as_they_were(data: bytes) -> None:
    """Decoding loses nothing; only the two zeros are one."""
    assert mulaw.encode(mulaw.decode(data)) == data.replace(b"\x7f", b"\xff")


@given(st.lists(st.integers(-32_768, 32_767), max_size=200))
def test_samples_come_back_nearly_as_they_were(samples: list[int]) -> None:
    """What is lost is a few percent of a sample's own size."""
    original = np.array(samples, dtype=np.int16)
    lost = np.abs(mulaw.decode(mulaw.encode(original)).astype(int) - original)
    assert np.all(lost <= (np.abs(original.astype(int)) + 132) // 32 + 4)


def test_other_sample_types_are_refused() -> None:
    """Floats would silently become noise."""
    with pytest.raises(TypeError, match="int16"):
        mulaw.encode(np.zeros(3, dtype=np.float32))  # type: ignore[arg-type]
