"""The verified weights of Whisper as an openai-whisper checkpoint: the same numbers under the other library's names.

The conversion loses nothing: CTranslate2 stores the official half-precision values, only fused and renamed. It is done
in memory (0.3 s for Whisper base), or once to a `.pt` file for whatever wants a path.

Names and shapes: `whisper/model.py` of openai/whisper, `specs/whisper_spec.py` of OpenNMT/CTranslate2.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from filelock import FileLock

from dialects.errors import SpeechModelDamagedError
from dialects.recognizers.ctranslate2_file import Arrays, read_arrays
from dialects.recognizers.weights import cache_directory, ensure_whisper_base

if TYPE_CHECKING:
    import torch

HEAD_SIZE: Final = 64
"""Width of one attention head in every Whisper."""


def whisper_state(arrays: Arrays) -> dict[str, Any]:
    """openai-whisper's `{"dims": ..., "model_state_dict": ...}` of CTranslate2's arrays; NumPy arrays, float16.

    Raises SpeechModelDamagedError when an array of a Whisper model is missing.
    """
    try:
        return {"dims": _dimensions(arrays), "model_state_dict": dict(_parameters(arrays))}
    except KeyError as error:
        raise SpeechModelDamagedError(f"These are not the arrays of a Whisper model: {error} is missing.") from error


def whisper_checkpoint(directory: Path) -> dict[str, Any]:
    """The same of a CTranslate2 directory, as tensors: what `whisper.load_model` finds in a `.pt` file."""
    import torch

    state = whisper_state(read_arrays(directory / "model.bin"))
    tensors: dict[str, torch.Tensor] = {
        name: torch.from_numpy(np.array(array, order="C")) for name, array in state["model_state_dict"].items()
    }
    return {"dims": state["dims"], "model_state_dict": tensors}


def ensure_checkpoint(*, cache: Path | None = None) -> Path:
    """Path of `whisper-base.pt`, written once from the verified weights; its SHA-256 lies beside it and is checked.

    A file that does not match is written again. Raises as `ensure_whisper_base` does.
    """
    folder = cache or cache_directory()
    file = folder / "whisper-base.pt"
    directory = ensure_whisper_base(cache=cache)
    with FileLock(folder / "whisper-base.pt.lock"):
        if not _is_whole(file):
            _write(file, directory)
    return file


def _write(file: Path, directory: Path) -> None:
    import torch

    with tempfile.TemporaryDirectory(dir=file.parent, prefix="whisper-base-pt-") as temporary:
        fresh = Path(temporary) / file.name
        torch.save(whisper_checkpoint(directory), fresh)
        digest = _sha256(fresh)
        fresh.replace(file)
    _digest_file(file).write_text(digest, encoding="ascii")


def _is_whole(file: Path) -> bool:
    digest = _digest_file(file)
    return file.is_file() and digest.is_file() and digest.read_text(encoding="ascii").strip() == _sha256(file)


def _digest_file(file: Path) -> Path:
    return file.with_name(f"{file.name}.sha256")


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _dimensions(arrays: Arrays) -> dict[str, int]:
    """openai-whisper's `ModelDimensions`; all follow from the shapes."""
    state, bins, _ = arrays["encoder/conv1/weight"].shape
    audio_context, _ = arrays["encoder/position_encodings/encodings"].shape
    text_context, text_state = arrays["decoder/position_encodings/encodings"].shape
    vocabulary, _ = arrays["decoder/embeddings/weight"].shape
    return {
        "n_mels": bins,
        "n_audio_ctx": audio_context,
        "n_audio_state": state,
        "n_audio_head": state // HEAD_SIZE,
        "n_audio_layer": _layers(arrays, "encoder"),
        "n_vocab": vocabulary,
        "n_text_ctx": text_context,
        "n_text_state": text_state,
        "n_text_head": text_state // HEAD_SIZE,
        "n_text_layer": _layers(arrays, "decoder"),
    }


