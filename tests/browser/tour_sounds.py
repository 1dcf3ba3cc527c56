"""What is heard on the tour: shipped synthetic voices, cut for a caller and for the microphone."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from dialects.audio.decode import decode_audio
from elder_channel.simulator.scenarios.made_sounds import VOICES
from tests.fakes.takes import RATE_HZ, speech, wav

_QUESTION, _FROM_SECONDS = "zh_premium_payment.flac", 3.4
"""Its last part: 请问在哪里付？"""


def write_said(file: Path) -> Path:
    """What the caller says, written to `file`."""
    question = decode_audio(VOICES / _QUESTION, rate_hz=RATE_HZ).samples
    quiet = np.zeros(RATE_HZ // 2, np.float32)
    file.write_bytes(wav(np.concatenate([quiet, question[round(_FROM_SECONDS * RATE_HZ) :], quiet])))
    return file


def microphone(folder: Path) -> tuple[str, ...]:
    """A microphone into which a voice speaks, and leave to use it."""
    file = folder / "spoken.wav"
    file.write_bytes(wav(speech(4.8)))
    device = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
    return (*device, f"--use-file-for-fake-audio-capture={file}%noloop")
