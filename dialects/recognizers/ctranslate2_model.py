"""Loads a Whisper of CTranslate2, on the widest vectors the processor has.

CTranslate2 takes AVX2 even where AVX-512 is, because processors before 2019 slowed down with it. Those with
AVX-512 VNNI do not, and the encoder is a tenth faster there (measured). Whoever sets `CT2_FORCE_CPU_ISA` is obeyed.
Source: opennmt.net/CTranslate2/environment_variables.html.
"""

from __future__ import annotations

import os
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any, Final

import ctranslate2

from dialects.errors import SpeechModelError

FORCED: Final = "CT2_FORCE_CPU_ISA"
_WIDE: Final = frozenset({"avx512f", "avx512cd", "avx512vl", "avx512bw", "avx512dq", "avx512_vnni"})
_CPU_INFO: Final = Path("/proc/cpuinfo")


def load_whisper(directory: Path, *, compute_type: str = "int8", at_once: int = 1) -> Any:
    """The model in a directory, for `at_once` threads with a core each; the weights are shared.

    Raises SpeechModelError when it cannot be loaded.
    """
    prefer_wide_vectors()
    try:
        return ctranslate2.models.Whisper(
            str(directory), compute_type=compute_type, inter_threads=at_once, intra_threads=1
        )
    except (RuntimeError, ValueError) as error:  # ValueError: a compute type this machine has not
        raise SpeechModelError(f"The speech model in {directory} cannot be loaded: {error}") from error


def prefer_wide_vectors(environment: MutableMapping[str, str] = os.environ, *, cpu_info: Path = _CPU_INFO) -> None:
    """Ask for AVX-512 where it is quick. CTranslate2 looks once, when the first model of a process is loaded."""
    if FORCED not in environment and _flags(cpu_info) >= _WIDE:
        environment[FORCED] = "AVX512"


def _flags(cpu_info: Path) -> frozenset[str]:
    """What the first processor says it has; nothing where the system does not tell in this way."""
    try:
        lines = cpu_info.read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return frozenset()
    flags = next((line.partition(":")[2] for line in lines if line.startswith("flags")), "")
    return frozenset(flags.split())