def _layers(arrays: Arrays, side: str) -> int:
    return len({name.split("/")[1] for name in arrays if name.startswith(f"{side}/layer_") and name.count("/") > 2})


def _parameters(arrays: Arrays) -> Iterator[tuple[str, Any]]:
    for conv in ("conv1", "conv2"):
        for part in ("weight", "bias"):
            yield f"encoder.{conv}.{part}", arrays[f"encoder/{conv}/{part}"]
    yield "encoder.positional_embedding", arrays["encoder/position_encodings/encodings"]
    yield "decoder.positional_embedding", arrays["decoder/position_encodings/encodings"]
    yield "decoder.token_embedding.weight", arrays["decoder/embeddings/weight"]
    yield from _norm(arrays, "encoder/layer_norm", "encoder.ln_post")
    yield from _norm(arrays, "decoder/layer_norm", "decoder.ln")
    for side in ("encoder", "decoder"):
        for number in range(_layers(arrays, side)):
            yield from _block(arrays, f"{side}/layer_{number}", f"{side}.blocks.{number}")


def _block(arrays: Arrays, source: str, target: str) -> Iterator[tuple[str, Any]]:
    yield from _self_attention(arrays, f"{source}/self_attention", target)
    if f"{source}/attention/linear_0/weight" in arrays:
        yield from _cross_attention(arrays, f"{source}/attention", target)
    yield from _norm(arrays, f"{source}/ffn/layer_norm", f"{target}.mlp_ln")
    yield from _linear(arrays, f"{source}/ffn/linear_0", f"{target}.mlp.0")
    yield from _linear(arrays, f"{source}/ffn/linear_1", f"{target}.mlp.2")


def _self_attention(arrays: Arrays, source: str, target: str) -> Iterator[tuple[str, Any]]:
    """`linear_0` is query, key and value, stacked by rows; the other library's key has no bias (ours is zero)."""
    query, key, value = np.split(arrays[f"{source}/linear_0/weight"], 3)
    query_bias, _, value_bias = np.split(arrays[f"{source}/linear_0/bias"], 3)
    yield from _attention(f"{target}.attn", (query, query_bias), key, (value, value_bias))
    yield from _linear(arrays, f"{source}/linear_1", f"{target}.attn.out")
    yield from _norm(arrays, f"{source}/layer_norm", f"{target}.attn_ln")


def _cross_attention(arrays: Arrays, source: str, target: str) -> Iterator[tuple[str, Any]]:
    """`linear_0` is the query, `linear_1` key and value, `linear_2` the output."""
    query = arrays[f"{source}/linear_0/weight"], arrays[f"{source}/linear_0/bias"]
    key, value = np.split(arrays[f"{source}/linear_1/weight"], 2)
    _, value_bias = np.split(arrays[f"{source}/linear_1/bias"], 2)
    yield from _attention(f"{target}.cross_attn", query, key, (value, value_bias))
    yield from _linear(arrays, f"{source}/linear_2", f"{target}.cross_attn.out")
    yield from _norm(arrays, f"{source}/layer_norm", f"{target}.cross_attn_ln")


def _attention(target: str, query: Any, key: Any, value: Any) -> Iterator[tuple[str, Any]]:
    for name, (weight, bias) in (("query", query), ("value", value)):
        yield f"{target}.{name}.weight", weight
        yield f"{target}.{name}.bias", bias
    yield f"{target}.key.weight", key


def _linear(arrays: Arrays, source: str, target: str) -> Iterator[tuple[str, Any]]:
    yield f"{target}.weight", arrays[f"{source}/weight"]
    yield f"{target}.bias", arrays[f"{source}/bias"]


def _norm(arrays: Arrays, source: str, target: str) -> Iterator[tuple[str, Any]]:
    yield f"{target}.weight", arrays[f"{source}/gamma"]
    yield f"{target}.bias", arrays[f"{source}/beta"]
