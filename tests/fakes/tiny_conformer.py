"""A PaddleSpeech conformer of random weights: one block, 32 wide; the real executor loads it."""

from __future__ import annotations

from pathlib import Path

import yaml

CHARACTERS = ["<blank>", "<unk>", *"我要报案转人工保险缴费听不懂救命你好喂", "<eos>"]
CONFIG = {
    "input_dim": 80,
    "output_dim": len(CHARACTERS),
    "cmvn_file": None,
    "encoder": "conformer",
    "encoder_conf": {
        "output_size": 32,
        "attention_heads": 2,
        "linear_units": 32,
        "num_blocks": 1,
        "dropout_rate": 0.0,
        "positional_dropout_rate": 0.0,
        "attention_dropout_rate": 0.0,
        "input_layer": "conv2d",
        "normalize_before": True,
        "cnn_module_kernel": 15,
        "use_cnn_module": True,
        "activation_type": "swish",
        "pos_enc_layer_type": "rel_pos",
        "selfattention_layer_type": "rel_selfattn",
    },
    "decoder": "transformer",
    "decoder_conf": {
        "attention_heads": 2,
        "linear_units": 32,
        "num_blocks": 1,
        "dropout_rate": 0.0,
        "positional_dropout_rate": 0.0,
        "self_attention_dropout_rate": 0.0,
        "src_attention_dropout_rate": 0.0,
    },
    "model_conf": {"ctc_weight": 0.3, "lsm_weight": 0.1, "length_normalized_loss": False},
    "vocab_filepath": "data/vocab.txt",
    "unit_type": "char",
    "spm_model_prefix": "",
    "preprocess_config": {
        "process": [
            {"type": "fbank_kaldi", "fs": 16000, "n_mels": 80, "n_shift": 160, "win_length": 400, "dither": 0.0}
        ]
    },
    "decode": {
        "beam_size": 3,
        "ctc_weight": 0.5,
        "decoding_chunk_size": -1,
        "num_decoding_left_chunks": -1,
        "simulate_streaming": False,
    },
}


def write_tiny_conformer(folder: Path, checkpoint: str, *, seed: int = 7) -> None:
    """`model.yaml`, `data/vocab.txt` and `<checkpoint>.pdparams` in `folder`, as an unpacked archive has them."""
    import paddle
    from paddlespeech.s2t.models.u2 import U2Model
    from yacs.config import CfgNode

    (folder / "data").mkdir(parents=True, exist_ok=True)
    (folder / "data" / "vocab.txt").write_text("\n".join(CHARACTERS) + "\n", encoding="utf-8")
    (folder / "model.yaml").write_text(yaml.safe_dump(CONFIG, allow_unicode=True), encoding="utf-8")
    paddle.seed(seed)
    model = U2Model.from_config(CfgNode(CONFIG, new_allowed=True))
    file = folder / f"{checkpoint}.pdparams"
    file.parent.mkdir(parents=True, exist_ok=True)
    paddle.save(model.state_dict(), str(file))
