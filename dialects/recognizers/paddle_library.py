"""PaddleSpeech without its habits: it reports every call to a server, and installs packages while it is imported.

Source of the habits: `paddlespeech/cli/utils.py` and `paddlespeech/s2t/utils/dynamic_pip_install.py`, version 1.5.0.
"""

from __future__ import annotations

import io
import os
import warnings
import wave
from contextlib import chdir, contextmanager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn

import numpy as np
from numpy.typing import NDArray

from dialects.audio.samples import to_int16
from dialects.errors import SpeechModelAbsentError, SpeechModelDamagedError, SpeechModelError
from dialects.recognizers.model_files import engine_installed, how_to_install
from dialects.recognizers.models import Engine
from dialects.recognizers.port import RATE_HZ

if TYPE_CHECKING:
    from collections.abc import Iterator

_EXECUTORS: Final = {
    "asr": ("paddlespeech.cli.asr.infer", "ASRExecutor"),
    "tts": ("paddlespeech.cli.tts.infer", "TTSExecutor"),
    "vector": ("paddlespeech.cli.vector.infer", "VectorExecutor"),
}


def make_executor(task: str) -> Any:
    """A new executor of PaddleSpeech for `asr`, `tts` or `vector`, with reporting and installing switched off.

    Raises SpeechModelAbsentError when the extra `paddle` is not installed.
    """
    if not engine_installed(Engine.PADDLE):
        raise SpeechModelAbsentError(f"PaddleSpeech is not installed; get it with: {how_to_install(Engine.PADDLE)}")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its imports warn of their own old ways
        _tame()
        module, name = _EXECUTORS[task]
        return getattr(import_module(module), name)()


@contextmanager
def no_exit() -> Iterator[None]:
    """Turns an `exit` inside, which PaddleSpeech does over what it cannot read, into SpeechModelError."""
    try:
        yield
    except SystemExit as error:
        raise SpeechModelError("PaddleSpeech gave up over what it was given.") from error


@contextmanager
def loading(what: str, folder: Path) -> Iterator[None]:
    """Work in `folder`; whatever the library ends in there is SpeechModelDamagedError.

    Paths in its configurations are relative to where the process happens to be.
    """
    try:
        with no_exit(), chdir(folder):
            yield
    except Exception as error:  # a wrong configuration or checkpoint fails in as many ways as the library has
        raise SpeechModelDamagedError(f"{what} in {folder} cannot be loaded: {error}") from error


def wave_file(samples: NDArray[np.float32]) -> io.BytesIO:
    """Mono samples at 16 kHz as a WAVE file in memory, which is the form the executors read."""
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE_HZ)
        out.writeframes(to_int16(samples).astype("<i2").tobytes())
    file.seek(0)
    return file


def _tame() -> None:
    """Before anything of it is used. The order matters: other orders end in circular imports."""
    os.environ["PIP_NO_INDEX"] = "1"  # should anything still call pip, it finds nothing
    import_module("paddlespeech.cli.base_commands")
    utils: Any = import_module("paddlespeech.cli.utils")
    utils._note_one_stat = _say_nothing
    utils.StatsWorker = _NoReport
    installing: Any = import_module("paddlespeech.s2t.utils.dynamic_pip_install")
    installing.install = _refuse_to_install


def _say_nothing(*_: object, **__: object) -> None:
    """Instead of a request to PaddlePaddle's server."""


class _NoReport:
    """Instead of the thread that sends it."""

    def __init__(self, *_: object, **__: object) -> None: ...

    def start(self) -> None: ...


def _refuse_to_install(package_name: str) -> NoReturn:
    """The library takes this for a failed installation and does without."""
    raise ImportError(f"{package_name} is not installed, and is not to be installed by a running line")
