"""A PaddleSpeech voice of random weights: FastSpeech2 of one layer and a small Parallel WaveGAN."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import yaml

RATE_HZ, HOP, BINS = 24_000, 300, 80
FRAMES_PER_PHONE = 10
ACOUSTIC: dict[str, Any] = {
    "adim": 16,
    "aheads": 2,
    "elayers": 1,
    "eunits": 16,
    "dlayers": 1,
    "dunits": 16,
    "postnet_layers": 1,
    "postnet_chans": 8,
    "duration_predictor_layers": 1,
    "duration_predictor_chans": 8,
    "pitch_predictor_layers": 1,
    "pitch_predictor_chans": 8,
    "energy_predictor_layers": 1,
    "energy_predictor_chans": 8,
    "pitch_embed_kernel_size": 1,
    "energy_embed_kernel_size": 1,
}
VOCODER: dict[str, Any] = {
    "layers": 3,
    "stacks": 1,
    "residual_channels": 8,
    "gate_channels": 8,
    "skip_channels": 8,
    "aux_channels": BINS,
    "aux_context_window": 2,
    "upsample_scales": [4, 5, 3, 5],
}


def write_tiny_voice(
    acoustic: Path, vocoder: Path, *, names: dict[str, str], phones: Sequence[str], speakers: int
) -> None:
    """Both models with the file names of the published archives: `names` is by the library's words for them."""
    import paddle
    from paddlespeech.t2s.models.fastspeech2 import FastSpeech2
    from paddlespeech.t2s.models.parallel_wavegan import PWGGenerator

    acoustic.mkdir(parents=True)
    vocoder.mkdir(parents=True)
    settings = dict(ACOUSTIC)
    if speakers:
        settings |= {"spk_embed_dim": 8, "spk_embed_integration_type": "concat"}
        ids = "".join(f"speaker{number} {number}\n" for number in range(speakers))
        (acoustic / names["speaker_dict"]).write_text(ids, encoding="utf-8")
    ids = "".join(f"{phone} {number}\n" for number, phone in enumerate(phones))
    (acoustic / names["phones_dict"]).write_text(ids, encoding="utf-8")
    for folder, name, stats in (
        (acoustic, names["config"], names["stat"]),
        (vocoder, names["voc_config"], names["voc_stat"]),
    ):
        content = {"fs": RATE_HZ, "n_mels": BINS, "n_shift": HOP, "model": settings, "generator_params": VOCODER}
        (folder / name).write_text(yaml.safe_dump(content), encoding="utf-8")
        np.save(folder / stats, np.stack([np.zeros(BINS), np.ones(BINS)]).astype(np.float32))
    paddle.seed(11)
    model = FastSpeech2(idim=len(phones), odim=BINS, spk_num=speakers or None, **settings)
    last: Any = model.duration_predictor.linear
    last.weight.set_value(paddle.zeros_like(last.weight))
    last.bias.set_value(paddle.full_like(last.bias, math.log(FRAMES_PER_PHONE + 1)))
    paddle.save({"main_params": model.state_dict()}, str(acoustic / names["ckpt"]))
    paddle.save({"generator_params": PWGGenerator(**VOCODER).state_dict()}, str(vocoder / names["voc_ckpt"]))
