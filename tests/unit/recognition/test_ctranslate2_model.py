"""Which vectors CTranslate2 is told to use."""

from __future__ import annotations

from pathlib import Path

import pytest

from dialects.errors import SpeechModelError
from dialects.recognizers.ctranslate2_model import FORCED, load_whisper, prefer_wide_vectors

QUICK = "fpu sse2 avx2 avx512f avx512dq avx512cd avx512bw avx512vl avx512_vnni"


@pytest.mark.parametrize(
    ("flags", "forced"),
    [
        pytest.param(QUICK, "AVX512", id="wide and quick"),
        pytest.param(QUICK.removesuffix(" avx512_vnni"), None, id="wide, of a generation that slows down"),
        pytest.param("fpu sse2 avx2", None, id="narrow"),
        pytest.param("", None, id="none told"),
    ],
)
def test_avx_512_is_asked_for_where_it_is_quick(tmp_path: Path, flags: str, forced: str | None) -> None:
    """Every part of it must be there, and the processor new enough."""
    info = tmp_path / "cpuinfo"
    info.write_text(f"processor\t: 0\nflags\t\t: {flags}\n\nprocessor\t: 1\nflags\t\t: {QUICK}\n")
    environment: dict[str, str] = {}
    prefer_wide_vectors(environment, cpu_info=info)
    assert environment.get(FORCED) == forced


def test_whoever_chose_is_obeyed_and_other_systems_are_left_alone(tmp_path: Path) -> None:
    """An operator's own word stands; without /proc nothing is forced."""
    info = tmp_path / "cpuinfo"
    info.write_text(f"flags: {QUICK}\n")
    chosen = {FORCED: "AVX2"}
    prefer_wide_vectors(chosen, cpu_info=info)
    assert chosen == {FORCED: "AVX2"}
    untold: dict[str, str] = {}
    prefer_wide_vectors(untold, cpu_info=tmp_path / "absent")
    assert untold == {}


def test_a_folder_without_a_model_is_named(tmp_path: Path) -> None:
    """The error says which."""
    with pytest.raises(SpeechModelError, match=str(tmp_path)):
        load_whisper(tmp_path)
