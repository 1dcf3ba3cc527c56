"""How long the classifier takes: `python -m greeting_sms.inbound.speed`.

Processor time of reading rules and model, and of classifying two thousand examples of the seeds one after the other.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from importlib.resources import files

from greeting_sms.inbound.classify import classify
from greeting_sms.inbound.model import ABOUT, NGRAMS, WEIGHTS, shipped_model
from greeting_sms.inbound.rules import rules
from greeting_sms.inbound.seeds import examples

TEXTS = 2_000


def tell() -> Iterator[str]:
    """Size, reading, classifying."""
    folder = files("greeting_sms") / "data/inbound"
    size = sum(len((folder / name).read_bytes()) for name in (WEIGHTS, NGRAMS, ABOUT))
    yield f"model: {size / 1e6:.2f} MB"
    began = time.process_time()
    shipped_model()
    rules()
    yield f"read: {time.process_time() - began:.2f} s"
    drawn = random.Random(20261123)  # noqa: S311 - no secret: the same texts every time
    each_ms = sorted(_milliseconds(text) for text in drawn.sample([each.text for each in examples()], TEXTS))
    yield f"a text: {each_ms[TEXTS // 2]:.2f} ms in the middle, {each_ms[TEXTS * 99 // 100]:.2f} ms of 99 in 100"


def _milliseconds(text: str) -> float:
    began = time.process_time()
    classify(text)
    return (time.process_time() - began) * 1000


if __name__ == "__main__":
    for line in tell():
        print(line, flush=True)  # noqa: T201 - a script
