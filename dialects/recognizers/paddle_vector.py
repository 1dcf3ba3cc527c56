"""PaddleSpeech's speaker vectors: how alike two voices are.

A speaker vector is biometric data (law 7): whoever asks for one has the caller's own consent to that, on record.
Source: `paddlespeech/cli/vector/infer.py` of PaddleSpeech 1.5.0.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dialects.audio.samples import clean
from dialects.errors import SpeechModelAbsentError, SpeechModelError
from dialects.recognizers.paddle_library import loading, make_executor, no_exit, wave_file
from dialects.recognizers.port import RATE_HZ

Floats = NDArray[np.float32]

MODEL: Final = "ecapatdnn_voxceleb12"
CONFIG: Final = "conf/model.yaml"
CHECKPOINT: Final = "model/model"
"""Without its suffix, `.pdparams`, as the library wants it."""
MIN_SECONDS: Final = 0.5
"""Less speech than this tells nothing about a voice."""


class SpeakerVectors:
    """ECAPA-TDNN by PaddleSpeech's executor; keeps nothing of a call.

    Raises SpeechModelAbsentError when library or files are missing, SpeechModelDamagedError when they cannot be loaded.
    """

    def __init__(self, folder: Path) -> None:
        """`folder` holds the unpacked archive `sv0_ecapa_tdnn_voxceleb12_ckpt_0_2_0`."""
        missing = [name for name in (CONFIG, f"{CHECKPOINT}.pdparams") if not (folder / name).is_file()]
        if missing:
            raise SpeechModelAbsentError(f"{MODEL}: {', '.join(missing)} is missing in {folder}.")
        self._executor = make_executor("vector")
        config, checkpoint = folder.resolve() / CONFIG, folder.resolve() / CHECKPOINT
        with loading(MODEL, folder):
            self._executor._init_from_path(MODEL, RATE_HZ, str(config), str(checkpoint))

    def vector(self, samples: Floats) -> Floats:
        """The voice of mono float32 samples at 16 kHz as a vector of length 1.

        Raises ValueError for less than `MIN_SECONDS`, SpeechModelError when the library fails.
        """
        if samples.size < MIN_SECONDS * RATE_HZ:
            raise ValueError(f"a speaker vector needs at least {MIN_SECONDS} s of speech")
        self._executor._inputs.clear()
        self._executor._outputs.clear()
        with no_exit():
            self._executor.preprocess(MODEL, wave_file(clean(samples)))
            self._executor.infer(MODEL)
        vector: Floats = np.asarray(self._executor.postprocess(), dtype=np.float32)
        length = float(np.linalg.norm(vector))
        if not np.isfinite(length) or length == 0:
            raise SpeechModelError("The speaker model returned no direction.")
        return vector / np.float32(length)


def likeness(left: Floats, right: Floats) -> float:
    """Cosine of two speaker vectors, 1 for the same direction; what counts as the same voice is not said here."""
    return float(np.dot(left, right) / (np.linalg.norm(left) * np.linalg.norm(right)))
