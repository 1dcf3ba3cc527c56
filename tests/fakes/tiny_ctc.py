"""A CTC model of random weights, in the form sherpa-onnx reads for WeNet: real graph, real loader, no sense."""

from __future__ import annotations

from pathlib import Path

import numpy as np

CHARACTERS = ["<blk>", *"我要报案转人工保险缴费听不懂救命你好喂", "<sos/eos>"]
BINS = 80


def write_tiny_ctc(folder: Path, *, seed: int = 5, metadata: bool = True) -> None:
    """`model.int8.onnx` and `tokens.txt`: features [n, frames, 80] to log probabilities, every fourth frame."""
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    weights = np.random.default_rng(seed).standard_normal((BINS, len(CHARACTERS))).astype(np.float32)
    weights -= weights.mean(axis=0)  # the shape of the spectrum chooses, not the loudness: many characters are written
    constants = {
        "weights": weights,
        "starts": np.array([0]),
        "ends": np.array([2**31]),
        "axes": np.array([1]),
        "steps": np.array([4]),
        "three": np.array([3]),
        "four": np.array([4]),
    }
    nodes = [
        helper.make_node("Slice", ["x", "starts", "ends", "axes", "steps"], ["every_fourth"]),
        helper.make_node("MatMul", ["every_fourth", "weights"], ["scores"]),
        helper.make_node("LogSoftmax", ["scores"], ["log_probs"], axis=-1),
        helper.make_node("Add", ["x_lens", "three"], ["rounded_up"]),
        helper.make_node("Div", ["rounded_up", "four"], ["log_probs_lens"]),
    ]
    graph = helper.make_graph(
        nodes,
        "tiny_ctc",
        [
            helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", "t", BINS]),
            helper.make_tensor_value_info("x_lens", TensorProto.INT64, ["n"]),
        ],
        [
            helper.make_tensor_value_info("log_probs", TensorProto.FLOAT, ["n", "s", len(CHARACTERS)]),
            helper.make_tensor_value_info("log_probs_lens", TensorProto.INT64, ["n"]),
        ],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    if metadata:
        helper.set_model_props(model, {"vocab_size": str(len(CHARACTERS)), "subsampling_factor": "4"})
    folder.mkdir(parents=True, exist_ok=True)
    onnx.save(model, str(folder / "model.int8.onnx"))
    lines = "\n".join(f"{character} {number}" for number, character in enumerate(CHARACTERS))
    (folder / "tokens.txt").write_text(f"{lines}\n", encoding="utf-8")
